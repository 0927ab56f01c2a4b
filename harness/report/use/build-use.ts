/** How the use of a skill's files and sections goes with success: the shape of section-use.json. Association, not cause. */
import { drawsOf } from "../../stats/choose-interval.ts";
import { type ShareDifference, shareDifference } from "../../stats/share-difference.ts";

/** One judged episode of an arm with a skill. `used` has a place for every item of the arm. */
export interface UsedEpisode {
  readonly cluster: string;
  readonly passed: boolean;
  readonly displayed: readonly boolean[];
  readonly used: readonly boolean[];
}

export interface UsedItem {
  readonly kind: "file" | "section";
  readonly file: string;
  readonly title: string;
  /** 1-based lines; 0 for a whole file. */
  readonly from: number;
  readonly to: number;
}

/** Of the episodes of one arm: a file was opened, or a section displayed and acted on. */
export interface ItemUse extends UsedItem {
  readonly displayed: number;
  readonly used: number;
  readonly passedUsed: number;
  readonly passedUnused: number;
  /** Pass rate of episodes with use minus without, interval over clusters; null where all or none used it. */
  readonly association: ShareDifference | null;
}

export interface ArmUse {
  readonly arm: string;
  readonly solver: string;
  readonly benchmark: string;
  readonly split: string;
  readonly skill: string;
  readonly episodes: number;
  readonly passed: number;
  /** Episodes whose trajectory is not stored. */
  readonly unread: number;
  readonly simulated: boolean;
  readonly items: readonly ItemUse[];
}

/** Counts use item by item. */
export function countUse(
  arm: Omit<ArmUse, "items" | "episodes" | "passed">,
  items: readonly UsedItem[],
  episodes: readonly UsedEpisode[],
): ArmUse {
  const draws = drawsOf({});
  return {
    ...arm,
    episodes: episodes.length,
    passed: episodes.filter(({ passed }) => passed).length,
    items: items.map((item, i): ItemUse => {
      const used = episodes.filter((one) => one.used[i] === true);
      const unused = episodes.filter((one) => one.used[i] !== true);
      return {
        ...item,
        displayed: episodes.filter((one) => one.displayed[i] === true).length,
        used: used.length,
        passedUsed: used.filter(({ passed }) => passed).length,
        passedUnused: unused.filter(({ passed }) => passed).length,
        association: shareDifference(
          episodes.map((one) => ({ cluster: one.cluster, first: one.used[i] === true, passed: one.passed })),
          draws,
        ),
      };
    }),
  };
}
