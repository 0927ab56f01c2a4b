/** Texts as tasks: which world a text belongs to, and how such a task is approached. */
import { createHash } from "node:crypto";
import type { Approach, World } from "../../core/world.ts";
import { keeping, remembering } from "../remembering.ts";
import { picturesOf } from "./pictures.ts";

export interface OpenedTask {
  readonly world: World;
  readonly approach: Approach;
}

/** Undefined when no world takes the text for a task of its own, or for a log of one. `pictureUrls` are those sent with it. */
export type OpenTask = (text: string, pictureUrls?: readonly string[]) => OpenedTask | undefined;

/** Texts and plans kept: enough for the episodes that are under way together, and for the same tasks under the next arm. */
const keptTasks = 128;
const keptPlans = 8;

/** Asks the worlds in order. A conversation opens its task at every turn, so tasks and their plans are remembered by text and pictures. */
export function taskOpener(worlds: readonly World[]): OpenTask {
  const kept = keeping<{ readonly opened: OpenedTask | undefined }>(keptTasks);
  return (text, pictureUrls = []) => kept(taskKey(text, pictureUrls), () => ({ opened: openAnew(worlds, text, pictureUrls) })).opened;
}

function openAnew(worlds: readonly World[], text: string, pictureUrls: readonly string[]): OpenedTask | undefined {
  const pictures = picturesOf(pictureUrls);
  for (const world of worlds) {
    const approach = world.playbook?.open(text, pictures);
    if (approach === undefined) continue;
    const plans = remembering((observation) => ({ plan: approach.plan(observation) }), keptPlans);
    return { world, approach: { ...approach, plan: (observation) => plans(observation).plan } };
  }
  return undefined;
}

/** What tells a text with its pictures from any other; pictures are long and are stood for by their hash. */
export function taskKey(text: string, pictureUrls: readonly string[]): string {
  if (pictureUrls.length === 0) return text;
  const hash = createHash("sha256");
  for (const url of pictureUrls) hash.update(`${url.length}:${url}`);
  return `${hash.digest("hex")} ${text}`;
}
