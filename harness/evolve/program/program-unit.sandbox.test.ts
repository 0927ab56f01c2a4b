import { describe, expect, it } from "vitest";
import { realSandbox } from "../../agent/command/command-episode.fixture.ts";
import { ModelError } from "../../core/errors.ts";
import { trajectorySchema } from "../../core/record.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { mergeForm } from "../consolidate/merge-form.ts";
import { askOnce, openSteps, type StepSetting } from "./program.fixture.ts";
import { programResultSchema, programRev } from "./program-record.ts";

const found = await realSandbox();
const sandbox = () => {
  if (found === undefined) throw new Error("no sandbox");
  return found;
};
const context = { ids: ["p0e1", "p1e1"], files: ["SKILL.md"], destructive: {} };
const edit = { op: "append_to_section", file: "SKILL.md", target_section: "## A", content: "x" };
const merged = { reasoning: "r", edits: [{ ...edit, from: ["p0e1", "p1e1"] }] };
const reading = `
  import { existsSync, readFileSync, writeFileSync } from "node:fs";
  const step = JSON.parse(readFileSync(0, "utf8"));
  const good = ${JSON.stringify(merged)};
  const print = (value) => process.stdout.write(typeof value === "string" ? value : JSON.stringify(value));
  const ask = async (content) => {
    const body = JSON.stringify({ model: step.model.name, messages: [{ role: "user", content }], temperature: 2, seed: 7 });
    const reply = await fetch(process.env.OPENAI_BASE_URL + "/chat/completions", { method: "POST", body });
    return { status: reply.status, ...(await reply.json()) };
  };
`;
const run = (setting: StepSetting) =>
  askOnce(sandbox(), { ...setting, program: reading + (setting.program ?? "") }, { form: mergeForm, context });

describe.skipIf(found === undefined)("a program as a step (skipped where bubblewrap does not work)", { timeout: 60_000 }, () => {
  it("reads JSON, asks the role's model within its budget, prints JSON, and is remembered with its calls", async () => {
    await using steps = await openSteps(sandbox(), {
      maxCalls: 2,
      replies: ["one", "two"],
      program: `${reading}
        const said = [await ask("a"), await ask("a"), await ask("b")];
        console.error(JSON.stringify({ step, said: said.map((one) => one.choices?.[0].message.content ?? one.error.code) }));
        print(good);`,
    });
    const ask = () =>
      steps.author.ask({
        role: "merger",
        form: mergeForm,
        system: "S",
        user: "U",
        context,
        question: () => ({ step: "merge", more: undefined }),
      });
    const answer = await ask();
    expect(answer).toMatchObject({
      state: "read",
      value: { edits: [{ from: ["p0e1", "p1e1"] }] },
      usage: { calls: 2 },
      program: { rounds: 1 },
    });
    expect(steps.model.requests.map(({ sampling, seed }) => ({ sampling, seed }))).toEqual([
      { sampling: { temperature: 0.5, max_tokens: 100 }, seed: 41 },
      // The same question again: another draw, the same in every run.
      { sampling: { temperature: 0.5, max_tokens: 100 }, seed: 733_231_039 },
    ]);
    const unit = await steps.store.units.get(answer.key);
    const result = programResultSchema.parse(unit?.result);
    // When this fails, stored results no longer stand for what programs are given: raise `programRev`.
    expect(JSON.parse(result.runs[0]?.stderr ?? "")).toEqual({
      step: {
        v: 1,
        step: "merge",
        round: 1,
        model: {
          name: "the-model",
          base_url: "http://127.0.0.1:8399/v1",
          socket: "/task/model.sock",
          sampling: { temperature: 0.5, max_tokens: 100 },
        },
        limits: { minutes: 1, max_calls: 2, max_tokens: null, output_kb: 64 },
      },
      said: ["one", "two", "max_turns"],
    });
    const trajectory = trajectorySchema.parse(await readJsonBlob(steps.store.blobs, result.trajectory));
    expect(trajectory).toMatchObject({ agent: "program", user: "a", steps: [{ reply: "one" }, { reply: "two" }] });
    expect(trajectory.steps[1]?.observation).toContain("[The program ended with exit code 0.]");
    await ask();
    expect(steps.model.requests).toHaveLength(2);
  });

  it("is told what was wrong with its output, and run again", async () => {
    const program = `
      if (step.round === 1) print("no JSON");
      else if (step.round === 2) print({ reasoning: step.problem, edits: [] , dropped: [{ id: "none", reason: "x" }] });
      else { console.error(JSON.stringify([step.problem, step.earlier])); print(good); }`;
    const { answer, result } = await run({ program, rounds: 3 });
    expect(answer).toMatchObject({ state: "read", program: { rounds: 3 } });
    expect(result?.runs.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^what the program printed is no JSON \(.*\); expected one JSON object on standard output and nothing else/),
      "The id none in dropped is not one of the edits you were given; name only ids you were shown.",
      undefined,
    ]);
    expect(JSON.parse(result?.runs[2]?.stderr ?? "")).toEqual([
      result?.runs[1]?.problem,
      { reasoning: result?.runs[0]?.problem, edits: [], dropped: [{ id: "none", reason: "x" }] },
    ]);
  });

  it.each<[string, "unreadable" | "failed", RegExp, StepSetting]>([
    ["prints nothing", "unreadable", /^the program printed nothing; expected one JSON object/, {}],
    ["prints a list", "unreadable", /^the program printed JSON that is no object/, { program: "print([1]);" }],
    ["prints another shape", "unreadable", /^edits is missing; expected a list\.$/, { program: "print({ reasoning: '' });" }],
    [
      "makes up ids",
      "unreadable",
      /^The id p9e9 in a from is not one of the edits/,
      { program: 'good.edits[0].from = ["p9e9"]; print(good);' },
    ],
    [
      "prints too much",
      "failed",
      /^the program printed \d+ bytes more than the 64 KB that are taken$/,
      { program: 'good.reasoning = "x".repeat(200000); print(good);' },
    ],
    [
      "ends with an error, whatever it printed",
      "failed",
      /^the program ended with exit code 3; its standard error ended:\n(.|\n)*the last words$/,
      { program: 'print(good); console.error("x".repeat(9000) + "the last words"); process.exitCode = 3;' },
    ],
    [
      "is killed",
      "failed",
      /^the program ended with exit code 128; its standard error ended:\n"node" was ended by SIGKILL/,
      { program: "process.kill(process.pid, 'SIGKILL');" },
    ],
    [
      "takes too long",
      "failed",
      /^the program was killed when its 0.02 minutes were over/,
      { program: "setInterval(() => {}, 1000);", record: { minutes: 0.02 }, rounds: 3 },
    ],
    [
      "goes on asking the model",
      "failed",
      /^the program was ended, since it went on asking the model after its budget was spent$/,
      { maxCalls: 1, replies: ["one"], program: "for (;;) await ask('x').catch(() => {});" },
    ],
    [
      "gives up when its calls are spent",
      "failed",
      /^the program ended with exit code 1, after its calls of the model \(1 calls, any number of tokens\) were spent/,
      { maxCalls: 1, replies: ["one"], program: "await ask('x'); if ((await ask('x')).status === 403) process.exit(1);" },
    ],
  ])("that %s is a result with its reason", async (_, state, problem, setting) => {
    const { answer, result, unit } = await run(setting);
    expect(answer).toMatchObject({ state, problem: expect.stringMatching(problem) });
    expect(result?.runs.at(-1)?.problem).toMatch(problem);
    expect(result?.runs).toHaveLength(1);
    expect(unit?.spec).toMatchObject({ kind: "program", rev: programRev });
  });

  it("has no network and, without calls, no model", async () => {
    const program = `
      import { connect } from "node:net";
      const dial = (where) => new Promise((resolve) => connect(where).on("connect", () => resolve("reached")).on("error", (error) => resolve(error.code)));
      const tried = [await dial({ host: "1.1.1.1", port: 443 }), await dial({ host: "127.0.0.1", port: 8399 }), await dial({ path: "/task/model.sock" })];
      console.error(JSON.stringify([...tried, process.env.OPENAI_BASE_URL ?? null, step.model ?? null, existsSync("/task/task.json")]));
      print(good);`;
    const { answer, result } = await run({ program });
    expect(answer.state).toBe("read");
    expect(JSON.parse(result?.runs[0]?.stderr ?? "")).toEqual(["ENETUNREACH", "ECONNREFUSED", "ENOENT", null, null, false]);
  });

  it("stops the run when it cannot be started, and is an error where its model breaks", async () => {
    await expect(run({ command: ["no-such-program"] })).rejects.toThrow(
      /^the program "no-such-program" of an evolution could not be started in the sandbox \(.*ENOENT\); name a program that is installed there/,
    );
    const down = new ModelError("down", "server");
    const patient = "for (;;) await ask('x').catch(() => {});";
    const { answer, unit } = await run({
      maxCalls: 9,
      program: patient,
      replies: ["fine", down, down, down],
    });
    expect([answer, unit]).toEqual([{ state: "errored", problem: "down", key: answer.key }, undefined]);
  });

  it("is another unit when one of its files or its budget is another", async () => {
    const key = async (setting: StepSetting): Promise<string> => {
      await using steps = await openSteps(sandbox(), setting);
      return steps.program;
    };
    const keys = await Promise.all([{}, {}, { program: " " }, { maxCalls: 1 }, { record: { env: { A: "b" } } }].map(key));
    expect(new Set(keys).size).toBe(4);
    expect(keys[0]).toBe(keys[1]);
  });
});
