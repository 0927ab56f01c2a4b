import type { Definition } from "mdast";
import { checkMarkdown } from "../check-markdown.ts";
import { allNodes } from "../parse-markdown.ts";
import { type ComposedLine, joinLines } from "./compose-text.ts";
import { definedTwice, definitionsIn } from "./link-definitions.ts";
import { type Outline, outlineOf, type Section } from "./outline.ts";
import { lineIndexAt } from "./text-lines.ts";

/** What an edit made of a file, as far as it concerns the lines it did not touch. */
export interface Outcome {
  readonly outline: Outline;
  /** Headings that stand in lines of an edit. */
  readonly added: readonly Section[];
  /** Headings in lines that are as they were. */
  readonly kept: readonly Section[];
  /** One sentence when a line that was left alone reads as something else now, or the file has an error it did not have; else null. */
  readonly problem: string | null;
}

/** Reads a composed file again and compares: code stays code, headings stay headings, no error is new, and no link label is defined once more. */
export function checkOutcome(file: string, start: Outline, lines: readonly ComposedLine[]): Outcome {
  const outline = outlineOf(joinLines(lines));
  const before = startFacts(file, start);
  const after = lineKinds(outline);
  const headingLine = (section: Section): ComposedLine | undefined => lines[lineIndexAt(outline.lines, section.from)];
  const added = outline.sections.filter((section) => (headingLine(section)?.edit ?? null) !== null);
  const kept = outline.sections.filter((section) => (headingLine(section)?.edit ?? null) === null);
  const result = { outline, added, kept };

  const changed = lines.findIndex(({ from, text }, i) => from !== null && text.trim() !== "" && before.kinds[from] !== after[i]);
  if (changed >= 0) {
    const { text, from } = lines[changed] ?? { text: "", from: null };
    return {
      ...result,
      problem: `Line ${(from ?? 0) + 1} ("${text.trim().slice(0, 60)}") would read as ${after[changed]} instead of ${before.kinds[from ?? 0]}.`,
    };
  }
  const expected = new Map<string, number>();
  for (const { message } of before.errors) expected.set(message, (expected.get(message) ?? 0) + 1);
  for (const finding of errorsOf(file, outline)) {
    const left = expected.get(finding.message) ?? 0;
    if (left === 0) return { ...result, problem: `Line ${finding.line} of the result: ${finding.message}` };
    expected.set(finding.message, left - 1);
  }
  const twin = newlyRepeated(definitionsIn(outline.root), before.labels);
  return { ...result, problem: twin === undefined ? null : definedTwice(twin, file) };
}

/** A definition whose label now stands more than once, and more often than before. */
function newlyRepeated(definitions: readonly Definition[], labels: readonly string[]): Definition | undefined {
  const left = new Map<string, number>();
  for (const label of labels) left.set(label, (left.get(label) ?? 0) + 1);
  const seen = new Set<string>();
  return definitions.find(({ identifier }) => {
    const isKnown = (left.get(identifier) ?? 0) > 0;
    left.set(identifier, (left.get(identifier) ?? 0) - 1);
    const isTwin = seen.has(identifier) && !isKnown;
    seen.add(identifier);
    return isTwin;
  });
}

interface StartFacts {
  readonly kinds: readonly string[];
  readonly errors: readonly { readonly message: string }[];
  /** Of the link definitions, in reading order. */
  readonly labels: readonly string[];
}

/** S0 is compared with again and again. */
const known = new WeakMap<Outline, StartFacts>();

function startFacts(file: string, start: Outline): StartFacts {
  const facts = known.get(start) ?? {
    kinds: lineKinds(start),
    errors: errorsOf(file, start),
    labels: definitionsIn(start.root).map(({ identifier }) => identifier),
  };
  known.set(start, facts);
  return facts;
}

function errorsOf(file: string, outline: Outline): { readonly line: number; readonly message: string }[] {
  return checkMarkdown(file, outline.text, outline.root).filter((finding) => finding.severity === "error" && finding.rule !== "crlf");
}

/** For every line what it is part of. */
function lineKinds(outline: Outline): string[] {
  const kinds = outline.lines.map(() => "text");
  const mark = (from: number, to: number, kind: string): void => {
    for (let i = lineIndexAt(outline.lines, from); i >= 0 && i <= lineIndexAt(outline.lines, Math.max(from, to - 1)); i++) kinds[i] = kind;
  };
  if (outline.frontMatter !== null) mark(outline.frontMatter.from, outline.frontMatter.to, "front matter");
  for (const { heading, level } of outline.sections) mark(heading.from, heading.to, `a heading of level ${level}`);
  for (const { from, to } of outline.tables) mark(from, to, "a table");
  for (const node of allNodes(outline.root)) {
    const { start, end } = node.position ?? {};
    if (node.type === "html" && start?.offset !== undefined && end?.offset !== undefined) mark(start.offset, end.offset, "HTML");
  }
  for (const { from, to } of outline.fences) mark(from, to, "code");
  return kinds;
}
