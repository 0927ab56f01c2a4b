/** What was received of a download under way, beside its target and owned by one process, with a mark that names its URL and version. */
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { codeOf } from "./disk-errors.ts";
import { newProcessTag, ownerIsGone } from "./process-tag.ts";

const markSchema = z.object({ url: z.string(), validator: z.string().optional() });

/** Takes over what an earlier attempt left behind, or names a new part. Renaming is the claim: only one process can win it. */
export async function claimPart(target: string, url: string): Promise<string> {
  const mine = `${target}.part-${newProcessTag()}`;
  const stem = `${basename(target)}.part`;
  for (const name of await readdir(dirname(target))) {
    const owner = name.startsWith(`${stem}-`) && !name.endsWith(".mark") ? name.slice(stem.length + 1) : undefined;
    if (name !== stem && (owner === undefined || !ownerIsGone(owner))) continue;
    const found = join(dirname(target), name);
    try {
      await rename(found, mine);
      await rename(`${found}.mark`, `${mine}.mark`);
      if ((await readMark(mine, url)) !== undefined) return mine;
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
    await dropPart(mine);
  }
  return mine;
}

/** Keeps what was received, for whoever continues; nothing where nothing was. */
export async function releasePart(part: string, target: string): Promise<void> {
  if ((await sizeOf(part)) === 0) return dropPart(part);
  try {
    await rename(`${part}.mark`, `${target}.part.mark`);
    await rename(part, `${target}.part`);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Throws away what was received. */
export async function dropPart(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.mark`, { force: true });
}

/** Notes which version of which file is being received. */
export async function writeMark(part: string, url: string, response: Response): Promise<void> {
  const etag = response.headers.get("etag");
  // Weak ETags may not be used for ranges (RFC 9110 §13.1.5).
  const validator = etag !== null && !etag.startsWith("W/") ? etag : (response.headers.get("last-modified") ?? undefined);
  await writeFile(`${part}.mark`, JSON.stringify({ url, ...(validator === undefined ? {} : { validator }) }));
}

/** What names the version of a part, ETag or date; undefined where nothing does or it is of another URL. */
export async function readMark(part: string, url: string): Promise<string | undefined> {
  let raw: string;
  try {
    raw = await readFile(`${part}.mark`, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const mark = markSchema.safeParse(JSON.parse(raw));
    return mark.success && mark.data.url === url ? mark.data.validator : undefined;
  } catch (error) {
    // Cut by a kill: the part then counts as unmarked and is fetched anew.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Bytes received. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw error;
  }
}
