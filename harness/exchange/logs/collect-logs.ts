import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hashJson } from "../../core/json.ts";
import type { OriginLog, OriginRun } from "../../core/origin.ts";
import type { TrajectoryRecord } from "../../core/record.ts";
import { renderLog } from "../../evolve/analysis/render-log.ts";
import { type FoundLog, findLogs } from "./find-logs.ts";
import { type FindSecrets, openSecretFinder } from "./find-secrets.ts";
import type { LogRun } from "./log-run.ts";
import { type OutcomesTable, rowFor } from "./outcomes-table.ts";
import { type ReadLogOptions, readLogFile } from "./read-log-file.ts";
import { redactRun, redactText } from "./redact-run.ts";

/** A run that can be studied: redacted, with a name by its content. */
export interface CollectedRun extends OriginRun {
  /** File it was read from. */
  readonly file: string;
  /** The run as analysts read it, without its system prompt. */
  readonly log: string;
}

/** Everything a folder of logs gives. Nothing in it holds a secret that was recognised. */
export interface CollectedLogs {
  /** In the order of files and of places in them, each run once. */
  readonly runs: readonly CollectedRun[];
  /** Files with their runs, those that repeat another's included. */
  readonly logs: readonly OriginLog[];
  readonly leftOut: readonly { readonly file: string; readonly why: string }[];
  /** Different secrets that were taken out, by kind. */
  readonly redacted: Readonly<Record<string, number>>;
  /** Names in the table of outcomes that are of no log. */
  readonly unmatched: readonly string[];
}

/** Reads, redacts and names every log in a folder, one file after the other. Outcomes of the table count before those of the files. Throws UsageError for a folder that is not there. */
export async function collectLogs(
  root: string,
  options: ReadLogOptions & {
    readonly outcomes?: OutcomesTable;
    /** Characters of a log that analysts are shown; a longer one loses the middle of long parts first. */
    readonly logChars: number;
    /** Called before every file; throws to stop. */
    readonly check?: () => void;
  },
): Promise<CollectedLogs> {
  const found = await findLogs(root);
  const find = await openSecretFinder();
  const leftOut = [...found.leftOut];
  const logs: OriginLog[] = [];
  const first = new Map<string, CollectedRun>();
  const redacted: Record<string, number> = {};
  const known = new Set<string>();
  const used = new Set<string>();
  for (const log of found.logs) {
    options.check?.();
    const bytes = await readFile(log.path).catch((error: NodeJS.ErrnoException) => error);
    if (bytes instanceof Error) {
      leftOut.push({ file: log.name, why: `cannot be read (${bytes.code ?? "unknown"})` });
      continue;
    }
    const read = readLogFile(bytes, options);
    if ("problem" in read) {
      leftOut.push({ file: log.name, why: read.problem });
      continue;
    }
    const runs: OriginRun[] = [];
    for (const run of read.runs) {
      const { trajectory, secrets } = await redactRun(run.trajectory, find);
      for (const [secret, kind] of secrets) {
        if (known.has(secret)) continue;
        known.add(secret);
        redacted[kind] = (redacted[kind] ?? 0) + 1;
      }
      const row = options.outcomes === undefined ? undefined : rowFor(options.outcomes, namesOf(log, run));
      if (row !== undefined) used.add(row.name);
      const whole = renderLog(trajectory, { withSystem: false });
      const fits = whole.length <= options.logChars;
      const shown = fits ? whole : renderLog(trajectory, { withSystem: false, maxChars: options.logChars });
      const made = originOf(log, await withoutSecrets(run, find), trajectory, read.runs.length, row);
      if (!fits) made.notes.push(`the middle of long parts, to keep to ${options.logChars} characters`);
      const before = first.get(made.episode);
      if (before === undefined) first.set(made.episode, { ...made, file: log.name, log: shown });
      else if (before.outcome !== made.outcome) first.set(made.episode, joinOutcomes(before, made, log.name));
      runs.push(before === undefined ? made : { ...made, sameAs: before.file });
    }
    logs.push({
      file: log.name,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      bytes: log.bytes,
      format: read.format,
      notes: [...read.notes],
      runs,
    });
  }
  leftOut.sort((a, b) => (a.file < b.file ? -1 : 1));
  const unmatched = [...(options.outcomes?.rows.keys() ?? [])].filter((name) => !used.has(name));
  return { runs: [...first.values()], logs, leftOut, redacted, unmatched };
}

/** Names are kept, too, and some programs call a task by its whole text. */
async function withoutSecrets(run: LogRun, find: FindSecrets): Promise<LogRun> {
  const { task, session } = run;
  return {
    ...run,
    ...(task === undefined ? {} : { task: await redactText(task, find) }),
    ...(session === undefined ? {} : { session: await redactText(session, find) }),
  };
}

/** What a row of a table may call a run, the most telling first. */
function namesOf({ name }: FoundLog, { task, session, place }: LogRun): (string | undefined)[] {
  const base = name.split("/").at(-1) ?? name;
  const bare = (text: string): string => text.replace(/\.[^./]+$/, "");
  const placed = place === undefined ? [] : [`${name}#${place.replace(/\D/g, "")}`, `${base}#${place.replace(/\D/g, "")}`];
  return [...placed, name, bare(name), base, bare(base), session, task];
}

function originOf(
  { name }: FoundLog,
  run: LogRun,
  trajectory: TrajectoryRecord,
  inFile: number,
  row: { readonly passed: boolean | null; readonly line: number } | undefined,
): OriginRun {
  const bare = name.replace(/\.[^./]+$/, "");
  const task = run.task ?? (inFile === 1 ? bare : `${bare}#${(run.place ?? "").replace(/\D/g, "")}`);
  const passed = row === undefined ? run.outcome?.passed : row.passed;
  const from = row === undefined ? run.outcome?.from : `line ${row.line} of the table`;
  return {
    episode: hashJson(trajectory),
    ...(run.place === undefined ? {} : { place: run.place }),
    task,
    ...(run.session === undefined ? {} : { session: run.session }),
    turns: trajectory.steps.length,
    outcome: passed === undefined || passed === null ? "unknown" : passed ? "passed" : "failed",
    ...(from === undefined ? {} : { from }),
    notes: [...run.notes],
  };
}

/** Equal runs of which one log says nothing are as the other says; of two that contradict each other nothing is known. */
function joinOutcomes(before: CollectedRun, other: OriginRun, file: string): CollectedRun {
  if (other.outcome === "unknown") return before;
  if (before.outcome === "unknown" && before.contradicted !== true)
    return { ...before, outcome: other.outcome, from: `${other.from ?? "an outcome"} of ${file}` };
  return { ...before, outcome: "unknown", contradicted: true, from: `contradicted by ${file}` };
}
