/** One model for one program, behind a Unix socket: the only way out of a box. Speaks as much of OpenAI's chat completions and responses and of Anthropic's messages as agents need, and nothing else. */
import { chmod } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { messageOf, SandboxError } from "../../core/errors.ts";
import type { Hash } from "../../core/json.ts";
import { dialects } from "./dialect.ts";
import type { AskedCompletion } from "./read-chat-body.ts";
import { isRefusal, type Refusal, refusal, refusalBody } from "./refusal.ts";
import type { AnsweredCompletion } from "./write-chat-reply.ts";

export interface ServedModel {
  /** The only name it goes by. */
  readonly name: string;
  /** Answers or refuses one request. What it throws is answered as a failure of the server; the caller knows more. */
  readonly answer: (asked: AskedCompletion) => Promise<AnsweredCompletion | Refusal>;
  readonly keepImage: (bytes: Uint8Array) => Promise<Hash>;
}

/** Bounds on what a program may make this process hold or wait for; time limits in milliseconds. */
export const bounds = {
  bodyBytes: 16 * 1024 * 1024,
  /** Of all bodies that are being read or answered together. */
  heldBytes: 48 * 1024 * 1024,
  connections: 32,
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 5_000,
  /** sun_path of sockaddr_un, without its last zero. */
  pathBytes: 107,
};

/** Serves until it is closed; closing ends every connection and removes the socket. Throws SandboxError when nothing can be listened to there. */
export async function serveModel(socket: string, served: ServedModel, limits: Partial<typeof bounds> = {}): Promise<AsyncDisposable> {
  const most = { ...bounds, ...limits };
  if (Buffer.byteLength(socket) > most.pathBytes)
    throw new SandboxError(
      `the socket ${socket} has a path of more than ${most.pathBytes} bytes; set TMPDIR to a folder with a shorter one`,
    );
  const held = { bytes: 0 };
  const server = createServer(
    { headersTimeout: most.headersMs, requestTimeout: most.requestMs, keepAliveTimeout: most.idleMs, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      response.on("error", () => {}); // the program went away
      void reply(request, response, served, most, held);
    },
  );
  server.maxConnections = most.connections;
  server.on("clientError", (_, wire) => {
    if (wire.writable) wire.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    else wire.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(new SandboxError(`no socket could be opened for the model: ${messageOf(cause)}`, { cause })));
    server.listen(socket, resolve);
  });
  server.on("error", () => {}); // a connection that could not be accepted: the program sees it
  // The folder lets nobody else in; the box may run as another user.
  await chmod(socket, 0o666);
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  served: ServedModel,
  most: typeof bounds,
  held: { bytes: number },
): Promise<void> {
  const [path = ""] = (request.url ?? "").split("?");
  const dialect = Object.hasOwn(dialects, path) ? dialects[path] : undefined;
  const answer = (what: Refusal | { readonly status: number; readonly body: object }): void =>
    send(request, response, isRefusal(what) ? { status: what.status, body: (dialect?.refuse ?? refusalBody)(what) } : what);
  let mine = 0;
  const hold = (bytes: number): boolean => {
    mine += bytes;
    held.bytes += bytes;
    return mine <= most.bodyBytes && held.bytes <= most.heldBytes;
  };
  try {
    const way = wayOf(request, served, dialect !== undefined);
    if (dialect === undefined || way !== "complete") return way === "complete" ? undefined : answer(way);
    const text = await readBody(request, hold);
    const read = text === undefined ? tooLong(most.bodyBytes) : await dialect.read(text, served.keepImage);
    if (isRefusal(read)) return answer(read);
    const answered = await served.answer(read.asked);
    if (isRefusal(answered)) return answer(answered);
    if (!read.asked.stream) return answer({ status: 200, body: read.body(answered) });
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.end(read.events(answered));
  } catch {
    // Told by `answer` to whoever runs the episode; a body that broke off has nobody left to be told.
    answer(refusal(503, "unavailable", "The model cannot be reached; this episode is ended."));
  } finally {
    held.bytes -= mine;
  }
}

/** What a request is for, or what is said to it at once. */
function wayOf(
  { method, url = "", headers }: IncomingMessage,
  { name }: ServedModel,
  known: boolean,
): "complete" | Refusal | { status: number; body: object } {
  const [path] = url.split("?");
  const model = { id: name, object: "model", created: 0, owned_by: "trace2skill-bench" };
  if (method === "GET" && path === "/v1/models") return { status: 200, body: { object: "list", data: [model] } };
  if (method === "GET" && path === `/v1/models/${encodeURIComponent(name)}`) return { status: 200, body: model };
  if (!known)
    return refusal(
      404,
      "unknown_url",
      `Here are only POST ${Object.keys(dialects).join(", ")} and GET /v1/models; nothing is passed on to other addresses.`,
    );
  if (method !== "POST") return refusal(405, "method_not_allowed", "Completions are asked for with POST.");
  if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity")
    return refusal(415, "unsupported_encoding", "Send the body uncompressed.");
  return "complete";
}

const tooLong = (bytes: number): Refusal =>
  refusal(413, "request_too_large", `A request has at most ${bytes} bytes, and several together not much more.`);

/** The body as text; undefined as soon as it is too long. Throws when the program breaks off. */
async function readBody(request: IncomingMessage, hold: (bytes: number) => boolean): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    if (!hold(chunk.length)) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(request: IncomingMessage, response: ServerResponse, what: { readonly status: number; readonly body: object }): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(what.body);
  // What is left of a body that nobody reads is not waited for.
  const whole = request.complete || request.method === "GET";
  response.writeHead(what.status, { "content-type": "application/json", ...(whole ? {} : { connection: "close" }) });
  response.end(text, () => {
    if (!whole) request.destroy();
  });
}
