/** Stage 3: patches in, one skill out, and an account of what became of everything. */
import type { Departure, Lineage, MergeTree, SkillPatch, TracedEdit } from "../../core/evolution.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import type { Hash } from "../../core/json.ts";
import { applyEdits } from "../../skill/edit/apply-edits.ts";
import { diffSkills } from "../../skill/edit/diff-skills.ts";
import type { Finding } from "../../skill/finding.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { skillHash } from "../../skill/read-skill.ts";
import { buildLineage } from "../artifacts/build-lineage.ts";
import { writeChangelog } from "../artifacts/write-changelog.ts";
import type { Author } from "../author.ts";
import { applyAndValidate } from "./apply-and-validate.ts";
import { applyInOrder } from "./apply-in-order.ts";
import { countingAuthor } from "./ask-author.ts";
import { synthesise } from "./conflicts.ts";
import { takeIn } from "./intake.ts";
import { mergePatches } from "./merge-tree.ts";
import { divideByPrevalence } from "./prevalence.ts";
import { translateEdits } from "./translate.ts";
import { joinEqual } from "./withhold.ts";

export interface ConsolidationInput {
  /** S0. The array and its files must not be changed afterwards. */
  readonly start: readonly SkillFile[];
  readonly startHash: Hash;
  /** In plan order. */
  readonly patches: readonly SkillPatch[];
  /** Ids of all patches that were planned, in order, missing ones included. Default: `p000` to the highest position among the patches. */
  readonly plan?: readonly string[];
  readonly settings: Pick<EvolutionSettings, "merge" | "prevalence" | "conflicts" | "sizes" | "translate" | "repair_rounds" | "without">;
  readonly author: Author;
  /** Shuffles groups where `merge.grouping` says so. */
  readonly seed: number;
  /** Tasks that were analysed; a share in `prevalence.min_support` is one of these. */
  readonly tasks: number;
}

export interface Consolidation {
  /** `unchanged`: no edit was left to apply. `refused`: no result passed the format check. In both cases `files` is S0. */
  readonly state: "evolved" | "unchanged" | "refused";
  readonly files: readonly SkillFile[];
  readonly mergeTree: MergeTree;
  readonly lineage: Lineage;
  /** Everything that left in stage 3, in the order of the steps; merge calls' own included. */
  readonly departures: readonly Departure[];
  /** Edits made after merging: joined, translated, synthesised, written for notes, repairs. Ids of `departures` that are in no patch and no node are found here. */
  readonly made: readonly TracedEdit[];
  /** Markdown, from applied edits only. */
  readonly changelog: string;
  /** Unified diff from S0; "" when nothing changed. */
  readonly diff: string;
  /** What the format check says of the result and not of S0; of a refused one, why. */
  readonly findings: readonly Finding[];
  /** Questions put to the author, answers from the store included. */
  readonly calls: number;
}

/**
 * Makes one skill of many patches. The result depends on the input and on the author's answers only, not on the order they arrive in. Throws UnansweredCall when
 * infrastructure kept a call from being answered, and a TypeError when ids are not unique or a patch is not in the plan.
 */
export async function consolidate(input: ConsolidationInput): Promise<Consolidation> {
  const { start, settings, patches } = input;
  const { sizes } = settings;
  const author = countingAuthor(input.author);
  const plan = input.plan ?? planOf(patches);
  const stranger = patches.find(({ id }) => !plan.includes(id));
  if (stranger !== undefined) throw new TypeError(`patch ${stranger.id} is not in the plan`);

  const intake = takeIn(start, patches, settings.without);
  const merged = await mergePatches(plan, intake.inputs, {
    author,
    start,
    sizes,
    merge: settings.merge,
    seed: input.seed,
    without: settings.without,
  });
  const mergeTree: MergeTree = { ...merged.tree, calls: author.calls() };
  const joined = joinEqual(merged.edits);
  const division = divideByPrevalence(start, joined.kept, settings.prevalence, input.tasks);
  const leaves = new Map(patches.flatMap(({ edits }) => edits.map(({ id, edit }) => [id, edit] as const)));
  const translation = await translateEdits(start, division.main, leaves, settings.translate ? author : null);
  const synthesis =
    settings.conflicts === "synthesis"
      ? await synthesise(start, translation.edits, author, settings.without)
      : { edits: translation.edits, departures: [] };
  const rest = { main: synthesis.edits, aside: division.aside, departures: [] };
  const validated = settings.without.includes("guardrails")
    ? applyInOrder(start, rest, sizes)
    : await applyAndValidate(start, rest, { sizes, rounds: settings.repair_rounds, author });

  const draft = validated.draft ?? untouched(start);
  const files = draft.files;
  const changed = skillHash(files) !== input.startHash;
  const edits = changed ? draft.edits : [];
  const departures = [
    ...intake.departures,
    ...mergeTree.nodes.flatMap((node) => node.departures),
    ...joined.departures,
    ...division.departures,
    ...translation.departures,
    ...synthesis.departures,
    ...validated.departures,
    ...(changed
      ? []
      : draft.edits.map(
          ({ id }): Departure => ({ edit: id, stage: "apply", reason: "duplicate", note: "The skill says exactly this already." }),
        )),
  ];
  return {
    state: validated.draft === null ? "refused" : changed ? "evolved" : "unchanged",
    files: changed ? files : start,
    mergeTree,
    lineage: buildLineage({ start: input.startHash, skill: skillHash(files), spans: draft.spans, edits, patches, nodes: mergeTree.nodes }),
    departures,
    made: [...joined.kept, ...translation.edits, ...synthesis.edits, ...validated.made, ...draft.edits],
    changelog: writeChangelog(edits),
    diff: diffSkills(start, files),
    findings: validated.findings,
    calls: author.calls(),
  };
}

function untouched(start: readonly SkillFile[]) {
  const applied = applyEdits(start, []);
  if (!applied.ok) throw new Error("no edits at all could not be applied");
  return { files: applied.files, spans: applied.spans, edits: [] };
}

/** Without a plan, the gaps between the positions of the patches are taken for patches that are missing. */
function planOf(patches: readonly SkillPatch[]): string[] {
  const positions = patches.map(({ id }) => {
    const digits = /^p(\d+)$/.exec(id)?.[1];
    if (digits === undefined) throw new TypeError(`${id} is no patch id; expected p and the position in the plan`);
    return Number(digits);
  });
  return Array.from({ length: Math.max(-1, ...positions) + 1 }, (_, position) => `p${String(position).padStart(3, "0")}`);
}
