import { join } from "node:path";
import type { LoadedExperiment } from "../experiment/config/load-experiment.ts";
import type { LoadedSuite } from "../experiment/config/load-suite.ts";
import { estimateExperiment } from "../experiment/estimate.ts";
import { estimateLearning } from "../experiment/evolution/estimate-learning.ts";
import type { RunSummary } from "../experiment/run-experiment.ts";
import { paperSection } from "../report/paper/paper-section.ts";
import type { PaperTable } from "../report/paper/paper-table.ts";
import { renderPaperCsv, renderPaperJson } from "../report/paper/render-paper.ts";
import { renderLatex } from "../report/render-latex.ts";
import { renderSectionMarkdown } from "../report/render-markdown.ts";
import { renderAblationsTerminal, renderSectionTerminal } from "../report/render-terminal.ts";
import type { Section } from "../report/section.ts";
import { reportFiles, writeReport } from "../report/write-report.ts";
import { replaceFile } from "../store/durable.ts";
import { auditAfterRun } from "./audit-experiment.ts";
import { type CliContext, resultsDir } from "./context.ts";
import { describeError, exitCodes } from "./exit-codes.ts";
import { withOpenRun } from "./open-run.ts";
import { readPaperResults } from "./paper-results.ts";
import { duration } from "./progress.ts";
import { renderSuiteEstimate, type SuiteEstimate } from "./render-suite-estimate.ts";
import { readReport } from "./report-command.ts";
import { type RunCommandOptions, runOne, select } from "./run-one.ts";

/** How a member of a suite ended. */
interface Ran {
  readonly experiment: string;
  readonly title: string;
  readonly code: number;
  readonly summary?: RunSummary;
  /** Why it failed; absent when it ran. */
  readonly failed?: string;
  readonly seconds: number;
}

/**
 * `t2s run SUITE`: runs the members one after another over the shared store and writes all their tables into one folder. A member that fails does not stop the others; an
 * interruption does. Returns 0 only when every member is complete.
 */
export async function suiteCommand(suite: LoadedSuite, options: RunCommandOptions, context: CliContext): Promise<number> {
  if (options.dryRun === true) return await estimateSuite(suite, options, context);
  const results = resultsDir(context, options.results);
  const quiet = { ...context, out: context.err };
  const ran: Ran[] = [];
  for (const [i, member] of suite.members.entries()) {
    context.err(`[${i + 1}/${suite.members.length}] ${member.spec.name}\n`);
    ran.push(await runMember(member, options, quiet));
    if (ran.at(-1)?.code === exitCodes.interrupted) break;
  }
  const dir = join(results, suite.spec.name);
  const interrupted = ran.some(({ code }) => code === exitCodes.interrupted);
  const whole = options.shard === undefined;
  const tables = interrupted || !whole ? [] : await writeSuite(suite, ran, results, dir, options.json === true ? quiet : context);
  const complete =
    ran.length === suite.members.length &&
    ran.every(({ code }) => code === exitCodes.ok) &&
    (!whole || tables.length === suite.spec.tables.length);
  const code = interrupted ? exitCodes.interrupted : complete ? exitCodes.ok : exitCodes.incomplete;
  if (options.json === true)
    context.out(`${JSON.stringify({ v: 1, suite: suite.spec.name, dir, members: ran.map(({ seconds: _, ...one }) => one) })}\n`);
  for (const { experiment, failed } of ran) if (failed !== undefined) context.err(`t2s: ${experiment} failed: ${failed}\n`);
  if (!interrupted && whole) context.err(`tables of all members are in ${join(dir, "report")}\n`);
  if (code !== exitCodes.ok)
    context.err(
      `t2s: ${ran.filter((one) => one.code === exitCodes.ok).length} of ${suite.members.length} members are complete; run the same command again to go on\n`,
    );
  return code;
}

async function runMember(member: LoadedExperiment, options: RunCommandOptions, context: CliContext): Promise<Ran> {
  const begun = performance.now();
  const { name, title = name } = member.spec;
  const end = (rest: Pick<Ran, "code" | "summary" | "failed">): Ran => ({
    experiment: name,
    title,
    ...rest,
    seconds: (performance.now() - begun) / 1000,
  });
  try {
    const own = { ...options, set: [], json: false };
    return end(
      await runOne(member, own, context, async ({ results }, summary) => {
        if (summary.reused + summary.made + summary.errored === 0) return;
        const { dir, report } = await readReport(results, name);
        await writeReport(join(dir, "report"), report);
        await auditAfterRun(results, name, context);
      }),
    );
  } catch (error) {
    const { code, text } = describeError(error);
    return end({ code, failed: text.replace(/^t2s: /, "") });
  }
}

/** Writes the suite's folder and prints its tables; gives the published tables that could be built. */
async function writeSuite(
  suite: LoadedSuite,
  ran: readonly Ran[],
  results: string,
  dir: string,
  context: CliContext,
): Promise<readonly PaperTable[]> {
  const tables: PaperTable[] = [];
  for (const name of suite.spec.tables) {
    const member = suite.members.find(({ spec }) => spec.paper?.table === name)?.spec.name ?? "";
    try {
      tables.push((await readPaperResults(results, [member])).table);
    } catch (error) {
      context.err(`${describeError(error).text}; ${name} is not rendered\n`);
    }
  }
  const look = { width: context.terminal.columns, color: context.terminal.color };
  const members = memberSection(suite, ran);
  const sections = [members, ...tables.map(paperSection)];
  const folder = join(dir, "report");
  await replaceFile(join(folder, "tables.md"), sections.map(renderSectionMarkdown).join("\n"));
  await replaceFile(join(folder, "tables.tex"), renderLatex(tables.map(paperSection)));
  await replaceFile(join(folder, "tables.csv"), renderPaperCsv(tables));
  await replaceFile(join(folder, "tables.json"), renderPaperJson(tables));
  for (const section of sections.slice(1)) context.out(`${renderSectionTerminal(section, look)}\n`);
  for (const { experiment, summary } of ran) {
    if (summary === undefined || summary.reused + summary.made + summary.errored === 0) continue;
    const { report } = await readReport(results, experiment);
    for (const { name, text } of reportFiles(report)) await replaceFile(join(folder, experiment, name), text);
    if (report.ablations !== undefined) context.out(`${renderAblationsTerminal(report.ablations, look)}\n`);
  }
  context.out(`${renderSectionTerminal(members, look)}\n`);
  return tables;
}

function memberSection({ spec }: LoadedSuite, ran: readonly Ran[]): Section {
  return {
    title: spec.title ?? spec.name,
    grids: [
      {
        title: "Members",
        head: ["experiment", "episodes", "made now", "reused", "errored", "took", "state"],
        rows: ran.map(({ experiment, summary, code, failed, seconds }) => [
          experiment,
          ...(summary === undefined ? ["-", "-", "-", "-"] : [summary.slots, summary.made, summary.reused, summary.errored].map(String)),
          duration(seconds),
          failed === undefined ? (code === exitCodes.ok ? "complete" : "incomplete") : `failed: ${failed.split("\n")[0]}`,
        ]),
        split: false,
      },
    ],
    notes: [],
  };
}

/** `--dry-run`: what every member would add to what the store has and the members before it make. */
async function estimateSuite(suite: LoadedSuite, options: RunCommandOptions, context: CliContext): Promise<number> {
  const planned = new Set<string>();
  const estimates: SuiteEstimate[] = [];
  let code: number = exitCodes.ok;
  for (const member of suite.members) {
    try {
      estimates.push(
        await withOpenRun(select(member.spec, options), member, options, context, async ({ resolved, parts, spec }) => ({
          experiment: spec.name,
          solvers: await estimateExperiment(resolved, parts, planned),
          learning: await estimateLearning(resolved, parts, planned),
        })),
      );
    } catch (error) {
      const { code: failed, text } = describeError(error);
      if (failed === exitCodes.crash) throw error;
      code = exitCodes.incomplete;
      context.err(`t2s: ${member.spec.name} cannot be planned: ${text.replace(/^t2s: /, "")}\n`);
    }
  }
  context.out(renderSuiteEstimate(suite.spec.name, estimates));
  return code;
}
