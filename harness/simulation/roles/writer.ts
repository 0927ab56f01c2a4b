import type { Asked } from "../asked.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import type { SkillFileText } from "../reading/data-blocks.ts";

/** What all edits of one patch share. */
export interface Writer {
  readonly asked: Asked;
  readonly rates: Persona["patch_writer"];
  readonly main: SkillFileText;
  readonly knowledge: Knowledge;
  readonly mayCreate: boolean;
}
