/** Which notes stand together in one reference. */
import type { SkillEdit, TracedEdit } from "../../core/evolution.ts";
import { sha256 } from "../../core/json.ts";
import { outlineOfFile, resolveEdit } from "../../skill/edit/resolve-edit.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { leadsTo } from "./pair-groups.ts";
import { type Note, noteOf } from "./reference-notes.ts";
import { behind } from "./support.ts";

/** Notes of one reference. `path` is where it would like to be; the strongest topic and the strongest note come first. */
export interface Topic {
  readonly title: string;
  readonly path: string;
  readonly notes: readonly Note[];
}

/** `mute` are edits of which no text is left to note and whose new file is no note either. */
export function topicsOf(
  start: readonly SkillFile[],
  aside: readonly TracedEdit[],
): { readonly topics: Topic[]; readonly mute: TracedEdit[] } {
  const gone = aside.flatMap(({ edit }) => (edit.op === "create" ? [edit.file] : []));
  const notes = new Map<string, Note>();
  const riders: TracedEdit[] = [];
  for (const traced of aside) {
    const note = noteOf(
      traced,
      gone.filter((file) => file !== traced.edit.file),
      topicOf(start, traced.edit),
    );
    if (note === null) riders.push(traced);
    else notes.set(traced.id, note);
  }
  const mute = riders.filter((rider) => {
    // An edit that was nothing but a link stands behind the file it led to.
    const target = [...notes].find(([, note]) => note.path !== undefined && leadsTo(rider.edit, note.path));
    if (target !== undefined) notes.set(target[0], { ...target[1], edits: [...target[1].edits, rider] });
    return target === undefined;
  });
  const byPath = new Map<string, Note[]>();
  for (const note of notes.values()) {
    const path = note.path ?? `references/notes-${slugOf(note.topic)}.md`;
    byPath.set(path, [...(byPath.get(path) ?? []), note]);
  }
  const topics = [...byPath].map(([path, members]): Topic => ({ path, title: titleOf(members), notes: strongestFirst(members) }));
  return { topics: topics.sort((a, b) => weightOf(b) - weightOf(a) || (a.path < b.path ? -1 : 1)), mute };
}

/** One topic for several: what is left when there is no room for a file each. */
export function joinTopics(topics: readonly Topic[]): Topic {
  return { title: "Further notes", path: "references/notes-further.md", notes: strongestFirst(topics.flatMap(({ notes }) => notes)) };
}

/** Distinct tasks behind a note. */
export function noteSupport(note: Note): number {
  return behind(note.edits).tasks.length;
}

function weightOf(topic: Topic): number {
  return behind(topic.notes.flatMap(({ edits }) => edits)).tasks.length;
}

/** Stable: equally supported notes stay in the order of their edits. */
function strongestFirst(notes: readonly Note[]): Note[] {
  return [...notes].sort((a, b) => noteSupport(b) - noteSupport(a));
}

function titleOf(notes: readonly Note[]): string {
  const [only] = notes;
  return only === undefined ? "Further notes" : only.path !== undefined ? only.title : `Notes on ${only.topic}`;
}

/** The section of SKILL.md (level 2 or higher, where there is one) that an edit adds to; for a new section the one it follows, else itself. */
function topicOf(start: readonly SkillFile[], edit: SkillEdit): string {
  const main = start.find(({ path }) => path === "SKILL.md");
  if (main === undefined || edit.file !== "SKILL.md" || edit.op === "create") return "further points";
  if (edit.op === "add_section" && edit.after_section === undefined) return bare(edit.target_section);
  const named = edit.op === "add_section" ? edit.after_section : "target_section" in edit ? edit.target_section : undefined;
  const sections = outlineOfFile(main)?.sections ?? [];
  const resolution = resolveEdit(start, edit);
  const at = resolution.ok ? Math.max(0, resolution.place.from - 1) : undefined;
  let index = sections.findLastIndex((section) =>
    at === undefined ? bare(section.line) === bare(named ?? "") : section.from <= at && at < section.to,
  );
  while ((sections[index]?.level ?? 0) > 2 && (sections[index]?.parent ?? -1) >= 0) index = sections[index]?.parent ?? -1;
  const found = sections[index];
  return found === undefined ? (named === undefined ? "further points" : bare(named)) : bare(found.line);
}

function bare(heading: string): string {
  return heading
    .replace(/^\s*#+\s*/, "")
    .replace(/\s+#+\s*$/, "")
    .replace(/[<>[\]`*_]/g, "")
    .trim();
}

/** Letters and digits of ASCII with dashes; titles of which nothing is left that way are named by their hash. */
export function slugOf(title: string): string {
  const plain = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return slug === "" ? sha256(title).slice(0, 8) : slug;
}
