import { z } from "zod";
import type { Hash } from "../core/json.ts";
import { callMetaSchema, type LedgerEpisode, type Step, type TrajectoryRecord, trajectorySchema } from "../core/record.ts";
import { readJsonBlob } from "../store/blobs.ts";
import type { Store } from "../store/store.ts";

/** A trajectory as it was stored, with what belongs to its steps. */
export interface ReadTrajectory {
  readonly trajectory: TrajectoryRecord;
  /** Milliseconds of model time of every step; null where nothing was recorded. */
  readonly stepMs: readonly (number | null)[];
}

/** Reads one trajectory; undefined when it is missing from the store or not what was written. */
export async function readTrajectory(store: Store, row: LedgerEpisode, hash: Hash): Promise<ReadTrajectory | undefined> {
  try {
    const trajectory = trajectorySchema.parse(await readJsonBlob(store.blobs, hash));
    return { trajectory, stepMs: stepTimes(trajectory.steps, await callTimes(store, row)) };
  } catch {
    return undefined; // the report counts it and goes on: one damaged file must not hide the rest
  }
}

async function callTimes(store: Store, row: LedgerEpisode): Promise<readonly number[]> {
  const calls = row.volatile?.calls;
  if (calls === undefined) return [];
  if (typeof calls !== "string") return calls.map((call) => call.ms);
  try {
    return z
      .array(callMetaSchema)
      .parse(await readJsonBlob(store.blobs, calls))
      .map((call) => call.ms);
  } catch {
    return []; // times are an extra; without them the steps are shown without
  }
}

/** A step's time is that of the calls it counts, in order. */
export function stepTimes(steps: readonly Step[], calls: readonly number[]): (number | null)[] {
  let at = 0;
  return steps.map((step) => {
    const own = calls.slice(at, at + step.usage.calls);
    at += step.usage.calls;
    return own.length < step.usage.calls || own.length === 0 ? null : Math.round(own.reduce((sum, ms) => sum + ms, 0));
  });
}

/** Ending of a picture file by its first bytes; undefined for anything that is not PNG or JPEG, which no page shows. */
export function pictureEnding(bytes: Uint8Array): "png" | "jpg" | undefined {
  if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47) return "png";
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpg";
  return undefined;
}
