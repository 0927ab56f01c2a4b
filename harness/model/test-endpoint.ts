/** Real HTTP servers and specs for the tests of this folder. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type ModelSpec, modelSpecSchema } from "../core/spec.ts";

export interface Canned extends AsyncDisposable {
  readonly url: string;
  /** What arrived, in order; `body` is undefined for GET. */
  readonly requests: {
    readonly path: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: Record<string, unknown> | undefined;
  }[];
}

/** A server that answers the n-th request (from 0) by calling `answer`. Closing drops every connection. */
export async function cannedServer(answer: (res: ServerResponse, n: number, path: string) => void): Promise<Canned> {
  const requests: Canned["requests"] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    requests.push({ path: req.url ?? "", headers: req.headers, body: text === "" ? undefined : JSON.parse(text) });
    answer(res, requests.length - 1, req.url ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with a JSON body (or a raw string) under a status. */
export function answerWith(status: number, body: unknown, headers: Record<string, string> = {}): (res: ServerResponse) => void {
  return (res) => {
    res.writeHead(status, { "content-type": "application/json", ...headers }).end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** A completion body with this message and usage. */
export function completion(message: Record<string, unknown>, extra: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "x",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    ...extra,
  };
}

/** A model spec through the real schema, with quick timeouts. */
export function specFor(urls: readonly string[], extra: Record<string, unknown> = {}, endpoint: Record<string, unknown> = {}): ModelSpec {
  return modelSpecSchema.parse({ name: "m", endpoints: urls.map((base_url) => ({ base_url, ...endpoint })), timeout_s: 5, ...extra });
}

/** A reference to an environment variable as it stands in a model file. */
export function variable(name: string): string {
  return `$\{${name}}`;
}
