/** Previews that were made before, by the workbook's hash: reading 400 workbooks takes seconds, reading this file none. */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { previewRev } from "./preview.ts";

const schema = z.object({ rev: z.literal(previewRev), previews: z.record(z.string(), z.string()) });

export interface PreviewCache {
  get(hash: string): string | undefined;
  add(hash: string, text: string): void;
  /** Writes what is new, if anything. A data folder that cannot be written costs time at the next load, nothing else. */
  save(): Promise<void>;
}

/** The cache below `dataDir`; empty when there is none, or none of this revision. */
export async function openPreviewCache(dataDir: string): Promise<PreviewCache> {
  const folder = join(dataDir, ".cache");
  const path = join(folder, "spreadsheet-previews.json");
  const previews = new Map(Object.entries(await readCache(path)));
  const fresh = new Map<string, string>();
  return {
    get: (hash) => previews.get(hash),
    add(hash, text) {
      previews.set(hash, text);
      fresh.set(hash, text);
    },
    async save() {
      if (fresh.size === 0) return;
      const mine = `${path}.${randomUUID()}`;
      try {
        await mkdir(folder, { recursive: true });
        // Another process may have added to it meanwhile. Losing its additions in the last moment's race only costs time.
        const all = { ...(await readCache(path)), ...Object.fromEntries(fresh) };
        await writeFile(mine, JSON.stringify({ rev: previewRev, previews: all }));
        await rename(mine, path);
        fresh.clear();
      } catch (error) {
        if (!(error instanceof Error && "code" in error)) throw error;
        await rm(mine, { force: true }).catch(() => undefined);
      }
    },
  };
}

async function readCache(path: string): Promise<Readonly<Record<string, string>>> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(path, "utf8")));
    return parsed.success ? parsed.data.previews : {};
  } catch (error) {
    // No cache, an unreadable one, or one cut by a kill: previews are simply made again.
    if (error instanceof SyntaxError || (error instanceof Error && "code" in error)) return {};
    throw error;
  }
}
