/** A proxy with a model that says what it is told to, for the makers' own clients. Import from tests only. */
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../core/json.ts";
import { type ChatReply, noUsage } from "../../core/record.ts";
import type { AskedCompletion } from "./read-chat-body.ts";
import type { Refusal } from "./refusal.ts";
import { serveModel } from "./serve-model.ts";

export interface ProxyForClients extends AsyncDisposable {
  /** Without /v1. */
  readonly base: string;
  readonly asked: AskedCompletion[];
  /** What comes next; an empty text when there is nothing. */
  readonly replies: (Partial<ChatReply> | Refusal)[];
}

export async function openProxy(): Promise<ProxyForClients> {
  const home = await mkdtemp(join(tmpdir(), "t2s-dialects-"));
  const socket = join(home, "model.sock");
  const asked: AskedCompletion[] = [];
  const replies: (Partial<ChatReply> | Refusal)[] = [];
  const served = await serveModel(socket, {
    name: "the-model",
    answer: async (one) => {
      asked.push(one);
      const next = replies.shift() ?? {};
      if ("code" in next) return next;
      const usage = { ...noUsage, promptTokens: 70, completionTokens: 20, cachedTokens: 10, reasoningTokens: 5 };
      const call = { ms: 0, attempts: 1, endpoint: "e" };
      return {
        id: `chatcmpl-${asked.length}`,
        model: "the-model",
        reply: { text: "", toolCalls: [], finishReason: "stop", usage, call, ...next },
      };
    },
    keepImage: async (bytes) => sha256(bytes),
  });
  // As the relay in a box does.
  const relay = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect(socket);
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  await new Promise<void>((done) => relay.listen(0, "127.0.0.1", done));
  const address = relay.address();
  return {
    base: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    asked,
    replies,
    async [Symbol.asyncDispose]() {
      relay.close();
      await served[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export const picture = Buffer.from("picture").toString("base64");
export const bash = { type: "object" as const, properties: { command: { type: "string" } } };
export const call = { id: "call_a", name: "bash", arguments: '{"command":"ls"}' };

/** What a client throws. */
export async function refusedWith(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return error instanceof Error ? error.message : `answered: ${JSON.stringify(error)}`;
}
