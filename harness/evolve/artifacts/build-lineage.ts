import type { Lineage, MergeNode, SkillPatch, TracedEdit } from "../../core/evolution.ts";
import type { Hash } from "../../core/json.ts";

export interface LineageInput {
  /** Hashes of S0 and of the result. */
  readonly start: Hash;
  readonly skill: Hash;
  readonly spans: Lineage["files"];
  /** Applied edits. */
  readonly edits: readonly TracedEdit[];
  readonly patches: readonly SkillPatch[];
  readonly nodes: readonly MergeNode[];
}

/** Traces lines to edits, edits to merge nodes (in the order of the tree) and patches (in the order given), and patches to episodes. */
export function buildLineage({ start, skill, spans, edits, patches, nodes }: LineageInput): Lineage {
  const patchOf = new Map(patches.flatMap((patch) => patch.edits.map((edit) => [edit.id, patch.id] as const)));
  const nodesOf = new Map<string, Set<string>>();
  for (const node of nodes)
    for (const leaf of node.edits.flatMap(({ leaves }) => leaves)) nodesOf.set(leaf, (nodesOf.get(leaf) ?? new Set()).add(node.id));
  return {
    v: 1,
    start,
    skill,
    files: spans.map((file) => ({ path: file.path, spans: file.spans.map((span) => ({ ...span })) })),
    edits: edits.map((edit) => {
      const from = new Set(edit.leaves.flatMap((leaf) => patchOf.get(leaf) ?? []));
      const through = new Set(edit.leaves.flatMap((leaf) => [...(nodesOf.get(leaf) ?? [])]));
      return {
        ...edit,
        patches: patches.map(({ id }) => id).filter((id) => from.has(id)),
        nodes: nodes.map(({ id }) => id).filter((id) => through.has(id)),
      };
    }),
    patches: patches.map(({ id, task, episode, source, analysis }) => ({ id, task, episode, source, analysis })),
  };
}
