/**
 * The `fetch` handed to the OpenAI SDK, on node:http. Reasons not to use the global one: it gives up on replies whose headers take longer than
 * five minutes (a thinking model without streaming takes longer), it cannot bound a body, and it costs several times the CPU.
 */
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, Agent as TlsAgent } from "node:https";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { ResolvedEndpoint } from "./resolve-endpoints.ts";

// Servers close idle connections after five seconds (uvicorn) or more; letting go first avoids sending into a socket that is being closed.
const idleSocketMs = 4_000;
// Middle boxes forget silent connections after some minutes; probes keep a long generation's socket known.
const keepAliveProbeMs = 30_000;

/** Thrown by the returned fetch when a reply is larger than allowed. */
export class ReplyTooLarge extends Error {
  override readonly name = "ReplyTooLarge";
}

/**
 * Sends with exactly the endpoint's own headers (the SDK's are dropped: they describe this host and may carry OPENAI_CUSTOM_HEADERS).
 * The whole body is read before it resolves, so a timeout or abort covers stalled bodies. A body that ends early rejects with ECONNRESET.
 * The body of a non-2xx answer arrives as `{"error": {"raw": text}}`, because the SDK keeps only the member `error` and servers differ.
 */
export function createFetch(endpoint: ResolvedEndpoint, maxReplyBytes: number): typeof fetch {
  const options = { keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs, timeout: idleSocketMs, maxFreeSockets: 1024 };
  const secure = endpoint.baseUrl.startsWith("https:");
  const agent = secure ? new TlsAgent(options) : new Agent(options);
  const send = secure ? httpsRequest : httpRequest;
  return (input, init) =>
    new Promise<Response>((resolve, reject) => {
      const url = input instanceof Request ? input.url : String(input);
      const body = typeof init?.body === "string" ? Buffer.from(init.body) : undefined;
      const headers = {
        accept: "application/json",
        "user-agent": "trace2skill-bench",
        ...(body === undefined ? {} : { "content-type": "application/json", "content-length": body.length }),
        ...endpoint.headers,
      };
      const signal = init?.signal ?? undefined;
      const onAbort = (): void => {
        req.destroy(new DOMException("aborted", "AbortError"));
      };
      const fail = (error: unknown): void => {
        signal?.removeEventListener("abort", onAbort);
        reject(error);
      };
      const req = send(url, { method: init?.method ?? "GET", agent, headers }, (res) => {
        readReply(res, maxReplyBytes).then(
          (bytes) => {
            signal?.removeEventListener("abort", onAbort);
            resolve(toResponse(res, bytes));
          },
          (error: unknown) => {
            req.destroy();
            fail(signal?.aborted ? new DOMException("aborted", "AbortError") : error);
          },
        );
      });
      req.on("error", fail);
      if (signal?.aborted) onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      req.end(body);
    });
}

function readReply(res: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    res.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) reject(new ReplyTooLarge(`the reply is larger than ${maxBytes} bytes`));
      else chunks.push(chunk);
    });
    res.on("error", reject);
    res.on("end", () => {
      try {
        resolve(decode(Buffer.concat(chunks), res.headers["content-encoding"], maxBytes));
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** We never ask for compression, but some gateways compress anyway. */
function decode(body: Buffer, encoding: string | undefined, maxOutputLength: number): Buffer {
  switch (encoding?.toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return gunzipSync(body, { maxOutputLength });
    case "deflate":
      return inflateSync(body, { maxOutputLength });
    case "br":
      return brotliDecompressSync(body, { maxOutputLength });
    default:
      return body;
  }
}

function toResponse(res: IncomingMessage, bytes: Buffer): Response {
  const reported = res.statusCode ?? 0;
  // `Response` takes 200 to 599 only; anything else is no answer a client can use.
  const status = reported >= 200 && reported <= 599 ? reported : 502;
  const headers = new Headers();
  for (const name of ["retry-after", "retry-after-ms", "x-should-retry", "location", "x-request-id"]) {
    const value = res.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const ok = status < 300;
  headers.set("content-type", ok ? (res.headers["content-type"] ?? "application/json") : "application/json");
  // The SDK asks this header whether there is a body to parse.
  if (ok) headers.set("content-length", String(bytes.length));
  if (status === 204 || status === 205) return new Response(null, { status, headers });
  return new Response(ok ? bytes : JSON.stringify({ error: { raw: bytes.toString("utf8") } }), { status, headers });
}
