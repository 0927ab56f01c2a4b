import { Elsewhere } from "./shard.ts";

/**
 * Waits for all, then gives all results or throws the first error in the order given: nothing is left running, and which error is seen does not depend on timing. That something
 * falls to another shard is only said where nothing else went wrong.
 */
export async function all<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  const failed = settled.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (failed.length > 0) throw failed.find((reason) => !(reason instanceof Elsewhere)) ?? failed[0];
  return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
