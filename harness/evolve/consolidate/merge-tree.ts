import type { MergeNode, MergeTree, TracedEdit } from "../../core/evolution.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import { all } from "../../engine/all.ts";
import { cutIntoGroups, needsOnlyIds, orderByContent, orderIds } from "./form-groups.ts";
import { type MergeCallOptions, type MergeInput, mergeCall } from "./merge-call.ts";

export interface MergeTreeOptions extends MergeCallOptions {
  readonly merge: EvolutionSettings["merge"];
  /** Shuffles only. */
  readonly seed: number;
}

/** What one place of a level comes to. `input` is null where every patch under it is missing. */
interface Branch {
  readonly input: MergeInput | null;
  /** Nodes made for this place, in order; a split group's parts stand before the node that joins them. */
  readonly nodes: readonly MergeNode[];
}

interface Place {
  readonly id: string;
  readonly ready: Promise<Branch>;
}

/**
 * Merges patches level by level until one node is left, at the latest by one merge of everything behind `max_levels`. `plan` holds the ids of all planned patches: with
 * task-order and shuffle the groups are those of the plan, so that a patch that is missing leaves a gap in its own group and nothing else moves. A node is merged as soon as
 * the nodes below it are there. Nothing is lost where replies cannot be read: such a group is halved, and a pair is passed on as it is. Throws UnansweredCall.
 */
export async function mergePatches(
  plan: readonly string[],
  patches: readonly MergeInput[],
  options: MergeTreeOptions,
): Promise<{ readonly tree: Omit<MergeTree, "calls">; readonly edits: readonly TracedEdit[] }> {
  const { batch_size, grouping, leftovers, max_levels } = options.merge;
  const byId = new Map(patches.map((patch) => [patch.id, patch]));
  let places: Place[] = plan.map((id) => ({ id, ready: Promise.resolve({ input: byId.get(id) ?? null, nodes: [] }) }));
  const made: Promise<Branch>[] = [];
  for (let level = 1; places.length > 0 && (level === 1 || places.length > 1); level++) {
    const placeOf = new Map(places.map((place) => [place.id, place]));
    const ordered = needsOnlyIds(grouping)
      ? orderIds([...placeOf.keys()], grouping, options.seed).flatMap((id) => placeOf.get(id) ?? [])
      : orderByContent(await arrived(places), grouping).map(({ place }) => place);
    const groups = cutIntoGroups(ordered, level > max_levels ? "all" : batch_size, leftovers);
    places = groups.map((members, index) => {
      const id = `m${level}.${index + 1}`;
      return { id, ready: mergePlaces(id, level, members, options) };
    });
    made.push(...places.map(({ ready }) => ready));
  }
  const branches = await all(made);
  const nodes = branches.flatMap((branch) => branch.nodes);
  const root = branches.at(-1)?.input ?? null;
  return {
    tree: { v: 1, batchSize: batch_size, levels: Math.max(0, ...nodes.map(({ level }) => level)), nodes },
    edits: root?.edits ?? [],
  };
}

async function arrived(places: readonly Place[]): Promise<{ id: string; edits: readonly TracedEdit[]; place: Place }[]> {
  const branches = await all(places.map(({ ready }) => ready));
  return places.flatMap((place, index) => {
    const edits = branches[index]?.input?.edits;
    return edits === undefined ? [] : [{ id: place.id, edits, place }];
  });
}

async function mergePlaces(id: string, level: number, members: readonly Place[], options: MergeTreeOptions): Promise<Branch> {
  const below = await Promise.all(members.map(({ ready }) => ready));
  const inputs = below.flatMap(({ input }) => input ?? []);
  return inputs.length === 0 ? { input: null, nodes: [] } : mergeGroup(id, level, inputs, options);
}

async function mergeGroup(id: string, level: number, inputs: readonly MergeInput[], options: MergeTreeOptions): Promise<Branch> {
  const speaking = inputs.filter(({ edits }) => edits.length > 0);
  if (speaking.length < 2) return passOn(id, level, inputs, "passed-on", null, "");
  const outcome = await mergeCall(id, speaking, options);
  if (outcome.state === "merged") {
    const { state, call, reasoning } = outcome;
    const edits = [...outcome.edits];
    const departures = [...outcome.departures];
    const node: MergeNode = {
      v: 1,
      id,
      level,
      inputs: idsOf(inputs),
      call,
      state,
      reasoning,
      edits,
      departures,
      changelog: [...outcome.changelog],
    };
    return { input: { id, source: sourceOf(inputs), reasoning, edits }, nodes: [node] };
  }
  const why = `${speaking.length} patches could not be merged in one call: ${outcome.problem}`;
  if (speaking.length === 2) return passOn(id, level, inputs, "unreadable", outcome.call, why);
  const half = Math.ceil(speaking.length / 2);
  const silent = inputs.filter(({ edits }) => edits.length === 0);
  const parts = await all([
    mergeGroup(`${id}a`, level, speaking.slice(0, half), options),
    mergeGroup(`${id}b`, level, [...speaking.slice(half), ...silent], options),
  ]);
  const joined = await mergeGroup(
    id,
    level,
    parts.flatMap(({ input }) => input ?? []),
    options,
  );
  const record = joined.nodes.map((node) => ({ ...node, reasoning: `${why} Its halves were merged first. ${node.reasoning}`.trim() }));
  return { input: joined.input, nodes: [...parts.flatMap(({ nodes }) => nodes), ...record] };
}

/** A node that keeps every edit under its own id: a group of one, or a pair nobody could merge. */
function passOn(
  id: string,
  level: number,
  inputs: readonly MergeInput[],
  state: "passed-on" | "unreadable",
  call: string | null,
  why: string,
): Branch {
  const edits = inputs.flatMap((input) => input.edits);
  const reasoning = why === "" ? inputs.map((input) => input.reasoning).join("\n") : why;
  const node: MergeNode = { v: 1, id, level, inputs: idsOf(inputs), call, state, reasoning, edits, departures: [], changelog: [] };
  return { input: { id, source: sourceOf(inputs), reasoning: state === "passed-on" ? reasoning : "", edits }, nodes: [node] };
}

function idsOf(inputs: readonly MergeInput[]): string[] {
  return inputs.map(({ id }) => id);
}

function sourceOf(inputs: readonly MergeInput[]): MergeInput["source"] {
  const sources = new Set(inputs.map(({ source }) => source));
  return sources.size === 1 ? (inputs[0]?.source ?? "mixed") : "mixed";
}
