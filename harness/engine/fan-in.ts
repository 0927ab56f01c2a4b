import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { StoreError } from "../core/errors.ts";
import { canonicalJson, type Hash, hashJson } from "../core/json.ts";
import { putIfAbsent, replaceFile } from "../store/durable.ts";
import { Elsewhere } from "./shard.ts";

/** How much of what a joining stage waits for must be there: everything, or a share of it. */
export type Require = "all" | { readonly share: number };

/** One joining of many units (the patches of an evolution), frozen: later retries never change what was joined. */
export const fanInSchema = z.object({
  v: z.literal(1),
  name: z.string(),
  /** Keys that were wanted, in the order of the plan: groups are formed by these positions, not by survivors. */
  wanted: z.array(z.string()),
  /** Keys that were there when it was frozen; a subset of `wanted`, in the same order. */
  joined: z.array(z.string()),
});
export type FanIn = z.infer<typeof fanInSchema>;

/**
 * Freezes which of the wanted units a stage joins, once per `name` and wanted list: the first freezing wins, also among processes, and is what every later call
 * gets, whatever has been retried since. `refreeze` replaces it knowingly. Where `owns` says that the joining's id is another shard's, nothing is frozen (Elsewhere). Throws StoreError when fewer settled than `require` asks for; nothing is frozen then.
 */
export async function freezeFanIn(
  storeRoot: string,
  name: string,
  settled: readonly { readonly key: Hash; readonly done: boolean }[],
  options: { readonly require: Require; readonly refreeze?: boolean; readonly owns?: (affinity: string) => boolean },
): Promise<FanIn & { readonly id: Hash }> {
  const wanted = settled.map(({ key }) => key);
  const id = hashJson({ name, wanted });
  const path = join(storeRoot, "fan-ins", `${id}.json`);
  const needed = options.require === "all" ? wanted.length : Math.ceil(options.require.share * wanted.length);
  if (options.refreeze !== true) {
    const frozen = await readFanIn(path);
    if (frozen !== undefined && frozen.joined.length < needed)
      throw new StoreError(
        `${name} was joined from ${frozen.joined.length} of ${wanted.length} results when fewer were asked for, and now needs ${needed}; join what is there now with --refreeze (skills measured from the earlier joining may change)`,
      );
    if (frozen !== undefined) return { ...frozen, id };
    if (options.owns?.(id) === false) throw new Elsewhere(`${name} is joined by another shard`);
  }
  const joined = settled.filter((one) => one.done).map(({ key }) => key);
  if (joined.length < needed)
    throw new StoreError(
      `${name} needs ${needed} of ${wanted.length} results and has ${joined.length}; run again with --retry-errors, or ask for a smaller share`,
    );
  const fanIn: FanIn = { v: 1, name, wanted, joined };
  const bytes = Buffer.from(canonicalJson(fanIn));
  if (options.refreeze === true) await replaceFile(path, bytes);
  else await putIfAbsent(path, bytes, join(storeRoot, "tmp"));
  return { ...((await readFanIn(path)) ?? fanIn), id };
}

async function readFanIn(path: string): Promise<FanIn | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : fanInSchema.parse(JSON.parse(text));
}
