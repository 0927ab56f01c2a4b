import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { act, lastTold } from "../../agent/episode.fixture.ts";
import { scriptedModel } from "../../agent/scripted-model.ts";
import type { Sandbox } from "../../core/contract.ts";
import { ModelError, SandboxError } from "../../core/errors.ts";
import { analysisResultSchema } from "../../core/evolution.ts";
import { canonicalJson } from "../../core/json.ts";
import { trajectorySchema } from "../../core/record.ts";
import { serveUnits } from "../../engine/child-protocol.ts";
import { anyKind } from "../../engine/executor.ts";
import { FailedAttempt, unitKey } from "../../engine/unit.ts";
import { bubblewrapSandbox, findBwrap } from "../../sandbox/bubblewrap.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { openStore, type Store } from "../../store/store.ts";
import { analyse, analysisDeps, done, hand, honestFix, report, sumSpec } from "./analysis.fixture.ts";
import { analysisKind } from "./analysis-unit.ts";
import { sumRechecks } from "./sums.fixture.ts";

const sandbox =
  findBwrap() === undefined
    ? undefined
    : await bubblewrapSandbox({ hidden: [] }).catch((error: unknown) => {
        if (error instanceof SandboxError) return undefined;
        throw error;
      });

let root: string;
let store: Store;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-analysis-"));
  store = openStore(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const everyInput = { rechecks: undefined };
const entry = (content: string) => ({ title: "T", description: "D", content, relation: "unclear" });
/** With one further input; `everyInput` asks for all there are. */
const go = async (analyst: Parameters<typeof analyse>[2]["analyst"], options: Parameters<typeof analyse>[3] = {}) => {
  if (sandbox === undefined) throw new Error("not without a sandbox");
  const { sibling } = await sumRechecks(store.blobs);
  return analyse(store.blobs, sandbox, { analyst }, { rechecks: [sibling], ...options });
};

describe.skipIf(sandbox === undefined)("agentic analysis of a task that ends in a file (skipped where bubblewrap does not work)", () => {
  it("accepts an honest fix, with causes and lessons, and keeps the script", async () => {
    const look = "ls; ls agent agent/commands kit /skill; cat agent/commands/02.sh; bash kit/compare.sh agent/output.txt; head -1 log.md";
    const { result, analyst } = await go(
      [act(look), hand(honestFix), act("bash fix.sh && bash kit/compare.sh output.txt"), done],
      everyInput,
    );
    expect(analysisResultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ turns: 4, usage: { calls: 4 }, outcome: { state: "accepted", certified: { rechecks: 3 } } });
    if (result.outcome.state !== "accepted" || result.trajectory === null) return;
    expect(result.outcome.lessons.map(({ type, relation }) => [type, relation])).toEqual([
      ["failure-cause", "missing"],
      ["failure-lesson", "missing"],
    ]);
    const fix = result.outcome.certified?.fix ?? "";
    expect(Buffer.from(await store.blobs.get(fix)).toString("utf8")).toBe(`${honestFix}\n`);
    const trajectory = trajectorySchema.parse(await readJsonBlob(store.blobs, result.trajectory));
    expect(trajectory.steps[0]?.observation).toBe(
      "agent\ninput.txt\nkit\nlog.md\n/skill:\nSKILL.md\n\nagent:\ncommands\noutput.txt\n\nagent/commands:\n01.sh\n02.sh\n\nkit:\ncompare.sh\nreference.txt\n" +
        "echo total=$(head -3 input.txt | paste -sd+ | bc) > output.txt\nFAIL\n# Log of the episode",
    );
    expect(trajectory.steps[2]?.observation).toBe("PASS");
    const [system, user] = analyst.requests[0]?.messages.map(({ content }) => String(content)) ?? [];
    expect(system).toMatch(/^You are a failure analyst/);
    expect(system).toContain("# How to work");
    expect(system).not.toContain("recommended way");
    expect(user).toContain('<log outcome="failed">\n# Log of the episode');
    expect(user).toContain('<skill_file path="SKILL.md" lines="7">');
    expect(user).toContain("`bash /work/kit/compare.sh /work/agent/output.txt`");
    expect(user).toContain("one to 3, what to remember");
    expect(`${system}${user}`).not.toContain("{{");
  });

  it("says which run failed and how, then takes the mended fix; equal fixes are run once", async () => {
    const broken = "echo 'some trouble' >&2; exit 7";
    const few = "head -4 input.txt | paste -sd+ | sed 's/^/echo $((/; s/$/))/' | bash | sed 's/^/total=/' > output.txt";
    const spying = `grep -q 307 input.txt || { cat input.txt >&2; exit 9; }\n${honestFix}`;
    const { result, analyst } = await go([hand(broken), done, hand(few), done, hand(spying), done, done, hand(honestFix), done]);
    expect(result.outcome).toMatchObject({ state: "accepted" });
    const told = [2, 4, 6, 7].map((request) => lastTold(analyst, request));
    expect(told[0]).toContain("[Review] Your analysis cannot be taken as it is; 10 turns are left.");
    expect(told[0]).toContain("does not solve the task: it ended with exit code 7, saying:\nsome trouble.");
    expect(told[1]).toContain("not the same work on a further input (case 2): what it left there is not right.");
    expect(told[1]).not.toMatch(/910|900/);
    // What a script prints about an input it should not know stays with the harness.
    expect(told[2]).toContain("(case 2): it does not run to its end there, or leaves no result.");
    expect(told[2]).not.toContain("900");
    expect(told[3]).toContain("not the same work on a further input (case 2)");
  });

  it("tells of a wrong result on the task itself what is wrong with it, and points at constants in a script that is not general", async () => {
    const full = await go([hand("echo total=35 > output.txt"), done, hand("echo total=342 > output.txt"), done, act("true")], {
      maxTurns: 5,
    });
    expect(lastTold(full.analyst, 2)).toContain("does not solve the task: total is 35, not 342.");
    expect(lastTold(full.analyst, 4)).toContain('it says "342", which is a constant of this task.');
    expect(full.result.outcome).toMatchObject({ state: "rejected", reason: "fix-not-general" });
  });

  it("sends unreadable reports back with the field that is wrong", async () => {
    const { result, analyst } = await go([
      hand(honestFix, '{"causes": ['),
      done,
      hand(honestFix, report({ lessons: [{ title: "T" }], fix: undefined })),
      done,
      hand(honestFix, report({ lessons: [1, 2, 3, 4].map((n) => entry(`Lesson ${n}.`)) })),
      done,
      hand(honestFix),
      done,
    ]);
    expect(result.outcome).toMatchObject({ state: "accepted" });
    expect(lastTold(analyst, 2)).toContain("/work/report.json does not have its form:\nIt is no JSON:");
    expect(lastTold(analyst, 4)).toContain("lessons[0].description is missing; expected a text.");
    expect(lastTold(analyst, 4)).toContain("fix is missing; expected a text.");
    expect(lastTold(analyst, 6)).toContain("lessons has 4 entries; at most 3 are allowed.");
  });

  it("wants a fix and a lesson, and says of both at once", async () => {
    const { result, analyst } = await go([hand(undefined, report({ lessons: [] })), done, act("ln -s input.txt fix.sh"), done], {
      maxTurns: 4,
    });
    expect(result.outcome).toMatchObject({ state: "rejected", reason: "no-lessons" });
    expect(lastTold(analyst, 2)).toContain("The report holds no lesson.");
    expect(lastTold(analyst, 2)).toContain("There is no usable /work/fix.sh: it does not exist.");
    const link = await go([hand(undefined), act("ln -s input.txt fix.sh"), done], { maxTurns: 3 });
    expect(link.result.outcome).toMatchObject({ reason: "no-fix", note: expect.stringContaining("link") });
    const big = await go([hand(undefined), act("head -c 70000 /dev/zero | tr '\\0' '#' > fix.sh"), done], { maxTurns: 3 });
    expect(big.result.outcome).toMatchObject({ reason: "no-fix" });
  });

  it("sends lessons back that speak of a reference or name constants of the task, and rejects them when they stay", async () => {
    const talk = report({ lessons: [entry("Compare with the reference answer.")], causes: [entry("The sum for Acme was too low.")] });
    const { result, analyst } = await go([hand(honestFix, talk), done, hand(honestFix), done]);
    expect(result.outcome).toMatchObject({ state: "accepted" });
    expect(lastTold(analyst, 2)).toContain('- lessons[0].content says "reference answer", which speaks of something to compare with.');
    expect(lastTold(analyst, 2)).toContain('- causes[0].content says "Acme", which is a constant of this task.');
    expect(lastTold(analyst, 2)).not.toContain("fix.sh was run");
    const stays = await go([hand(honestFix, talk), done, done], { maxTurns: 3 });
    expect(stays.result.outcome).toMatchObject({
      state: "rejected",
      reason: "names-reference",
      lessons: [{ type: "failure-cause" }, { type: "failure-lesson" }],
    });
  });

  it("warns when turns run out, and takes what lies in the box when they are over", async () => {
    const { result, analyst } = await go([act("true"), act("true"), hand(honestFix), act("true"), act("true"), act("true"), act("true")], {
      maxTurns: 7,
    });
    expect(result.outcome).toMatchObject({ state: "accepted" });
    expect(lastTold(analyst, 1)).not.toContain("Turns are running out");
    expect(lastTold(analyst, 2)).toContain("[Turns are running out] 5 turns are left.");
    expect(lastTold(analyst, 3)).not.toContain("Turns are running out");
    const none = await go([act("true"), done, done], { maxTurns: 3 });
    expect(none.result.outcome).toMatchObject({ state: "rejected", reason: "no-report" });
    expect(lastTold(none.analyst, 2)).toContain("there is no file at /work/report.json yet");
    const cut = await go([act("true"), act("true")], { maxTurns: 2 });
    expect(cut.result.outcome).toMatchObject({ reason: "no-report", note: expect.stringContaining("(exit turn-limit)") });
  });

  it("ends without a report when the log is too long for the model or the analyst brings its box down", async () => {
    const long = await go([new ModelError("too many tokens", "overflow")]);
    expect(long.result.outcome).toMatchObject({ reason: "too-long" });
    if (sandbox === undefined) return;
    const collapsed = {
      stdout: "",
      stderr: "",
      exitCode: null,
      timedOut: false,
      dropped: { stdout: 0, stderr: 0 },
      boxDied: "out of memory",
    };
    const frail: Sandbox = {
      ...sandbox,
      async open(given) {
        const box = await sandbox.open(given);
        return {
          exec: (command, limits) => (command === "collapse" ? Promise.resolve(collapsed) : box.exec(command, limits)),
          put: (path, bytes, mode) => box.put(path, bytes, mode),
          exists: (path) => box.exists(path),
          harvest: (path, maxBytes) => box.harvest(path, maxBytes),
          [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
        };
      },
    };
    const dead = await analyse(store.blobs, frail, { analyst: [hand(honestFix), act("collapse")] });
    expect(dead.result.outcome).toMatchObject({ reason: "no-report", note: expect.stringContaining("(exit sandbox-killed)") });
    // What was judged before the end still counts.
    const after = await analyse(store.blobs, frail, { analyst: [hand("exit 7"), done, act("collapse")] });
    expect(after.result.outcome).toMatchObject({ reason: "fix-failed", lessons: [{}, {}] });
  });

  it("throws what is infrastructure, with what was spent and seen", async () => {
    if (sandbox === undefined) return;
    const failure = await go([hand(honestFix), new ModelError("gone", "server")]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FailedAttempt);
    if (!(failure instanceof FailedAttempt)) return;
    expect(failure.cause).toBeInstanceOf(ModelError);
    const kept = trajectorySchema.parse(await readJsonBlob(store.blobs, failure.spent.trajectory ?? ""));
    expect(kept.steps).toHaveLength(1);
    let opened = 0;
    const failing = {
      ...sandbox,
      open: (given: Parameters<typeof sandbox.open>[0]) =>
        ++opened > 1 ? Promise.reject(new SandboxError("no more boxes")) : sandbox.open(given),
    };
    const lost = await analyse(store.blobs, failing, { analyst: [hand(honestFix), done] }).catch((error: unknown) => error);
    expect(lost).toMatchObject({ cause: { message: "no more boxes" } });
  });

  it("runs where there is nothing but the spec and the blobs, and gives the same every time", async () => {
    if (sandbox === undefined) return;
    const spec = await sumSpec(store.blobs, sandbox);
    expect(canonicalJson(spec).length).toBeLessThan(500);
    expect(unitKey(await sumSpec(store.blobs, sandbox))).toBe(unitKey(spec));
    const elsewhere = async () => {
      const models = { analyst: scriptedModel([hand(honestFix), done]) };
      const kind = anyKind(analysisKind(analysisDeps(openStore(root).blobs, sandbox, models)));
      const [input, output] = [new PassThrough(), new PassThrough()];
      input.write(`${JSON.stringify({ id: 1, spec })}\n`);
      const heard = text(output);
      const served = serveUnits(new Map([["analysis", kind]]), input, output);
      output.once("data", () => input.end());
      await served;
      output.end();
      return JSON.parse(await heard) as unknown;
    };
    const first = await elsewhere();
    expect(first).toMatchObject({ output: { result: { outcome: { state: "accepted" } } } });
    expect(await elsewhere()).toEqual(first);
  });
});

describe.skipIf(sandbox === undefined)("agentic analysis of a task that ends in words", () => {
  const back = (turn: number, correction: string) => {
    const { fix: _, ...rest } = report();
    return hand(undefined, { ...rest, restart: { turn, correction } });
  };
  const advice = "Look at the whole file before you add up.";

  it("takes the solver back to the turn with the correction as the only addition, and judges its new answer", async () => {
    if (sandbox === undefined) return;
    const solver = [act("cat seen.txt input.txt"), "342\nACTION: TASK_COMPLETE"];
    const { result, ...models } = await analyse(
      store.blobs,
      sandbox,
      { analyst: [act("ls; cat agent/answer.txt"), back(2, advice), done], solver },
      { form: "words" },
    );
    expect(result).toMatchObject({ outcome: { state: "accepted", certified: { rechecks: 0 } }, turns: 3, usage: { calls: 5 } });
    expect(lastTold(models.analyst, 1)).toContain("35");
    expect(lastTold(models.analyst, 0)).toContain("(1 to 3)");
    const [first, second] = models.solver.requests;
    expect(first?.messages).toEqual([
      { role: "system", content: "You work with files." },
      { role: "user", content: "Add up the numbers in input.txt. For the shop Acme." },
      { role: "assistant", content: act("head -3 input.txt | tee seen.txt") },
      { role: "user", content: `Observation: 10\n20\n5\n\n${advice}` },
    ]);
    expect(first?.seed).toBe(41);
    // The box was brought to where it had been, and holds nothing of the analyst's.
    expect(second?.messages.at(-1)?.content).toContain("10\n20\n5\n10\n20\n5\n307");
  });

  it("says what came of a restart that did not help, and runs none that gives the answer away", async () => {
    if (sandbox === undefined) return;
    const solver = ["35\nACTION: TASK_COMPLETE"];
    const script = [back(9, advice), done, back(3, "The total is 342."), done, back(3, advice), done, done];
    const { result, analyst, ...models } = await analyse(store.blobs, sandbox, { analyst: script, solver }, { form: "words", maxTurns: 7 });
    expect(lastTold(analyst, 2)).toContain("restart.turn is 9, but the run has 3 turns.");
    expect(lastTold(analyst, 4)).toContain('restart.correction says "342"');
    expect(lastTold(analyst, 6)).toContain(
      'taken back to turn 3 with your correction, and it ended (completed) with the answer "35", which is not right',
    );
    expect(models.solver.requests).toHaveLength(1);
    expect(result.outcome).toMatchObject({ state: "rejected", reason: "fix-failed" });
    const leaking = await analyse(store.blobs, sandbox, { analyst: [back(3, "Say 342."), done] }, { form: "words", maxTurns: 2 });
    expect(leaking.result.outcome).toMatchObject({ reason: "names-reference" });
  });
});
