/** A report of a generated ledger with stored trajectories, for the tests of this folder. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProtocolCard } from "../core/protocol-card.ts";
import type { LedgerEpisode, TrajectoryRecord } from "../core/record.ts";
import { buildReport } from "../report/build-report.ts";
import { generateLedger, type LedgerPlan, planDesign } from "../report/generate-ledger.fixture.ts";
import { exampleCard } from "../report/protocol/card.fixture.ts";
import { openStore } from "../store/store.ts";
import type { ExperimentInput, SiteInput, TrajectoryChoice } from "./site-input.ts";
import { type SiteSummary, writeSite } from "./write-site.ts";

/** Texts that act on terminals, pages, tables or eyes where they are not shown as text. Setting `hacked` is what a browser would do that obeys them. */
export const hostile = {
  markup: `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script></script><b>bold</b>`,
  quotes: `"'\`'); window.hacked=1; //\\ \u2028 "><svg onload=window.hacked=1>`,
  terminal: "\u001b[31mred\u001b[0m\u0007",
  bidi: "abc\u202etxt.exe\u202c \u2066x\u2069",
  proto: "__proto__",
} as const;

export interface MadeSite extends AsyncDisposable {
  readonly dir: string;
  readonly summary: SiteSummary;
  readonly input: SiteInput;
}

/** `trajectory` gives what is stored for an episode; undefined stores none. `change` edits the rows before anything is written. */
export async function makeSite(
  folder: string,
  plans: Readonly<Record<string, LedgerPlan>>,
  options: {
    readonly trajectory?: (row: LedgerEpisode) => TrajectoryRecord | undefined;
    readonly change?: (row: LedgerEpisode) => LedgerEpisode;
    readonly arms?: (arm: string) => string;
    readonly choice?: TrajectoryChoice;
    readonly gridsOf?: SiteInput["gridsOf"];
    readonly card?: (experiment: string) => Partial<ProtocolCard>;
  } = {},
): Promise<MadeSite> {
  await mkdir(folder, { recursive: true });
  const store = openStore(join(folder, "results"));
  const experiments: ExperimentInput[] = [];
  for (const [name, plan] of Object.entries(plans)) {
    const design = planDesign(plan, { experiment: name, title: `Experiment ${name}` });
    const rows: LedgerEpisode[] = [];
    for (const generated of generateLedger(plan)) {
      const row = options.change?.(generated) ?? generated;
      const trajectory = options.trajectory?.(row);
      const stored = trajectory === undefined ? undefined : await store.blobs.put(Buffer.from(JSON.stringify(trajectory)));
      rows.push({ ...row, ...(stored === undefined ? {} : { trajectory: stored }) });
    }
    const protocol = exampleCard({ ...options.card?.(name), experiment: name });
    const report = buildReport(name, design, rows, [], { protocol });
    experiments.push({ ...report, name, title: design.title, dir: join(folder, "results", name), rows });
  }
  const input: SiteInput = { version: "0.0.0", experiments, store, ...(options.gridsOf === undefined ? {} : { gridsOf: options.gridsOf }) };
  const dir = join(folder, "report");
  const summary = await writeSite(input, dir, options.choice ?? { which: "all", limitBytes: 50e6 });
  return { dir, summary, input, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A trajectory of one command and its end, told apart by its task. */
export function exampleTrajectory(
  row: Pick<LedgerEpisode, "task">,
  more: Partial<TrajectoryRecord["steps"][number]> = {},
): TrajectoryRecord {
  const usage = { calls: 1, promptTokens: 500, completionTokens: 50, reasoningTokens: 0, cachedTokens: 0 };
  return {
    v: 1,
    agent: "react@2",
    system: "You solve tasks.",
    user: `Solve ${row.task}.`,
    exit: "completed",
    steps: [
      {
        turn: 1,
        thought: `I look at ${row.task}.`,
        reply: "",
        action: { tool: "bash", arguments: { command: "ls -l" } },
        observation: "total 0",
        command: { exitCode: 0, timedOut: false, droppedBytes: 0, elidedChars: 0 },
        finishReason: "stop",
        usage,
        ...more,
      },
      { turn: 2, thought: "Done.", reply: "Done.", event: "completed", finishReason: "stop", usage },
    ],
  };
}
