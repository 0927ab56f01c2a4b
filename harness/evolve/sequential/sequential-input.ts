import type { Lesson, SolutionPath } from "../../core/evolution.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import type { Skill } from "../../skill/read-skill.ts";
import type { Author } from "../author.ts";
import type { SequentialStep } from "./sequential-record.ts";

/** One accepted analysis, from the same analysts as in parallel evolution. */
export interface Analysed {
  /** Of its episode in the plan. */
  readonly position: number;
  readonly task: string;
  /** Rollout key. */
  readonly episode: string;
  readonly source: "error" | "success";
  /** Key of the analysis unit, or "imported". */
  readonly analysis: string;
  readonly lessons: readonly Lesson[];
  readonly path?: SolutionPath;
}

export interface SequentialInput {
  readonly start: Pick<Skill, "files" | "hash">;
  /** In task order; the order is part of the method. */
  readonly analysed: readonly Analysed[];
  readonly settings: Pick<EvolutionSettings, "sizes">;
  /** Trajectories per edit of the skill. */
  readonly batch: number;
  /** A consolidation and a checkpoint behind every so many batches, the last one excepted; 0: none. */
  readonly checkpointEvery: number;
  readonly finalConsolidation: boolean;
  readonly author: Author;
  /** Told after every step; must not throw. */
  readonly onStep?: (step: SequentialStep, of: number) => void;
}
