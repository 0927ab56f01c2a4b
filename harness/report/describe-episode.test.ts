import { expect, it } from "vitest";
import { noUsage, type TrajectoryRecord } from "../core/record.ts";
import { describeEpisode } from "./describe-episode.ts";
import { generateLedger } from "./generate-ledger.fixture.ts";

const rows = generateLedger({ seed: "show", clusters: 6, cases: 1, arms: { human: 0.5 }, errored: 0.3, simulated: ["model", "tasks"] });
const graded = rows.find((row) => row.state === "graded");
const errored = rows.find((row) => row.state === "errored");
if (graded === undefined || errored === undefined) throw new Error("the generated ledger lacks a state");

const step = { finishReason: "stop", usage: noUsage };
const trajectory: TrajectoryRecord = {
  v: 1,
  agent: "react",
  system: "You are a solver.",
  user: "Sum column B.",
  steps: [
    {
      ...step,
      turn: 1,
      thought: "Look first.",
      reasoning: "deep",
      reply: "…",
      action: { tool: "bash", arguments: { command: "cat a\nls" } },
      observation: "out\u001b[2Jput\u202e",
      command: { exitCode: 1, timedOut: false, droppedBytes: 7, elidedChars: 3 },
    },
    { ...step, turn: 2, reply: "I forgot the JSON", event: "format-error", observation: "Error: no JSON" },
    { ...step, turn: 3, thought: "Done.", reply: "Done.", event: "completed", finishReason: "length" },
    {
      ...step,
      turn: 4,
      reply: "x",
      action: { tool: "read", arguments: { path: "p", n: 2 } },
      command: { exitCode: null, timedOut: true, droppedBytes: 0, elidedChars: 0 },
    },
  ],
  exit: "completed",
};

it("tells an episode from prompt to scores", () => {
  const text = describeEpisode(trajectory, graded);
  expect(text).toContain(`Episode ${graded.key} (SIMULATED: model and tasks)`);
  expect(text).toContain("arm human (guidance: human), solver m");
  expect(text).toContain("--- turn 1 ---\nReasoning:\n  deep\nThought:\n  Look first.\nAction: bash\n  cat a\n  ls");
  expect(text).toContain("Command: exit code 1, 7 bytes beyond the output limit thrown away, 3 characters not shown to the model");
  expect(text).toContain("--- turn 2 [format-error] ---\nReply:\n  I forgot the JSON");
  expect(text).toContain("Finish reason: length");
  expect(text).toContain("Command: timed out");
  expect(text).toContain('"path": "p"');
  expect(text).toContain("exit: completed");
  expect(text).toMatch(/strict: (passed \(1\)|failed \(0\))/);
});

it("shows control and direction characters instead of obeying them", () => {
  const text = describeEpisode(trajectory, { ...graded, task: "t\u001b]0;x\u0007\nfake: line" });
  expect(text).toContain("out\\u001b[2Jput\\u202e");
  expect(text).toContain("task t\\u001b]0;x\\u0007\\nfake: line");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
});

it("cuts the middle of long parts and says how much, never through a character", () => {
  const long = { ...trajectory, user: `start ${"😀".repeat(5000)} end` };
  const text = describeEpisode(long, graded, { maxChars: 100 });
  expect(text).toContain("[… 4910 of 5010 characters not shown …]");
  expect(text).toContain("start 😀");
  expect(text).toContain("😀 end");
  expect(text).not.toContain("\\ud8");
});

it("works without a trajectory, without steps and for errored slots", () => {
  expect(describeEpisode(null, errored)).toContain("No trajectory is stored");
  expect(describeEpisode(null, errored)).toContain("errored: timeout, no answer");
  expect(describeEpisode({ ...trajectory, steps: [] }, graded)).toContain("ended before its first step");
  const ungraded = { state: "ungraded" as const, scorer: "strict", reason: "empty gold range" };
  expect(describeEpisode(null, { ...graded, outcomes: [{ key: graded.key, outcome: ungraded }] })).toContain(
    "strict: ungraded, empty gold range",
  );
});
