import type { TracedEdit } from "../../core/evolution.ts";

/** Values once each, in code unit order. */
export function sortedUnique(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

/** What stands behind several edits together: the union of their leaves and of the tasks of those leaves. Nothing a model says about support enters here. */
export function behind(edits: readonly TracedEdit[]): Pick<TracedEdit, "leaves" | "tasks"> {
  return { leaves: sortedUnique(edits.flatMap(({ leaves }) => leaves)), tasks: sortedUnique(edits.flatMap(({ tasks }) => tasks)) };
}

/** Distinct tasks behind an edit. */
export function supportOf(edit: TracedEdit): number {
  return edit.tasks.length;
}

/** Weakest first; of equally supported edits the one that came later goes first. */
export function weakestFirst(edits: readonly TracedEdit[]): TracedEdit[] {
  return edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => supportOf(a.edit) - supportOf(b.edit) || b.index - a.index)
    .map(({ edit }) => edit);
}
