/** The simulated endpoint: an OpenAI-compatible HTTP server around a `Brain`. Transport only; it never looks at what is said. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf, UsageError } from "../core/errors.ts";
import type { Brain } from "./contract.ts";
import { type FaultKind, type FaultSpec, faultModel, faultRefusal } from "./faults.ts";
import { type LatencySpec, latencyModel } from "./latency.ts";
import { type OverflowWording, type Refusal, refusal, wrongKey } from "./protocol-errors.ts";
import { type PlaySettings, playChat, playEmbeddings } from "./protocol-play.ts";
import { send } from "./server-send.ts";

export interface SimulatedServerOptions {
  readonly brain: Brain;
  /** 0 (default) takes a free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly latency?: LatencySpec;
  readonly faults?: FaultSpec;
  /** When set, requests without `Authorization: Bearer <key>` get a 401. */
  readonly apiKey?: string;
  /** `system_fingerprint` of every answer (default "simulated"). */
  readonly fingerprint?: string;
  /** Context window in tokens (rough count), for all models or by served name. Unset: no limit. */
  readonly contextTokens?: number | Readonly<Record<string, number>>;
  /** Default "vllm". */
  readonly overflowWording?: OverflowWording;
  /** More requests than this under way at once are answered 429, as a loaded provider does. */
  readonly maxInFlight?: number;
  /** Largest request body in bytes (default 64 MiB); larger ones get a 413. */
  readonly maxBodyBytes?: number;
}

export interface SimulatedServerStats {
  readonly requests: number;
  /** Chat and embedding requests that reached the protocol layer, by the model they named; names not served count under "(unknown)". */
  readonly perModel: Readonly<Record<string, number>>;
  readonly faultsInjected: Readonly<Partial<Record<FaultKind, number>>>;
  /** Requests turned away by `maxInFlight`. */
  readonly overloaded: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
}

export interface SimulatedServer extends AsyncDisposable {
  /** Base URL for clients, ending in /v1. */
  readonly url: string;
  /** Stops listening and drops every connection, hanging ones too. Idempotent. */
  close(): Promise<void>;
  stats(): SimulatedServerStats;
}

const getPaths: ReadonlySet<string> = new Set(["/health", "/v1/models"]);
const postPaths: ReadonlySet<string> = new Set(["/v1/chat/completions", "/v1/embeddings"]);

/** Starts the server and resolves once it listens. Throws UsageError when the port is taken or an option is out of range. */
export async function startSimulatedServer(options: SimulatedServerOptions): Promise<SimulatedServer> {
  const host = options.host ?? "127.0.0.1";
  const latencyOf = options.latency === undefined ? () => 0 : latencyModel(options.latency);
  const drawFault = options.faults === undefined ? () => undefined : faultModel(options.faults);
  const maxBodyBytes = options.maxBodyBytes ?? 64 * 1024 * 1024;
  const models = new Set(options.brain.models);
  const sleepers = new Set<() => void>();
  const perModel: Record<string, number> = {};
  const faultsInjected: Partial<Record<FaultKind, number>> = {};
  let requests = 0;
  let overloaded = 0;
  let inFlight = 0;
  let peak = 0;

  const server = createServer((req, res) => {
    const arrival = requests;
    requests += 1;
    inFlight += 1;
    peak = Math.max(peak, inFlight);
    res.once("close", () => {
      inFlight -= 1;
    });
    handle(req, res, arrival).catch((error: unknown) => {
      // A throwing brain, or a client that went away while its body was read.
      if (res.headersSent) res.destroy();
      else refuse(res, refusal(500, `The simulated endpoint failed: ${messageOf(error)}`, { headers: { "x-should-retry": "false" } }));
    });
  });
  // Longer than clients keep idle sockets, so that no request is sent into a socket that is being closed.
  server.keepAliveTimeout = 60_000;

  async function handle(req: IncomingMessage, res: ServerResponse, arrival: number): Promise<void> {
    const path = (req.url ?? "/").split("?")[0] ?? "/";
    const refused = turnAway(req, path, options.apiKey);
    if (refused !== undefined) {
      req.resume();
      refuse(res, refused);
    } else if (path === "/health") send(res, { kind: "json", body: {} });
    else if (path === "/v1/models") send(res, { kind: "json", body: modelList(options) });
    else await handlePost(req, res, path, arrival);
  }

  async function handlePost(req: IncomingMessage, res: ServerResponse, path: string, arrival: number): Promise<void> {
    const arrivedAt = performance.now();
    const crowded = options.maxInFlight !== undefined && inFlight > options.maxInFlight;
    const body = await readJsonBody(req, maxBodyBytes);
    if (crowded) {
      overloaded += 1;
      refuse(res, refusal(429, "Too many requests under way.", { code: "rate_limit_exceeded" }));
      return;
    }
    const fault = drawFault(arrival);
    const occurrence = fault === undefined ? 0 : (faultsInjected[fault] ?? 0) + 1;
    if (fault !== undefined) faultsInjected[fault] = occurrence;
    if (fault === "hang") return;
    if (fault === "reset") {
      req.socket.resetAndDestroy();
      return;
    }
    // Latency counts from arrival: what playing the reply takes is a part of it, or a wave of requests would be answered later than the latency says.
    const answerAt = arrivedAt + latencyOf(arrival);
    const waitForIt = async (): Promise<void> => {
      const ms = answerAt - performance.now();
      if (ms > 0) await delay(ms, res);
    };
    const instead = fault === undefined || options.faults === undefined ? undefined : faultRefusal(fault, options.faults, occurrence);
    const wrong = instead ?? body.refusal;
    if (wrong !== undefined) {
      await waitForIt();
      refuse(res, wrong);
      return;
    }
    const settings: PlaySettings = {
      brain: options.brain,
      contextTokens: (model) => contextOf(options, model),
      overflowWording: options.overflowWording ?? "vllm",
      head: {
        id: `chatcmpl-sim-${arrival.toString(36)}`,
        fingerprint: options.fingerprint ?? "simulated",
        created: Math.floor(Date.now() / 1000),
      },
      ...(fault === "empty-content" ? { insteadOf: { text: "", finishReason: "stop" } } : {}),
    };
    const played = path === "/v1/embeddings" ? playEmbeddings(body.json, settings) : playChat(body.json, settings);
    if (played.model !== undefined) {
      const name = models.has(played.model) ? played.model : "(unknown)";
      perModel[name] = (perModel[name] ?? 0) + 1;
    }
    await waitForIt();
    send(res, played.outgoing, fault);
  }

  /** Ends early when the client goes away or the server closes. */
  function delay(ms: number, res: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        sleepers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      sleepers.add(done);
      res.once("close", done);
    });
  }

  await listen(server, options.port ?? 0, host);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      for (const wake of [...sleepers]) wake();
    });
    return closing;
  };
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}/v1`,
    close,
    stats: () => ({ requests, perModel: { ...perModel }, faultsInjected: { ...faultsInjected }, overloaded, inFlight, maxInFlight: peak }),
    [Symbol.asyncDispose]: close,
  };
}

function refuse(res: ServerResponse, r: Refusal): void {
  send(res, { kind: "refusal", refusal: r });
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "the port is taken" : messageOf(error);
      reject(new UsageError(`The simulated endpoint cannot listen on ${host}:${port} (${why}); choose another port, or 0 for a free one.`));
    });
    server.listen(port, host, () => resolve());
  });
}

/** Refusals that need no body: unknown path, wrong method, wrong key. */
function turnAway(req: IncomingMessage, path: string, apiKey: string | undefined): Refusal | undefined {
  if (!getPaths.has(path) && !postPaths.has(path)) return { status: 404, body: { detail: "Not Found" } };
  if (req.method !== (getPaths.has(path) ? "GET" : "POST")) return { status: 405, body: { detail: "Method Not Allowed" } };
  if (apiKey !== undefined && path !== "/health" && req.headers.authorization !== `Bearer ${apiKey}`) return wrongKey();
  return undefined;
}

/** A body above `maxBytes` is drained unread, so that the 413 still reaches the client. Rejects when the client goes away. */
async function readJsonBody(req: IncomingMessage, maxBytes: number): Promise<{ json?: unknown; refusal?: Refusal }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req) {
    const buffer: Buffer = chunk;
    bytes += buffer.length;
    if (bytes <= maxBytes) chunks.push(buffer);
    else chunks.length = 0;
  }
  if (bytes > maxBytes) return { refusal: refusal(413, `The request body is larger than ${maxBytes} bytes.`) };
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch {
    return { refusal: refusal(400, "The request body is not valid JSON.") };
  }
}

function contextOf(options: SimulatedServerOptions, model: string): number | undefined {
  return typeof options.contextTokens === "number" ? options.contextTokens : options.contextTokens?.[model];
}

/** With `max_model_len` where a window is set, as vLLM lists it. */
function modelList(options: SimulatedServerOptions): { readonly [key: string]: unknown } {
  const data = options.brain.models.map((id) => {
    const window = contextOf(options, id);
    return { id, object: "model", created: 0, owned_by: "simulated", ...(window === undefined ? {} : { max_model_len: window }) };
  });
  return { object: "list", data };
}
