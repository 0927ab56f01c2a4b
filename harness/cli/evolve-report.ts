import type { Origin } from "../core/origin.ts";
import type { LogCalls, LogEstimate } from "../experiment/evolution/estimate-logs.ts";
import { rounded } from "./render-estimate.ts";

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** Names shown of a list that may be long. */
const mostNamed = 20;

/** Sentences about what was read: files and formats, outcomes, secrets, and by name whatever was left out. Texts from logs are shown as they are: whoever prints escapes them. */
export function describeReading(read: Pick<Origin, "logs" | "leftOut" | "redacted" | "outcomes">, unmatched: readonly string[]): string[] {
  const { logs, leftOut, redacted, outcomes } = read;
  const formats = new Map<string, number>();
  for (const { format } of logs) formats.set(format, (formats.get(format) ?? 0) + 1);
  const all = logs.flatMap((log) => log.runs.map((run) => ({ file: log.file, ...run })));
  const once = all.filter(({ sameAs }) => sameAs === undefined);
  const repeated = all.filter(({ sameAs }) => sameAs !== undefined);
  const of = (outcome: string): number => once.filter((run) => run.outcome === outcome).length;
  const treated = { skip: "not studied", error: "studied as failures", success: "studied as successes" }[outcomes.unknown];
  const hint =
    outcomes.unknown === "skip" && of("unknown") > 0 ? "; --outcomes FILE.csv names them, --unknown error or success assumes" : "";
  const secrets = Object.values(redacted).reduce((sum, n) => sum + n, 0);
  const kinds = Object.entries(redacted)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([kind, n]) => `${n} ${kind}`);
  return [
    `${count(once.length, "run")} in ${count(logs.length, "file")}${formats.size === 0 ? "" : ` (${[...formats].map(([name, n]) => `${n} ${name}`).join(", ")})`}, ${leftOut.length} left out`,
    `outcomes: ${of("passed")} passed, ${of("failed")} failed, ${of("unknown")} unknown${of("unknown") > 0 ? ` (${treated}${hint})` : ""}`,
    secrets === 0
      ? "no secrets were recognised; look yourself before you share what comes of these logs"
      : `${count(secrets, "secret")} taken out before anything was stored or sent: ${kinds.join(", ")}`,
    ...some(leftOut, ({ file, why }) => `left out: ${file} ${why}`, "files left out"),
    ...some(repeated, ({ file, sameAs }) => `counted once: ${file} holds the same run as ${sameAs}`, "repeated runs"),
    ...some(
      once.filter(({ contradicted }) => contradicted === true),
      ({ file, from }) => `outcome taken for unknown: ${file} is ${from}`,
      "contradicted outcomes",
    ),
    ...some(notesBy([...logs, ...once]), ([note, files]) => `not read of ${named(files)}: ${note}`, "such parts"),
    ...some(unmatched, (name) => `the table of outcomes names "${name}", which is no log here`, "names of the table"),
  ];
}

/** Files by what was not read of them. */
function notesBy(logs: readonly { readonly file: string; readonly notes: readonly string[] }[]): [string, string[]][] {
  const files = new Map<string, string[]>();
  for (const { file, notes } of logs) for (const note of notes) files.set(note, [...(files.get(note) ?? []), file]);
  return [...files];
}

const named = ([first = "", ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} and ${count(others.length, "other log")}`;

function some<T>(list: readonly T[], sentence: (one: T) => string, what: string): string[] {
  const left = list.length - mostNamed;
  return [...list.slice(0, mostNamed).map(sentence), ...(left > 0 ? [`… and ${left} more ${what}, all named in origin.json`] : [])];
}

/** `--dry-run`: calls by stage, and what at least the missing analyses send. */
export function describeEstimate(estimate: LogEstimate, promptPrice: number | undefined): string[] {
  const { analyses, patches, merges, chars } = estimate;
  const stage = (name: string, { asked, missing, atMost }: LogCalls): string => `${name} ${atMost ? "up to " : ""}${missing} of ${asked}`;
  const tokens = tokensOf(chars);
  const cost = promptPrice === undefined ? "cost unknown (the model has no prices)" : `$${((tokens * promptPrice) / 1e6).toFixed(2)}`;
  return [
    `calls missing: ${stage("analyses", analyses)}, ${stage("patches", patches)}, ${stage("merges", merges)}; translations and repairs on top`,
    `the missing analyses send about ${rounded(tokens)} tokens (4 characters a token): ${cost}; their replies and the later stages come on top`,
  ];
}

/** Tokens of so many characters, at the usual four a token. */
export const tokensOf = (chars: number): number => Math.ceil(chars / 4);

/** What came out. */
export interface EvolveSummary {
  readonly out: string;
  readonly state: Origin["state"];
  readonly note?: string;
  readonly simulated: boolean;
  readonly studied: number;
  readonly accepted: number;
  readonly patches: number;
  readonly editsProposed: number;
  readonly editsApplied: number;
  readonly lines: number;
  readonly references: number;
}

/** The end of a run, for people. */
export function describeEvolved(one: EvolveSummary): string[] {
  const skill =
    one.state === "evolved"
      ? `${one.editsApplied} of ${one.editsProposed} edits are in the skill: ${count(one.lines, "line")} and ${count(one.references, "reference")}`
      : one.state === "unchanged"
        ? "no edit was left to apply: the skill is the start skill"
        : `no result passed the format check and the skill is the start skill: ${one.note ?? ""}`;
  return [
    `${count(one.studied, "run")} studied, ${one.accepted} gave lessons, ${count(one.patches, "patch").replace(/patchs$/, "patches")}; ${skill}`,
    "nothing certifies these lessons: there is no benchmark to try a fix on, so analysts read the logs in one call each; measure the skill before you trust it",
    ...(one.simulated ? ["SIMULATED author: this shows that the program works, and nothing else"] : []),
    `${one.out}/skill (t2s skill explain ${one.out} says where its lines come from)`,
  ];
}
