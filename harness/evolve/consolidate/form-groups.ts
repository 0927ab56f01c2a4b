/** Which patches one merge call gets to see. Grouping decides by the plan, not by who survived, wherever the plan alone can decide. */
import type { SkillEdit, TracedEdit } from "../../core/evolution.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import { sha256 } from "../../core/json.ts";
import { lexicalProfile, similarity } from "./lexical-similarity.ts";

export type BatchSize = EvolutionSettings["merge"]["batch_size"];
export type Grouping = EvolutionSettings["merge"]["grouping"];
export type Leftovers = EvolutionSettings["merge"]["leftovers"];

/** A grouping that needs ids only: groups can be formed before the patches in them exist, and a missing patch moves no other. */
export function needsOnlyIds(grouping: Grouping): grouping is "task-order" | "shuffle" {
  return grouping === "task-order" || grouping === "shuffle";
}

/** Ids in the order in which they are cut into groups. `shuffle` sorts by a hash of seed and id, so that the place of an id depends on no other id. */
export function orderIds(ids: readonly string[], grouping: "task-order" | "shuffle", seed: number): string[] {
  if (grouping === "task-order") return [...ids];
  return ids
    .map((id) => ({ id, rank: sha256(`${seed}:${id}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ id }) => id);
}

/** What a patch or node is sorted by when its edits count. */
export interface Groupable {
  readonly id: string;
  readonly edits: readonly TracedEdit[];
}

/**
 * Patches in the order in which they are cut into groups. `section`: by the file and section that most of a patch's edits change, then as given.
 * `similarity`: a chain that begins with the first patch and goes on with the one whose edits share most words with the last (ties: the earlier one).
 */
export function orderByContent<G extends Groupable>(items: readonly G[], grouping: "section" | "similarity"): G[] {
  return grouping === "section" ? bySection(items) : bySimilarity(items);
}

function bySection<G extends Groupable>(items: readonly G[]): G[] {
  const keyed = items.map((item, index) => ({ item, index, key: mainPlace(item.edits) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index));
  return keyed.map(({ item }) => item);
}

/** The place most edits change; of equally frequent ones the first by name. */
function mainPlace(edits: readonly TracedEdit[]): string {
  const counts = new Map<string, number>();
  for (const { edit } of edits) counts.set(placeOf(edit), (counts.get(placeOf(edit)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? "";
}

function placeOf(edit: SkillEdit): string {
  const section = "target_section" in edit && edit.op !== "add_section" ? edit.target_section : undefined;
  return `${edit.file}\n${section ?? ""}`;
}

function bySimilarity<G extends Groupable>(items: readonly G[]): G[] {
  const waiting = items.map((item) => ({ item, profile: lexicalProfile(item.edits.map(({ edit }) => textOf(edit)).join("\n")) }));
  const chain: G[] = [];
  let last = waiting.shift();
  while (last !== undefined) {
    chain.push(last.item);
    let best = -1;
    let bestAt = 0;
    for (const [index, { profile }] of waiting.entries()) {
      const value = similarity(last.profile, profile);
      if (value > best) [best, bestAt] = [value, index];
    }
    last = waiting.splice(bestAt, 1)[0];
  }
  return chain;
}

function textOf(edit: SkillEdit): string {
  const section = "target_section" in edit ? (edit.target_section ?? "") : "";
  return `${section}\n${"content" in edit ? edit.content : "old_text" in edit ? edit.old_text : ""}`;
}

/**
 * Cuts a sequence into groups of about `size`. `balanced`: as few groups as can be, whose sizes differ by at most one, larger ones first. `as-released`: full groups;
 * a rest of less than half a group is dealt out to the groups from the front, a larger one is a group of its own.
 */
export function cutIntoGroups<T>(items: readonly T[], size: BatchSize, leftovers: Leftovers): T[][] {
  if (items.length === 0) return [];
  if (size === "all" || items.length <= size) return [[...items]];
  return leftovers === "balanced" ? balanced(items, Math.ceil(items.length / size)) : asReleased(items, size);
}

function balanced<T>(items: readonly T[], count: number): T[][] {
  const small = Math.floor(items.length / count);
  const larger = items.length % count;
  const groups: T[][] = [];
  for (let group = 0, start = 0; group < count; group++) {
    const end = start + small + (group < larger ? 1 : 0);
    groups.push(items.slice(start, end));
    start = end;
  }
  return groups;
}

function asReleased<T>(items: readonly T[], size: number): T[][] {
  const full = Math.floor(items.length / size);
  const groups = Array.from({ length: full }, (_, group) => items.slice(group * size, (group + 1) * size));
  const rest = items.slice(full * size);
  if (rest.length > 0 && rest.length >= size / 2) groups.push(rest);
  else for (const [index, item] of rest.entries()) groups[index % full]?.push(item);
  return groups;
}
