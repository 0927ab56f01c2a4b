import { join } from "node:path";
import { findSkill } from "../attribution/subject.ts";
import { StoreError, UsageError } from "../core/errors.ts";
import { evolutionSettingsSchema } from "../core/evolution-presets.ts";
import { openBudget } from "../engine/budget.ts";
import { createEngine } from "../engine/engine.ts";
import { localExecutor } from "../engine/executor.ts";
import { createStopOrder, Stopped } from "../engine/stop.ts";
import { openAuthor } from "../evolve/call/open-author.ts";
import { UnansweredCall } from "../evolve/consolidate/ask-author.ts";
import type { Consolidation } from "../evolve/consolidate/consolidate.ts";
import { allForms } from "../evolve/forms.ts";
import { loadModels } from "../experiment/config/load-experiment.ts";
import { playerOf, playRole } from "../experiment/evolution/author-roles.ts";
import { type FrozenPatches, type MergeOrder, mergeAgain, shuffledOrders } from "../experiment/evolution/merge-again.ts";
import { stepPrograms } from "../experiment/evolution/step-programs.ts";
import { buildLaboratory } from "../report/merge-laboratory/build-laboratory.ts";
import { laboratorySection } from "../report/merge-laboratory/laboratory-grids.ts";
import type { MergeLaboratory, MergeVariant, StoredEvolution } from "../report/merge-laboratory/merge-laboratory.ts";
import { orderSensitivity } from "../report/merge-laboratory/order-sensitivity.ts";
import { tracedLessons } from "../report/merge-laboratory/trace-lessons.ts";
import { renderSectionMarkdown } from "../report/render-markdown.ts";
import { renderSectionTerminal } from "../report/render-terminal.ts";
import { chooseSandbox } from "../sandbox/choose-sandbox.ts";
import { replaceFile } from "../store/durable.ts";
import { openStore, shareStore } from "../store/store.ts";
import { type CliContext, modelFolders, resultsDir } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { chargedTo, openModels } from "./open-models.ts";
import { hiddenPaths, openParts, unitKinds } from "./open-parts.ts";
import { evolutionSeeds, readEvolution } from "./read-evolution.ts";
import { readStored, type StoredExperiment } from "./stored-experiment.ts";

export interface MergeLabOptions {
  readonly seed?: number;
  readonly orders?: number;
  readonly groupings?: boolean;
  readonly maxCalls?: number;
  readonly maxCost?: number;
  readonly results?: string;
  readonly modelDir?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/**
 * `t2s merge-lab EXPERIMENT ARM`: what merging did to an arm's lessons, from its stored evolutions; with `orders` or `groupings` the same patches are merged again through the
 * engine, which is a run. Writes merge-laboratory/<arm>/s<seed>.{json,md} below the experiment. Returns 1 when a budget or an endpoint left merges out.
 */
export async function mergeLabCommand(name: string, arm: string, options: MergeLabOptions, context: CliContext): Promise<number> {
  const results = resultsDir(context, options.results);
  const stored = await readStored(results, name);
  const seeds = await evolutionSeeds(stored.dir, arm);
  if (options.seed !== undefined && !seeds.includes(options.seed))
    throw new UsageError(`arm ${arm} has no evolution with seed ${options.seed}; it has ${seeds.join(", ")}`);
  const orders: MergeOrder[] = [
    ...shuffledOrders(options.orders ?? 0),
    ...(options.groupings === true
      ? (["task-order", "section", "similarity"] as const).map(
          (one): MergeOrder => ({ name: `grouping ${one}`, grouping: one, seed: null }),
        )
      : []),
  ];
  const laboratories: MergeLaboratory[] = [];
  let missing = 0;
  for (const seed of options.seed === undefined ? seeds : [options.seed]) {
    const evolution = await readEvolution(stored.dir, name, arm, seed);
    const reading = buildLaboratory(evolution);
    if (options.dryRun === true) {
      context.out(
        `${arm}, evolution seed ${seed}: ${orders.length} merges of ${reading.patches} patches, up to ${orders.length * evolution.tree.nodes.filter(({ call }) => call !== null).length} calls of the merger, fewer where they are stored; translations and repairs on top\n`,
      );
      continue;
    }
    const again = orders.length === 0 ? undefined : await mergeOrders(stored, evolution, orders, options, context);
    missing += again === undefined ? 0 : orders.length - again.length;
    const laboratory = again === undefined ? reading : withVariants(reading, evolution, again);
    const section = laboratorySection(laboratory);
    const file = join(stored.dir, "merge-laboratory", arm, `s${seed}`);
    await replaceFile(`${file}.json`, `${JSON.stringify(laboratory, null, 1)}\n`);
    await replaceFile(`${file}.md`, renderSectionMarkdown(section));
    laboratories.push(laboratory);
    if (options.json !== true)
      context.out(`${renderSectionTerminal(section, { width: context.terminal.columns, color: context.terminal.color })}\n`);
  }
  if (options.json === true && options.dryRun !== true)
    context.out(`${JSON.stringify({ format: "t2s-merge-laboratory", v: 1, laboratories })}\n`);
  if (missing > 0) context.err(`t2s: ${missing} merges are missing; run the same command again to go on, what is there costs nothing\n`);
  return missing > 0 ? exitCodes.incomplete : exitCodes.ok;
}

interface Merged {
  readonly order: MergeOrder;
  readonly consolidation: Consolidation;
}

async function mergeOrders(
  stored: StoredExperiment,
  evolution: StoredEvolution,
  orders: readonly MergeOrder[],
  options: MergeLabOptions,
  context: CliContext,
): Promise<Merged[]> {
  const results = resultsDir(context, options.results);
  const { spec } = stored.lock;
  const frozen = await frozenOf(stored, evolution, results);
  const { settings } = frozen;
  const names = [...new Set((["merger", "translator", "validator"] as const).map((role) => playerOf(spec, settings, role)))];
  const models = await loadModels(names, undefined, modelFolders(context, options.modelDir));
  const stop = createStopOrder();
  const budget = openBudget({ maxCalls: options.maxCalls, maxCostUsd: options.maxCost }, stop);
  await using opened = await openModels(models, context, chargedTo(budget));
  // Merging runs no command, unless somebody else's program does it.
  const own = settings.merge.command === undefined;
  const { sandbox } = await chooseSandbox(
    own
      ? { kind: "none", hidden: [], unsandboxed: true }
      : { kind: spec.sandbox, hidden: hiddenPaths(context, results), unsandboxed: false },
  );
  const parts = openParts(context, { resultsDir: results, sandbox, models: opened.models });
  await using _store = await shareStore(parts.store);
  const engine = createEngine({ store: parts.store, executor: localExecutor(unitKinds(parts, 1)), stop });
  const author = openAuthor({
    engine,
    blobs: parts.store.blobs,
    role: (role) => playRole(spec, settings, role, parts),
    seed: evolution.seed,
    rounds: settings.reply_rounds,
    forms: allForms,
    program: stepPrograms(evolution.arm, settings, { experiment: spec, parts }),
  });
  const merged: Merged[] = [];
  for (const order of orders) {
    try {
      merged.push({ order, consolidation: await mergeAgain(frozen, order, author) });
    } catch (error) {
      if (!(error instanceof Stopped) && !(error instanceof UnansweredCall)) throw error;
      context.err(`t2s: ${order.name} of ${evolution.arm} could not be merged: ${error.message}\n`);
      if (error instanceof Stopped) break;
    }
  }
  return merged;
}

/** Patches, start skill and settings as the evolution had them. */
async function frozenOf(
  { learned }: StoredExperiment,
  { arm, seed, patches, lineage, coverage }: StoredEvolution,
  results: string,
): Promise<FrozenPatches> {
  const row = learned.flatMap((one) => (one.type === "evolution" && one.arm === arm && one.seed === seed ? [one] : []))[0];
  if (row === undefined)
    throw new StoreError(`the ledger has no row of the evolution of ${arm} with seed ${seed}; run the experiment's config again`);
  const settings = evolutionSettingsSchema.safeParse(row.settings);
  if (!settings.success)
    throw new StoreError(`the settings of ${arm} in the ledger are of another version; run the experiment's config again`);
  const episodes = learned.flatMap((one) => (one.type === "episode" && one.purpose === "evolve" ? [one] : []));
  const start = await findSkill(openStore(results), lineage.start, episodes);
  if (start === null)
    throw new StoreError(
      `the start skill of ${arm} is not in the store, as it is after its analyses were imported; merge-lab without --orders and --groupings reads what is there`,
    );
  const analysed = coverage.episodes.filter(({ state }) => state !== "not-asked").map(({ task }) => task);
  // What was planned and is not there left a gap in its group.
  const plan = coverage.episodes.flatMap((one, i) => (one.state === "errored" ? [`missing-${i}`] : (one.patch ?? [])));
  return { start, startHash: lineage.start, patches, plan, settings: settings.data, seed, tasks: new Set(analysed).size };
}

function withVariants(reading: MergeLaboratory, evolution: StoredEvolution, merged: readonly Merged[]): MergeLaboratory {
  const lessons = tracedLessons(evolution);
  const variant = (
    name: string,
    grouping: string,
    seed: number | null,
    made: Pick<Consolidation, "state" | "lineage"> & { readonly levels: number; readonly calls: number },
  ): MergeVariant => {
    const kept = [...new Set(made.lineage.edits.flatMap(({ leaves }) => leaves))].sort();
    const lines = (path: string): number =>
      Math.max(0, ...made.lineage.files.filter((file) => file.path === path).flatMap(({ spans }) => spans.map(({ to }) => to)));
    return {
      name,
      grouping,
      seed,
      state: made.state,
      skill: made.lineage.skill,
      levels: made.levels,
      calls: made.calls,
      kept: kept.filter((leaf) => evolution.patches.some(({ edits }) => edits.some(({ id }) => id === leaf))),
      lessons: lessons.filter((one) => one.leaves.some((leaf) => kept.includes(leaf))).length,
      appliedEdits: made.lineage.edits.length,
      lines: lines("SKILL.md"),
      references: made.lineage.files.filter(({ path }) => path.startsWith("references/")).length,
    };
  };
  const { lineage, tree } = evolution;
  const state = lineage.skill !== lineage.start ? "evolved" : "unchanged";
  const own = variant("as stored", "as stored", null, { state, lineage, levels: tree.levels, calls: tree.calls });
  const others = merged.map(({ order, consolidation }) =>
    variant(order.name, order.grouping, order.seed, {
      ...consolidation,
      levels: consolidation.mergeTree.levels,
      calls: consolidation.mergeTree.calls,
    }),
  );
  const orders = [own, ...others.filter(({ grouping }) => grouping === "shuffle")];
  const sensitivity = orderSensitivity(evolution, orders);
  return { ...reading, variants: [own, ...others], ...(sensitivity === undefined ? {} : { sensitivity }) };
}
