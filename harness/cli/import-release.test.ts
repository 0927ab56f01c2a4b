import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spreadsheetbench } from "../../benchmarks/spreadsheetbench/index.ts";
import { copySample } from "../../benchmarks/spreadsheetbench/sample/shared-sample.fixture.ts";
import { ledgerRowSchema } from "../core/ledger-rows.ts";
import type { LedgerEpisode, Task } from "../core/record.ts";
import { readReleaseLog } from "../exchange/release/read-log.ts";
import { logText, writeRelease } from "../exchange/release/release.fixture.ts";
import { openBlobs } from "../store/blobs.ts";
import { t2sHere } from "./run-t2s.fixture.ts";

let home: string;
let tasks: readonly Task[];
const t2s = (...args: string[]) => t2sHere([...args, "--results", join(home, "results")], { T2S_DATA_HOME: join(home, "data") });

/** Singles only, so that an instance's log is that of its one case. */
const wanted = 6;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-release-"));
  const dataDir = join(home, "data/spreadsheetbench");
  await copySample(join(dataDir, "sample"));
  const found: Task[] = [];
  for await (const task of spreadsheetbench.load("sample/test", { dataDir, blobs: openBlobs(join(home, "scratch")) }))
    if (!task.id.includes("#") && found.length < wanted) found.push(task);
  tasks = found;
  const set = join(dataDir, "sample");
  await writeRelease({
    dir: join(home, "no skill"),
    set,
    tasks,
    // answer, start, nothing but a log, garbage, answer, and of the last nothing at all
    handed: (_, i) => (["answer", "start", "nothing", "garbage", "answer", "nothing"] as const)[i] ?? "nothing",
    verdict: (_, i) => [true, false, false, false, false, undefined][i],
    log: (task, i) =>
      i === 5
        ? undefined
        : i === 3
          ? "scribbles"
          : logText(
              task,
              "<script>alert(1)</script> I look. \u001b[31m",
              i === 2 ? "- Success: False\n- Total Turns: 100\n- Error: Max turns exceeded" : undefined,
            ),
  });
  await writeFile(join(home, "no skill", "spreadsheet", tasks[0]?.cluster ?? "", "9_stray_output.xlsx"), "x");
  await writeRelease({ dir: join(home, "skill", "seed_41"), set, tasks, handed: () => "answer", verdict: () => true });
  await writeRelease({ dir: join(home, "skill", "seed_42"), set, tasks, handed: () => "answer", verdict: () => true });
});
afterAll(() => rm(home, { recursive: true, force: true }));

const rows = async (): Promise<LedgerEpisode[]> =>
  (await readFile(join(home, "results/released/ledger.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => ledgerRowSchema.parse(JSON.parse(line)))
    .filter((row) => row.type === "episode");

describe("t2s import release", () => {
  it("grades outputs, reads logs, lists what is missing and where verdicts differ, and marks every number", async () => {
    const { code, out, err } = await t2s("import", "release", join(home, "no skill"), "--experiment", "released", "--arm", "no-skill");
    expect(err).toContain("no-skill with Qwen-b-, seed 41, sample/test: 5 of ");
    expect(err).toMatch(/5 of \d+ tasks graded, 2 passed, 4 with a log\n/);
    expect(err).toContain("4 of 5 stored verdicts equal ours");
    expect(err).toContain(`differs: ${tasks[4]?.id}, theirs failed (differs), ours passed (no message)`);
    expect(err).toContain(`${tasks[2]?.id}: no output workbook was handed in: graded as failed`);
    expect(err).toContain(
      `${tasks[3]?.id}: its chat log cli_only_agent_${tasks[3]?.cluster}_FAILED.md does not begin with "# Chat History:"`,
    );
    expect(err).toContain(`${tasks[5]?.id}: nothing is said of it: no output, no log, no verdict; it is missing, not failed`);
    expect(err).toMatch(/9_stray_output\.xlsx belongs to no task of sample\/test and was left out/);
    expect(out).toMatch(/SIMULATED,\sIMPORTED/);
    expect(out).toMatch(/40\.0 % \[.*\](\s|│)*\(sim\)(\s|│)*\(imported\)/);
    expect(code).toBe(0);
    const all = await rows();
    expect(all.map(({ state, imported, exit, turns }) => [state, imported, exit ?? null, turns ?? null])).toEqual([
      ["graded", "release", "completed", 2],
      ["graded", "release", "completed", 2],
      ["graded", "release", "turn-limit", 100],
      ["graded", "release", null, null],
      ["graded", "release", "completed", 2],
    ]);
  });

  it("changes nothing the second time, and adds arms and seeds", async () => {
    const before = await readFile(join(home, "results/released/ledger.jsonl"), "utf8");
    const again = await t2s("import", "release", join(home, "no skill"), "--experiment", "released", "--arm", "no-skill");
    expect(again.err).toContain("; nothing new\n");
    expect(await readFile(join(home, "results/released/ledger.jsonl"), "utf8")).toBe(before);
    const { err, out } = await t2s("import", "release", join(home, "skill"), "--experiment", "released", "--arm", "skill");
    expect(err).toMatch(/skill with Qwen-b-, seed 41, .* 6 of \d+ tasks graded, 6 passed/);
    expect(err).toMatch(/skill with Qwen-b-, seed 42, .* 6 of \d+ tasks graded, 6 passed/);
    expect(out).toMatch(/skill - no-skill/);
    expect(new Set((await rows()).map(({ key }) => key)).size).toBe(17);
  });

  it("shows a log turn by turn as text", async () => {
    const { out } = await t2s("show", tasks[0]?.id ?? "", "--experiment", "released");
    expect(out).toMatch(/3 episodes fit/);
    const [row] = await rows();
    const shown = await t2s("show", row?.key ?? "");
    expect(shown.out).toContain("(IMPORTED from the release, graded here)");
    expect(shown.out).toContain("<script>alert(1)</script> I look. \\u001b[31m");
    expect(shown.out).toContain("input.xlsx\n  ```\n  ## [4] ASSISTANT");
    expect(shown.out).not.toContain("\u001b");
  });

  it("makes a bundle that verifies", async () => {
    const made = await t2s("bundle", "released", "--out", join(home, "released-bundle"));
    expect(made.code).toBe(0);
    const { out, code } = await t2sHere(["verify", join(home, "released-bundle"), "--rescore"], { T2S_DATA_HOME: join(home, "data") });
    expect(out).toContain("Nothing differs within the bundle.");
    expect(out).toMatch(/ok {6}scores {2}51 outcomes scored again/);
    expect(out).toContain("NOT COMPARED WITH A PUBLISHED DIGEST");
    expect(code).toBe(0);
  });

  it("refuses in a sentence what it cannot take", async () => {
    const empty = await mkdtemp(join(home, "empty-"));
    expect((await t2s("import", "release", empty)).err).toMatch(
      /holds no output of the public release; expected workbooks called …_output\.xlsx/,
    );
    expect((await t2s("import", "release", join(home, "nowhere"))).err).toMatch(/does not exist; expected an output folder/);
    expect((await t2s("import", "release", join(home, "skill"), "--split", "verified")).err).toMatch(
      /has no split "verified"; choose one of/,
    );
    expect((await t2s("import", "release", join(home, "skill"), "--arm", "a b")).err).toMatch(/--arm "a b" is no name/);
    const { err, code } = await t2s("import", "release", join(home, "skill"), "--experiment", "released", "--split", "sample/all");
    expect(err).toMatch(/holds imports of spreadsheetbench sample\/test, these outputs are of sample\/all/);
    expect(code).toBe(2);
  });
});

describe("a log of the release", () => {
  it("is read as JSON lines, too, with the reminder and format errors told apart", () => {
    const lines = [
      { type: "session_start", agent_name: "a", timestamp: "t" },
      { type: "message", index: 0, role: "system", content: "s" },
      { type: "message", index: 1, role: "user", content: "Task: t" },
      { type: "message", index: 2, role: "assistant", content: 'Action: {"name": "bash", "arguments": {"command": "a\nb"}}' },
      { type: "message", index: 3, role: "user", content: "Observation: could not parse" },
      { type: "message", index: 4, role: "assistant", content: "I am done" },
      { type: "message", index: 5, role: "user", content: "[System Check] no file" },
      { type: "result", success: false, total_turns: 2, timestamp: "t", error: "Error: boom" },
    ];
    const log = readReleaseLog("a_agent_1.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
    if ("problem" in log) throw new TypeError(log.problem);
    expect(log.trajectory.user).toBe("t");
    expect(log.trajectory.steps.map(({ event, observation }) => [event, observation])).toEqual([
      ["format-error", "could not parse"],
      ["missing-output-reminder", "[System Check] no file"],
    ]);
    expect([log.error, log.turns, log.trajectory.exit]).toEqual(["Error: boom", 2, undefined]);
    expect(readReleaseLog("x.jsonl", "{")).toEqual({ problem: "has no JSON in line 1" });
  });
});
