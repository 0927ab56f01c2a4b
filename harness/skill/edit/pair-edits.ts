import type { SkillEdit, TracedEdit } from "../../core/evolution.ts";
import { type Pointer, pointersIn } from "../find-links.ts";
import { parseMarkdown } from "../parse-markdown.ts";
import type { SkillFile } from "../read-directory.ts";
import { compareIds, type EditRules, type Place, type Withheld } from "./place.ts";
import { outlineOfFile, resolveEdit } from "./resolve-edit.ts";

interface Member {
  readonly edit: TracedEdit;
  readonly file: string;
  /** Null when the edit does not resolve: what it says counts, what it would take away does not. */
  readonly place: Place | null;
  /** Files its new text sends readers to. */
  readonly pointers: readonly Pointer[];
}

/** A pointer of S0, with the file it stands in. */
interface Standing extends Pointer {
  readonly file: string;
}

/**
 * Edits to withhold so that pairs stay whole, sorted by id; [] when they are: a new file and a link to it, a deleted file and the removal of every link to it. What
 * leaves takes its partner along, until nothing changes. Links and plain mentions of `references/…` count; links to files that S0 lacks already are not held
 * against an edit.
 */
export function unpaired(start: readonly SkillFile[], edits: readonly TracedEdit[], rules?: EditRules): Withheld[] {
  const standing = pointersOf(start);
  const withheld: Withheld[] = [];
  let left = edits.map((edit) => memberOf(start, edit, rules));
  for (;;) {
    const found = problemsOf(start, standing, left);
    if (found.length === 0) return withheld.sort((a, b) => compareIds(a.edit, b.edit));
    withheld.push(...found);
    const gone = new Set(found.map((one) => one.edit));
    left = left.filter((member) => !gone.has(member.edit.id));
  }
}

function memberOf(start: readonly SkillFile[], edit: TracedEdit, rules?: EditRules): Member {
  const resolution = resolveEdit(start, edit.edit, rules);
  const { file } = edit.edit;
  return { edit, file, place: resolution.ok ? resolution.place : null, pointers: pointersOfEdit(edit.edit) };
}

/** By edit, because sets of the same edits are looked at again and again. */
const known = new WeakMap<SkillEdit, readonly Pointer[]>();

function pointersOfEdit(edit: SkillEdit): readonly Pointer[] {
  const text = "content" in edit ? edit.content : "";
  // Without one of these there is nothing to find, and most edits have none.
  if (!/[[<]|references|scripts|assets/.test(text)) return [];
  const pointers =
    known.get(edit) ?? pointersIn(edit.file, text, parseMarkdown(text)).filter((one) => one.target !== edit.file && isMeant(one));
  known.set(edit, pointers);
  return pointers;
}

/** Scripts and assets named in prose may be the task's own; only links, and mentions of references, are surely meant for the skill. */
function isMeant(pointer: Pointer): boolean {
  return pointer.by === "link" || pointer.target?.startsWith("references/") === true;
}

const standingIn = new WeakMap<readonly SkillFile[], readonly Standing[]>();

function pointersOf(start: readonly SkillFile[]): readonly Standing[] {
  const made = standingIn.get(start) ?? findPointers(start);
  standingIn.set(start, made);
  return made;
}

function findPointers(start: readonly SkillFile[]): Standing[] {
  return start.flatMap((file) => {
    const outline = file.path.endsWith(".md") ? outlineOfFile(file) : null;
    if (outline === null) return [];
    return pointersIn(file.path, outline.text, outline.root)
      .filter((pointer) => pointer.target !== file.path)
      .map((pointer) => ({ ...pointer, file: file.path }));
  });
}

function problemsOf(start: readonly SkillFile[], standing: readonly Standing[], members: readonly Member[]): Withheld[] {
  const old = new Set(start.map((file) => file.path));
  const deletions = members.filter((member) => member.place?.kind === "delete-file");
  const deleted = new Set(deletions.map((member) => member.file));
  const created = new Set(members.filter((member) => member.edit.edit.op === "create").map((member) => member.file));
  const remaining = standing.filter((pointer) => !deleted.has(pointer.file) && !members.some((member) => takesAway(member, pointer)));
  const reached = reachedFrom(remaining, members);
  const found = new Map<string, Withheld>();
  const add = (member: Member, reason: Withheld["reason"], note: string): void => {
    if (!found.has(member.edit.id)) found.set(member.edit.id, { edit: member.edit.id, reason, note });
  };

  for (const member of members) {
    if (member.edit.edit.op === "create" && !reached.has(member.file))
      add(member, "unlinked-create", `Nothing links to the new file ${member.file}; a link has to come in the same set of edits.`);
    for (const { target, url } of member.pointers) {
      // A link to a deleted file is held against the deletion: losing that loses nothing.
      if (target === null || created.has(target) || old.has(target) || isFolder(target, old)) continue;
      if (standing.some((pointer) => pointer.file === member.file && pointer.target === target)) continue;
      add(member, "unpaired-link", `The link ${url} leads to ${target}, which is not in the skill and which no edit creates.`);
    }
  }
  for (const member of deletions) {
    const link = remaining.find((pointer) => pointer.target === member.file);
    const linker = members.find((other) => other.pointers.some((pointer) => pointer.target === member.file));
    if (link !== undefined)
      add(member, "unpaired-link", `${link.file} still links to ${member.file}; the link has to be removed in the same set of edits.`);
    else if (linker !== undefined) add(member, "unpaired-link", `${linker.edit.id} links to ${member.file}.`);
  }
  for (const file of old) {
    const before = standing.filter((pointer) => pointer.target === file);
    if (before.length === 0 || deleted.has(file) || reached.has(file)) continue;
    for (const member of members)
      if (before.some((pointer) => takesAway(member, pointer)))
        add(member, "unpaired-link", `No link to ${file} would be left; keep one, or delete the file in the same set of edits.`);
  }
  return [...found.values()];
}

function isFolder(target: string, files: ReadonlySet<string>): boolean {
  const folder = `${target.replace(/\/$/, "")}/`;
  return [...files].some((file) => file.startsWith(folder));
}

function takesAway(member: Member, pointer: Standing): boolean {
  const { place } = member;
  if (place === null || place.file !== pointer.file) return false;
  return place.kind !== "insert" && place.kind !== "create" && place.from <= pointer.at && pointer.at < place.to;
}

/** All files that a reader can be sent to: by what stays of S0, by edits of its files, and by new files that are reached themselves. */
function reachedFrom(remaining: readonly Standing[], members: readonly Member[]): Set<string> {
  const reached = new Set(remaining.flatMap((pointer) => pointer.target ?? []));
  let waiting = [...members];
  for (;;) {
    const open = waiting.filter((member) => member.edit.edit.op !== "create" || reached.has(member.file));
    if (open.length === 0) return reached;
    for (const { target } of open.flatMap((member) => member.pointers)) if (target !== null) reached.add(target);
    waiting = waiting.filter((member) => !open.includes(member));
  }
}
