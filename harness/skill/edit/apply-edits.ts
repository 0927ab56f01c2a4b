import type { Lineage, TracedEdit } from "../../core/evolution.ts";
import type { Hash } from "../../core/json.ts";
import type { SkillFile } from "../read-directory.ts";
import type { Skill } from "../read-skill.ts";
import type { EditRules, Withheld } from "./place.ts";

/** `files` sorted by path; `spans` for every text file of the result. `problems` name every edit that stands in the way; then nothing is applied. */
export type Applied =
  | { readonly ok: true; readonly files: readonly SkillFile[]; readonly spans: Lineage["files"] }
  | { readonly ok: false; readonly problems: readonly Withheld[] };

/** All edits or none, whatever their order: they must resolve, be free of conflicts (`resolveBySupport`) and complete in their pairs (`unpaired`). */
export function applyEdits(_start: readonly SkillFile[], _edits: readonly TracedEdit[], _rules: EditRules = {}): Applied {
  throw new Error("applyEdits is on its way");
}

/** `applyEdits` for a set made against a certain skill; any other skill, the result of applying it included, is refused with `reason: "invalid"` for every edit. */
export function applyPatch(
  _patch: { readonly startHash: Hash; readonly edits: readonly TracedEdit[] },
  _skill: Pick<Skill, "files" | "hash">,
  _rules: EditRules = {},
): Applied {
  throw new Error("applyPatch is on its way");
}
