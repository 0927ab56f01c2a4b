/** What became of every episode and lesson of a sequential evolution, in the form of parallel evolution's account. */
import type { Coverage, Departure, Lesson, Lineage } from "../../core/evolution.ts";
import type { SequentialRecord, SequentialStep } from "./sequential-record.ts";
import { patchId } from "./standing.ts";

type EpisodeAccount = Coverage["episodes"][number];
type LessonAccount = Coverage["lessons"][number];
type EditAccount = LessonAccount["edits"][number];

/** One episode of the plan as its analyst left it. */
export interface Accounted {
  readonly position: number;
  readonly lessons: readonly Pick<Lesson, "title">[];
  /** The whole account of an episode that no step took in; `worked-in` for one that is in a batch. */
  readonly account: EpisodeAccount | (Omit<EpisodeAccount, "state"> & { readonly state: "worked-in" });
}

/**
 * The account of a sequential evolution; `record` and `lineage` are null when there was nothing to evolve from. Throws a TypeError when an episode is in no batch although it
 * was worked in, or an edit of a batch was neither applied nor withheld: an evolution that lost something without a reason is a mistake in the program.
 */
export function coverSteps(
  plan: readonly Accounted[],
  evolved: { readonly record: Pick<SequentialRecord, "steps">; readonly lineage: Pick<Lineage, "edits" | "files"> } | null,
): Coverage {
  const steps = evolved?.record.steps ?? [];
  const batches = steps.filter((step) => step.kind === "batch");
  const fates = evolved === null ? new Map<string, EditAccount>() : fatesOf(batches, evolved.lineage);
  const stepOf = new Map(batches.flatMap((step) => step.episodes.map((episode) => [episode, step] as const)));
  const episodes: EpisodeAccount[] = [];
  const lessons: LessonAccount[] = [];
  for (const one of plan) {
    const { account } = one;
    const patch = patchId(one);
    if (account.state !== "worked-in") {
      episodes.push(account);
      const note = account.reason ?? account.note;
      for (const [lesson, { title }] of one.lessons.entries())
        lessons.push({ patch, lesson, title, edits: [], state: account.state === "rejected" ? "rejected" : "no-edit", note });
      continue;
    }
    const step = stepOf.get(account.episode);
    if (step === undefined) throw new TypeError(`episode ${account.episode} was worked in by no step`);
    const own = one.lessons.map(({ title }, lesson) => lessonAccount({ patch, lesson, title }, step, fates));
    lessons.push(...own);
    const spoken = own.some(({ edits }) => edits.length > 0);
    const why = step.note === "" ? {} : { note: `step ${step.id}: ${step.note}` };
    if (spoken) episodes.push({ ...account, state: "patched", patch, ...(step.state === "edited" ? {} : why) });
    else episodes.push({ ...account, state: step.state === "unreadable" ? "unreadable-patch" : "no-edits", ...why });
  }
  const counts = new Map<string, number>([
    ["episodes", episodes.length],
    ["lessons", lessons.length],
    ["edits", fates.size],
  ]);
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { state } of episodes) count(`episodes.${state}`);
  for (const { state } of lessons) count(`lessons.${state}`);
  for (const fate of fates.values())
    count(`edits.${fate.departure?.reason ?? (fate.supersededBy === undefined ? "applied" : "superseded")}`);
  const departures = steps.flatMap((step) => step.departures);
  return { v: 1, episodes, lessons, departures, counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function lessonAccount(
  base: Pick<LessonAccount, "patch" | "lesson" | "title">,
  step: SequentialStep,
  fates: ReadonlyMap<string, EditAccount>,
): LessonAccount {
  const carrying = Object.entries(step.proposed).filter(([, said]) =>
    said.some((one) => one.patch === base.patch && one.lesson === base.lesson),
  );
  const edits = carrying.flatMap(([id]) => fates.get(id) ?? []);
  if (edits.length === 0)
    return { ...base, edits, state: "no-edit", ...(step.note === "" ? {} : { note: `step ${step.id}: ${step.note}` }) };
  const standing = edits.filter((one) => one.departure === null && one.supersededBy === undefined).length;
  if (standing > 0) return { ...base, edits, state: standing === edits.length ? "applied" : "partly-applied" };
  return { ...base, edits, state: edits.some((one) => one.supersededBy !== undefined) ? "superseded" : "not-applied" };
}

/** By id of every edit that a batch proposed, how it ended. */
function fatesOf(batches: readonly SequentialStep[], { edits, files }: Pick<Lineage, "edits" | "files">): Map<string, EditAccount> {
  const visible = new Set(files.flatMap((file) => file.spans.map((span) => span.edit)));
  const fates = new Map<string, EditAccount>();
  for (const step of batches) {
    const departed = new Map<string, Departure>(step.departures.map((one) => [one.edit, one]));
    for (const id of Object.keys(step.proposed)) {
      // An edit that said the same at the same place as another is part of that one.
      const applied = step.edits.find((one) => one.id === id) ?? step.edits.find((one) => one.leaves.includes(id));
      const departure = departed.get(id) ?? null;
      if (applied === undefined && departure === null) throw new TypeError(`edit ${id} was neither applied nor withheld with a reason`);
      fates.set(id, applied === undefined ? { edit: id, appliedAs: null, departure } : standingOf(id, applied.id, edits, visible));
    }
  }
  return fates;
}

/**
 * Whether an applied edit still stands. One that has no line left and whose lines were taken out by later edits (which inherit it, so their leaves name it) is superseded;
 * one without lines that nobody took out only ever took something away, or moved it.
 */
function standingOf(id: string, applied: string, edits: Lineage["edits"], visible: ReadonlySet<string | null>): EditAccount {
  const heirs = edits.filter((one) => one.id !== applied && one.leaves.includes(id));
  const [first] = heirs;
  if (visible.has(applied) || first === undefined) return { edit: id, appliedAs: applied, departure: null };
  const [closest] = heirs.filter((one) => visible.has(one.id)).toSorted((a, b) => a.leaves.length - b.leaves.length);
  return { edit: id, appliedAs: closest?.id ?? null, departure: null, supersededBy: first.id };
}
