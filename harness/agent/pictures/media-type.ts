import { UsageError } from "../../core/errors.ts";

/** First bytes in hexadecimal; WebP names itself behind the length of its RIFF chunk. */
const signatures: readonly (readonly [mediaType: string, start: RegExp])[] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^47494638(?:37|39)61/],
  ["image/webp", /^52494646.{8}57454250/],
];

/** What the bytes of a task's picture are. Throws UsageError for a format no endpoint takes. */
export function mediaTypeOf(bytes: Uint8Array, blob: string): string {
  const start = Buffer.from(bytes.subarray(0, 12)).toString("hex");
  const found = signatures.find(([, pattern]) => pattern.test(start));
  if (found === undefined)
    throw new UsageError(
      `Image ${blob.slice(0, 12)} of this task is no PNG, JPEG, GIF or WebP file; convert it in the benchmark's loader.`,
    );
  return found[0];
}
