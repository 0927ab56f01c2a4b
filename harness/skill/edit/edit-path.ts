import type { Departure, EditOp } from "../../core/evolution.ts";
import type { SkillFile } from "../read-directory.ts";
import type { EditRules } from "./place.ts";

export interface Refusal {
  readonly ok: false;
  readonly reason: Departure["reason"];
  readonly note: string;
}

export function refuse(reason: Departure["reason"], note: string): Refusal {
  return { ok: false, reason, note };
}

/** The only files that edits write: the main file and flat Markdown references. A leading dot or dash would hide a file or look like an option. */
const reference = /^references\/[A-Za-z0-9_][\w.-]*\.md$/;

/** Null when the operation may touch the path. Says nothing about what the file holds. */
export function checkPath(file: string, op: EditOp, start: readonly SkillFile[], rules: EditRules): Refusal | null {
  const advice = "edits may touch SKILL.md and references/<name>.md only";
  if (
    file.startsWith("/") ||
    /^[A-Za-z]:/.test(file) ||
    file.includes("\\") ||
    file.split("/").some((part) => part === ".." || part === ".")
  )
    return refuse("out-of-tree", `"${file}" is not a plain path inside the skill; ${advice}.`);
  if (rules.protect?.includes(file) === true) return refuse("protected", `"${file}" may not be changed.`);
  const isEditable = file === "SKILL.md" || reference.test(file);
  const exists = start.some((other) => other.path === file);
  if (!isEditable && (exists || /^(?:scripts|assets)(?:\/|$)|^LICENSE/i.test(file)))
    return refuse("protected", `"${file}" is a protected part of the skill; ${advice}.`);
  if (!isEditable) return refuse("out-of-tree", `"${file}" lies outside of what may be written; ${advice}.`);
  if (op === "create") {
    // File systems that ignore case would hold only one of the two.
    const twin = start.find((other) => other.path.toLowerCase() === file.toLowerCase());
    return twin === undefined ? null : refuse("invalid", `"${twin.path}" exists already; edit it, or create a file of another name.`);
  }
  if (op === "delete_file" && file === "SKILL.md") return refuse("protected", "SKILL.md cannot be deleted.");
  if (!exists) return refuse("invalid", `The skill has no file "${file}"; name one that is there, or use create.`);
  return null;
}
