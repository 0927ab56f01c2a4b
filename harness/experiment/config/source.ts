import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { type Document, isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { messageOf, UsageError } from "../../core/errors.ts";

/** Way to a value inside a config: keys and list indices. */
export type ConfigPath = readonly (string | number)[];

/** A part of a config set on the command line: `--set arms.0.name=x`. */
export interface Override {
  readonly path: ConfigPath;
  /** As typed, left of the equals sign. */
  readonly key: string;
}

/** A part of the value that was made from another part of the file: an arm of a sweep, and the values set in it. */
export interface Origin {
  readonly at: ConfigPath;
  readonly from: ConfigPath;
}

/** A parsed config file with positions. `value` has the overrides applied and is not validated. */
export interface ConfigSource {
  /** As shown in messages. */
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
  readonly overrides: readonly Override[];
  /** Where parts that are not in the file as they stand in `value` come from. */
  readonly origins?: readonly Origin[];
  readonly document: Document;
  readonly counter: LineCounter;
}

/** Something wrong in a config. `at: "key"` points at the key itself instead of its value. */
export interface Problem {
  readonly path: ConfigPath;
  /** What was expected and what was found, without final stop. */
  readonly message: string;
  readonly at?: "key";
}

const maxBytes = 1024 * 1024;
const shown = 10;

/** Reads and parses a YAML file. Throws UsageError with file, line and column for anything that is not one plain YAML document. */
export async function readSource(file: string): Promise<ConfigSource> {
  const display = shortPath(file);
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > maxBytes) throw new UsageError(`${display} has ${size} bytes; a config has at most ${maxBytes}, so this is the wrong file.`);
    text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${display} cannot be read: ${messageOf(cause)}; expected a YAML file in UTF-8.`, { cause });
  }
  return parseSource(text, display);
}

/** The same for text that is already there; `display` names it in messages. */
export function parseSource(text: string, display: string): ConfigSource {
  const counter = new LineCounter();
  // prettyErrors would quote the line in the message, and a line may hold a key.
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const error = document.errors[0] ?? document.warnings[0];
  if (error !== undefined) {
    const { line, col } = counter.linePos(error.pos[0]);
    throw new UsageError(`${display}:${line}:${col}: not valid YAML: ${error.message.replace(/\s*\n\s*/g, " ").replace(/[.:]$/, "")}.`);
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    JSON.stringify(value); // an alias that refers to itself makes a cycle
    return { path: display, text, value, overrides: [], document, counter };
  } catch (cause) {
    throw new UsageError(`${display}:1:1: the YAML cannot be resolved: ${messageOf(cause)}.`, { cause });
  }
}

/** The UsageError for problems of one config: one line each, the first ten, with the place they come from. */
export function configError(source: ConfigSource, problems: readonly Problem[]): UsageError {
  // What is wrong in one place of the file is wrong in every arm that was made of it.
  const placed = problems.map((problem) => ({ problem, at: inFile(source, problem) }));
  const first = placed.filter(
    ({ problem, at }, i) => problem === at || placed.findIndex((other) => pathText(other.at.path) === pathText(at.path)) === i,
  );
  const all = first.map(({ at }) => describe(source, at));
  const lines = all.slice(0, shown);
  if (lines.length === 1) return new UsageError(lines[0]);
  const rest = all.length - lines.length;
  const more = rest > 0 ? [`… and ${rest} more.`] : [];
  return new UsageError([`${source.path} has ${all.length} problems:`, ...lines, ...more].join("\n"));
}

/** The problem at the place of the file that its part was made from. */
function inFile({ origins = [] }: ConfigSource, problem: Problem): Problem {
  const { path } = problem;
  const around = origins.filter(({ at }) => startsWith(path, at)).sort((a, b) => b.at.length - a.at.length)[0];
  if (around !== undefined && around.from[0] !== "arms") {
    // The key of a swept path is one of the sweep; what lies below a swept value is in the value.
    const isKey = problem.at === "key" && around.at.length === path.length;
    return { ...problem, path: isKey ? around.from.slice(0, -1) : [...around.from, ...path.slice(around.at.length)] };
  }
  // A wrong key on the way to a swept value was written as part of the path.
  const below = origins.find(({ at, from }) => from[0] !== "arms" && startsWith(at, path) && problem.at === "key");
  if (below !== undefined) return { ...problem, path: below.from.slice(0, -1) };
  return around === undefined ? problem : { ...problem, path: [...around.from, ...path.slice(around.at.length)] };
}

const startsWith = (whole: ConfigPath, start: ConfigPath): boolean => start.every((part, i) => String(part) === String(whole[i]));

/** `file:line:column: key: message.`; parts that came from the command line are named by their option instead. */
function describe(source: ConfigSource, problem: Problem): string {
  const key = problem.path.length === 0 ? "" : `${pathText(problem.path)}: `;
  const override = overrideOf(source, problem.path);
  const message = problem.message.replace(/[.]$/, "");
  const stop = message.endsWith("?") ? "" : ".";
  if (override !== undefined) return `--set ${override.key}: ${key}${message}${stop}`;
  const { line, col } = position(source, problem);
  return `${source.path}:${line}:${col}: ${key}${message}${stop}`;
}

/** The option that set the value or something around it, or that made the part of the path which is not in the file. */
function overrideOf(source: ConfigSource, path: ConfigPath): Override | undefined {
  let depth = 0;
  while (depth < path.length && source.document.hasIn(path.slice(0, depth + 1))) depth += 1;
  const made = path.slice(0, depth + 1);
  return source.overrides.findLast((one) => startsWith(path, one.path) || (depth < path.length && startsWith(one.path, made)));
}

/** `arms.0.name` */
export function pathText(parts: ConfigPath): string {
  return parts.join(".");
}

/** Where a value stands, or the innermost thing around it that is in the file. */
function position(source: ConfigSource, problem: Problem): { line: number; col: number } {
  for (let length = problem.path.length; length > 0; length -= 1) {
    const parts = problem.path.slice(0, length);
    const key = keyNode(source.document, parts);
    const value = source.document.getIn(parts, true);
    const wantsKey = problem.at === "key" || isCollection(value) || length < problem.path.length;
    const node = wantsKey ? (key ?? value) : (value ?? key);
    const range = (node as Node | null | undefined)?.range;
    if (range !== null && range !== undefined) return source.counter.linePos(range[0]);
  }
  const start = source.document.contents?.range?.[0] ?? 0;
  return source.counter.linePos(start);
}

function keyNode(document: Document, parts: ConfigPath): Node | undefined {
  const parent: unknown = parts.length === 1 ? document.contents : document.getIn(parts.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const wanted = String(parts.at(-1));
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === wanted);
  return isScalar(pair?.key) ? pair.key : undefined;
}

/** Relative to the current directory when the file lies below it. */
export function shortPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative === "" || relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}
