import type { SkillEdit } from "../../core/evolution.ts";
import type { SkillFile } from "../read-directory.ts";
import type { EditRules, Resolution } from "./place.ts";

/** Where an edit lands in S0, or why it does not. Pure; judges the edit alone, not together with others. */
export function resolveEdit(_start: readonly SkillFile[], edit: SkillEdit, _rules: EditRules = {}): Resolution {
  throw new Error(`resolveEdit: ${edit.op} is on its way`);
}
