/** Data of the skill and merge-tree pages, what the builder writes and the pages read. */
import type { Departure, MergeNode, SkillEdit } from "../../core/evolution.ts";

/** data/<id>/skills.js */
export interface SkillsData {
  readonly skills: readonly SkillSummary[];
}

export interface SkillSummary {
  /** Number of its files: data/<id>/skill-<n>.js and, where there is a merge tree, data/<id>/merge-<n>.js. */
  readonly n: number;
  readonly arm: string;
  readonly seed: number;
  /** As the ledger has it; null when its row is missing. */
  readonly kind: string | null;
  readonly selected: boolean;
  readonly simulated: boolean;
  readonly files: number;
  readonly lines: number;
  readonly edits: number;
  readonly patches: number;
  readonly merged: boolean;
}

/** data/<id>/skill-<n>.js */
export interface SkillData {
  readonly files: readonly SkillFileData[];
  readonly edits: readonly SkillEditData[];
  readonly patches: readonly SkillPatchData[];
  /** Unified diff from the start skill; "" where there is none. */
  readonly diff: string;
  readonly effects: readonly SectionEffect[];
  readonly use: readonly PartUse[];
  /** null: the skill was not audited. */
  readonly findings: readonly LeakFinding[] | null;
  /** What could not be read, as sentences. */
  readonly problems: readonly string[];
}

export interface SkillFileData {
  readonly path: string;
  readonly text: string;
  /** Lines of one origin, 1-based and inclusive; `edit` null: from the start skill. Empty: no lineage. */
  readonly spans: readonly { readonly from: number; readonly to: number; readonly edit: string | null }[];
  /** The text as Markdown, top-level blocks and list items one by one; null for other files. */
  readonly rows: readonly MarkdownRow[] | null;
}

export interface SkillEditData {
  readonly id: string;
  readonly op: SkillEdit["op"];
  readonly file: string;
  readonly section: string | null;
  readonly tasks: readonly string[];
  readonly patches: readonly string[];
  readonly nodes: readonly string[];
}

export interface SkillPatchData {
  readonly id: string;
  readonly task: string;
  readonly source: "error" | "success";
  /** First digits of the rollout key; null for analyses that were imported. */
  readonly episode: string | null;
  readonly lessons: readonly { readonly title: string; readonly description: string; readonly content: string }[];
}

/** Effect of a section or edit, from `t2s attribute`. */
export interface SectionEffect {
  readonly kind: string;
  readonly title: string;
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly benchmark: string;
  readonly solver: string;
  readonly effect: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly conclusion: string;
}

/** How often episodes opened a file or acted on a section, from `t2s use`. */
export interface PartUse {
  /** Empty for a whole file. */
  readonly title: string;
  readonly file: string;
  /** 1-based lines; 0 for a whole file. */
  readonly from: number;
  readonly to: number;
  readonly benchmark: string;
  readonly solver: string;
  readonly episodes: number;
  readonly displayed: number;
  readonly used: number;
  readonly passedUsed: number;
  readonly passedUnused: number;
  /** Pass rate with use minus without. */
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What a line gives away of single tasks, from `t2s audit`. */
export interface LeakFinding {
  readonly severity: string;
  readonly file: string;
  readonly line: number;
  readonly found: string;
  readonly why: string;
  readonly tasks: readonly string[];
}

/** data/<id>/merge-<n>.js */
export interface MergeData {
  readonly batchSize: number | "all";
  readonly levels: number;
  readonly calls: number;
  readonly patches: readonly {
    readonly id: string;
    readonly task: string;
    readonly source: "error" | "success";
    readonly episode: string | null;
    readonly edits: readonly MergeEdit[];
    readonly departures: readonly Departure[];
  }[];
  readonly nodes: readonly {
    readonly id: string;
    readonly level: number;
    readonly inputs: readonly string[];
    readonly state: MergeNode["state"];
    readonly reasoning: string;
    readonly editsIn: number;
    readonly edits: readonly MergeEdit[];
    readonly departures: readonly Departure[];
  }[];
  /** What left after the last merge: prevalence, conflicts, translation, applying, repair. */
  readonly after: readonly Departure[];
  /** Edits of the skill. */
  readonly applied: readonly MergeEdit[];
}

export interface MergeEdit {
  readonly id: string;
  readonly op: string;
  readonly file: string;
  readonly section: string | null;
  readonly support: number;
  readonly content: string;
}

// ---- Markdown ---------------------------------------------------------------------------------------------------------

export type Inline =
  | { readonly t: "text" | "code" | "html"; readonly v: string }
  | { readonly t: "strong" | "em"; readonly c: readonly Inline[] }
  | { readonly t: "link"; readonly url: string; readonly c: readonly Inline[] }
  | { readonly t: "image"; readonly url: string; readonly v: string }
  | { readonly t: "break" };

export type Block =
  | { readonly t: "heading"; readonly depth: number; readonly c: readonly Inline[] }
  | { readonly t: "paragraph"; readonly c: readonly Inline[] }
  | { readonly t: "code"; readonly v: string }
  /** Shown as it is written: front matter, markup, tables, and what is nested too deep. */
  | { readonly t: "verbatim"; readonly v: string }
  | { readonly t: "list"; readonly start: number | null; readonly items: readonly (readonly Block[])[] }
  | { readonly t: "quote"; readonly c: readonly Block[] }
  | { readonly t: "rule" };

export interface MarkdownRow {
  readonly from: number;
  readonly to: number;
  readonly block: Block;
}
