import { LRUCache } from "lru-cache";
import type { Blobs } from "../core/contract.ts";
import { messageOf, StoreError } from "../core/errors.ts";
import { type Hash, sha256 } from "../core/json.ts";
import { endingSchema } from "../engine/child-protocol.ts";
import { type Journals, journalSchema } from "../store/journals.ts";
import { pieceBytes } from "./blob-server.ts";
import type { Mailbox } from "./mailbox.ts";

export interface RemoteStoreOptions {
  /** Address the run serves its store at, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  /** What is fetched or made is kept here. */
  readonly cache: Blobs;
  /** How long an address that does not answer is tried; default 10 minutes. */
  readonly patienceMs?: number;
}

/** Blobs, journals and the mailbox of a run on another machine. */
export interface RemoteStore {
  readonly blobs: Blobs;
  readonly journals: Journals;
  readonly mailbox: Mailbox;
}

const longestWaitMs = 5000;

/**
 * A run's store over HTTP (`serveBlobs`), behind a cache. A broken connection is taken up where it broke. Throws StoreError when the address does not answer for `patienceMs`,
 * refuses the token, or lacks what is asked for.
 */
export function remoteStore({ url, token, cache, patienceMs = 600_000 }: RemoteStoreOptions): RemoteStore {
  /** Blobs the other side is known to have, the latest of them: a worker may live through millions. */
  const there = new LRUCache<Hash, true>({ max: 20_000 });

  const call = async (
    method: string,
    path: string,
    init: { body?: Uint8Array | string; headers?: Record<string, string> } = {},
  ): Promise<Response> => {
    const giveUpAt = Date.now() + patienceMs;
    for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      let why: string;
      try {
        const response = await fetch(`${url}${path}`, { ...init, method, headers: { ...init.headers, authorization: `Bearer ${token}` } });
        if (response.status === 401) throw new StoreError(`the store at ${url} refuses the token; set T2S_STORE_TOKEN to that of the run`);
        if (response.status < 500) return response;
        why = `it answers ${response.status}: ${(await response.text()).trim().slice(0, 200)}`;
      } catch (error) {
        if (error instanceof StoreError) throw error;
        why = messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
      }
      if (Date.now() + waitMs > giveUpAt)
        throw new StoreError(`the store at ${url} cannot be used (${why}); see that the run goes on and can be reached from here`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };

  const download = async (hash: Hash): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for (let got = 0; ; got = parts.reduce((sum, part) => sum + part.length, 0)) {
      const response = await call("GET", `/blobs/${hash}`, got > 0 ? { headers: { range: `bytes=${got}-` } } : {});
      if (response.status === 404) throw new StoreError(`blob ${hash} is missing from the store at ${url}`);
      if (response.status !== 200 && response.status !== 206)
        throw new StoreError(`blob ${hash} could not be had from ${url} (${response.status})`);
      if (response.status === 200) parts.length = 0;
      if (await readInto(parts, response)) break;
    }
    const bytes = Buffer.concat(parts);
    if (sha256(bytes) !== hash) throw new StoreError(`blob ${hash} came damaged from the store at ${url}`);
    return bytes;
  };

  const upload = async (hash: Hash, bytes: Uint8Array): Promise<void> => {
    if (bytes.length <= pieceBytes) {
      await expectTaken(await call("PUT", `/blobs/${hash}`, { body: bytes }), hash, url);
      return;
    }
    for (let from = Number((await call("HEAD", `/uploads/${hash}`)).headers.get("upload-offset") ?? 0); ; ) {
      const piece = bytes.subarray(from, from + pieceBytes);
      const range = `bytes ${from}-${from + piece.length - 1}/${bytes.length}`;
      const response = await call("PUT", `/blobs/${hash}`, { body: piece, headers: { "content-range": range } });
      if (response.status !== 202 && response.status !== 409) {
        await expectTaken(response, hash, url);
        return;
      }
      from = Number(response.headers.get("upload-offset") ?? 0);
      if (from > bytes.length) throw new StoreError(`the store at ${url} has more of blob ${hash} than there is; restart the run`);
    }
  };

  const has = async (hash: Hash): Promise<boolean> => {
    if (there.has(hash)) return true;
    const found = (await call("HEAD", `/blobs/${hash}`)).status === 200;
    if (found) there.set(hash, true);
    return found;
  };

  return {
    blobs: {
      has: async (hash) => (await cache.has(hash)) || (await has(hash)),
      async get(hash) {
        if (await cache.has(hash)) return await cache.get(hash);
        const bytes = await download(hash);
        there.set(hash, true);
        await cache.put(bytes);
        return bytes;
      },
      async put(bytes) {
        const hash = await cache.put(bytes);
        if (!(await has(hash))) await upload(hash, bytes);
        there.set(hash, true);
        return hash;
      },
    },
    journals: {
      async read(key) {
        const response = await call("GET", `/journals/${key}`);
        return response.status === 200 ? journalSchema.parse(await response.json()).calls : [];
      },
      async write(key, calls) {
        await expectTaken(await call("PUT", `/journals/${key}`, { body: JSON.stringify({ v: 1, calls }) }), key, url);
      },
      async discard(key) {
        await expectTaken(await call("DELETE", `/journals/${key}`), key, url);
      },
    },
    mailbox: {
      async post(key, ending) {
        await expectTaken(await call("PUT", `/endings/${key}`, { body: JSON.stringify(ending) }), key, url);
      },
      async read(key) {
        const response = await call("GET", `/endings/${key}`);
        return response.status === 200 ? endingSchema.parse(await response.json()) : undefined;
      },
      async discard() {}, // its reader does
    },
  };
}

/** True when the body ended as it should, false when the connection broke on the way. */
async function readInto(parts: Uint8Array[], response: Response): Promise<boolean> {
  if (response.body === null) return true;
  try {
    for await (const part of response.body) parts.push(part);
    return true;
  } catch {
    return false;
  }
}

async function expectTaken(response: Response, name: string, url: string): Promise<void> {
  if (response.ok) return;
  throw new StoreError(
    `${name} was not taken by the store at ${url} (${response.status}): ${(await response.text()).trim().slice(0, 200)}`,
  );
}
