import type { ProtocolCard } from "../core/protocol-card.ts";
import type { Interval } from "../stats/choose-interval.ts";
import type { Figure } from "./site-data.ts";

/** data/leaderboard.js: a board for every benchmark, split and scorer that decides somewhere. */
export interface LeaderboardData {
  readonly boards: readonly Board[];
}

export interface Board {
  readonly benchmark: string;
  readonly split: string;
  readonly scorer: string;
  /** What decides, then the others. */
  readonly metrics: readonly { readonly name: string; readonly label: string }[];
  /** Best first; within a protocol. */
  readonly rows: readonly BoardRow[];
  readonly protocols: readonly BoardProtocol[];
  readonly figure: Figure | null;
  /** What the frontier is over. */
  readonly price: "cost" | "tokens";
}

/** Experiments whose numbers may stand side by side. The first protocol is the one the others are compared with. */
export interface BoardProtocol {
  readonly experiments: readonly string[];
  /** Fields in which it differs from the first one; null: there is no card to compare. */
  readonly differences: readonly { readonly field: string; readonly left: string; readonly right: string }[] | null;
}

export interface BoardRow {
  readonly experiment: string;
  readonly protocol: number;
  readonly arm: string;
  readonly label: string;
  readonly solver: string;
  readonly scores: readonly { readonly estimate: number | null; readonly interval: Interval | null }[];
  readonly graded: number;
  readonly expected: number;
  readonly incomplete: string | null;
  readonly costPerEpisode: number | null;
  readonly tokensPerEpisode: number | null;
  /** No other row of its protocol is at least as good and cheaper, or better and no dearer. */
  readonly frontier: boolean;
  readonly simulated: boolean;
}

/** A card may be missing: lock files of versions that wrote none. */
export type MaybeCard = ProtocolCard | undefined;
