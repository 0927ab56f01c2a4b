import type { AgentInput, Box, Sandbox } from "../../core/contract.ts";
import { SandboxError } from "../../core/errors.ts";
import { hashJson, sha256 } from "../../core/json.ts";
import type { Sampling, TrajectoryRecord } from "../../core/record.ts";
import { commandSpecSchema, limitsSpecSchema } from "../../core/spec.ts";
import { bubblewrapSandbox, findBwrap } from "../../sandbox/bubblewrap.ts";
import { type ScriptedReply, scriptedModel } from "../scripted-model.ts";
import { commandAgent } from "./command-agent.ts";
import { resolveCommandOptions } from "./command-options.ts";

/** The real sandbox; undefined where bubblewrap does not work. */
export async function realSandbox(): Promise<Sandbox | undefined> {
  if (findBwrap() === undefined) return undefined;
  return await bubblewrapSandbox({ hidden: [] }).catch((error: unknown) => {
    if (error instanceof SandboxError) return undefined;
    throw error;
  });
}

const boxLimits = { memoryMb: 512, diskMb: 64, processes: 64, cpuSeconds: 60, outputBytes: 65_536, wallSeconds: 120 };

export interface ProgramSetting {
  /** Text of /agent/main.mjs, run by Node; `command` runs something else. */
  readonly program?: string;
  readonly command?: readonly string[];
  readonly replies?: readonly ScriptedReply[];
  readonly limits?: Readonly<Record<string, number>>;
  readonly sampling?: Sampling;
  readonly spec?: {
    readonly sampling?: "arm" | "program";
    readonly model_names?: "exact" | "any";
    readonly env?: Readonly<Record<string, string>>;
  };
  readonly input?: Partial<AgentInput>;
  /** Looks at the box after the episode. */
  readonly after?: (box: Box) => Promise<void>;
}

/** One episode of a program in a box of its own, with a scripted model. */
export async function playProgram(sandbox: Sandbox, setting: ProgramSetting) {
  const main = Buffer.from(setting.program ?? "");
  const list = [{ path: "main.mjs", bytes: main, mode: 0o644 }];
  const files = { hash: hashJson([sha256(main)]), count: 1, read: async () => list };
  await using box = await sandbox.open({ limits: boxLimits, program: { files } });
  const model = scriptedModel(setting.replies ?? [], { name: "the-model" });
  const spec = commandSpecSchema.parse({ kind: "command", command: setting.command ?? ["node", "main.mjs"], ...setting.spec });
  const pictures = new Map<string, Uint8Array>();
  const steps: TrajectoryRecord[] = [];
  const input: AgentInput = {
    task: { id: "t", cluster: "t", form: "f", slots: { what: "the sum" }, images: [], files: [], needs: ["shell"], flags: [], origin: {} },
    prompts: { role: "You count.", task: "Write {{what}}." },
    options: resolveCommandOptions(spec, limitsSpecSchema.parse(setting.limits ?? {}), ["main.mjs"]),
    harvest: [{ path: "out.txt", maxBytes: 1000 }],
    model,
    sampling: setting.sampling ?? { temperature: 0.5, max_tokens: 100 },
    apiSeed: 41,
    box,
    images: async (hash) => pictures.get(hash) ?? new Uint8Array(),
    keepImage: async (bytes) => {
      pictures.set(sha256(bytes), bytes);
      return sha256(bytes);
    },
    signal: new AbortController().signal,
    ...setting.input,
  };
  const run = await commandAgent.run(input, (partial) => steps.push(partial));
  await setting.after?.(box);
  return { ...run, model, door: box.door ?? "", out: await box.harvest("/work/out.txt", 1000), steps };
}

/** What programs of the tests begin with: their task, and a way to ask the model. */
export const asking = `
import { readFileSync, writeFileSync } from "node:fs";
const task = JSON.parse(readFileSync(process.env.T2S_TASK, "utf8"));
async function ask(more = {}, path = "/chat/completions") {
  const body = JSON.stringify({ model: task.model.name, messages: [{ role: "user", content: "hello" }], ...more });
  const reply = await fetch(process.env.OPENAI_BASE_URL + path, { method: "POST", body });
  const text = await reply.text();
  let said; try { said = JSON.parse(text); } catch {}
  return { status: reply.status, code: said?.error?.code, text: said?.choices?.[0]?.message?.content };
}
`;
