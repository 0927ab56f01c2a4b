import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { originSchema } from "../core/origin.ts";
import { readSkill } from "../skill/read-skill.ts";
import { atifDocument, chatLine, claudeCodeSession, type InventedRun, inventRuns } from "./invented-logs.fixture.ts";
import { type Finished, t2sHere } from "./run-t2s.fixture.ts";

/** Random as keys are; no key of anybody. */
const secret = "aB3dE5gH7jK9mN1pQ3sT5vX7zaB3dE5gH7jK";
let home: string;
let runs: readonly InventedRun[];
const at = (...names: string[]): string => join(home, ...names);
const evolve = (logs: string, ...more: readonly string[]): Promise<Finished> =>
  t2sHere([
    "evolve",
    "--trajectories",
    at(logs),
    "--start",
    "skills/xlsx-parametric",
    "--author",
    "sim-large",
    "--results",
    at("results"),
    ...more,
  ]);
const usual = ["--outcomes", "", "--min-support", "1", "--batch-size", "3"];
const run = (...more: readonly string[]): Promise<Finished> => evolve("logs", ...usual, "--out", at("out"), ...more);

function first<T>([one]: readonly T[]): T {
  if (one === undefined) throw new Error("there is none");
  return one;
}

async function put(name: string, text: string | Uint8Array): Promise<void> {
  await mkdir(join(at(name), ".."), { recursive: true });
  await writeFile(at(name), text);
}

/** Every stored text of the results folder, unpacked. */
async function stored(): Promise<string> {
  const files = (await readdir(at("results"), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map(async (file) => readFile(join(file.parentPath, file.name))));
  return texts.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8")).join("\n");
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-evolve-"));
  runs = await inventRuns(8);
  const [one, second, third, fourth, fifth] = runs;
  if (one === undefined || second === undefined || third === undefined || fourth === undefined || fifth === undefined)
    throw new Error("no runs");
  const leaky = {
    ...one,
    turns: one.turns.map((turn, i) =>
      i === 0 ? { ...turn, seen: `${turn.seen}\nGITHUB_TOKEN=ghp_${secret}\nAKIAQWERTYUIOPASDFGH` } : turn,
    ),
  };
  await put("logs/sessions/one.jsonl", claudeCodeSession(leaky));
  await put("logs/sessions/two.jsonl", claudeCodeSession(second));
  await put("logs/sessions/nobody-knows.jsonl", claudeCodeSession(third));
  await put("logs/atif/four.json", atifDocument(fourth));
  await put("logs/atif/five.json", atifDocument(fifth));
  await put("logs/atif/five-again.json", atifDocument(fifth));
  await put(
    "logs/chats.jsonl",
    runs
      .slice(5, 7)
      .map((one) => `${chatLine(one)}\n`)
      .join(""),
  );
  await put("logs/picture.png", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0]));
  await put("logs/\u001b[31mred\u202e.json", "[]");
  await symlink("/etc/passwd", at("logs/link.json"));
  await put("outcomes.csv", `\ufefffile,outcome\r\nsessions/one.jsonl,failed\r\ntwo,failed\r\nno-such-log,passed\r\n`);
  usual[1] = at("outcomes.csv");
});
afterAll(() => rm(home, { recursive: true }));

describe("t2s evolve", { timeout: 120_000 }, () => {
  it("says what it read and what is missing, and asks nobody", async () => {
    const { code, out, err } = await run("--dry-run");
    expect(code, err).toBe(0);
    expect(err).toContain("7 runs in 7 files (3 atif, 1 messages, 3 claude-code), 3 left out");
    expect(err).toContain("outcomes: 1 passed, 5 failed, 1 unknown (not studied; --outcomes FILE.csv names them");
    expect(err).toMatch(/2 secrets taken out before anything was stored or sent: .*1 AWS access key/);
    expect(err).toContain("left out: picture.png is a binary file");
    expect(err).toContain("left out: link.json is a symbolic link, which is not followed");
    expect(err).toContain("left out: \\u001b[31mred\\u202e.json is no log of a known kind");
    expect(err).toMatch(/counted once: atif\/five(?:-again)?\.json holds the same run as atif\/five/);
    expect(err).toContain('the table of outcomes names "no-such-log", which is no log here');
    expect(out).toContain("calls missing: analyses 6 of 6, patches up to 6 of 6, merges up to 3 of 3");
    expect(out).toMatch(/the missing analyses send about [\d,]+ tokens .*\$0\.00/);
    expect(await readdir(home)).not.toContain("out");
  });

  it("makes a valid skill whose lines lead to the logs, and says what it is worth", async () => {
    const { code, out, err } = await run();
    expect(code, err).toBe(0);
    expect(out).toMatch(/^6 runs studied, [3-6] gave lessons, .* edits are in the skill/);
    expect(out).toContain("nothing certifies these lessons");
    expect(out).toContain("SIMULATED author");
    expect((await t2sHere(["skill", "validate", at("out/skill")])).code).toBe(0);
    const origin = originSchema.parse(JSON.parse(await readFile(at("out/origin.json"), "utf8")));
    expect(origin).toMatchObject({
      simulated: true,
      analysts: { kind: "single-call", certified: false },
      skill: (await readSkill(at("out/skill"))).hash,
    });
    expect(origin.logs.flatMap((log) => log.runs.map(({ place, outcome }) => [log.file, place ?? null, outcome]))).toEqual([
      ["atif/five-again.json", null, runs[4]?.passed === true ? "passed" : "failed"],
      ["atif/five.json", null, runs[4]?.passed === true ? "passed" : "failed"],
      ["atif/four.json", null, runs[3]?.passed === true ? "passed" : "failed"],
      ["chats.jsonl", "line 1", runs[5]?.passed === true ? "passed" : "failed"],
      ["chats.jsonl", "line 2", runs[6]?.passed === true ? "passed" : "failed"],
      ["sessions/nobody-knows.jsonl", null, "unknown"],
      ["sessions/one.jsonl", null, "failed"],
      ["sessions/two.jsonl", null, "failed"],
    ]);
    const explained = await t2sHere(["skill", "explain", at("out/skill/SKILL.md"), "--json"]);
    const logs = explained.out
      .trim()
      .split("\n")
      .flatMap((line): string[] => JSON.parse(line).patches.map((patch: { log?: string }) => patch.log));
    expect(logs.length).toBeGreaterThan(2);
    expect(logs.every((log) => origin.logs.some(({ file }) => log.startsWith(file)))).toBe(true);
    expect((await t2sHere(["skill", "explain", at("out")])).code).toBe(0);
  });

  it("stored and sent no secret", async () => {
    const text = (await stored()) + (await readFile(at("out/origin.json"), "utf8"));
    expect(text).toContain("redacted: ");
    expect(text).not.toContain(secret);
    expect(text).not.toContain("AKIAQWERTYUIOPASDFGH");
  });

  it("run again asks for nothing and gives the same", async () => {
    const before = await readSkill(at("out/skill"));
    const { code, out, err } = await run("--json", "--max-calls", "1");
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ format: "t2s-evolve", state: "evolved", studied: 6, calls: 0, files: 7 });
    expect((await readSkill(at("out/skill"))).hash).toBe(before.hash);
    expect((await run("--dry-run")).out).toContain("calls missing: analyses 0 of 6, patches 0 of");
  });

  it("stopped by its budget goes on from there", async () => {
    const other = ["--seed", "42", "--signals", "error", "--out", at("out-42")];
    const refused = await run(...other, "--max-calls", "2");
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("above --max-calls 2") });
    const stopped = await run(...other, "--max-calls", "5");
    expect(stopped.code).toBe(1);
    expect(stopped.err).toContain("the budget of 5 model calls is used up; run the same command again to go on");
    const { code, out } = await run(...other, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ studied: 5 });
  });
});

describe("refusals of t2s evolve", () => {
  const refused = async (result: Promise<Finished>, words: string): Promise<void> => {
    const { code, err } = await result;
    expect(err).toContain(words);
    expect(err).not.toMatch(/\n\s+at .*:\d+/);
    expect(code).toBe(2);
  };
  it("name the folder, the option or the file", async () => {
    await mkdir(at("empty"));
    await refused(evolve("missing"), "missing does not exist; expected a folder with logs of an agent");
    await refused(evolve("empty"), "holds no log that can be read");
    await refused(run("--signals", "all"), "--signals all is not known");
    await refused(run("--unknown", "maybe"), "--unknown maybe is not known");
    await refused(run("--format", "xml"), 'no format "xml"');
    await refused(run("--batch-size", "1"), "--batch-size 1 joins nothing");
    await refused(run("--start", at("nowhere")), "nowhere");
    await refused(run("--author", "sim-lage"), "sim-lage");
  });

  it("keep what others put into a folder", async () => {
    await put("taken/mine.txt", "x");
    await refused(run("--out", at("taken")), "did not write, and is not written over");
    await refused(run("--out", at("logs/out")), "lies in the folder of logs");
    await refused(run("--out", home), "holds the logs");
    expect(await readFile(at("taken/mine.txt"), "utf8")).toBe("x");
  });

  it("come where nobody knows how anything ended, and not where it is assumed", async () => {
    await put("unknown/a.jsonl", claudeCodeSession(first(runs)));
    await refused(evolve("unknown"), "nobody knows how any run in");
    expect(await evolve("unknown", "--unknown", "error", "--dry-run")).toMatchObject({
      code: 0,
      out: expect.stringContaining("analyses 1 of 1"),
    });
    await put("bad.csv", "file,outcome\na.jsonl,perhaps\n");
    await refused(evolve("unknown", "--outcomes", at("bad.csv")), 'line 2 has the outcome "perhaps"');
    await put("columns.csv", "a,b\n1,2\n");
    await refused(evolve("unknown", "--outcomes", at("columns.csv")), "has no column of names");
    await put("twice.csv", "file,passed\na,1\na,0\n");
    await refused(evolve("unknown", "--outcomes", at("twice.csv")), 'says of "a" two different things');
    await refused(evolve("unknown", "--outcomes", at("none.csv")), "none.csv does not exist");
  });

  it("come for a file above what is read, and a large one is shortened", async () => {
    await put("large/huge.jsonl", "");
    await truncate(at("large/huge.jsonl"), 300 * 1024 * 1024);
    await put("large/long.jsonl", `${chatLine({ ...first(runs), last: `end ${"word ".repeat(40_000)}` })}\n`);
    const { code, err } = await evolve("large", "--dry-run");
    expect(code, err).toBe(0);
    expect(err).toContain("left out: huge.jsonl is larger than 256 MB");
    expect(err).toContain("not read of long.jsonl: the middle of long parts, to keep to 120000 characters");
  });
});
