/** What merging did to the lessons of one evolution: plain JSON, the shape of merge-laboratory/<arm>/s<seed>.json. Shares are fractions. */
import type { Coverage, Lineage, MergeTree, SkillPatch } from "../../core/evolution.ts";
import type { Bounds } from "../../stats/bootstrap-intervals.ts";

/** What an evolution left on disk. */
export interface StoredEvolution {
  readonly experiment: string;
  readonly arm: string;
  readonly seed: number;
  readonly patches: readonly SkillPatch[];
  readonly tree: MergeTree;
  readonly coverage: Coverage;
  readonly lineage: Lineage;
}

/** Lessons by how many tasks came to stand behind them, and how far they got. */
export interface SurvivalRow {
  /** `1`, `2`, `3-4`, `5+`, or `all`. */
  readonly support: string;
  /** Lessons that some edit of a patch carries out. */
  readonly lessons: number;
  /** Still carried by an edit after each merge level. */
  readonly afterLevel: readonly number[];
  readonly inSkill: number;
  readonly inReferences: number;
  /** Carried by an applied edit, wherever it stands. */
  readonly applied: number;
  readonly share: number;
  /** Wilson, 95 %, lessons taken as independent. */
  readonly interval: Bounds;
}

/** Proposed edits that left, by where and why. */
export interface LossRow {
  readonly stage: string;
  readonly reason: string;
  readonly edits: number;
  /** Of the proposed edits. */
  readonly share: number;
  /** Lessons of which nothing is left and whose last edit left so. */
  readonly lessons: number;
  /** One of the notes, as an example. */
  readonly example: string;
}

export interface LevelRow {
  readonly level: number;
  readonly nodes: number;
  readonly merged: number;
  readonly passedOn: number;
  readonly unreadable: number;
  readonly inputs: { readonly least: number; readonly most: number };
  readonly editsIn: number;
  readonly editsOut: number;
  readonly left: number;
}

/** One merge of the same patches in some order or grouping. */
export interface MergeVariant {
  readonly name: string;
  readonly grouping: string;
  /** Of the order; null where the grouping has none. */
  readonly seed: number | null;
  readonly state: "evolved" | "unchanged" | "refused";
  readonly skill: string;
  readonly levels: number;
  readonly calls: number;
  /** Proposed edits that some applied edit stands on. */
  readonly kept: readonly string[];
  readonly lessons: number;
  readonly appliedEdits: number;
  readonly lines: number;
  readonly references: number;
}

/** What the order of merging decides. */
export interface OrderSensitivity {
  /** The stored merge first, then the orders. */
  readonly orders: number;
  readonly skills: number;
  /** Proposed edits that are kept in every order, in some, in none. */
  readonly always: number;
  readonly sometimes: number;
  readonly never: number;
  /** Shared part of what two orders keep (Jaccard), over all pairs. */
  readonly overlap: { readonly mean: number; readonly least: number } | null;
  readonly lessons: { readonly least: number; readonly most: number };
  readonly lines: { readonly least: number; readonly most: number };
  /** Share of a proposed edit's orders in which it is kept, by the tasks behind it in the stored merge. */
  readonly bySupport: readonly { readonly support: string; readonly edits: number; readonly kept: number }[];
}

export interface MergeLaboratory {
  readonly v: 1;
  readonly experiment: string;
  readonly arm: string;
  readonly seed: number;
  readonly patches: number;
  readonly proposedEdits: number;
  readonly survival: readonly SurvivalRow[];
  readonly losses: readonly LossRow[];
  readonly levels: readonly LevelRow[];
  /** Absent until the patches were merged again. */
  readonly variants?: readonly MergeVariant[];
  readonly sensitivity?: OrderSensitivity;
}
