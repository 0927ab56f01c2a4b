import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { CommandResult } from "../core/contract.ts";
import { ModelError } from "../core/errors.ts";
import { hashJson, type Json } from "../core/json.ts";
import { type ReactSpec, reactSpecSchema } from "../core/spec.ts";
import { act, call, play, skeletonPrompts } from "./episode.fixture.ts";
import { reactAgent } from "./react-agent.ts";
import type { ScriptedReply } from "./scripted-model.ts";

/**
 * What the agent's code makes of fixed replies: requests, commands and trajectories. Prompts are replaced by skeletons of name and slots, because their texts have hashes of
 * their own in the arm's key; a difference here is one of the code, and stored episodes no longer stand for it unless `rev` is raised.
 * To accept one: raise `rev` in react-agent.ts and run this test with T2S_UPDATE_WIRE=1.
 */
const goldenPath = fileURLToPath(new URL("./react-agent.wire.json", import.meta.url));

const result = (part: Partial<CommandResult>): CommandResult => ({
  stdout: "",
  stderr: "",
  exitCode: 0,
  timedOut: false,
  dropped: { stdout: 0, stderr: 0 },
  ...part,
});

const results: Readonly<Record<string, CommandResult>> = {
  long: result({ stdout: `start${"-".repeat(2000)}end\n`, stderr: "warning\n", exitCode: 3 }),
  silent: result({}),
  slow: result({ stdout: "so far\n", exitCode: null, timedOut: true }),
  loud: result({ stdout: "x", dropped: { stdout: 10, stderr: 20 } }),
  killed: result({ exitCode: null, signal: "SIGSEGV" }),
};

const textReplies: readonly ScriptedReply[] = [
  act("long"),
  { text: act("silent"), reasoning: "thinking" },
  act("slow"),
  act("loud"),
  act("killed"),
  'Thought: t\nAction:\n{"name": "bash", "arguments": {"command": "a\nb"}}',
  "Action: {'name': 'bash', 'arguments': {'command': 'silent'}}",
  'Action: {"name": "python", "arguments": {}}',
  'Action: {"name": "bash", "arguments": {}}',
  `${act("silent")}\n${act("silent")}`,
  new ModelError("too long", "overflow"),
  `${act("silent")}\nACTION: TASK_COMPLETE`,
  "",
  { text: "cut", finishReason: "length" },
  "Done.\nACTION: TASK_COMPLETE",
  "Done again.\nACTION: TASK_COMPLETE",
];

const run = (command: string) => ({ toolCalls: [call("bash", { command })] });
const toolReplies: readonly ScriptedReply[] = [
  run("long"),
  { text: "I wait.", ...run("slow") },
  { toolCalls: [call("bash", '{"command": "a\nb"}')] },
  { toolCalls: [call("python", {})] },
  new ModelError("too long", "overflow"),
  { toolCalls: [call("bash", { command: "silent" }, "a"), call("bash", { command: "silent" }, "b")] },
  { toolCalls: [call("bash", { command: "silent" }, "a"), call("complete", {}, "b")] },
  "no call",
  "",
  { toolCalls: [call("complete", {})] },
  { toolCalls: [call("complete", { answer: "done" })] },
];

async function record(spec: ReactSpec, replies: readonly ScriptedReply[]): Promise<Json> {
  const prompts = await skeletonPrompts(spec);
  await using episode = await play(replies, {
    spec,
    input: { prompts, skill: spec.protocol === "tools" ? { name: "s", body: "Rules." } : undefined },
    box: { exec: async (command) => results[command] ?? result({ exitCode: 127, stderr: "not found" }), exists: async () => false },
  });
  const { trajectory, exit, answer } = await episode.run;
  const requests = episode.model.requests.map((request, i, all) => ({
    ...request,
    // A request repeats its predecessor's messages; only what is new is kept, and a hash of the whole.
    messages: request.messages.filter((message, at) => hashJson(message) !== hashJson(all[i - 1]?.messages[at] ?? null)),
    whole: hashJson(request.messages),
  }));
  return JSON.parse(JSON.stringify({ requests, commands: episode.commands, trajectory, exit, answer })) as Json;
}

async function recordAll(): Promise<{ [name: string]: Json }> {
  const episodes: { [name: string]: Json } = {};
  for (const preset of ["mended", "as-released"] as const)
    for (const protocol of ["text", "tools"] as const) {
      const spec = reactSpecSchema.parse({ kind: "react", preset, protocol });
      episodes[`${preset} ${protocol}`] = await record(spec, protocol === "text" ? textReplies : toolReplies);
    }
  return episodes;
}

it("sends, runs and records what its rev says", async () => {
  const episodes = await recordAll();
  const golden = existsSync(goldenPath) ? (JSON.parse(readFileSync(goldenPath, "utf8")) as { rev: number; episodes: Json }) : undefined;
  const changed = golden === undefined || hashJson(golden.episodes) !== hashJson(episodes);
  if (process.env.T2S_UPDATE_WIRE === "1" && changed) {
    if (golden !== undefined && golden.rev >= reactAgent.rev)
      throw new Error("the wire changed: raise rev in react-agent.ts before the golden is renewed");
    writeFileSync(goldenPath, `${JSON.stringify({ rev: reactAgent.rev, episodes }, null, 1)}\n`);
    return;
  }
  expect(episodes, "the wire changed; see the comment at the top of this file").toEqual(golden?.episodes);
  expect(reactAgent.rev).toBe(golden?.rev);
});

it("does the same every time", async () => {
  expect(hashJson(await recordAll())).toBe(hashJson(await recordAll()));
});
