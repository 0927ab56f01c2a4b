/**
 * Does the role-swap report name the stage that is broken? One stage of a simulated author's persona is broken, the factorial gives every stage to it and to a sound one, and the
 * report has to rank the broken stage first in at least 19 of 20 evolution seeds.
 * `node --import tsx scripts/acceptance-role-swap.ts [seeds] [diagnosis|patch|merge|all|turns] [tasks] [skip]`: by default 20 seeds, the stages broken in turns; `all`: so many seeds for each stage;
 * `skip`: seeds left out at the beginning, to go on with a run that was ended.
 * It shows that the report finds what was put in. It says nothing about any real model or skill.
 */
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { readContext } from "../harness/cli/context.ts";
import { designTables } from "../harness/cli/design-tables.ts";
import { openModels } from "../harness/cli/open-models.ts";
import { openParts, unitKinds } from "../harness/cli/open-parts.ts";
import type { LedgerEpisode } from "../harness/core/record.ts";
import { createEngine } from "../harness/engine/engine.ts";
import { localExecutor } from "../harness/engine/executor.ts";
import { createStopOrder } from "../harness/engine/stop.ts";
import { loadExperiment, loadModels } from "../harness/experiment/config/load-experiment.ts";
import { resolveExperiment } from "../harness/experiment/resolve-experiment.ts";
import { experimentDir, ledgerPath, runExperiment } from "../harness/experiment/run-experiment.ts";
import type { FactorialTable } from "../harness/report/ablation/ablations.ts";
import { buildReport } from "../harness/report/build-report.ts";
import { tableDesignSchema } from "../harness/report/table-design.ts";
import { chooseSandbox } from "../harness/sandbox/choose-sandbox.ts";
import { readMeasured } from "../harness/store/ledger.ts";

/** What breaks a stage, in the persona of the author. */
const broken: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  diagnosis: { "error_analyst.agentic.insight": 0.02, "error_analyst.agentic.patience": 1 },
  patch: { "patch_writer.out_of_tree": 0.97 },
  merge: { "merger.recall": 0.02, "merger.taken_back": 0, "merger.vanishes_again": 1 },
};
const stages = Object.keys(broken);

const seeds = Number(process.argv[2] ?? 20);
const asked = process.argv[3] ?? "turns";
const tasks = Number(process.argv[4] ?? 30);
const skip = Number(process.argv[5] ?? 0);
if (![seeds, tasks, skip].every(Number.isInteger) || seeds < 1 || tasks < 1 || skip < 0 || !["all", "turns", ...stages].includes(asked))
  throw new Error(
    `expected a number of seeds, one of ${stages.join(", ")}, all or turns, a number of tasks, and how many seeds to leave out`,
  );

const home = await mkdtemp(join(tmpdir(), "t2s-role-swap-"));
const context = { ...readContext(), env: { T2S_DATA_HOME: join(home, "data") } };
const sample = join(home, "data/spreadsheetbench/sample");
execFileSync(process.execPath, ["harness/t2s.mjs", "data", "sample", "spreadsheetbench", "--out", sample], { cwd: context.projectRoot });
const { sandbox } = await chooseSandbox({ kind: "auto", hidden: [], unsandboxed: true });

/** Personas as they are, but for sim-small: it is sim-large with one stage broken. Gives their folder. */
async function personasWith(stage: string): Promise<string> {
  const dir = join(home, "personas", stage);
  await cp(join(context.projectRoot, "configs/personas"), dir, { recursive: true });
  const persona: unknown = parse(await readFile(join(dir, "sim-large.yaml"), "utf8"));
  for (const [path, value] of Object.entries(broken[stage] ?? {})) set(persona, path.split("."), value);
  await writeFile(join(dir, "sim-small.yaml"), stringify({ ...(persona as object), name: "sim-small" }));
  return dir;
}

function set(target: unknown, [name = "", ...rest]: readonly string[], value: number): void {
  if (typeof target !== "object" || target === null || !Object.hasOwn(target, name)) throw new Error(`personas have no ${name}`);
  if (rest.length === 0) Object.assign(target, { [name]: value });
  else set(Reflect.get(target, name), rest, value);
}

/** The report's factorial after one evolution seed with one stage broken. */
async function swap(stage: string, seed: number): Promise<FactorialTable | undefined> {
  const factors = Object.fromEntries(stages.map((one) => [one, { sound: "sim-large", broken: "sim-small" }]));
  const { spec } = await loadExperiment("role-swap-sim", {
    set: [
      `name=${stage}-${seed}`,
      `factorial={ factors: ${JSON.stringify(factors)} }`,
      "arms=[{ name: parametric, guidance: { kind: skill, path: skills/xlsx-parametric } }, { name: evolved, guidance: { kind: evolved } }]",
      "solvers=[sim-large]",
      "evolution.signals=error",
      `evolution.limit=${tasks}`,
      `benchmarks.0.limit=${tasks}`,
      `seeds={ rollout: [41], evolution: [${seed}] }`,
    ],
  }).catch((error: unknown) => {
    throw new Error(`role-swap-sim no longer fits this script: ${error instanceof Error ? error.message : String(error)}`);
  });
  await using opened = await openModels(
    await loadModels(["sim-large", "sim-small"]),
    context,
    {},
    {
      personaDir: await personasWith(stage),
    },
  );
  const parts = openParts(context, { resultsDir: join(home, "results"), sandbox, models: opened.models });
  const stop = createStopOrder();
  const width = cpus().length * 4;
  const engine = createEngine({ store: parts.store, executor: localExecutor(unitKinds(parts, width)), stop });
  const resolved = await resolveExperiment(spec, parts);
  let design: unknown;
  await runExperiment(resolved, parts, {
    engine,
    stop,
    width,
    design: (plan) => {
      const made = designTables(plan);
      design = made;
      return JSON.parse(JSON.stringify(made));
    },
  });
  const rows: LedgerEpisode[] = [];
  for await (const batch of readMeasured(ledgerPath(experimentDir(parts, spec.name)))) rows.push(...batch);
  const { ablations } = buildReport(spec.name, tableDesignSchema.parse(JSON.parse(JSON.stringify(design))), rows, []);
  return ablations?.factorials[0];
}

let first = 0;
let runs = 0;
try {
  for (let i = skip; i < seeds; i += 1)
    for (const stage of asked === "all" ? stages : [asked === "turns" ? (stages[i % stages.length] ?? "") : asked]) {
      const table = await swap(stage, 41 + i);
      const [winner] = table?.ranking ?? [];
      const found = winner?.factor === stage && winner.estimate > 0;
      runs += 1;
      first += Number(found);
      const order = table?.ranking.map(
        (one) => `${one.factor} ${(one.estimate * 100).toFixed(1)} (first in ${(one.firstShare * 100).toFixed(0)} %)`,
      );
      console.log(`${found ? "ok  " : "MISS"} seed ${41 + i}, ${stage} broken: ${order?.join(", ") ?? "no factorial"}`);
    }
} finally {
  await rm(home, { recursive: true, force: true });
}
const enough = first >= Math.ceil(runs * 0.95);
console.log(
  `${enough ? "ok" : "FAIL"}: the broken stage is ranked first in ${first} of ${runs} runs (asked for: ${Math.ceil(runs * 0.95)})`,
);
process.exit(enough ? 0 : 1);
