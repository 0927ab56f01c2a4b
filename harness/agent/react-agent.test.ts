import { getEventListeners, setMaxListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { ModelError, SandboxError } from "../core/errors.ts";
import { trajectorySchema } from "../core/record.ts";
import { act, lastTold, play } from "./episode.fixture.ts";

const done = "All is well.\nACTION: TASK_COMPLETE";
const write = act("echo hello > out.txt", "I write the file");

describe("text protocol, mended", () => {
  it("runs actions, shows their output, completes with the answer before the signal", async () => {
    await using episode = await play([write, act("cat out.txt"), done]);
    const { trajectory, exit, answer, calls } = await episode.run;
    expect({ exit, answer }).toEqual({ exit: "completed", answer: "All is well." });
    expect(episode.commands).toEqual(["echo hello > out.txt", "cat out.txt"]);
    expect(trajectory.steps.map((step) => [step.turn, step.observation, step.event])).toEqual([
      [1, "[The command ended without any output]", undefined],
      [2, "hello", undefined],
      [3, undefined, "completed"],
    ]);
    expect(trajectory.steps[0]).toMatchObject({
      thought: "I write the file",
      action: { tool: "bash", arguments: { command: "echo hello > out.txt" } },
      command: { exitCode: 0, timedOut: false, droppedBytes: 0, elidedChars: 0 },
    });
    expect(calls).toHaveLength(3);
    expect(trajectorySchema.parse(trajectory)).toEqual(trajectory);
    expect(trajectory.exit).toBe("completed");
  });

  it("sends role, sandbox, protocol and workflow in this order, then task, replies and observations", async () => {
    await using episode = await play([write, done]);
    const { trajectory } = await episode.run;
    const headings = ["You work with files.", "# Your sandbox", "# How you act", "# A recommended way of working"];
    expect(headings.map((heading) => trajectory.system.indexOf(heading)).every((at, i, all) => at >= 0 && at > (all[i - 1] ?? -1))).toBe(
      true,
    );
    expect(trajectory.system).toContain("- Node.js 20.20.0 (`node`), with the packages `exceljs` 4.4.0, `xlsx` 0.20.3");
    expect(trajectory.system).toContain("- Python: not installed");
    expect(trajectory.system).not.toContain("{{");
    const last = episode.model.requests[1];
    expect(last?.messages).toEqual([
      { role: "system", content: trajectory.system },
      { role: "user", content: "Task: Write hello.\n\nResult: /work/out.txt" },
      { role: "assistant", content: write },
      { role: "user", content: "Observation: [The command ended without any output]" },
    ]);
    expect(last).toMatchObject({ stop: ["Observation:"], seed: 41, sampling: { temperature: 0.7 } });
    expect(last).not.toHaveProperty("tools");
  });

  it("puts a skill last in the system prompt and expands nothing inside of it", async () => {
    const body = "# Rules\nUse {{skill_dir}} and {{nothing}} and $& as they stand.\n";
    await using episode = await play([write, done], { input: { skill: { name: "files", body } } });
    const { trajectory } = await episode.run;
    expect(trajectory.system.endsWith(`<skill_content>\n${body.trim()}\n</skill_content>`)).toBe(true);
    expect(trajectory.system).toContain("`/skill`");
    expect(trajectory.system).not.toContain("recommended way");
  });

  it("keeps reasoning in the trajectory and out of the history", async () => {
    await using episode = await play([
      { text: write, reasoning: "secret plan" },
      { text: `<think>more</think>\n${done}`, reasoning: "and" },
    ]);
    const { trajectory } = await episode.run;
    expect(trajectory.steps.map((step) => step.reasoning)).toEqual(["secret plan", "and\n\nmore"]);
    expect(trajectory.steps[1]?.reply).toBe(done);
    expect(JSON.stringify(episode.model.requests)).not.toMatch(/secret plan|<think>/);
  });

  it("runs an action beside the signal first and asks for the signal again", async () => {
    await using episode = await play([`${write}\nACTION: TASK_COMPLETE`, done]);
    const { exit, trajectory } = await episode.run;
    expect([exit, trajectory.steps.length, episode.commands.length]).toEqual(["completed", 2, 1]);
    expect(lastTold(episode.model)).toMatch(/^Observation: \[The command.*\n\n\[System check\] That reply held an action as well/);
  });

  it("runs only the first of several actions and says so", async () => {
    await using episode = await play([`${write}\n${act("rm out.txt")}`, done]);
    expect((await episode.run).exit).toBe("completed");
    expect(episode.commands).toEqual(["echo hello > out.txt"]);
    expect(lastTold(episode.model)).toContain("Only the first was run");
  });

  it("feeds the exact problem of an unreadable reply back, without using up a turn", async () => {
    await using episode = await play(['Thought: t\nAction:\n{"name": "bash", "arguments": {"command": "a\nb"}}', write, done], {
      limits: { max_turns: 2 },
    });
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("completed");
    expect(lastTold(episode.model, 1)).toContain(
      "a raw line break stands inside a string; it is written \\n (line 1, column 45 of the object)",
    );
    expect(trajectory.steps.map((step) => [step.turn, step.event])).toEqual([
      [1, "format-error"],
      [1, undefined],
      [2, "completed"],
    ]);
    expect(trajectory.steps[0]?.observation).toContain("a raw line break");
  });

  it("stops after five unreadable replies in a row, and only in a row", async () => {
    const bad = "I think that I am done.";
    await using endless = await play(Array(9).fill(bad));
    expect(await endless.run).toMatchObject({ exit: "format-errors" });
    expect(endless.model.requests).toHaveLength(5);
    await using mixed = await play([bad, bad, bad, bad, write, bad, bad, bad, bad, done]);
    expect((await mixed.run).exit).toBe("completed");
    await using strict = await play([bad, bad], { spec: { max_format_errors: 1 } });
    expect((await strict.run).trajectory.steps).toHaveLength(1);
  });

  it("tells empty, cut, filtered and unreadable replies apart and keeps worthless ones out of the history", async () => {
    await using episode = await play([
      "",
      { text: "  \n", reasoning: "hm" },
      { text: act("echo x").slice(0, -5), finishReason: "length" },
      { text: "", reasoning: "endless", finishReason: "length" },
      write,
      done,
    ]);
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("completed");
    expect(trajectory.steps.map((step) => step.event)).toEqual([
      "empty-reply",
      "empty-reply",
      "reply-cut",
      "reply-cut",
      undefined,
      "completed",
    ]);
    const roles = episode.model.requests.map((request) => request.messages.map((message) => message.role).join(" "));
    expect(roles.slice(0, 5)).toEqual(Array(5).fill("system user"));
    expect(lastTold(episode.model, 4).match(/\[System check\]/g)).toHaveLength(4);
    await using filtered = await play([{ text: "I can", finishReason: "content_filter" }]);
    expect((await filtered.run).exit).toBe("refused");
  });

  it("bounds empty and cut replies, each on its own", async () => {
    await using empty = await play(["", "", "", ""]);
    expect([(await empty.run).exit, empty.model.requests.length]).toEqual(["empty-replies", 3]);
    const cut = { text: "so", finishReason: "length" } as const;
    await using long = await play([cut, "", cut, "", cut]);
    expect([(await long.run).exit, long.model.requests.length]).toEqual(["reply-too-long", 5]);
  });

  it("accepts a complete action or signal of a reply that was cut behind it", async () => {
    await using episode = await play([
      { text: `${write}\nand then`, finishReason: "length" },
      { text: done, finishReason: "length" },
    ]);
    expect((await episode.run).exit).toBe("completed");
  });

  it("answers unknown tools and wrong arguments as observations and goes on", async () => {
    const odd = (name: string, given: unknown) => `Action: ${JSON.stringify({ name, arguments: given })}`;
    await using episode = await play([
      odd("python", { code: "1" }),
      odd("bash", {}),
      odd("bash", { command: 7 }),
      odd("bash", { command: "ls", timeout: 5 }),
      odd("bash", { command: "a\u0000b" }),
      write,
      done,
    ]);
    const { exit, trajectory } = await episode.run;
    expect([exit, episode.commands.length]).toEqual(["completed", 1]);
    expect(trajectory.steps.slice(0, 5).map((step) => step.observation)).toEqual([
      expect.stringContaining('no tool called "python"'),
      expect.stringContaining('"command" is missing'),
      expect.stringContaining('"command" is not a string'),
      expect.stringContaining('no argument "timeout"'),
      expect.stringContaining("NUL"),
    ]);
    expect(trajectory.steps[5]?.turn).toBe(6);
  });

  it("reminds once of a missing file, then takes the agent's word", async () => {
    await using mended = await play([done, write, done]);
    expect((await mended.run).trajectory.steps.map((step) => step.event)).toEqual(["missing-output-reminder", undefined, "completed"]);
    expect(lastTold(mended.model, 1)).toMatch(/^\[System check\] .*\/work\/out\.txt/);
    await using stubborn = await play([done, done]);
    expect(await stubborn.run).toMatchObject({ exit: "completed", answer: "All is well." });
    await using lastTurn = await play([done], { limits: { max_turns: 1 } });
    expect((await lastTurn.run).exit).toBe("completed");
  });

  it("says how much of a long output it left out and how to see it", async () => {
    await using episode = await play([act("seq 1 5000; echo END >&2"), write, done], { spec: { observation_chars: 600 } });
    const { trajectory } = await episode.run;
    const step = trajectory.steps[0];
    const total = `${Array.from({ length: 5000 }, (_, i) => i + 1).join("\n")}\n\n[STDERR]\nEND`.length;
    expect(step?.command?.elidedChars).toBe(total - 600);
    expect(step?.observation).toContain(`[... ${total - 600} characters left out here. To see them, write the output to a file`);
    expect(step?.observation?.startsWith("1\n2\n")).toBe(true);
    expect(step?.observation?.endsWith("[STDERR]\nEND")).toBe(true);
  });

  it("keeps what a timed-out command printed", async () => {
    await using episode = await play([act("echo before; sleep 30"), write, done], { limits: { command_timeout_s: 0.3 } });
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("completed");
    expect(trajectory.steps[0]?.observation).toMatch(/^before\n\[Stopped after 0\.3 seconds/);
    expect(trajectory.steps[0]?.command).toMatchObject({ exitCode: null, timedOut: true });
  });

  it("ends when the box died, with what was seen last", async () => {
    const dead = { stdout: "x", stderr: "", exitCode: null, timedOut: false, dropped: { stdout: 0, stderr: 9 }, boxDied: "out of memory" };
    await using episode = await play([act("eat"), done], { box: { exec: async () => dead } });
    const { exit, trajectory } = await episode.run;
    expect([exit, trajectory.exit, episode.model.requests.length]).toEqual(["sandbox-killed", "sandbox-killed", 1]);
    expect(trajectory.steps[0]?.observation).toBe(
      "x\n[Output beyond the limit was thrown away: 0 bytes of standard output, 9 bytes of error output]\n[The sandbox did not survive: out of memory]",
    );
    expect(trajectory.steps[0]?.command).toMatchObject({ exitCode: null, droppedBytes: 9 });
  });
});

describe("prompts", () => {
  it("that are absent, or whose slots do not fit the task, are named before the first call", async () => {
    await using absent = await play([done], { input: { prompts: { role: "r", task: "t" } } });
    await expect(absent.run).rejects.toThrow(/without its prompts toolchain, workflow, unknown-tool/);
    await using noOutput = await play([done], { input: { harvest: [] } });
    await expect(noOutput.run).rejects.toThrow("prompt task: the prompt's slot output_path got no value");
    expect(noOutput.model.requests).toHaveLength(0);
  });
});

describe("limits", () => {
  it("stops at the turn limit and at the token budget", async () => {
    await using turns = await play([write, write, write], { limits: { max_turns: 2 } });
    const ended = await turns.run;
    expect(ended).toMatchObject({ exit: "turn-limit", trajectory: { exit: "turn-limit" } });
    expect(ended).not.toHaveProperty("answer", expect.anything());
    expect(turns.commands).toHaveLength(2);
    const usage = { calls: 1, promptTokens: 60, completionTokens: 40, reasoningTokens: 0, cachedTokens: 0 };
    await using tokens = await play(Array(5).fill({ text: write, usage }), { limits: { max_tokens: 250 } });
    expect((await tokens.run).exit).toBe("token-budget");
    expect(tokens.commands).toHaveLength(3);
  });
});

describe("model errors", () => {
  const overflow = () => new ModelError("maximum context length exceeded", "overflow");

  it("shortens the oldest observations once, says so inside of them, and asks again", async () => {
    const print = (n: number) => act(`printf 'start-${n}'; printf '%02000d' 0; printf 'end-${n}'`);
    await using episode = await play([print(1), print(2), print(3), overflow(), write, overflow()]);
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("context-overflow");
    expect(trajectory.steps).toHaveLength(4);
    const retried = episode.model.requests[4]?.messages.map((message) => String(message.content)) ?? [];
    const observations = retried.filter((text) => text.startsWith("Observation:"));
    expect(observations[0]).toMatch(/^Observation: start-1[\s\S]*\[\.\.\. \d+ characters of this older result were removed[\s\S]*end-1$/);
    expect(observations[0]?.length).toBeLessThan(700);
    expect(observations[2]).toHaveLength("Observation: ".length + 2012);
    expect(trajectory.steps[0]?.observation).toHaveLength(2012);
  });

  it("ends at once when there is nothing to shorten, and when the model refuses", async () => {
    await using full = await play([overflow()]);
    expect(await full.run).toMatchObject({ exit: "context-overflow", trajectory: { steps: [] } });
    await using refused = await play([write, new ModelError("no", "refused")]);
    expect(await refused.run).toMatchObject({ exit: "refused", calls: [{}] });
  });

  it("lets every other error through after handing out the trajectory", async () => {
    for (const error of [new ModelError("down", "server"), new ModelError("key", "auth"), new TypeError("bug")]) {
      await using episode = await play([write, error]);
      await expect(episode.run).rejects.toBe(error);
      expect(episode.partials.at(-1)?.steps).toHaveLength(1);
      expect(episode.partials.at(-1)).not.toHaveProperty("exit");
    }
  });

  it("lets sandbox errors through and keeps the action that met them", async () => {
    const broken = new SandboxError("supervisor is gone");
    const fail = async () => {
      throw broken;
    };
    await using exec = await play([write], { box: { exec: fail } });
    await expect(exec.run).rejects.toBe(broken);
    expect(exec.partials.at(-1)?.steps[0]).toMatchObject({ action: { tool: "bash" } });
    await using exists = await play([done], { box: { exists: fail } });
    await expect(exists.run).rejects.toBe(broken);
    expect(exists.partials.at(-1)?.steps).toHaveLength(1);
  });
});

describe("abort", () => {
  it("throws the signal's reason after handing out the whole trajectory: in a call, in a command, before the start", async () => {
    const inCall = new AbortController();
    await using call = await play(
      [
        write,
        async (_request, signal) => {
          inCall.abort();
          return signal?.aborted ? new ModelError("call aborted", "aborted") : "not reached";
        },
      ],
      { input: { signal: inCall.signal } },
    );
    await expect(call.run).rejects.toMatchObject({ name: "AbortError" });
    expect(call.partials.at(-1)?.steps).toHaveLength(1);

    const inCommand = new AbortController();
    await using command = await play([act("touch started; sleep 60")], {
      input: { signal: inCommand.signal },
      limits: { command_timeout_s: 100 },
    });
    await expect.poll(() => command.commands.length).toBe(1);
    inCommand.abort(new Error("stopped by the user"));
    await expect(command.run).rejects.toThrow("stopped by the user");
    expect(command.partials.at(-1)?.steps).toMatchObject([{ action: { arguments: { command: "touch started; sleep 60" } } }]);

    await using early = await play([], { input: { signal: AbortSignal.abort() } });
    await expect(early.run).rejects.toMatchObject({ name: "AbortError" });
    expect(early.model.requests).toHaveLength(0);
  });

  it("leaves nothing behind on a signal that outlives many episodes", async () => {
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    const episodes = await Promise.all(Array.from({ length: 20 }, () => play([write, done], { input: { signal } })));
    for (const episode of episodes) {
      expect((await episode.run).exit).toBe("completed");
      await episode[Symbol.asyncDispose]();
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("pictures", () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
  const task = {
    id: "t",
    cluster: "t",
    form: "picture",
    slots: { instruction: "Look." },
    images: ["a".repeat(64)],
    files: [],
    needs: ["vision" as const],
    flags: [],
    origin: {},
  };

  it("stand behind the task's text, and nudges extend that message", async () => {
    await using fixed = await play(["", "Seen: 7\nACTION: TASK_COMPLETE"], {
      input: { task: { ...task, slots: { instruction: "Look.", output_path: "nowhere" } }, harvest: [], images: async () => png },
    });
    expect(await fixed.run).toMatchObject({ exit: "completed", answer: "Seen: 7" });
    expect(fixed.model.requests[1]?.messages[1]?.content).toEqual([
      { type: "text", text: "Task: Look.\n\nResult: nowhere" },
      { type: "image", blob: "a".repeat(64), mediaType: "image/png" },
      { type: "text", text: expect.stringContaining("[System check] Your last reply was empty") },
    ]);
    expect(await fixed.model.requests[0]?.images?.("a".repeat(64))).toBe(png);
  });

  it("of no known kind are an error the user can mend", async () => {
    await using episode = await play([], {
      input: { task: { ...task, slots: { instruction: "x", output_path: "y" } }, images: async () => new Uint8Array([1, 2]) },
    });
    await expect(episode.run).rejects.toThrow(/no PNG, JPEG, GIF or WebP/);
  });
});
