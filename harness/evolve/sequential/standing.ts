/** The skill between two steps, and what stands behind its lines. */
import type { Lineage, SkillEdit } from "../../core/evolution.ts";
import type { Hash } from "../../core/json.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import { splitLines } from "../../skill/edit/text-lines.ts";
import { decodeUtf8 } from "../../skill/front-matter.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { type LineOrigins, spansOf, startOrigins } from "./line-origins.ts";
import type { Analysed, SequentialInput } from "./sequential-input.ts";

export interface Standing {
  readonly files: readonly SkillFile[];
  readonly origins: LineOrigins;
  /** Every edit applied so far, by id. `nodes` are the steps behind it. */
  readonly edits: ReadonlyMap<string, AppliedEdit>;
  /** Trajectories worked in so far, this step's included. */
  readonly seen: readonly Analysed[];
}
export type AppliedEdit = Lineage["edits"][number];

/** An edit as it was proposed. A consolidation's has neither tasks nor patches of its own. */
export type Proposed = Pick<AppliedEdit, "id" | "edit" | "tasks" | "patches">;

/** An edit with what it inherits; `own` are the tasks of this step that speak for it. */
export interface Heir {
  readonly applied: AppliedEdit;
  readonly own: readonly string[];
}

export function standingAt(start: SequentialInput["start"]): Standing {
  return { files: start.files, origins: startOrigins(start.files), edits: new Map(), seen: [] };
}

/** `p` and the position of the episode, as patches of parallel evolution are called. */
export const patchId = (one: Pick<Analysed, "position">): string => `p${String(one.position).padStart(3, "0")}`;

/**
 * What stands behind the edits of one step. An edit of a batch has its own lessons, and inherits all that stood behind the lines it takes out: sharpening a line that two
 * tasks taught adds a third. An edit of a consolidation has no lessons: it inherits from the lines it takes out; where it only puts text in, from all lines the call takes
 * out; and where no earlier edit is touched it is an origin of its own that speaks for all tasks seen so far.
 */
export function inherit(step: string, proposed: readonly Proposed[], standing: Standing): readonly Heir[] {
  const replaced = proposed.map((one) => originsReplaced(one.edit, standing));
  const ofCall = sortedOnce(replaced.flat());
  return proposed.map(({ id, edit, tasks, patches }, i): Heir => {
    const isTidying = tasks.length === 0;
    const here = replaced[i] ?? [];
    const parents = (isTidying && here.length === 0 ? ofCall : here).flatMap((parent) => standing.edits.get(parent) ?? []);
    const isOrigin = !isTidying || parents.length === 0;
    const founders = isTidying && parents.length === 0 ? standing.seen : [];
    const applied: AppliedEdit = {
      id,
      edit,
      leaves: sortedOnce([...(isOrigin ? [id] : []), ...parents.flatMap((parent) => parent.leaves)]),
      tasks: sortedOnce([...tasks, ...founders.map((one) => one.task), ...parents.flatMap((parent) => parent.tasks)]),
      patches: sortedOnce([...patches, ...founders.map(patchId), ...parents.flatMap((parent) => parent.patches)]),
      nodes: sortedOnce([step, ...parents.flatMap((parent) => parent.nodes)]),
    };
    return { applied, own: isTidying ? applied.tasks : tasks };
  });
}

/** The edit of this id with everything behind those that said the same at the same place, itself among them. */
export function joinHeirs(id: string, heirs: readonly Heir[]): AppliedEdit {
  const kept = heirs.find((heir) => heir.applied.id === id);
  if (kept === undefined) throw new TypeError(`no edit ${id} was proposed`);
  const all = <K extends "leaves" | "tasks" | "patches" | "nodes">(what: K): string[] =>
    sortedOnce(heirs.flatMap((heir) => heir.applied[what]));
  return { id, edit: kept.applied.edit, leaves: all("leaves"), tasks: all("tasks"), patches: all("patches"), nodes: all("nodes") };
}

/** Edits that wrote the lines which this one takes out, wholly or in part. */
function originsReplaced(edit: SkillEdit, standing: Standing): readonly string[] {
  const resolved = resolveEdit(standing.files, edit);
  if (!resolved.ok || !["replace", "remove", "delete-file"].includes(resolved.place.kind)) return [];
  const { file: path, from, to } = resolved.place;
  const file = standing.files.find((one) => one.path === path);
  const decoded = file === undefined ? undefined : decodeUtf8(file.bytes);
  if (decoded === undefined || !("text" in decoded)) return [];
  const origins = standing.origins.get(path) ?? [];
  return splitLines(decoded.text).flatMap((line, i) => (line.from < to && from < line.to ? (origins[i] ?? []) : []));
}

export function lineageOf(start: Hash, skill: Hash, standing: Standing): Lineage {
  return {
    v: 1,
    start,
    skill,
    files: spansOf(standing.origins),
    edits: [...standing.edits.values()],
    patches: standing.seen.map((one) => ({
      id: patchId(one),
      task: one.task,
      episode: one.episode,
      source: one.source,
      analysis: one.analysis,
    })),
  };
}

function sortedOnce(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}
