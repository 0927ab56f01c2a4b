import { isTooDeep } from "./json-parts.ts";
import type { LogFile, LogFormat, LogRun } from "./log-run.ts";
import { isAtif, readAtif } from "./read-atif.ts";
import { isMessage, messagesIn, readMessages } from "./read-messages.ts";
import { isOwn, readOwn } from "./read-own.ts";
import { isSessionEvent, readSession } from "./read-session.ts";

export interface ReadLogOptions {
  /** Read every file as this, instead of telling by content. */
  readonly format?: LogFormat;
  /** A score in a file passes from here on. */
  readonly passAt: number;
}

const expected = "expected ATIF, chat messages, a Claude Code session or a trajectory of this program";

/** Runs of agents in the bytes of one file, whose format is told by its content. What cannot be read is a problem, as the clause of a sentence; nothing is thrown. */
export function readLogFile(bytes: Uint8Array, options: ReadLogOptions): LogFile {
  const text = decoded(bytes);
  if (typeof text !== "string") return text;
  const values = valuesIn(text);
  if ("problem" in values) return values;
  if (isTooDeep(values.values)) return { problem: "nests deeper than any log does" };
  const format = options.format ?? formatOf(values.values);
  if (format === undefined) return { problem: `is no log of a known kind; ${expected}` };
  const broken = values.broken === 0 ? [] : [`${values.broken} lines that are no JSON`];
  const read = readAs(format, values, options.passAt);
  const runs = read.flatMap((one) => ("run" in one ? [one.run] : []));
  const problems = read.flatMap((one) => ("problem" in one ? [one] : []));
  if (runs.length === 0) return { problem: problems[0]?.problem ?? `is no log of a known kind; ${expected}` };
  return { format, runs, notes: [...broken, ...problems.map(({ place, problem }) => `${place ?? "a conversation"}, which ${problem}`)] };
}

function decoded(bytes: Uint8Array): string | { readonly problem: string } {
  if (bytes.length === 0) return { problem: "is empty" };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { problem: "is compressed; unpack it first" };
  if (bytes.includes(0)) return { problem: "is a binary file" };
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { problem: "is no text in UTF-8" };
  }
}

/** What a file holds: one JSON value, or one a line. */
interface Values {
  readonly values: readonly unknown[];
  readonly lines: readonly number[] | undefined;
  readonly broken: number;
}

function valuesIn(text: string): Values | { readonly problem: string } {
  const start = text.trimStart();
  if (start === "") return { problem: "is empty" };
  if (start[0] !== "{" && start[0] !== "[") return { problem: `is neither JSON nor JSON lines; ${expected}` };
  const whole = parsed(text);
  if (whole !== undefined) return { values: [whole.value], lines: undefined, broken: 0 };
  const values: unknown[] = [];
  const lines: number[] = [];
  let broken = 0;
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const one = parsed(line);
    if (one === undefined) broken += 1;
    else {
      values.push(one.value);
      lines.push(i + 1);
    }
  }
  return values.length === 0 ? { problem: "is damaged JSON, and no line of it is JSON by itself" } : { values, lines, broken };
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** By the first value that is of a known kind; lines of one file are of one kind. */
function formatOf(values: readonly unknown[]): LogFormat | undefined {
  for (const value of values.flatMap((one) => (Array.isArray(one) ? [one, ...one.slice(0, 20)] : [one]))) {
    if (isOwn(value)) return "t2s";
    if (isAtif(value)) return "atif";
    if (messagesIn(value) !== undefined || isMessage(value)) return "messages";
    if (isSessionEvent(value)) return "claude-code";
  }
  return undefined;
}

type ReadOne = { readonly run: LogRun } | { readonly place?: string; readonly problem: string };

function readAs(format: LogFormat, { values, lines }: Values, passAt: number): ReadOne[] {
  // A list in one file: of events or messages it is one run, of anything else several.
  const [only] = values;
  const list = lines === undefined && Array.isArray(only) ? only : undefined;
  const entries = list ?? values;
  const placeOf = (i: number): string | undefined =>
    entries.length === 1 ? undefined : lines === undefined ? `entry ${i + 1}` : `line ${lines[i]}`;
  if (format === "claude-code") return [asOne(readSession(entries, passAt))];
  if (format === "messages" && entries.some(isMessage)) return [asOne(readMessages(entries.filter(isMessage), passAt))];
  const reader = { atif: readAtif, messages: readMessages, t2s: readOwn }[format];
  return entries.map((value, i) => asOne(reader(value, passAt), placeOf(i)));
}

function asOne(read: LogRun | { readonly problem: string }, place?: string): ReadOne {
  if ("problem" in read) return { ...(place === undefined ? {} : { place }), problem: read.problem };
  return { run: { ...read, ...(place === undefined ? {} : { place }) } };
}
