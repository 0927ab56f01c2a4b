/**
 * Planted lessons of the simulated world must show as the causal sections. A skill is evolved as in the quickstart and measured with a model that leaves nothing to chance
 * (sim-obedient); every part is then left out. Only parts without which the skill no longer teaches a planted lesson may repair tasks; the others must change nothing.
 * Usage: node --import tsx scripts/acceptance-attribution.ts [RESULTS_DIR [TASKS]]
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { spreadsheetbench } from "../benchmarks/spreadsheetbench/index.ts";
import { t2sHere } from "../harness/cli/run-t2s.fixture.ts";
import { plantedLessonsIn } from "../harness/simulation/planted-lessons.ts";
import { readSkill } from "../harness/skill/read-skill.ts";

interface Effect {
  readonly arm: string;
  readonly parts: readonly { readonly id: string; readonly title: string; readonly kind: string }[];
  readonly effect: number | null;
  readonly verdict: string;
  readonly flips: { readonly repaired: { readonly slots: number }; readonly broken: { readonly slots: number } };
}

const [given, tasks = "36"] = process.argv.slice(2);
const results = given === undefined ? await mkdtemp(join(tmpdir(), "t2s-attribution-")) : resolve(given);
const name = "causal";
const common = ["--results", results];

async function run(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await t2sHere(args);
  if (code !== 0) throw new Error(`t2s ${args.join(" ")} ended with ${code}: ${err.slice(-2000)}`);
  return out;
}

const arms = "arms=[{name: no-skill},{name: evolved, guidance: {kind: evolved}}]";
const settings = [`name=${name}`, 'solvers=["sim-obedient"]', arms, "seeds.rollout=[41]", `benchmarks.0.limit=${tasks}`];
await run("run", "quickstart", ...common, ...settings.flatMap((one) => ["--set", one]));
const { effects }: { effects: readonly Effect[] } = JSON.parse(await run("attribute", name, "evolved", ...common, "--json"));

const skills = join(results, name, "attribution", "evolved", "plan", "skills");
const taught = async (arm: string): Promise<ReadonlySet<string>> => {
  const { files } = await readSkill(join(skills, arm));
  const texts = new Map(files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
  // A file that nothing links any more teaches nobody.
  const main = texts.get("SKILL.md") ?? "";
  const read = [...texts].filter(([path]) => path === "SKILL.md" || (path.endsWith(".md") && main.includes(path))).map(([, text]) => text);
  return new Set(read.flatMap((text) => [...plantedLessonsIn(spreadsheetbench.world, text).keys()]));
};
const whole = await taught("whole");
let causal = 0;
let wrong = 0;
for (const { arm, parts, effect, verdict, flips } of effects.toSorted((a, b) => (b.effect ?? 0) - (a.effect ?? 0))) {
  const left = await taught(arm);
  const lost = [...whole].filter((lesson) => !left.has(lesson));
  const changed = flips.repaired.slots + flips.broken.slots > 0;
  if (changed && lost.length > 0) causal += 1;
  if (changed && lost.length === 0) wrong += 1;
  const said = `${((effect ?? 0) * 100).toFixed(1)} pp, repaired ${flips.repaired.slots}, broken ${flips.broken.slots}, ${verdict}`;
  console.log(
    `${parts.map(({ id, title }) => `${id} ${title}`).join(" = ")}: ${said}; ${lost.length === 0 ? "takes no lesson along" : `takes along ${lost.join(", ")}`}`,
  );
}
console.log(
  `${effects.length} parts: ${causal} that teach a planted lesson change tasks, ${wrong} that teach none do (files in ${results})`,
);
if (wrong > 0 || causal === 0) {
  console.error("planted lessons do not show as the causal parts");
  process.exitCode = 1;
}
