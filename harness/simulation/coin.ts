import { createHash } from "node:crypto";

/** A number in [0, 1) that depends on the given parts alone; equal parts, equal number, in any process. Parts are length-prefixed, so no two lists run together. */
export function coin(...parts: readonly (string | number)[]): number {
  const hash = createHash("sha256");
  for (const part of parts) {
    const text = String(part);
    hash.update(`${text.length}:${text};`);
  }
  return hash.digest().readUIntBE(0, 6) / 2 ** 48;
}
