import { describe, expect, it } from "vitest";
import { ModelError } from "../core/errors.ts";
import { act, lastTold, play, type Setting } from "./episode.fixture.ts";

const released = (setting: Setting = {}): Setting => ({ ...setting, spec: { preset: "as-released", ...setting.spec } });
const there = { box: { exists: async () => true } };

describe("preset as-released (parity vectors)", () => {
  it.each(["", "I am done.", "ACTION: nothing", act("ls").slice(0, 10)])("completes on a reply without Action: %j", async (reply) => {
    await using episode = await play([{ text: reply, finishReason: "length" }], released(there));
    expect(await episode.run).toMatchObject({ exit: "completed-implicit", answer: reply.trim() });
  });

  it("completes on an action followed by the signal without running it", async () => {
    await using episode = await play([`${act("rm -f out.txt")}\nACTION: TASK_COMPLETE`], released(there));
    expect((await episode.run).exit).toBe("completed");
    expect(episode.commands).toEqual([]);
  });

  it("burns turns on format errors: three of them with max_turns 3 are three calls and the turn limit", async () => {
    await using episode = await play(Array(4).fill("Action: {oops"), released({ limits: { max_turns: 3 } }));
    const { exit, trajectory } = await episode.run;
    expect([exit, episode.model.requests.length]).toEqual(["turn-limit", 3]);
    expect(trajectory.steps.map((step) => [step.turn, step.event])).toEqual([
      [1, "format-error"],
      [2, "format-error"],
      [3, "format-error"],
    ]);
  });

  it("repeats the format with doubled braces and without the problem", async () => {
    await using episode = await play(["Action: {oops", "done"], released(there));
    await episode.run;
    expect(lastTold(episode.model)).toContain(
      'Observation: The action could not be parsed. An action has this form:\n\nAction:\n{{"name": ',
    );
    expect(lastTold(episode.model)).toContain('{{"argument_name": "value"}}}}');
    expect(lastTold(episode.model)).not.toContain("line 1");
  });

  it("swaps quotes, ends on arguments that are no object, discards timed-out output", async () => {
    await using episode = await play(
      ["Action: {'name': 'bash', 'arguments': {'command': 'printf early; sleep 20'}}", 'Action: {"name": "bash", "arguments": ["ls"]}'],
      released({ limits: { command_timeout_s: 0.2 } }),
    );
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("format-errors");
    expect(trajectory.steps.map((step) => [step.observation, step.event])).toEqual([
      ["[Error: the command took longer than 0.2 seconds]", undefined],
      [undefined, "format-error"],
    ]);
  });

  it("cuts observations at 3,000 + 3,000 characters with their number only", async () => {
    await using episode = await play([act("printf '%07000d' 0"), "done"], released(there));
    const { trajectory } = await episode.run;
    const zeros = "0".repeat(3000);
    expect(trajectory.steps[0]?.observation).toBe(`${zeros}\n[... warning: 1000 characters left out here ...]\n${zeros}`);
  });

  it("ends on context overflow without another attempt", async () => {
    const overflow = new ModelError("too long", "overflow");
    await using episode = await play([act("printf '%05000d' 0"), act("echo"), overflow, "not asked"], released());
    expect([(await episode.run).exit, episode.model.requests.length]).toEqual(["context-overflow", 3]);
  });

  it("reminds once when an implicit completion left no file", async () => {
    await using episode = await play(["done", act("echo hi > out.txt"), ""], released());
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("completed-implicit");
    expect(trajectory.steps.map((step) => step.event)).toEqual(["missing-output-reminder", undefined, "completed"]);
  });

  it("still ends when only its completion rule or its turn burning is mended", async () => {
    await using explicit = await play(Array(9).fill(""), released({ spec: { completion: "explicit" } }));
    expect((await explicit.run).exit).toBe("empty-replies");
    await using free = await play(Array(9).fill("Action: {oops"), released({ spec: { format_errors_burn_turns: false } }));
    expect((await free.run).exit).toBe("format-errors");
  });
});
