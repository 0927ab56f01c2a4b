/** Calls and servers for the tests of this folder: servers close after each test, waits between attempts cost nothing. */
import { afterEach } from "vitest";
import { ModelError } from "../core/errors.ts";
import type { ChatRequest } from "../core/record.ts";
// biome-ignore lint/style/noRestrictedImports: the simulated endpoint is the real server these tests call.
import type { Brain } from "../simulation/contract.ts";
// biome-ignore lint/style/noRestrictedImports: as above.
import { type SimulatedServer, type SimulatedServerOptions, startSimulatedServer } from "../simulation/server.ts";
import type { ModelOptions } from "./create-model.ts";
import { type ManualClock, manualClock } from "./manual-clock.ts";
import { type Canned, cannedServer } from "./test-endpoint.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]();
});

/** A server with scripted answers, closed after the test. */
export async function canned(answer: Parameters<typeof cannedServer>[0]): Promise<Canned> {
  const server = await cannedServer(answer);
  open.push(server);
  return server;
}

/** Repeats the last message; "call X" makes it call bash with X. */
export const echo: Brain = {
  models: ["m"],
  reply: (r) => {
    const last = r.messages.at(-1);
    const asked = /^call (.*)$/.exec(last?.text ?? "")?.[1];
    if (asked !== undefined) return { text: "", toolCalls: [{ name: "bash", arguments: { command: asked } }], finishReason: "tool_calls" };
    return { text: `you said: ${last?.text}`, reasoning: "hm", finishReason: "stop" };
  },
  embed: (_, text) => [text.length, 0.5],
};

/** The simulated endpoint around `echo`, closed after the test. */
export async function simulated(options: Partial<SimulatedServerOptions> = {}): Promise<SimulatedServer> {
  const server = await startSimulatedServer({ brain: echo, ...options });
  open.push(server);
  return server;
}

export function say(text: string, extra: Partial<ChatRequest> = {}): ChatRequest {
  return { messages: [{ role: "user", content: text }], sampling: {}, ...extra };
}

/** Waits between attempts are recorded instead of slept; sockets still use real time. */
export function quick(): ModelOptions & { readonly clock: ManualClock } {
  return { env: {}, clock: manualClock({ instant: true }), random: () => 0.5 };
}

/** The ModelError a call ends with; fails the test when it ends otherwise. */
export async function failure(work: Promise<unknown>): Promise<ModelError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof ModelError)) throw new Error(`expected a ModelError, got ${String(error)}`);
  return error;
}
