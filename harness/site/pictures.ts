import type { Hash } from "../core/json.ts";
import type { LedgerEpisode } from "../core/record.ts";
import type { Store } from "../store/store.ts";
import { pictureEnding } from "./read-trajectory.ts";
import { taskPictures } from "./task-pictures.ts";
import type { DataWriter } from "./write-data.ts";

/** Pictures of one experiment, each written once. */
export interface Pictures {
  /** File of a picture relative to index.html; null when it is not PNG or JPEG, not in the store, or does not fit any more. */
  file(hash: Hash): Promise<string | null>;
  /** Hashes of the pictures an episode's task shows. */
  ofTask(row: LedgerEpisode): Promise<readonly Hash[]>;
}

/** `take(bytes)` says whether there is room for so many and counts them. */
export function openPictures(id: string, store: Store, writer: DataWriter, take: (bytes: number) => boolean): Pictures {
  const files = new Map<Hash, string | null>();
  const tasks = new Map<string, readonly Hash[]>();
  const write = async (hash: Hash): Promise<string | null> => {
    const bytes = await store.blobs.get(hash).catch(() => undefined); // an unreadable picture is left out like one that is too large
    const ending = bytes === undefined ? undefined : pictureEnding(bytes);
    if (bytes === undefined || ending === undefined || !take(bytes.length)) return null;
    const path = `data/${id}/pictures/${hash}.${ending}`;
    await writer.writeFile(path, bytes);
    return path;
  };
  return {
    async file(hash) {
      const known = files.get(hash);
      if (known !== undefined) return known;
      const path = await write(hash);
      files.set(hash, path);
      return path;
    },
    async ofTask(row) {
      const name = JSON.stringify([row.benchmark, row.split, row.task]);
      const known = tasks.get(name);
      if (known !== undefined) return known;
      const found = await taskPictures(store, row.key);
      tasks.set(name, found);
      return found;
    },
  };
}
