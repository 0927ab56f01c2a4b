import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copySample } from "../../benchmarks/spreadsheetbench/sample/shared-sample.fixture.ts";
import { startSimulatedServer } from "../simulation/server.ts";
import { lockExperiment } from "../store/store.ts";
import { type Finished, t2s, t2sHere } from "./run-t2s.fixture.ts";

let home: string;
const at = (...parts: string[]): string => join(home, ...parts);
const env = (more: Record<string, string | undefined> = {}) => ({ T2S_DATA_HOME: at("data"), T2S_RESULTS: at("results"), ...more });

/** The program's own process is started by the tests that need one. */
const run = (args: readonly string[], more: Record<string, string | undefined> = {}): Promise<Finished> => t2sHere(args, env(more));

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-bad-"));
  await copySample(at("data/spreadsheetbench/sample"));
  await mkdir(at("models"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const experiment = (body: string): string =>
  `name: bad\nbenchmarks: [{ id: spreadsheetbench, split: sample/test, limit: 1 }]\narms: [{ name: a }]\n${body}`;
async function config(name: string, text: string): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}
async function model(name: string, baseUrl: string, more = ""): Promise<void> {
  await writeFile(
    at("models", `${name}.yaml`),
    `name: ${name}\nmax_attempts: 2\ntimeout_s: 5\nendpoints: [{ base_url: "${baseUrl}"${more} }]\n`,
  );
}

/** One sentence for the user on standard error, a code, and no stack. */
function expectRefusal(result: { code: number | null; err: string }, code: number, ...words: (string | RegExp)[]): void {
  expect(result.err).not.toMatch(/\n\s+at .*:\d+/);
  expect(result.code, result.err).toBe(code);
  for (const word of words)
    expect(result.err).toMatch(word instanceof RegExp ? word : new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
}

describe("bad input gets one sentence and a code", { timeout: 60_000 }, () => {
  it.concurrent("an unknown key names file, line and key, and the nearest known one", async () => {
    expectRefusal(
      await run(["run", await config("key.yaml", experiment("sovlers: [sim-large]\n"))]),
      2,
      "key.yaml:4",
      "sovlers",
      "solvers",
    );
  });
  it.concurrent("a wrong type says what was expected", async () => {
    expectRefusal(
      await run(["run", await config("type.yaml", experiment("solvers: [sim-large]\nattempts: many\n"))]),
      2,
      "type.yaml:5",
      "attempts",
      "number",
    );
  });
  it.concurrent("broken YAML is named with its line", async () => {
    expectRefusal(await run(["run", await config("yaml.yaml", "name: [unclosed\n")]), 2, "yaml.yaml");
  });
  it.concurrent("a missing config suggests the nearest", async () => {
    expectRefusal(await run(["run", "quikstart"]), 2, "quikstart", "quickstart");
  });
  it.concurrent("an unknown model", async () => {
    expectRefusal(await run(["run", await config("model.yaml", experiment("solvers: [sim-lage]\n"))]), 2, "sim-lage", "sim-large");
  });
  it.concurrent("an unknown split, scorer, benchmark and task", async () => {
    const set = (value: string) => run(["run", "quickstart", "--set", value]);
    expectRefusal(await set("benchmarks.0.split=sample/tset"), 2, "sample/tset", "sample/test");
    expectRefusal(await set("benchmarks.0.scorer=lenient"), 2, "lenient", "trace2skill");
    expectRefusal(await set("benchmarks.0.id=spreadsheets"), 2, "spreadsheets", "spreadsheetbench");
    expectRefusal(await run(["run", "quickstart", "--tasks", "no-such-task"]), 2, "no-such-task");
  });
  it.concurrent("a malformed --set", async () => {
    expectRefusal(await run(["run", "quickstart", "--set", "seeds"]), 2, "--set", "seeds");
    expectRefusal(await run(["run", "quickstart", "--set", "seeds.rolout=[1]"]), 2, "rolout");
  });
  it.concurrent("a missing skill and a broken one", async () => {
    const arm = (path: string) => ["run", "quickstart", "--set", `arms.1.guidance.path=${path}`, "--limit", "1"];
    expectRefusal(await run(arm(at("no-skill-here"))), 2, "no-skill-here");
    await mkdir(at("broken-skill"));
    await writeFile(at("broken-skill/SKILL.md"), "no front matter\n");
    expectRefusal(await run(arm(at("broken-skill"))), 2, "broken-skill", "front matter");
  });
  it.concurrent("data that is not there names the command to get it", async () => {
    expectRefusal(await run(["run", "spreadsheetbench-check"]), 2, "t2s data");
  });
  it.concurrent("a damaged dataset.json", async () => {
    await mkdir(at("other/spreadsheetbench/verified"), { recursive: true });
    await writeFile(at("other/spreadsheetbench/verified/dataset.json"), "[{");
    expectRefusal(await run(["run", "spreadsheetbench-check"], { T2S_DATA_HOME: at("other") }), 2, "dataset.json");
  });
  it.concurrent("an unset environment variable", async () => {
    expectRefusal(await run(["run", "spreadsheetbench-verified", "--limit", "1"], { QWEN_122B_URL: undefined }), 2, /QWEN_\w+/);
  });
  it.concurrent("a refused connection names the endpoint and loses nothing", async () => {
    await model("refusing", "http://127.0.0.1:9/v1");
    expectRefusal(
      await run([
        "run",
        await config("refusing.yaml", experiment("solvers: [refusing]\n").replace("bad", "refusing")),
        "--model-dir",
        at("models"),
      ]),
      3,
      "127.0.0.1:9",
    );
  });
  it.concurrent("a wrong API key fails fast with the server's words and without the key", async () => {
    const brain = { models: ["keyed"], reply: () => ({ text: "hello", finishReason: "stop" as const }) };
    await using server = await startSimulatedServer({ brain, apiKey: "right" });
    await model("keyed", server.url, `, api_key: "\${WRONG_KEY}"`);
    const result = await run(
      ["run", await config("keyed.yaml", experiment("solvers: [keyed]\n").replace("bad", "keyed")), "--model-dir", at("models")],
      { WRONG_KEY: "wrong-key-value" },
    );
    expectRefusal(result, 3, /401|key/i);
    expect(result.out + result.err).not.toContain("wrong-key-value");
    expect(server.stats().requests).toBeLessThan(10);
  });
  it.concurrent("a real model is never run without a sandbox unless the user says so", async () => {
    await model("real", "http://127.0.0.1:9/v1");
    const file = await config("real.yaml", experiment("solvers: [real]\nsandbox: none\n").replace("bad", "real"));
    expectRefusal(await run(["run", file, "--model-dir", at("models")]), 2, "--unsandboxed");
  });
  it.concurrent("a folder in use names the process", async () => {
    await using _lock = await lockExperiment(at("busy/quickstart"));
    expectRefusal(await run(["run", "quickstart", "--limit", "1", "--results", at("busy")]), 2, `process ${process.pid}`, "in use");
  });
  it.concurrent("a results path that is a file", async () => {
    await writeFile(at("a-file"), "");
    expectRefusal(await run(["run", "quickstart", "--limit", "1", "--results", at("a-file")]), 2, "a-file");
  });
  it.concurrent("unknown experiments and episodes", async () => {
    expectRefusal(await run(["report", "nothing"]), 2, "nothing");
    expectRefusal(await run(["show", "abcdef123456"]), 2, "abcdef123456");
    expectRefusal(await run(["list", "everything"]), 2, "everything", "episodes");
  });
  it.concurrent("grading without a folder or of an unknown benchmark", async () => {
    expectRefusal(await run(["grade", "spreadsheetbench", "--root", at("no-folder")]), 2, "--root", "no-folder");
    expectRefusal(await run(["grade", "sudoku", "--root", home]), 2, "sudoku");
    expectRefusal(await run(["grade", "spreadsheetbench", "--root", home, "--scorer", "kind"]), 2, "kind", "strict");
  });
  it.concurrent("importing what is no archive", async () => {
    await writeFile(at("no-archive.tar.gz"), "hello");
    expectRefusal(await run(["data", "import", "spreadsheetbench", at("no-archive.tar.gz")]), 2, "no-archive.tar.gz");
    expectRefusal(await run(["data", "import", "spreadsheetbench", at("nowhere.tar.gz")]), 2, "nowhere.tar.gz");
  });
  it.concurrent("a port that is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expectRefusal(await run(["simulate", "--port", String(port)]), 2, String(port));
    taken.close();
  });
  it.concurrent("an unknown command or option", async () => {
    expectRefusal(await t2s(["rum"]), 2, "rum");
    expectRefusal(await run(["run", "quickstart", "--fast"]), 2, "--fast");
  });

  const tinyDisk = spawnSync("sh", ["-c", "d=$(mktemp -d) && mount -t tmpfs -o size=64k none $d && umount $d && rmdir $d"]).status === 0;
  it.skipIf(!tinyDisk)(
    `a full disk is named, and the run goes on when there is room${tinyDisk ? "" : " (needs the right to mount a small disk)"}`,
    async () => {
      const disk = at("disk");
      await mkdir(disk);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=250k", "none", disk]);
      try {
        const small = [
          "run",
          "quickstart",
          "--limit",
          "2",
          "--set",
          "seeds.rollout=[41]",
          "--set",
          "solvers=[sim-large]",
          "--set",
          "arms=[{name: no-skill}, {name: parametric, guidance: {kind: skill, path: skills/xlsx-parametric}}]",
          "--results",
          disk,
        ];
        expectRefusal(await run(small), 4, "no space left");
        execFileSync("mount", ["-o", "remount,size=64m", disk]);
        const after = await run(small);
        expect(after.code, after.err).toBe(0);
      } finally {
        execFileSync("umount", [disk]);
      }
    },
  );
});
