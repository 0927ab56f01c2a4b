import { join } from "node:path";
import { sha256 } from "../../core/json.ts";
import { all } from "../../engine/all.ts";
import { trajectoryNotes } from "../../evolve/controls/trajectory-notes.ts";
import { replaceFile } from "../../store/durable.ts";
import type { Learning, Outcome } from "./learning.ts";
import { readLogs } from "./read-logs.ts";
import type { TrajectorySpec } from "./settings.ts";
import { evolutionDir } from "./write-artifacts.ts";

/** Control: trajectories themselves as notes, the same for every task. */
export async function learnTrajectories(
  { evolution, episodes }: Learning,
  guidance: Extract<TrajectorySpec, { kind: "trajectories" }>,
): Promise<Outcome> {
  const logs = await readLogs(evolution, await all(episodes));
  const text = trajectoryNotes(logs, { count: guidance.count, maxChars: guidance.max_chars, seed: evolution.seed });
  await replaceFile(join(evolutionDir(evolution), "notes.md"), text);
  const blob = await evolution.context.parts.store.blobs.put(Buffer.from(text));
  return {
    guidance: { kind: "notes", notes: { kind: "trajectories", source: sha256(text) }, textOf: () => blob },
    result: blob,
    state: "evolved",
    studies: [],
    patches: 0,
    editsProposed: 0,
    editsApplied: 0,
  };
}
