import { z } from "zod";
import type { Hash } from "../core/json.ts";
import { hashSchema } from "../core/record.ts";
import { readJsonBlob } from "../store/blobs.ts";
import type { Store } from "../store/store.ts";

const rolloutTask = z.looseObject({ kind: z.literal("rollout"), task: hashSchema });
const taskImages = z.looseObject({ images: z.array(hashSchema) });

/** Hashes of the pictures an episode's task shows, from the stored rollout; none when that is not in the store. */
export async function taskPictures(store: Store, rolloutKey: Hash): Promise<readonly Hash[]> {
  try {
    const record = await store.units.get(rolloutKey);
    const spec = rolloutTask.safeParse(record?.spec);
    if (!spec.success) return [];
    return taskImages.parse(await readJsonBlob(store.blobs, spec.data.task)).images;
  } catch {
    return []; // pictures are an extra; a store without them still makes a report
  }
}
