import type { SkillEdit } from "../../core/evolution.ts";
import { decodeUtf8 } from "../front-matter.ts";
import type { SkillFile } from "../read-directory.ts";
import { checkPath, type Refusal, refuse } from "./edit-path.ts";
import { findSection, findText, trimLines } from "./find-anchor.ts";
import { type Insertion, insertAtEnd, insertBeside, insertSection } from "./insertion-point.ts";
import { definedTwice, definitionsIn } from "./link-definitions.ts";
import { lastTextLine, type Outline, outlineOf, type Section } from "./outline.ts";
import { type EditRules, type Place, placeOf, type Range, type Resolution } from "./place.ts";
import { brokenSigns, type Content, readContent } from "./read-content.ts";
import { removal, replaceText } from "./replace-text.ts";
import { withLf } from "./text-lines.ts";

/** Answers already given, by start skill and edit: the stages of a merge ask about the same edits again and again. */
const known = new WeakMap<readonly SkillFile[], WeakMap<SkillEdit, { readonly rules: EditRules; readonly resolution: Resolution }>>();
const outlines = new WeakMap<SkillFile, Outline | null>();
const noRules: EditRules = {};

/**
 * Where an edit lands in S0, or the reason and a sentence why it does not. Pure; judges the edit alone, not together with others (`findConflicts`, `unpaired`).
 * An anchor has to fit exactly one place, a path has to be on the white list, front matter is never touched, and no line outside of the edit may read as anything
 * else afterwards. The arguments must not be changed later: answers are remembered by identity.
 */
export function resolveEdit(start: readonly SkillFile[], edit: SkillEdit, rules: EditRules = noRules): Resolution {
  const answers = known.get(start) ?? new WeakMap<SkillEdit, { readonly rules: EditRules; readonly resolution: Resolution }>();
  known.set(start, answers);
  const answer = answers.get(edit);
  if (answer !== undefined && answer.rules === rules) return answer.resolution;
  const result = resolve(start, edit, rules);
  const resolution: Resolution = "ok" in result ? result : { ok: true, place: result };
  answers.set(edit, { rules, resolution });
  return resolution;
}

/** Outline of a file of S0, made once; null for what is no UTF-8 text or begins with a byte order mark. */
export function outlineOfFile(file: SkillFile): Outline | null {
  const made = outlines.get(file);
  if (made !== undefined) return made;
  const decoded = decodeUtf8(file.bytes);
  const outline = "text" in decoded && !decoded.text.startsWith("\uFEFF") ? outlineOf(decoded.text) : null;
  outlines.set(file, outline);
  return outline;
}

function resolve(start: readonly SkillFile[], edit: SkillEdit, rules: EditRules): Place | Refusal {
  const refused = checkPath(edit.file, edit.op, start, rules);
  if (refused !== null) return refused;
  if (edit.op === "create") return createFile(edit.file, edit.content);
  const file = start.find((other) => other.path === edit.file);
  const outline = file === undefined ? null : outlineOfFile(file);
  if (edit.op === "delete_file")
    return { ...placeOf(edit.file, { from: 0, to: outline?.text.length ?? file?.bytes.byteLength ?? 0 }), kind: "delete-file" };
  if (outline === null)
    return refuse("invalid", `"${edit.file}" is not plain UTF-8 text without a byte order mark, so it cannot be edited.`);
  switch (edit.op) {
    case "append_to_section": {
      const section = findSection(outline, edit.target_section, edit.file);
      const content = readContent(edit.content, edit.file);
      if ("ok" in section) return section;
      if ("ok" in content) return content;
      return insertion(outline, edit.file, content, insertAtEnd(outline, section, content), section.heading);
    }
    case "insert_after":
    case "insert_before": {
      const anchor = anchorOf(outline, edit.file, edit.target_text, edit.target_section);
      const content = readContent(edit.content, edit.file);
      if ("ok" in anchor) return anchor;
      if ("ok" in content) return content;
      const side = edit.op === "insert_after" ? "after" : "before";
      return insertion(outline, edit.file, content, insertBeside(outline, anchor, side, content), anchor);
    }
    case "add_section":
      return addSection(outline, edit);
    case "delete_section": {
      const section = findSection(outline, edit.target_section, edit.file);
      return "ok" in section ? section : deleteSection(outline, edit.file, section);
    }
    case "replace_in_section": {
      const range = anchorOf(outline, edit.file, edit.old_text, edit.target_section);
      return "ok" in range ? range : replaceText(outline, edit.file, range, edit.content);
    }
  }
}

function createFile(file: string, raw: string): Place | Refusal {
  const content = readContent(raw, file);
  if ("ok" in content) return content;
  const headings = content.headings.map((heading) => heading.key);
  return { ...placeOf(file, { from: 0, to: 0 }), kind: "create", text: content.text, headings };
}

function anchorOf(outline: Outline, file: string, text: string, heading: string | undefined): Range | Refusal {
  if (text.trim() === "") return refuse("invalid", "The text to be found is empty; give a text that stands in the file exactly once.");
  // Half of a surrogate pair would be found inside a whole one, and cut it.
  const strange = brokenSigns(text);
  if (strange !== null) return strange;
  const section = heading === undefined ? null : findSection(outline, heading, file);
  if (section !== null && "ok" in section) return section;
  return findText(outline, text, section, file);
}

function insertion(outline: Outline, file: string, content: Content, found: Insertion | Refusal, needs: Range | null): Place | Refusal {
  if ("ok" in found) return found;
  const twin = duplicateOf(outline, file, content);
  if (twin !== null) return twin;
  const { at, order, text, joins } = found;
  const headings = content.headings.map((heading) => heading.key).filter((key) => key !== "");
  return { ...placeOf(file, { from: at, to: at }), kind: "insert", order, text, joins, needs, headings };
}

function duplicateOf(outline: Outline, file: string, content: Content): Refusal | null {
  for (const { key, title } of content.headings) {
    const there = outline.sections.find((section) => section.key === key && key !== "");
    if (there !== undefined)
      return refuse(
        "duplicate-heading",
        `The heading "${title}" stands in line ${there.lineNumber} already; edit that section, or choose another.`,
      );
  }
  const own = definitionsIn(content.root);
  if (own.length === 0) return null;
  const known = new Set(definitionsIn(outline.root).map(({ identifier }) => identifier));
  const twin = own.find(({ identifier }) => known.has(identifier));
  if (twin !== undefined) return refuse("invalid", definedTwice(twin, file));
  return null;
}

function addSection(outline: Outline, edit: SkillEdit & { readonly op: "add_section" }): Place | Refusal {
  const heading = edit.target_section.trim();
  const level = /^(#{1,6}) \S[^\r\n]*$/.exec(heading)?.[1]?.length;
  if (level === undefined) return refuse("invalid", `"${heading}" is not one heading line such as "## Checks".`);
  const body = trimLines(withLf(edit.content));
  // Writers often repeat the heading at the top of the content; it is put in once.
  const rest = body === heading || body.startsWith(`${heading}\n`) ? body.slice(heading.length) : body;
  if (rest.trim() === "") return refuse("invalid", `The new section "${heading}" has no text.`);
  const whole = readContent(`${heading}\n\n${trimLines(rest)}`, edit.file);
  if ("ok" in whole) return whole;
  const [own, ...inner] = whole.headings;
  if (own?.level !== level) return refuse("invalid", `"${heading}" does not read as a heading of level ${level}.`);
  const outer = inner.find((other) => other.level <= level);
  if (outer !== undefined)
    return refuse(
      "invalid",
      `The heading "${outer.title}" in the content would end the new section "${heading}"; add it as a section of its own.`,
    );
  const after = edit.after_section === undefined ? null : findSection(outline, edit.after_section, edit.file);
  if (after !== null && "ok" in after) return after;
  const found = insertSection(outline, after, level, whole.text);
  if ("ok" in found) return found;
  // The section it becomes part of has to stay; the one it is put behind may go.
  const parent = outline.sections.findLast((section) => section.from < found.at && section.to > found.at - 1 && section.level < level);
  return insertion(outline, edit.file, whole, found, parent?.heading ?? null);
}

function deleteSection(outline: Outline, file: string, section: Section): Place | Refusal {
  const first = outline.sections[0];
  if (section === first && section.level === 1)
    return refuse("invalid", `"${section.line}" is the title of ${file}; delete the sections that are meant, or the file.`);
  const range = { from: section.from, to: outline.lines[lastTextLine(outline, section.to)]?.to ?? section.to };
  return removal(outline, file, range);
}
