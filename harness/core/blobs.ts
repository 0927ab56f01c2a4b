import type { Hash } from "./json.ts";

/** Content-addressed bytes. `put` is idempotent and durable when it resolves. */
export interface Blobs {
  get(hash: Hash): Promise<Uint8Array>;
  put(bytes: Uint8Array): Promise<Hash>;
  has(hash: Hash): Promise<boolean>;
}
