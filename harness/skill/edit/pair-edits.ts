import type { TracedEdit } from "../../core/evolution.ts";
import type { SkillFile } from "../read-directory.ts";
import type { EditRules, Withheld } from "./place.ts";

/** Edits to withhold so that every new file is linked, every link leads somewhere and every deleted file is unlinked; [] when all pairs are complete. */
export function unpaired(_start: readonly SkillFile[], _edits: readonly TracedEdit[], _rules: EditRules = {}): Withheld[] {
  throw new Error("unpaired is on its way");
}
