import type { ProtocolCard } from "../../core/protocol-card.ts";
import type { DifferenceInterval } from "../../stats/choose-interval.ts";
import type { JointInterval } from "../../stats/joint-columns.ts";
import type { PaperCell } from "./paper-cells.ts";
import type { PaperDesign } from "./paper-design.ts";

/** How far a row is above its baseline, there and here. */
export interface PaperGain {
  readonly model: string;
  readonly column: string;
  readonly arm: string;
  readonly reference: string;
  readonly published: number | null;
  readonly ours: number | null;
  readonly interval: DifferenceInterval | null;
  readonly pairs: number;
  readonly pAdjusted: number | null;
  /** What may be said of our own difference. */
  readonly conclusion: string;
  readonly simulated: boolean;
}

/** One or more experiments beside a published table. */
export interface PaperTable {
  readonly v: 1;
  readonly experiment: string;
  readonly table: string;
  readonly title: string;
  readonly models: PaperDesign["models"];
  readonly columns: readonly string[];
  readonly average: string | null;
  readonly margin: number;
  readonly rows: readonly {
    readonly arm: string;
    readonly label: string;
    readonly published: string;
    readonly cells: readonly PaperCell[];
    readonly gains: readonly PaperGain[];
    /** `interval`: columns that share tasks resampled jointly; null where a column is missing or its clusters are not at hand. */
    readonly average: { readonly published: number | null; readonly ours: number | null; readonly interval: JointInterval | null } | null;
  }[];
  /** Why numbers may not be compared with the published ones; empty: nothing known speaks against it. */
  readonly notComparable: readonly string[];
  readonly notes: readonly string[];
  /** How the numbers were made; empty for results of versions that wrote no card. */
  readonly cards: readonly ProtocolCard[];
  readonly simulated: "all" | "some" | "none";
}
