import type { Departure, SkillEdit, TracedEdit } from "../../core/evolution.ts";
import { findConflicts } from "../../skill/edit/find-conflicts.ts";
import { outlineOfFile, resolveEdit } from "../../skill/edit/resolve-edit.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { countLines, type SkillSizes, skillTexts } from "../propose/show-skill.ts";
import { lexicalProfile, similarity } from "./lexical-similarity.ts";
import { joinTopics, noteSupport, type Topic, topicsOf } from "./note-topics.ts";
import type { Note } from "./reference-notes.ts";
import { behind } from "./support.ts";

export interface Routing {
  /** Edits that write the notes, `n1`, `n2` …, and one, `n0`, that links the new files; each stands on what it carries. */
  readonly edits: readonly TracedEdit[];
  readonly departures: readonly Departure[];
}

interface Packed {
  readonly pages: readonly Page[];
  readonly tooMuch: readonly Note[];
  readonly unfit: readonly Note[];
}

interface Page {
  readonly title: string;
  readonly path: string;
  readonly notes: readonly Note[];
  readonly content: string;
}

/**
 * Writes edits that were set aside into references: a file for each section of SKILL.md they were meant for, as far as `sizes.references` allows, the rest in one file;
 * where no file may be added, into the references that resemble them most. New files are linked from SKILL.md with a line that says when to read them. What finds no room
 * departs with `size-budget`. Equal edits give equal files.
 */
export function routeToReferences(
  start: readonly SkillFile[],
  main: readonly TracedEdit[],
  aside: readonly TracedEdit[],
  sizes: SkillSizes,
): Routing {
  const { topics, mute } = topicsOf(start, aside);
  const deleted = new Set(main.flatMap(({ edit }) => (edit.op === "delete_file" ? [edit.file] : [])));
  const created = main.flatMap(({ edit }) => (edit.op === "create" ? [edit.file] : []));
  const existing = skillTexts(start).texts.filter(({ path }) => path !== "SKILL.md" && !deleted.has(path));
  const room = Math.max(0, sizes.references - existing.length - new Set(created).size);
  const wanted = topics.length <= room ? topics : room > 0 ? [...topics.slice(0, room - 1), joinTopics(topics.slice(room - 1))] : [];
  const taken = [...start.map(({ path }) => path), ...created];
  const packed = packPages(start, wanted, room, taken, sizes.reference_lines);
  const added =
    room > 0
      ? { additions: [], tooMuch: [] }
      : addToExisting(
          start,
          main,
          topics.flatMap(({ notes }) => notes),
          existing,
          sizes.reference_lines,
        );
  const edits = [...packed.pages.map(createEdit), ...added.additions].map((edit, index): TracedEdit => ({ ...edit, id: `n${index + 1}` }));
  const link = linkEdit(start, [...main, ...edits], packed.pages);
  const depart = (traced: readonly TracedEdit[], reason: Departure["reason"], note: string): Departure[] =>
    traced.map(({ id }) => ({ edit: id, stage: "prevalence", reason, note }));
  return {
    edits: link === null ? edits : [...edits, link],
    departures: [
      ...depart(editsOf([...packed.tooMuch, ...added.tooMuch]), "size-budget", "The references have no room left for it."),
      ...depart(editsOf(packed.unfit), "invalid", "As a note it would spoil the reference it belongs to."),
      ...depart(mute, "unpaired-link", "It only led to a file that is not made."),
    ],
  };
}

function editsOf(notes: readonly Note[]): TracedEdit[] {
  return notes.flatMap(({ edits }) => edits);
}

/** Fills files up to the line limit. First every topic gets its first file; further ones are opened while there is room. Notes that would spoil a file are `unfit`. */
function packPages(start: readonly SkillFile[], topics: readonly Topic[], room: number, taken: readonly string[], limit: number): Packed {
  const used = new Set(taken);
  const pages: Page[] = [];
  const tooMuch: Note[] = [];
  const unfit: Note[] = [];
  const overflow: Topic[] = [];
  function fill(topic: Topic): void {
    const notes: Note[] = [];
    const rest: Note[] = [];
    const file = freePath(topic.path, used);
    const sound = soundNotes(start, { ...topic, path: file });
    unfit.push(...topic.notes.filter((note) => !sound.includes(note)));
    for (const note of sound) (countLines(pageText(topic.title, [...notes, note])) < limit ? notes : rest).push(note);
    if (notes.length === 0) tooMuch.push(...rest);
    else {
      used.add(file);
      pages.push({ title: topic.title, path: file, notes, content: pageText(topic.title, notes) });
      if (rest.length > 0) overflow.push({ ...topic, title: `${topic.title}, continued`, notes: rest });
    }
  }
  for (const topic of topics) fill(topic);
  for (let next = overflow.shift(); next !== undefined; next = overflow.shift()) {
    if (pages.length < room) fill(next);
    else tooMuch.push(...next.notes);
  }
  return { pages, tooMuch, unfit };
}

/** Notes that can stand in one file: all of them, as a rule, else those that can be added one by one. */
function soundNotes(start: readonly SkillFile[], { title, path: file, notes }: Topic): readonly Note[] {
  const canStand = (some: readonly Note[]): boolean => resolveEdit(start, { op: "create", file, content: pageText(title, some) }).ok;
  if (canStand(notes)) return notes;
  const sound: Note[] = [];
  for (const note of notes) if (canStand([...sound, note])) sound.push(note);
  return sound;
}

/** The text of a file of notes. A file that only holds what one edit wanted to create is that edit's own. */
function pageText(title: string, notes: readonly Note[]): string {
  const [only] = notes;
  const creation = only?.edits.find(({ edit }) => edit.op === "create")?.edit;
  if (notes.length === 1 && creation?.op === "create") return `${creation.content.replaceAll("\r\n", "\n").trim()}\n`;
  const titles = uniqueTitles([title], notes);
  const sections = notes.map((note, index) => `## ${titles[index]}\n\n${note.text}`.trim());
  return `# ${title}\n\nEach of these comes from few tasks. Use what fits the task at hand.\n\n${sections.join("\n\n")}\n`;
}

/** Titles of notes that differ from those already there and from each other to any reader, who may not see case. */
function uniqueTitles(there: readonly string[], notes: readonly Note[]): string[] {
  const used = new Set(there.map((title) => title.toLowerCase()));
  return notes.map(({ title }) => {
    let unique = title;
    for (let n = 2; used.has(unique.toLowerCase()); n++) unique = `${title} (${n})`;
    used.add(unique.toLowerCase());
    return unique;
  });
}

function freePath(path: string, used: ReadonlySet<string>): string {
  const lower = new Set([...used].map((one) => one.toLowerCase()));
  let free = path;
  for (let n = 2; lower.has(free.toLowerCase()); n++) free = path.replace(/\.md$/, `-${n}.md`);
  return free;
}

function createEdit(page: Page): Omit<TracedEdit, "id"> {
  return { edit: { op: "create", file: page.path, content: page.content }, ...behind(page.notes.flatMap(({ edits }) => edits)) };
}

/** One new section a note, at the end of the reference whose words are nearest; the files that a note does not fit into are passed over. */
function addToExisting(
  start: readonly SkillFile[],
  main: readonly TracedEdit[],
  notes: readonly Note[],
  existing: readonly { readonly path: string; readonly text: string; readonly lines: number }[],
  limit: number,
): { additions: Omit<TracedEdit, "id">[]; tooMuch: Note[] } {
  const files = existing.map(({ path, text, lines }) => {
    const growth = main.flatMap(({ edit }) => (edit.file === path && "content" in edit ? [countLines(edit.content) + 2] : []));
    const file = start.find((one) => one.path === path);
    const titles = (file === undefined ? null : outlineOfFile(file))?.sections.map(({ key }) => key) ?? [];
    return { path, profile: lexicalProfile(text), lines: growth.reduce((sum, n) => sum + n, lines), titles };
  });
  const additions: Omit<TracedEdit, "id">[] = [];
  const tooMuch: Note[] = [];
  for (const note of [...notes].sort((a, b) => noteSupport(b) - noteSupport(a))) {
    const profile = lexicalProfile(`${note.title}\n${note.text}`);
    const byNearness = files.map((file) => ({ file, near: similarity(profile, file.profile) })).sort((a, b) => b.near - a.near);
    const lines = countLines(note.text) + 4;
    const fitting = byNearness.map(({ file }) => file).find((file) => file.lines + lines < limit && noteEdit(start, note, file) !== null);
    const edit = fitting === undefined ? null : noteEdit(start, note, fitting);
    if (fitting === undefined || edit === null) {
      tooMuch.push(note);
      continue;
    }
    fitting.lines += lines;
    fitting.titles.push(edit.target_section.slice(3).toLowerCase());
    additions.push({ edit, ...behind(note.edits) });
  }
  return { additions, tooMuch };
}

function noteEdit(start: readonly SkillFile[], note: Note, file: { readonly path: string; readonly titles: readonly string[] }) {
  const [title = note.title] = uniqueTitles(file.titles, [note]);
  const edit = { op: "add_section", file: file.path, target_section: `## ${title}`, content: note.text } as const satisfies SkillEdit;
  return note.text !== "" && resolveEdit(start, edit).ok ? edit : null;
}

const linkSection = /^(?:references?|further (?:notes|reading)|more detail|resources)$/i;

/** Links new files from SKILL.md: in a section that is there for that, else in one of its own; wherever no other edit is in the way. Null when there is nothing to link. */
function linkEdit(start: readonly SkillFile[], others: readonly TracedEdit[], pages: readonly Page[]): TracedEdit | null {
  if (pages.length === 0) return null;
  const content = pages.map(linkLine).join("\n");
  const main = start.find(({ path }) => path === "SKILL.md");
  const sections = (main === undefined ? null : outlineOfFile(main))?.sections ?? [];
  const candidates: SkillEdit[] = [
    ...sections
      .filter(({ key }) => linkSection.test(key))
      .map(({ line }): SkillEdit => ({ op: "append_to_section", file: "SKILL.md", target_section: line, content })),
    ...["Further notes", "Notes from few tasks", "Files with further notes"].map(
      (title): SkillEdit => ({ op: "add_section", file: "SKILL.md", target_section: `## ${title}`, content }),
    ),
  ];
  const stands = behind(pages.flatMap(({ notes }) => notes.flatMap(({ edits }) => edits)));
  const links = candidates.map((edit): TracedEdit => ({ id: "n0", edit, ...stands }));
  const free = links.find(
    (link) => resolveEdit(start, link.edit).ok && !findConflicts(start, [...others, link]).some(({ a, b }) => a === "n0" || b === "n0"),
  );
  return free ?? links.at(-1) ?? null;
}

const titlesShown = 4;

function linkLine({ title, path, notes }: Page): string {
  const titles = notes.map((note) => note.title);
  const more = titles.length > titlesShown ? "; …" : "";
  return `- [${title}](${path}): read it when the task touches one of these: ${titles.slice(0, titlesShown).join("; ")}${more}.`;
}
