import { readFile } from "node:fs/promises";
import type { Agent, AgentInput, Box } from "../core/contract.ts";
import type { TrajectoryRecord } from "../core/record.ts";
import { type LimitsSpec, limitsSpecSchema, type ReactSpec, reactSpecSchema } from "../core/spec.ts";
import { agentPrompts } from "./agent-prompts.ts";
import { reactAgent } from "./react-agent.ts";
import { resolveReactOptions } from "./react-options.ts";
import { slotsOf } from "./render-prompt.ts";
import { type ScriptedModel, type ScriptedReply, scriptedModel } from "./scripted-model.ts";
import { tempBox } from "./temp-box.fixture.ts";

export interface Setting {
  readonly spec?: Partial<ReactSpec>;
  readonly limits?: Partial<LimitsSpec>;
  readonly input?: Partial<AgentInput>;
  readonly box?: Partial<Pick<Box, "exec" | "exists">>;
  readonly agent?: Agent;
}

export interface Played {
  readonly run: Promise<Awaited<ReturnType<Agent["run"]>>>;
  readonly model: ScriptedModel;
  readonly commands: readonly string[];
  readonly folder: string;
  /** Every trajectory onStep got. */
  readonly partials: readonly TrajectoryRecord[];
}

/** The texts an arm would give the agent, with a short role and task template of our own. */
export async function promptTexts(spec: ReactSpec, limits: LimitsSpec): Promise<Record<string, string>> {
  const texts: Record<string, string> = { role: "You work with files.", task: "Task: {{instruction}}\n\nResult: {{output_path}}" };
  for (const [name, path] of Object.entries(agentPrompts(resolveReactOptions(spec, limits)))) texts[name] = await readFile(path, "utf8");
  return texts;
}

/** The same prompts reduced to their names and slots: short, and equal as long as no slot changes. */
export async function skeletonPrompts(spec: ReactSpec): Promise<Record<string, string>> {
  const texts = Object.entries(await promptTexts(spec, limitsSpecSchema.parse({})));
  return Object.fromEntries(
    texts.map(([name, text]) => [name, [`<${name}>`, ...slotsOf(text).map((slot) => `${slot}={{${slot}}}`)].join(" ")]),
  );
}

/** Starts an episode of the agent against scripted replies in a temporary box, asking for /work/out.txt. The box is gone when the test's `await using` ends. */
export async function play(replies: readonly ScriptedReply[], setting: Setting = {}): Promise<Played & AsyncDisposable> {
  const spec = reactSpecSchema.parse({ kind: "react", ...setting.spec });
  const limits = limitsSpecSchema.parse({ ...setting.limits });
  const model = scriptedModel(replies);
  const box = await tempBox(setting.box);
  const partials: TrajectoryRecord[] = [];
  const input: AgentInput = {
    task: {
      id: "t1",
      cluster: "t1",
      form: "files",
      slots: { instruction: "Write hello." },
      images: [],
      files: [],
      needs: ["shell"],
      flags: [],
      origin: {},
    },
    prompts: await promptTexts(spec, limits),
    options: resolveReactOptions(spec, limits),
    harvest: [{ path: "out.txt", maxBytes: 1000 }],
    toolchain: { node: "20.20.0", packages: { xlsx: "0.20.3", exceljs: "4.4.0" } },
    model,
    sampling: { temperature: 0.7 },
    apiSeed: 41,
    box,
    images: async () => new Uint8Array(),
    keepImage: async () => "0".repeat(64),
    signal: new AbortController().signal,
    ...setting.input,
  };
  const run = (setting.agent ?? reactAgent).run(input, (partial) => partials.push(partial));
  // A test that expects a throw awaits `run` itself; until then it must not count as unhandled.
  run.catch(() => {});
  return { run, model, commands: box.commands, folder: box.folder, partials, [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]() };
}

/** A text-protocol reply that runs `command`. */
export function act(command: string, thought = "next"): string {
  return `Thought: ${thought}\nAction:\n${JSON.stringify({ name: "bash", arguments: { command } })}`;
}

/** A native call of a tool. */
export function call(name: string, given: unknown, id = `id-${name}`): { id: string; name: string; arguments: string } {
  return { id, name, arguments: typeof given === "string" ? given : JSON.stringify(given) };
}

/** What an episode's last request ended with: the text of its last message. */
export function lastTold(model: ScriptedModel, request = -1): string {
  const content = model.requests.at(request)?.messages.at(-1)?.content;
  return typeof content === "string" ? content : JSON.stringify(content);
}
