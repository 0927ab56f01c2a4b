import { readFile } from "node:fs/promises";
import type { z } from "zod";

/** Undefined when the file is not there; a damaged one is told. */
export async function readRecord<T>(path: string, name: string, schema: z.ZodType<T>, problems: string[]): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") problems.push(`${name} cannot be read (${error.code})`);
    return undefined;
  });
  if (text === undefined) return undefined;
  const read = schema.safeParse(jsonOf(text));
  if (!read.success) problems.push(`${name} is damaged; run the experiment's config again to write it anew`);
  return read.data;
}

/** Undefined for what is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is one of the ways a record can be damaged
  }
}
