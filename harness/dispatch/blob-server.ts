import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Blobs } from "../core/contract.ts";
import { messageOf, UsageError } from "../core/errors.ts";
import { type Hash, sha256 } from "../core/json.ts";
import { endingSchema } from "../engine/child-protocol.ts";
import { type Journals, journalSchema } from "../store/journals.ts";
import type { Mailbox } from "./mailbox.ts";
import { openUploads, type Uploads } from "./uploads.ts";

export interface BlobServerOptions {
  readonly blobs: Blobs;
  readonly journals: Journals;
  readonly mailbox: Mailbox;
  /** Folder for uploads that are not whole yet. */
  readonly scratch: string;
  /** What every request must bear (`Authorization: Bearer …`). */
  readonly token: string;
  readonly host: string;
  readonly port: number;
  /** Largest blob or ending; default 1 GiB. */
  readonly maxBytes?: number;
}

const addressed = /^\/(blobs|uploads|endings|journals)\/([0-9a-f]{64})$/;
/** One request carries so much at most; what is larger comes in pieces. */
export const pieceBytes = 8 * 1024 * 1024;

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The store of a run for workers without its file system:
 * `GET|HEAD /blobs/<sha256>` (with `Range: bytes=n-`), `PUT /blobs/<sha256>` whole or, with `Content-Range`, in pieces; `HEAD /uploads/<sha256>` says in `Upload-Offset` how far
 * those have come. `GET|PUT /endings/<key>`: the mailbox; `GET|PUT|DELETE /journals/<key>`: what interrupted units were answered. Bytes that are not what their name says are refused. Throws UsageError when the address cannot be had.
 */
export async function serveBlobs(options: BlobServerOptions): Promise<AsyncDisposable & { readonly port: number }> {
  const uploads = openUploads(join(options.scratch, "uploads"), options.maxBytes ?? 1024 ** 3);
  const server = createServer((request, response) => {
    answer(options, uploads, request, response).catch((error: unknown) => {
      const status = error instanceof Refused ? error.status : 500;
      request.resume();
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${messageOf(error)}\n`);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "the port is taken" : error.message;
      reject(
        new UsageError(`the store cannot be served on ${options.host}:${options.port} (${why}); give another address with --serve-store`),
      );
    });
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(options: BlobServerOptions, uploads: Uploads, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!bears(request, options.token)) throw new Refused(401, "wrong or no token; set T2S_STORE_TOKEN to that of the run");
  const [, room, name] = addressed.exec(request.url ?? "") ?? [];
  if (name === undefined)
    throw new Refused(404, "no such thing; known are /blobs/<sha256>, /uploads/<sha256>, /endings/<key> and /journals/<key>");
  const reads = request.method === "GET" || request.method === "HEAD";
  if (room === "uploads" && request.method === "HEAD") {
    response.writeHead(200, { "upload-offset": String(await uploads.sizeOf(name)) }).end();
  } else if (room === "blobs" && reads) await sendBlob(options.blobs, name, request, response);
  else if (room === "blobs" && request.method === "PUT") await takeBlob(options, uploads, name, request, response);
  else if (room === "endings" && reads) await sendEnding(options.mailbox, name, response);
  else if (room === "endings" && request.method === "PUT") {
    const parsed = endingSchema.safeParse(readJson(await readBody(request, pieceBytes)));
    if (!parsed.success) throw new Refused(422, "this is no ending of a unit");
    await options.mailbox.post(name, parsed.data);
    response.writeHead(201).end();
  } else if (room === "journals") await answerJournal(options.journals, name, request, response);
  else throw new Refused(405, `${request.method} is not possible here`);
}

/** Compared by hash, so that neither length nor place of a difference can be timed. */
function bears(request: IncomingMessage, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

async function sendBlob(blobs: Blobs, hash: Hash, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!(await blobs.has(hash))) throw new Refused(404, "no such blob");
  const bytes = await blobs.get(hash);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from > bytes.length) throw new Refused(416, `the blob has ${bytes.length} bytes`);
  const partial = from > 0 ? { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
  response.writeHead(from > 0 ? 206 : 200, {
    "content-type": "application/octet-stream",
    "content-length": bytes.length - from,
    ...partial,
  });
  response.end(request.method === "HEAD" ? undefined : bytes.subarray(from));
}

async function takeBlob(
  { blobs, maxBytes = 1024 ** 3 }: BlobServerOptions,
  uploads: Uploads,
  hash: Hash,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const piece = /^bytes (\d+)-(\d+)\/(\d+)$/
    .exec(request.headers["content-range"] ?? "")
    ?.slice(1)
    .map(Number);
  const [from = 0, , total = Number(request.headers["content-length"] ?? 0)] = piece ?? [];
  if (total > maxBytes) throw new Refused(413, `a blob may have ${maxBytes} bytes at most`);
  const body = await readBody(request, pieceBytes);
  if (piece === undefined) {
    if (sha256(body) !== hash) throw new Refused(422, "these bytes have another hash");
    await blobs.put(body);
    response.writeHead(201).end();
    return;
  }
  const size = await uploads.append(hash, from, body);
  if (size !== from + body.length) {
    response.writeHead(409, { "upload-offset": String(size) }).end();
    return;
  }
  if (size < total) {
    response.writeHead(202, { "upload-offset": String(size) }).end();
    return;
  }
  const whole = await uploads.take(hash);
  if (sha256(whole) !== hash) throw new Refused(422, "these bytes have another hash");
  await blobs.put(whole);
  response.writeHead(201).end();
}

async function sendEnding(mailbox: Mailbox, key: Hash, response: ServerResponse): Promise<void> {
  const ending = await mailbox.read(key);
  if (ending === undefined) throw new Refused(404, "no ending of this unit");
  const text = JSON.stringify(ending);
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
}

async function answerJournal(journals: Journals, key: Hash, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET") {
    const calls = await journals.read(key);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ v: 1, calls }));
  } else if (request.method === "PUT") {
    const parsed = journalSchema.safeParse(readJson(await readBody(request, pieceBytes)));
    if (!parsed.success) throw new Refused(422, "these are no answered calls of a unit");
    await journals.write(key, parsed.data.calls);
    response.writeHead(201).end();
  } else if (request.method === "DELETE") {
    await journals.discard(key);
    response.writeHead(204).end();
  } else throw new Refused(405, `${request.method} is not possible here`);
}

async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > most) throw new Refused(413, `one request may carry ${most} bytes at most`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
