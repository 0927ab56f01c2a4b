/**
 * A skill from logs that other programs kept: twenty invented Claude Code sessions and twenty ATIF documents, with secrets in some and rubbish between them, go through `t2s evolve`
 * with the simulated author. The skill must be valid, every line of it that is new must lead to logs of both kinds, it must teach lessons that were planted in the tasks behind the
 * logs, no secret may be left anywhere, and a second run must ask for nothing.
 * Usage: node --import tsx scripts/acceptance-own-trajectories.ts [FOLDER [SESSIONS [DOCUMENTS]]]
 */
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { spreadsheetbench } from "../benchmarks/spreadsheetbench/index.ts";
import { writeInventedLogs } from "../harness/cli/invented-logs.fixture.ts";
import { t2sHere } from "../harness/cli/run-t2s.fixture.ts";
import { originSchema } from "../harness/core/origin.ts";
import { plantedLessonsIn } from "../harness/simulation/planted-lessons.ts";
import { readSkill } from "../harness/skill/read-skill.ts";

const [given, sessions = "20", documents = "20"] = process.argv.slice(2);
const home = given === undefined ? await mkdtemp(join(tmpdir(), "t2s-own-")) : resolve(given);
const { logs, outcomes } = await writeInventedLogs(home, Number(sessions), Number(documents));
const secret = "Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1Jk0LzXc9V";
const leaky = join(logs, "sessions", (await readdir(join(logs, "sessions")))[0] ?? "");
await writeFile(
  leaky,
  (await readFile(leaky, "utf8")).replace('"text":"', `"text":"export GITHUB_TOKEN=ghp_${secret} DB_PASSWORD=${secret}. `),
);
await writeFile(join(logs, "picture.png"), new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0]));
await writeFile(join(logs, "notes.json"), "[1, 2");

const problems: string[] = [];
const check = (good: boolean, what: string): void => {
  console.log(`${good ? "ok  " : "BAD "} ${what}`);
  if (!good) problems.push(what);
};
const out = join(home, "evolved");
const start = "skills/xlsx-parametric";
const command = [
  "evolve",
  "--trajectories",
  logs,
  "--start",
  start,
  "--author",
  "sim-large",
  "--outcomes",
  outcomes,
  "--out",
  out,
  "--results",
  join(home, "results"),
];
const first = await t2sHere(command);
console.log(first.err + first.out);
check(first.code === 0, `the run ends with ${first.code}`);
check(/left out: picture\.png is a binary file/.test(first.err) && /left out: notes\.json /.test(first.err), "rubbish is named");

const validated = await t2sHere(["skill", "validate", join(out, "skill")]);
check(validated.code === 0, `t2s skill validate: ${validated.out.trim()}`);

const origin = originSchema.parse(JSON.parse(await readFile(join(out, "origin.json"), "utf8")));
const files = new Set(origin.logs.map(({ file }) => file));
check(files.size === Number(sessions) + Number(documents), `${files.size} logs were read`);
const { files: texts, hash } = await readSkill(join(out, "skill"));
check(hash === origin.skill && hash !== origin.start.hash, "the skill is a new one, and the one origin.json describes");
const used = new Set<string>();
let lines = 0;
let homeless = 0;
for (const { path } of texts.filter(({ path }) => path.endsWith(".md"))) {
  const explained = await t2sHere(["skill", "explain", join(out, "skill", path), "--json"]);
  for (const line of explained.out.trim().split("\n")) {
    const { edit, from, to, patches }: { edit: string | null; from: number; to: number; patches: { log?: string }[] } = JSON.parse(line);
    if (edit === null) continue;
    lines += to - from + 1;
    const known = patches.flatMap(({ log }) => (log !== undefined && files.has(log) ? [log] : []));
    if (known.length === 0 || known.length < patches.length) homeless += to - from + 1;
    for (const log of known) used.add(log);
  }
}
check(lines > 0 && homeless === 0, `${lines} lines are new, all of them lead to logs`);
const kinds = [...used].map((log) => log.split("/")[0] ?? "");
check(
  ["sessions", "atif"].every((kind) => kinds.includes(kind)),
  `${used.size} logs stand behind them: ${kinds.filter((kind) => kind === "sessions").length} sessions, ${kinds.filter((kind) => kind === "atif").length} ATIF documents`,
);

const planted = (skill: readonly { readonly bytes: Uint8Array }[]): ReadonlySet<string> =>
  new Set(skill.flatMap(({ bytes }) => [...plantedLessonsIn(spreadsheetbench.world, new TextDecoder().decode(bytes)).keys()]));
const before = planted((await readSkill(start)).files);
const learned = [...planted(texts)].filter((lesson) => !before.has(lesson));
check(learned.length >= 3, `${learned.length} planted lessons are learned: ${learned.join(", ")}`);

const stored = (await readdir(home, { recursive: true, withFileTypes: true })).filter(
  (entry) => entry.isFile() && !entry.parentPath.startsWith(logs),
);
let leaks = 0;
for (const file of stored) {
  const bytes = await readFile(join(file.parentPath, file.name));
  if ((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).includes(secret)) leaks += 1;
}
check(
  leaks === 0 && Object.keys(origin.redacted).length > 0,
  `${stored.length} files were looked through, ${leaks} hold a secret; taken out: ${JSON.stringify(origin.redacted)}`,
);

const again = await t2sHere([...command, "--json"]);
const { calls }: { calls: number } = JSON.parse(again.out);
check(
  again.code === 0 && calls === 0 && (await readSkill(join(out, "skill"))).hash === hash,
  `run again it makes ${calls} calls and the same skill`,
);
console.log(
  problems.length === 0
    ? `all is as it should be (files in ${home})`
    : `${problems.length} things are not as they should be (files in ${home})`,
);
if (problems.length > 0) process.exitCode = 1;
