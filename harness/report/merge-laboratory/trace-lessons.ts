import type { MergeNode } from "../../core/evolution.ts";
import type { StoredEvolution } from "./merge-laboratory.ts";

/** A lesson that edits of its patch carry out. */
export interface TracedLesson {
  readonly patch: string;
  readonly lesson: number;
  /** Ids of the proposed edits. */
  readonly leaves: readonly string[];
  /** Most tasks that came to stand behind any edit it is part of, on its way: 1 when it never met its like. A lesson that is lost early has had fewer chances to meet it. */
  readonly support: number;
}

/** Lessons with an edit, each with the support it reached. */
export function tracedLessons({ patches, tree, lineage }: StoredEvolution): TracedLesson[] {
  const supports = new Map<string, number>();
  for (const edit of [...tree.nodes.flatMap(({ edits }) => edits), ...lineage.edits])
    for (const leaf of edit.leaves) supports.set(leaf, Math.max(supports.get(leaf) ?? 1, edit.tasks.length));
  return patches.flatMap((patch) =>
    patch.lessons.flatMap((_, lesson) => {
      const leaves = Object.entries(patch.lessonsOf).flatMap(([edit, lessons]) => (lessons.includes(lesson) ? [edit] : []));
      if (leaves.length === 0) return [];
      return [{ patch: patch.id, lesson, leaves, support: Math.max(...leaves.map((leaf) => supports.get(leaf) ?? 1)) }];
    }),
  );
}

/** Proposed edits that are still carried after each level, in order of the levels. Halves of a split group count by what became of them together. */
export function carriedByLevel(nodes: readonly MergeNode[]): readonly ReadonlySet<string>[] {
  const levels = [...new Set(nodes.map(({ level }) => level))].sort((a, b) => a - b);
  return levels.map((level) => new Set(lastOfLevel(nodes, level).flatMap(({ edits }) => edits.flatMap(({ leaves }) => leaves))));
}

/** Nodes of a level that no other node of it takes in. */
export function lastOfLevel(nodes: readonly MergeNode[], level: number): MergeNode[] {
  const own = nodes.filter((node) => node.level === level);
  const taken = new Set(own.flatMap(({ inputs }) => inputs));
  return own.filter(({ id }) => !taken.has(id));
}

/** Classes of support, and which one a number is in. */
export const supportClasses = ["1", "2", "3-4", "5+"] as const;
export function supportClass(support: number): (typeof supportClasses)[number] {
  return support <= 1 ? "1" : support === 2 ? "2" : support <= 4 ? "3-4" : "5+";
}
