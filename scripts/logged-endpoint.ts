import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join, resolve } from "node:path";
import { startSimulation } from "../harness/cli/start-simulation.ts";
import { sha256 } from "../harness/core/json.ts";
import { loadModels } from "../harness/experiment/config/load-experiment.ts";

/** One call as the endpoint saw it; times in milliseconds of this process. */
export interface SeenCall {
  readonly arrivedAt: number;
  /** Hash of the request's body. */
  readonly request: string;
  /** Infinite when nobody was left to be answered. */
  answeredAt: number;
  promptTokens: number;
  completionTokens: number;
}

/** The simulated model behind a server that writes down every call. */
export interface LoggedEndpoint extends AsyncDisposable {
  readonly url: string;
  readonly calls: readonly SeenCall[];
  /** Forgets the calls seen so far. */
  forget(): void;
}

/** Starts it on a free port of this machine; every answer takes `latencyMs`. */
export async function loggedEndpoint(latencyMs: number): Promise<LoggedEndpoint> {
  const personas = [...(await loadModels(["sim-large"])).values()];
  const folder = join(resolve(import.meta.dirname, ".."), "configs/personas");
  const { server: model } = await startSimulation(folder, { personas, latency: { kind: "fixed", ms: latencyMs } });
  if (model === undefined) throw new Error("the simulated model does not listen");
  const calls: SeenCall[] = [];
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const arrivedAt = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const seen = { arrivedAt, request: sha256(body), answeredAt: Number.POSITIVE_INFINITY, promptTokens: 0, completionTokens: 0 };
    if (request.method === "POST") calls.push(seen);
    const answer = await fetch(`${new URL(model.url).origin}${request.url}`, {
      method: request.method,
      headers: { "content-type": "application/json" },
      body: request.method === "POST" ? body : undefined,
    });
    const text = await answer.text();
    const { usage }: { usage?: { prompt_tokens: number; completion_tokens: number } } = JSON.parse(text);
    if (!response.destroyed) {
      seen.answeredAt = performance.now();
      seen.promptTokens = usage?.prompt_tokens ?? 0;
      seen.completionTokens = usage?.completion_tokens ?? 0;
    }
    response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
  };
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy()); // whoever asked went away
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    calls,
    forget: () => void calls.splice(0),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      await model.close();
    },
  };
}

/** The most arrivals in any 60 seconds; times in milliseconds, ascending. */
export function mostInAMinute(arrivals: readonly number[]): number {
  let most = 0;
  for (let from = 0, to = 0; to < arrivals.length; to += 1) {
    while ((arrivals[to] ?? 0) - (arrivals[from] ?? 0) >= 60_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
