import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Blobs } from "../core/contract.ts";
import { StoreError } from "../core/errors.ts";
import { type Hash, sha256 } from "../core/json.ts";
import { compress, putIfAbsent } from "./durable.ts";
import { access, readFile } from "./files.ts";

const inflate = promisify(gunzip);

/** Zip, PNG, JPEG and gzip gain nothing from a second compression. */
function isCompressed(bytes: Uint8Array): boolean {
  const [a, b] = bytes;
  return (a === 0x50 && b === 0x4b) || (a === 0x89 && b === 0x50) || (a === 0xff && b === 0xd8) || (a === 0x1f && b === 0x8b);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What one process keeps of blobs it wrote or verified a moment ago, so that a step does not read back from disk what the step before it stored. */
const recentBytes = 32 * 1024 * 1024;

function openRecent(): { get(hash: Hash): Uint8Array | undefined; keep(hash: Hash, bytes: Uint8Array): void } {
  const kept = new Map<Hash, Uint8Array>();
  let total = 0;
  return {
    get: (hash) => kept.get(hash),
    keep(hash, bytes) {
      if (kept.has(hash) || bytes.length > recentBytes / 16) return;
      kept.set(hash, bytes);
      total += bytes.length;
      for (const [oldest, old] of kept) {
        if (total <= recentBytes) break;
        kept.delete(oldest);
        total -= old.length;
      }
    },
  };
}

/**
 * Bytes by SHA-256 under `blobs/ab/<hash>` (stored as they are) or `blobs/ab/<hash>.gz` (gzip; the hash is of the plain bytes).
 * `get` verifies what it read and throws a StoreError naming the file when it is missing or damaged.
 */
export function openBlobs(root: string): Blobs & { pathsOf(hash: Hash): readonly string[] } {
  const scratch = join(root, "tmp");
  const known = new Set<Hash>();
  const recent = openRecent();
  const pathsOf = (hash: Hash): readonly [string, string] => {
    const plain = join(root, "blobs", hash.slice(0, 2), hash);
    return [plain, `${plain}.gz`];
  };
  const has = async (hash: Hash): Promise<boolean> => {
    if (known.has(hash)) return true;
    const [plain, packed] = pathsOf(hash);
    const found = (await exists(packed)) || (await exists(plain));
    if (found) known.add(hash);
    return found;
  };
  const readStored = async (hash: Hash): Promise<{ path: string; bytes: Uint8Array }> => {
    const [plain, packed] = pathsOf(hash);
    for (const path of [packed, plain]) {
      const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (bytes === undefined) continue;
      if (path === plain) return { path, bytes };
      try {
        return { path, bytes: await inflate(bytes) };
      } catch (cause) {
        throw new StoreError(
          `blob ${path} is damaged (${cause instanceof Error ? cause.message : cause}); run \`t2s store reindex\` to set damaged files aside, then run the experiment again`,
          { cause },
        );
      }
    }
    throw new StoreError(
      `blob ${plain} is missing from the store; run \`t2s store reindex\` to find what refers to it, then run the experiment again`,
    );
  };
  return {
    pathsOf,
    has,
    async get(hash) {
      const cached = recent.get(hash);
      if (cached !== undefined) return cached;
      const { path, bytes } = await readStored(hash);
      if (sha256(bytes) !== hash)
        throw new StoreError(
          `blob ${path} does not have the content its name says; run \`t2s store reindex\` to set damaged files aside, then run the experiment again`,
        );
      recent.keep(hash, bytes);
      return bytes;
    },
    async put(bytes) {
      const hash = sha256(bytes);
      if (known.has(hash)) return hash;
      const [plain, packed] = pathsOf(hash);
      // Its bytes alone decide how a blob is stored, so only that one file is looked for.
      const packs = bytes.length > 256 && !isCompressed(bytes);
      const path = packs ? packed : plain;
      if (!(await exists(path))) {
        await putIfAbsent(path, packs ? await compress(bytes) : bytes, scratch);
        recent.keep(hash, bytes);
      }
      known.add(hash);
      return hash;
    },
  };
}

/** Reads a blob as JSON; the caller validates it. */
export async function readJsonBlob(blobs: Blobs, hash: Hash): Promise<unknown> {
  return JSON.parse(Buffer.from(await blobs.get(hash)).toString("utf8"));
}
