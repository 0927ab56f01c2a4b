/** Replacements and removals. Unlike insertions they can change how the lines around them read, so each is tried on the whole file. */
import { composeText } from "./compose-text.ts";
import { type Refusal, refuse } from "./edit-path.ts";
import { trimLines } from "./find-anchor.ts";
import { checkOutcome } from "./keeps-structure.ts";
import type { Outline } from "./outline.ts";
import { type Place, placeOf, type Range } from "./place.ts";
import { readContent, strangeSigns } from "./read-content.ts";
import { lineIndexAt, withLf } from "./text-lines.ts";

/** Takes whole lines out; refused when nothing but front matter would be left. */
export function removal(outline: Outline, file: string, range: Range): Place | Refusal {
  const left = outline.text.slice(outline.frontMatter?.to ?? 0, range.from) + outline.text.slice(range.to);
  if (left.trim() === "") return refuse("invalid", `Nothing would be left of ${file}.`);
  return judged(outline, { ...placeOf(file, range), kind: "remove" });
}

/** Puts a text in the place of another; the outcome is judged by reading the whole file again. */
export function replaceText(outline: Outline, file: string, range: Range, raw: string): Place | Refusal {
  const strange = strangeSigns(raw);
  if (strange !== null) return strange;
  const text = trimLines(withLf(raw));
  const [first, last] = [outline.lines[lineIndexAt(outline.lines, range.from)], outline.lines[lineIndexAt(outline.lines, range.to - 1)]];
  const before = outline.text.slice(first?.from ?? 0, range.from);
  const after = outline.text.slice(range.to, last?.to ?? range.to);
  if (text.trim() === "" && before.trim() === "" && after.trim() === "")
    return removal(outline, file, { from: first?.from ?? range.from, to: last?.to ?? range.to });
  if (text === withLf(outline.text.slice(range.from, range.to))) return refuse("invalid", "The replacement equals the text it replaces.");
  const fence = outline.fences.find((one) => one.from < range.to && range.from < one.to);
  const isWhole = (one: Range): boolean => range.from <= one.from && one.to <= range.to;
  const isCode = fence !== undefined && fence.from <= range.from && range.to <= fence.to && !isWhole(fence);
  if (!isCode && outline.fences.some((one) => one.from < range.to && range.from < one.to && !isWhole(one)))
    return refuse("invalid", "The text to be replaced holds only a part of a code block; take the whole block, or text inside of it.");
  const torn = isCode ? null : tornPart(outline, range, text);
  if (torn !== null) return torn;
  const problem = isCode || text.trim() === "" ? null : fitProblem(raw, file, before, after);
  if (problem !== null) return problem;
  return judged(outline, { ...placeOf(file, range), kind: "replace", text }, isCode);
}

/** Headings and rows are single lines: nothing reaches into one from outside, and what stands inside of one stays one line without new cells. */
function tornPart(outline: Outline, range: Range, text: string): Refusal | null {
  const inside = (one: Range): boolean => one.from <= range.from && range.to <= one.to;
  const cut = outline.sections.find(
    ({ heading }) =>
      heading.from < range.to && range.from < heading.to && !inside(heading) && !(range.from <= heading.from && heading.to <= range.to),
  );
  if (cut !== undefined)
    return refuse("invalid", `The text to be replaced holds only a part of the heading "${cut.line}"; take the whole line, or none of it.`);
  const [first, last] = [lineIndexAt(outline.lines, range.from), lineIndexAt(outline.lines, Math.max(range.from, range.to - 1))];
  const line = outline.lines[first];
  const isWholeLine = line !== undefined && range.from <= line.from && line.to <= range.to + 2;
  const inTable = outline.tables.some((table) => table.from <= range.from && range.to <= table.to);
  const inHeading = outline.sections.some(({ heading }) => inside(heading) && !(range.from <= heading.from && heading.to <= range.to));
  if (first !== last || isWholeLine || !(inTable || inHeading)) return null;
  if (text.includes("\n"))
    return refuse("invalid", "The replacement has several lines but stands inside one line of a table or a heading.");
  const bars = (one: string): number => one.replace(/\\\|/g, "").split("|").length;
  if (inTable && bars(text) !== bars(outline.text.slice(range.from, range.to)))
    return refuse("invalid", "The replacement changes the number of cells in a row of a table; replace the whole row.");
  return null;
}

/** Within a line only running text can be replaced by running text; what is more than a paragraph needs lines of its own. */
function fitProblem(raw: string, file: string, before: string, after: string): Refusal | null {
  const content = readContent(raw, file);
  if ("ok" in content) return content;
  const blocks = content.root.children;
  if (before.trim() !== "" && blocks[0]?.type !== "paragraph")
    return refuse(
      "invalid",
      "The replacement begins with a block (heading, list, code) but replaces the middle of a line; take whole lines.",
    );
  if (after.trim() !== "" && (blocks.length !== 1 || blocks[0]?.type !== "paragraph"))
    return refuse(
      "invalid",
      "The replacement is more than one paragraph, but the line goes on behind the text it replaces; take whole lines.",
    );
  return null;
}

/** Tries the change on the file alone. */
function judged(outline: Outline, place: Place, isCode = false): Place | Refusal {
  const outcome = checkOutcome(place.file, outline, composeText(outline, [{ id: "edit", support: 1, place }]));
  if (outcome.problem !== null) return refuse("invalid", outcome.problem);
  // Balanced fences can still tear a block in two; then there is one more of them.
  if (isCode && outcome.outline.fences.length !== outline.fences.length)
    return refuse("invalid", "The replacement closes the code block it stands in and opens another; replace the whole block instead.");
  if (place.kind === "replace") {
    if (outcome.outline.text.slice(outcome.outline.frontMatter?.to ?? 0).trim() === "")
      return refuse("invalid", `Nothing would be left of ${place.file}.`);
    const old = outline.sections.filter((section) => section.from >= place.from && section.from < place.to).map((section) => section.key);
    const isNew = (key: string): boolean => key !== "" && !old.includes(key);
    const twin = outcome.added.find(({ key }) => isNew(key) && outcome.kept.some((other) => other.key === key));
    if (twin !== undefined) return refuse("duplicate-heading", `The file has another heading "${twin.line}" already; choose another.`);
  }
  return { ...place, headings: place.kind === "replace" ? outcome.added.map((section) => section.key).filter((key) => key !== "") : [] };
}
