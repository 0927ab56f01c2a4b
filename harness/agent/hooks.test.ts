import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { limitsSpecSchema, type ReactSpec, reactSpecSchema } from "../core/spec.ts";
import { agentPrompts } from "./agent-prompts.ts";
import { act, call, lastTold, play, promptTexts } from "./episode.fixture.ts";
import { resolveReactOptions } from "./react-options.ts";
import type { ScriptedReply } from "./scripted-model.ts";

/** The same moves in both protocols. */
const spoken = {
  text: {
    run: (command: string): ScriptedReply => act(command),
    done: (answer: string): ScriptedReply => `${answer}\nACTION: TASK_COMPLETE`,
  },
  tools: {
    run: (command: string): ScriptedReply => ({ text: "next", toolCalls: [call("bash", { command })] }),
    done: (answer: string): ScriptedReply => ({ toolCalls: [call("complete", { answer })] }),
  },
} as const;
const protocols = ["text", "tools"] as const;

describe.each(protocols)("hooks, %s protocol", (protocol) => {
  const { run, done } = spoken[protocol];
  const spec: Partial<ReactSpec> = { protocol };
  /** An episode that ends in words: there is no file to hand in. */
  const inWords = async () => {
    const prompts = await promptTexts(reactSpecSchema.parse({ kind: "react", ...spec }), limitsSpecSchema.parse({}));
    return { harvest: [], prompts: { ...prompts, task: "Task: {{instruction}}" } };
  };

  it("sends the agent back with the review's words until it accepts, after the reminder for a missing file", async () => {
    const asked: unknown[] = [];
    const objections = ["first objection", "second objection", undefined];
    const review = async (said: unknown) => {
      asked.push(said);
      return objections[asked.length - 1];
    };
    await using episode = await play([done("a"), run("echo 1 > out.txt"), done("b"), done("c"), run("true"), done("d")], {
      spec,
      limits: { max_turns: 10 },
      input: { review },
    });
    const { exit, answer, trajectory } = await episode.run;
    expect({ exit, answer }).toEqual({ exit: "completed", answer: "d" });
    expect(asked).toEqual([
      { answer: "b", turnsLeft: 7 },
      { answer: "c", turnsLeft: 6 },
      { answer: "d", turnsLeft: 4 },
    ]);
    expect(trajectory.steps.map((step) => step.event)).toEqual([
      "missing-output-reminder",
      undefined,
      undefined,
      undefined,
      undefined,
      "completed",
    ]);
    expect(lastTold(episode.model, 3)).toBe("first objection");
    expect(lastTold(episode.model, 4)).toBe("second objection");
    expect(trajectory.steps[2]?.observation).toBe("first objection");
  });

  it("asks the review on the last turn too, but has no turn left to send the agent back", async () => {
    const left: number[] = [];
    const review = async (said: { readonly turnsLeft: number }) => {
      left.push(said.turnsLeft);
      return "go on";
    };
    await using episode = await play([run("echo 1 > out.txt"), done("a"), done("b")], {
      spec,
      limits: { max_turns: 3 },
      input: { review },
    });
    expect((await episode.run).exit).toBe("completed");
    expect(left).toEqual([1, 0]);
    expect(episode.model.requests).toHaveLength(3);
  });

  it("records the step before what the review throws", async () => {
    const review = async () => {
      throw new Error("the review broke");
    };
    await using episode = await play([run("echo 1 > out.txt"), done("a")], { spec, input: { review } });
    await expect(episode.run).rejects.toThrow("the review broke");
    expect(episode.partials.at(-1)?.steps).toHaveLength(2);
  });

  it("puts the reserve's text behind one observation, when that many turns are left", async () => {
    await using episode = await play([run("echo 1"), run("echo 2"), run("echo 3"), run("echo 4")], {
      spec,
      limits: { max_turns: 4 },
      input: { reserve: { turns: 2, text: "Two turns are left." } },
    });
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("turn-limit");
    expect(trajectory.steps.map((step) => step.observation)).toEqual(["1", "2\n\nTwo turns are left.", "3", "4"]);
    expect(lastTold(episode.model, 2)).toMatch(/2\n\nTwo turns are left\.$/);
  });

  it("gives the reserve's text with a review's objection, and at once when fewer turns are left from the start", async () => {
    const reserve = { turns: 5, text: "Few turns are left." };
    await using episode = await play([done("a"), done("b")], {
      spec,
      limits: { max_turns: 2 },
      input: { ...(await inWords()), review: async () => "no", reserve },
    });
    await episode.run;
    expect(lastTold(episode.model)).toBe("no\n\nFew turns are left.");
  });

  it("takes an earlier episode up: same words, commands run again, the correction as the only addition", async () => {
    const script = [run("echo first > a.txt"), "", run("echo second >> a.txt; cat a.txt"), run("rm a.txt"), done("wrong")];
    await using earlier = await play(script, { spec, input: await inWords() });
    const { trajectory } = await earlier.run;
    await using episode = await play([run("cat a.txt"), done("right")], {
      spec,
      limits: { max_turns: 5 },
      input: { ...(await inWords()), resume: { trajectory, turn: 3, correction: "Keep the file." } },
    });
    const resumed = await episode.run;
    expect(resumed).toMatchObject({ exit: "completed", answer: "right" });
    expect(episode.commands).toEqual(["echo first > a.txt", "echo second >> a.txt; cat a.txt", "cat a.txt"]);
    const before = earlier.model.requests[3]?.messages ?? [];
    const now = episode.model.requests[0]?.messages ?? [];
    expect(now.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(now.map((message) => message.role)).toEqual(
      protocol === "text" ? before.map((message) => message.role) : [...before.map((m) => m.role), "user"],
    );
    expect(lastTold(episode.model, 0)).toMatch(/Keep the file\.$/);
    expect(JSON.stringify(now).split("Keep the file.")).toHaveLength(2);
    // Without the correction it is word for word what the solver had seen; ids of native calls are the only thing a trajectory does not keep.
    const plain = (value: unknown) => JSON.stringify(value).replaceAll(/(call\d{5}|id-bash)/g, "id");
    const stripped = JSON.parse(
      plain(now).replace(protocol === "text" ? "\\n\\nKeep the file." : ',{"role":"user","content":"Keep the file."}', ""),
    );
    expect(stripped).toEqual(JSON.parse(plain(before)));
    expect(resumed.trajectory.steps.map((step) => [step.turn, step.event])).toEqual([
      [1, undefined],
      [2, "empty-reply"],
      [2, undefined],
      [3, undefined],
      [4, "completed"],
    ]);
    expect(resumed.trajectory.steps[3]?.observation).toBe("first\nsecond");
    expect(resumed.trajectory.steps[2]?.observation).toMatch(/Keep the file\.$/);
    expect(resumed.trajectory.steps[0]?.usage.promptTokens).toBe(0);
  });

  it("takes an episode up before its first turn, behind the task, and counts the turns that were used", async () => {
    await using earlier = await play([run("echo 1"), run("echo 2"), done("x")], { spec, input: await inWords() });
    const { trajectory } = await earlier.run;
    const at = async (turn: number, replies: readonly ScriptedReply[]) =>
      play(replies, {
        spec,
        limits: { max_turns: 3 },
        input: { ...(await inWords()), resume: { trajectory, turn, correction: "Think twice." } },
      });
    await using first = await at(1, [done("y")]);
    const { trajectory: again } = await first.run;
    expect(first.commands).toEqual([]);
    expect(first.model.requests[0]?.messages[1]?.content).toBe(`${trajectory.user}\n\nThink twice.`);
    expect(again.user).toBe(`${trajectory.user}\n\nThink twice.`);
    await using last = await at(3, [run("echo 3"), done("too late")]);
    expect((await last.run).exit).toBe("turn-limit");
  });

  it("ends a resumed episode whose box does not live through the replay", async () => {
    await using earlier = await play([run("echo 1"), done("x")], { spec, input: await inWords() });
    const { trajectory } = await earlier.run;
    const died = { stdout: "", stderr: "", exitCode: null, timedOut: false, dropped: { stdout: 0, stderr: 0 }, boxDied: "out of memory" };
    await using episode = await play([], {
      spec,
      box: { exec: async () => died },
      input: { ...(await inWords()), resume: { trajectory, turn: 2, correction: "c" } },
    });
    expect((await episode.run).exit).toBe("sandbox-killed");
    expect(episode.model.requests).toHaveLength(0);
  });

  it("puts notes in the skill's place and asks for no other prompt than theirs", async () => {
    const options = resolveReactOptions(reactSpecSchema.parse({ kind: "react", ...spec }), limitsSpecSchema.parse({}));
    const texts = await promptTexts(reactSpecSchema.parse({ kind: "react", ...spec }), limitsSpecSchema.parse({}));
    for (const [kind, tag] of [
      ["lessons", "lessons_from_earlier_tasks"],
      ["trajectories", "earlier_trajectories"],
    ] as const) {
      const paths = agentPrompts(options, { skill: false, notes: kind });
      const prompts: Record<string, string> = { role: texts.role ?? "", task: "Task: {{instruction}}" };
      for (const [name, path] of Object.entries(paths)) prompts[name] = await readFile(path, "utf8");
      expect(Object.keys(prompts)).not.toContain("workflow");
      expect(Object.keys(prompts)).not.toContain("skill");
      const notes = { kind, text: "\n- {{untouched}} lesson\n" };
      await using episode = await play([done("a")], { spec, input: { ...(await inWords()), notes, prompts } });
      const { trajectory } = await episode.run;
      expect(trajectory.system.endsWith(`<${tag}>\n- {{untouched}} lesson\n</${tag}>`)).toBe(true);
      expect(trajectory.system).not.toContain("recommended way");
      await using without = await play([done("a")], { spec, input: { ...(await inWords()), notes } });
      await expect(without.run).rejects.toThrow(`without its prompts ${kind}`);
    }
  });
});
