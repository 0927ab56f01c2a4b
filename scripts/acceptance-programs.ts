/**
 * Other people's programs: the quickstart with stand-in agents in Python and Node, a Python analyst and a Python merge step, all in simulation; the same evolution in this process, in child
 * processes and on a worker behind a real Redis; then programs that try the network, other episodes, or to spend more than they may, each of which has to fail as it should.
 * Usage: node --import tsx scripts/acceptance-programs.ts [FOLDER [TASKS]] (TASKS of the quickstart: 24). One line a check, exit code 1 on a miss.
 */
import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { spreadsheetbench } from "../benchmarks/spreadsheetbench/index.ts";
import { t2s } from "../harness/cli/run-t2s.fixture.ts";
import { noRedis, startRedis } from "../harness/dispatch/redis.fixture.ts";
import { plantedLessonsIn } from "../harness/simulation/planted-lessons.ts";
import { readSkill } from "../harness/skill/read-skill.ts";
import { hostileAgents, hostileSteps, refusals } from "./hostile-programs/checks.ts";
import { analyst, episodesIn, merge, openTrial } from "./hostile-programs/trial.ts";
import { endGroup } from "./processes.ts";
import { contentOf } from "./run-content.ts";

const [given, tasks = "24"] = process.argv.slice(2);
const home = given === undefined ? await mkdtemp(join(tmpdir(), "t2s-programs-")) : resolve(given);
const trial = openTrial(home);
const { at, check, run, rowsOf } = trial;

const agents = "harness/agent/command/stand-ins";
const python = `agent={ command: [python3, agent.py], files: ${agents} }`;

await wholeQuickstart();
await everyExecutor();
await hostileAgents(trial);
await hostileSteps(trial);
await refusals(trial, python);
console.log(trial.missed() === 0 ? `all is as it should be (files in ${home})` : `${trial.missed()} checks missed (files in ${home})`);
if (trial.missed() > 0) process.exitCode = 1;

async function wholeQuickstart(): Promise<void> {
  const values = [
    "name=programs",
    python,
    `arms.1.agent={ command: [node, agent.mjs], files: ${agents} }`,
    analyst,
    merge,
    `benchmarks.0.limit=${tasks}`,
  ];
  const first = await run("whole", values);
  check(first.code === 0, `the quickstart with programs ends with ${first.code}${first.code === 0 ? "" : `: ${first.err.slice(-500)}`}`);
  const summary = JSON.parse(first.out.trim().split("\n").at(-1) ?? "{}");
  const planned = Number(tasks) * 4 * 2 * 3;
  check(summary.slots === planned && summary.errored === 0, `${summary.slots} of ${planned} episodes measured, ${summary.errored} errored`);
  const rows = await rowsOf("whole", "programs");
  const episodes = episodesIn(rows);
  const exits = new Map<string, number>();
  for (const { exit = "none" } of episodes) exits.set(exit, (exits.get(exit) ?? 0) + 1);
  const ended = [...exits].map(([exit, n]) => `${exit} ${n}`).join(", ");
  check(!exits.has("program-failed") && (exits.get("completed") ?? 0) > episodes.length / 2, `agents in Python and Node end: ${ended}`);
  check(
    episodes.every(({ simulated }) => simulated.includes("model") && simulated.includes("tasks")),
    "every row is marked as simulated",
  );
  const analyses = rows.flatMap((row) => (row.type === "analysis" ? [row] : []));
  const accepted = analyses.filter(({ state }) => state === "accepted").length;
  check(
    analyses.length === 20 && analyses.every((row) => row.analyst === "program" && row.usage.calls > 0) && accepted >= 10,
    `the Python analyst studied ${analyses.length} episodes with ${analyses.reduce((sum, row) => sum + row.usage.calls, 0)} calls, ${accepted} accepted`,
  );
  const merges = rows.flatMap((row) => (row.type === "merge" && row.key !== null ? [row] : []));
  check(
    merges.length > 0 && merges.every((row) => row.author === "python3 merge.py" && row.state === "merged"),
    `the Python merge step joined ${merges.reduce((sum, row) => sum + (row.level === 1 ? row.editsIn : 0), 0)} edits in ${merges.length} steps, none unread`,
  );
  const skill = at("whole", "programs/evolutions/evolved/s41/skill");
  const validated = await t2s(["skill", "validate", skill]);
  const { files, hash } = await readSkill(skill);
  const start = await readSkill("skills/xlsx-parametric");
  check(validated.code === 0 && hash !== start.hash, "what came of it is a valid skill and not the start skill");
  const planted = (texts: readonly { readonly bytes: Uint8Array }[]): Set<string> =>
    new Set(texts.flatMap(({ bytes }) => [...plantedLessonsIn(spreadsheetbench.world, new TextDecoder().decode(bytes)).keys()]));
  const known = planted(start.files);
  const learned = [...planted(files)].filter((lesson) => !known.has(lesson));
  check(learned.length > 0, `${learned.length} planted lessons are learned: ${learned.join(", ")}`);
  const again = await run("whole", values);
  const { made } = JSON.parse(again.out.trim().split("\n").at(-1) ?? "{}");
  check(again.code === 0 && made === 0, `run again it makes ${made} episodes`);
}

/** A small evolution by programs where units may be run. */
async function everyExecutor(): Promise<void> {
  const values = ["name=small", analyst, merge, "evolution.limit=6", "benchmarks.0.limit=1", "solvers=[sim-large]", "seeds.rollout=[41]"];
  const local = await run("local", values);
  const children = await run("children", values, "--child-processes", "2");
  check(local.code === 0 && children.code === 0, "an evolution by programs in this process and in child processes");
  const whole = await contentOf(at("local"));
  trial.equal("child processes", whole, await contentOf(at("children")));
  if (noRedis !== undefined) return check(false, `on a worker: ${noRedis}`);
  await using redis = await startRedis();
  const worker = spawn(process.execPath, ["harness/t2s.mjs", "worker", redis.url, "--processes", "1", "--slots", "4"], {
    stdio: "ignore",
    detached: true,
  });
  try {
    const dispatched = await run("dispatched", values, "--executor", redis.url);
    check(dispatched.code === 0, `an evolution by programs on a worker ends with ${dispatched.code}`);
    trial.equal("a worker behind Redis", whole, await contentOf(at("dispatched")));
  } finally {
    await endGroup(worker);
  }
}
