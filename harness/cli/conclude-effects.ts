import { join } from "node:path";
import { stringify } from "yaml";
import { benchmarkKey, effectsExperiment, wholeArm } from "../attribution/ablation/effects-experiment.ts";
import { type AblationPlan, attributionDir } from "../attribution/ablation/plan.ts";
import { type MeasuredPart, type PrunedSkill, pruneSkill, writePruneLog } from "../attribution/ablation/prune.ts";
import type { FoundSubject } from "../attribution/subject.ts";
import { replaceFolder } from "../evolve/artifacts/replace-folder.ts";
import { effectsPage } from "../report/effects/effects-page.ts";
import { measureEffects, type PartEffects } from "../report/effects/part-effects.ts";
import { points, pointsRange } from "../report/number-text.ts";
import { renderGridsMarkdown } from "../report/render-markdown.ts";
import { renderGrids } from "../report/render-terminal.ts";
import { replaceFile } from "../store/durable.ts";
import type { CliContext } from "./context.ts";
import { readStored, type StoredExperiment } from "./stored-experiment.ts";

interface Concluding {
  readonly results: string;
  readonly stored: StoredExperiment;
  readonly arm: string;
  readonly subject: FoundSubject & { readonly hash: string };
  readonly plan: AblationPlan;
  /** Parts with this effect or less are left out of the proposal; a fraction. */
  readonly atMost: number;
  readonly json: boolean;
}

/** Reads what the arms were measured at, writes `report/attribution-<arm>.json` and `.md` into the source experiment and a pruned skill beside the plan, and prints both. */
export async function concludeEffects(of: Concluding, context: CliContext): Promise<void> {
  const { stored, arm, plan } = of;
  const effects = await readStored(of.results, plan.experiment);
  const measured = measureEffects(effects.measured, effects.design, plan);
  const proposal = await proposePruned(of, measured);
  const about = { experiment: stored.name, arm, skill: plan.source.skill };
  const page = effectsPage(about, measured, plan.leftOut);
  const whole = { ...page, notes: [...page.notes, proposal.said] };
  const json = {
    format: "t2s-attribution",
    v: 1,
    ...about,
    effectsExperiment: plan.experiment,
    budget: plan.budget,
    heldOut: plan.heldOut,
    notMeasured: plan.leftOut,
    ...measured,
    pruned: proposal.json,
  };
  const base = join(stored.dir, "report", `attribution-${arm}`);
  await replaceFile(`${base}.json`, `${JSON.stringify(json, null, 1)}\n`);
  await replaceFile(`${base}.md`, renderGridsMarkdown(whole));
  if (of.json) context.out(`${JSON.stringify(json)}\n`);
  else context.out(renderGrids(whole, { width: context.terminal.columns, color: context.terminal.color }));
  context.err(`effects are in ${base}.json, the arms' own tables under ${plan.experiment}\n`);
}

interface Proposal {
  readonly said: string;
  readonly json: unknown;
}

async function proposePruned(of: Concluding, { effects }: PartEffects): Promise<Proposal> {
  const { stored, arm, plan, subject, atMost } = of;
  const parts = plan.arms.flatMap(({ name, parts }) =>
    parts.map((part) =>
      measuredPart(
        part,
        effects.filter((one) => one.arm === name),
      ),
    ),
  );
  const pruned = pruneSkill(subject, parts, atMost);
  const dir = join(attributionDir(stored.dir, arm), "pruned");
  if (pruned === null) return { said: "No pruned skill is proposed: every measured part has a positive effect.", json: null };
  if ("problem" in pruned) return { said: `No pruned skill is proposed: ${pruned.problem}.`, json: { problem: pruned.problem } };
  const held = plan.heldOut.tasks.length;
  const unseen = Math.max(0, ...effects.map(({ detectable }) => detectable ?? 0));
  const fair =
    held > 0
      ? `measure.yaml measures it beside the whole skill on the ${held} tasks that were held out.`
      : "measure.yaml measures it beside the whole skill, but on the tasks it was chosen on, which flatters it; run attribute with --hold-out, or give another split.";
  const blind = `Effects below ${(Math.min(1, unseen) * 100).toFixed(1)} pp could not have been seen in every part with so many tasks, so some of what is left out may help.`;
  const text = writePruneLog(pruned, { experiment: stored.name, arm, atMost, measured: `${blind} ${fair}` });
  await replaceFolder(dir, [
    ...pruned.files.map((file) => ({ path: `skill/${file.path}`, bytes: file.bytes, mode: file.mode })),
    ...(pruned.lineage === undefined ? [] : [{ path: "lineage.json", bytes: `${JSON.stringify(pruned.lineage, null, 2)}\n` }]),
    { path: "changelog.md", bytes: text },
    { path: "measure.yaml", bytes: measureConfig(of, dir) },
  ]);
  const n = pruned.removed.length;
  const said = `A pruned skill is proposed in ${join(dir, "skill")}: without ${n} part${n === 1 ? "" : "s"} whose removal did not hurt (${pruned.removed.map(({ part }) => part.id).join(", ")}). Whether it is better has not been measured; ${fair} ${blind}`;
  return { said, json: describe(pruned, dir, held > 0) };
}

const describe = (pruned: PrunedSkill, dir: string, fair: boolean) => ({
  dir,
  skill: pruned.hash,
  measured: false,
  heldOutTasks: fair,
  removed: pruned.removed.map(({ part }) => part.id),
  along: pruned.along,
  kept: pruned.kept.map(({ part }) => part.id),
  findings: pruned.findings,
});

function measuredPart(part: MeasuredPart["part"], cells: PartEffects["effects"]): MeasuredPart {
  const known = cells.flatMap(({ effect }) => effect ?? []);
  const mean = known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
  const said = cells
    .map(
      (one) =>
        `${points(one.effect)} pp ${pointsRange(one.interval)} with ${one.solver} on ${one.benchmark} ${one.split}, ${one.conclusion}`,
    )
    .join("; ");
  return { part, effect: mean, said };
}

/** A config that sets the pruned skill beside the whole one on the tasks that were held out, or on all where none were. */
function measureConfig({ stored, arm, plan, subject: _ }: Concluding, dir: string): string {
  const spec = stored.lock.spec;
  const source = spec.arms.find((one) => one.name === arm) ?? { name: arm, guidance: { kind: "none" as const } };
  const held = new Set(plan.heldOut.tasks);
  const tasks = new Map(
    spec.benchmarks.map((one) => [
      benchmarkKey(one.id, one.split),
      [
        ...new Set(
          stored.measured
            .filter((row) => row.benchmark === one.id && row.split === one.split && held.has(row.task))
            .map(({ task }) => task),
        ),
      ],
    ]),
  );
  const whole = join(attributionDir(stored.dir, arm), "plan", "skills", wholeArm);
  const config = effectsExperiment(spec, {
    name: `${stored.name}.${arm.replace("@", ".")}.pruned`.slice(0, 80),
    title: `The skill of ${arm}, ${stored.name}, whole and pruned`,
    whole: { arm: source, path: whole },
    without: [],
    ...(held.size === 0 ? {} : { tasks }),
  });
  const [first] = config.arms;
  const pruned = { ...first, name: "pruned", label: "Pruned skill", guidance: { kind: "skill" as const, path: join(dir, "skill") } };
  const warning =
    held.size === 0 ? "# CAUTION: these are the tasks the pruned skill was chosen on; give another split or other tasks.\n" : "";
  return `${warning}${stringify({ ...config, arms: [...config.arms, pruned], contrasts: [["pruned", wholeArm]] })}`;
}
