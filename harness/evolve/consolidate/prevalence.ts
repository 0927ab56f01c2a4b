import type { Departure, SkillEdit, TracedEdit } from "../../core/evolution.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { pairGroups } from "./pair-groups.ts";
import { behind } from "./support.ts";

export interface Division {
  /** Edits that are applied where they say. */
  readonly main: readonly TracedEdit[];
  /** Edits whose content goes to references. */
  readonly aside: readonly TracedEdit[];
  readonly departures: readonly Departure[];
}

/** Distinct tasks an edit needs behind it: a number as it is, a share of the analysed tasks rounded up; at least 1. */
export function minSupport(wanted: number, analysedTasks: number): number {
  // 0.1 × 30 is a little more than 3 in binary; it must not become 4.
  return wanted >= 1 ? wanted : Math.max(1, Math.ceil(wanted * analysedTasks - 1e-9));
}

/** Whether an edit only adds text, so that its content can stand elsewhere as well. */
export function onlyAdds(edit: SkillEdit): edit is Exclude<SkillEdit, { op: "replace_in_section" | "delete_section" | "delete_file" }> {
  return edit.op !== "replace_in_section" && edit.op !== "delete_section" && edit.op !== "delete_file";
}

/**
 * Sorts edits by the tasks behind them. Below the threshold, with `references`, text for SKILL.md and new files are set aside for references, additions to a reference that
 * exists stay where they are (that is where they belong), and edits that change or delete what is there are withheld: one task is no reason to take guidance away.
 * A new file and its links count together, because neither makes sense alone.
 */
export function divideByPrevalence(
  start: readonly SkillFile[],
  edits: readonly TracedEdit[],
  rule: EvolutionSettings["prevalence"],
  analysedTasks: number,
): Division {
  const needed = minSupport(rule.min_support, analysedTasks);
  const places = new Map<string, "main" | "aside" | "out">();
  const judge = (group: readonly TracedEdit[]): void => {
    const enough = behind(group).tasks.length >= needed;
    for (const { id, edit } of group)
      places.set(id, enough || rule.below === "keep" ? "main" : rule.below === "drop" ? "out" : whereBelow(start, edit));
  };
  for (const group of pairGroups(edits)) {
    const { together, alone } = divideGroup(group, needed);
    judge(together);
    for (const edit of alone) judge([edit]);
  }
  const at = (place: string): TracedEdit[] => edits.filter(({ id }) => places.get(id) === place);
  return {
    main: at("main"),
    aside: at("aside"),
    departures: at("out").map(({ id, tasks }) => ({
      edit: id,
      stage: "prevalence",
      reason: "below-support",
      note: `${tasks.length} of at least ${needed} tasks ${tasks.length === 1 ? "stands" : "stand"} behind it.`,
    })),
  };
}

/**
 * New files count with the links they need: those that have support enough of their own, else the ones that only add. Whatever else leads there stands on its own
 * support: a link must not carry a change to other text.
 */
function divideGroup(
  group: readonly TracedEdit[],
  needed: number,
): { readonly together: readonly TracedEdit[]; readonly alone: readonly TracedEdit[] } {
  const created = group.filter(({ edit }) => edit.op === "create");
  if (created.length === 0) return { together: [], alone: group };
  const links = group.filter(({ edit }) => edit.op !== "create");
  const strong = links.filter((link) => link.tasks.length >= needed);
  const carried = strong.length > 0 ? strong : links.filter(({ edit }) => onlyAdds(edit));
  return { together: [...created, ...carried], alone: links.filter((link) => !carried.includes(link)) };
}

function whereBelow(start: readonly SkillFile[], edit: SkillEdit): "main" | "aside" | "out" {
  if (!onlyAdds(edit)) return "out";
  return edit.op !== "create" && edit.file !== "SKILL.md" && start.some(({ path }) => path === edit.file) ? "main" : "aside";
}
