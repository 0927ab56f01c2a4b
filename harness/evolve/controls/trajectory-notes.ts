/** The control "raw trajectories": the episodes themselves in the agent's context, without anybody having drawn a lesson from them. */
import { renderPrompt } from "../../agent/render-prompt.ts";
import { UsageError } from "../../core/errors.ts";
import { promptFile } from "../call/prompt-file.ts";
import { dataBlock } from "../propose/data-block.ts";
import { seededOrder } from "./seeded.ts";

export interface LoggedEpisode {
  readonly task: string;
  /** Rendered log of the episode. */
  readonly log: string;
  readonly outcome: "passed" | "failed";
}

export interface TrajectoryNotesOptions {
  /** Logs wanted; fewer when there are fewer. */
  readonly count: number;
  /** Most characters (UTF-16 units) of the whole text. */
  readonly maxChars: number;
  readonly seed: number;
}

/**
 * Text for the agent's notes (kind `trajectories`). The choice depends on seed and task ids only, not on the order of `logs`: passed and failed ones by turns,
 * a passed one first, each kind in seeded order; when one kind runs out the other fills up. Room is shared evenly; what short logs leave goes to the long ones, which
 * lose their middle. Throws UsageError when there is no log or when `maxChars` leaves less than 200 characters for each.
 */
export function trajectoryNotes(logs: readonly LoggedEpisode[], options: TrajectoryNotesOptions): string {
  if (logs.length === 0) throw new UsageError("there are no trajectories to put into the context; run the evolve split first");
  const chosen = chooseLogs(logs, options.count, options.seed);
  const render = (texts: readonly string[]): string =>
    renderPrompt(promptFile(import.meta.url, "trajectories"), {
      count: String(chosen.length),
      logs: chosen.map((one, n) => dataBlock("log", texts[n] ?? "", { n: n + 1, outcome: one.outcome })).join("\n\n"),
    });
  // Around every log a line break may be added, and a closing tag inside one grows by a character when it is made harmless.
  const growth = chosen.reduce((sum, one) => sum + 1 + [...one.log.matchAll(/<\/log\s*>/gi)].length, 0);
  const frame = render([]).length + growth;
  const room = options.maxChars - frame;
  if (room < chosen.length * leastLog)
    throw new UsageError(
      `max_chars ${options.maxChars} leaves no room for ${chosen.length} trajectories; allow at least ${frame + chosen.length * leastLog} or lower count`,
    );
  const shares = shareRoom(
    chosen.map((one) => one.log.length),
    room,
  );
  return render(chosen.map((one, n) => cutMiddle(one.log, shares[n] ?? 0)));
}

/** Below this a log says nothing. */
const leastLog = 200;

/** Which logs are taken, in the order they are shown. */
export function chooseLogs(logs: readonly LoggedEpisode[], count: number, seed: number): readonly LoggedEpisode[] {
  const byTask = [...logs].sort((a, b) => (a.task < b.task ? -1 : a.task > b.task ? 1 : 0));
  const passed = seededOrder(
    byTask.filter((one) => one.outcome === "passed"),
    seed,
    "passed trajectories",
  );
  const failed = seededOrder(
    byTask.filter((one) => one.outcome === "failed"),
    seed,
    "failed trajectories",
  );
  const turns = Array.from({ length: Math.max(passed.length, failed.length) }, (_, n) => [passed[n], failed[n]]);
  return turns
    .flat()
    .filter((one) => one !== undefined)
    .slice(0, count);
}

/** Even shares of the room; whoever needs less leaves the rest to the others. Sums to at most `room`. */
export function shareRoom(needs: readonly number[], room: number): readonly number[] {
  const shares = needs.map(() => 0);
  let left = room;
  const waiting = needs.map((need, index) => ({ need, index })).sort((a, b) => a.need - b.need || a.index - b.index);
  for (const [n, { need, index }] of waiting.entries()) {
    const share = Math.min(need, Math.floor(left / (waiting.length - n)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

/** Keeps the first third, where the task stands, and the end, where the outcome shows. Never splits a surrogate pair. */
function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const notice = (left: number): string => `\n[… ${left} characters left out …]\n`;
  const keep = most - notice(text.length).length;
  const head = wholeUpTo(text, Math.floor(keep / 3));
  const tail = wholeFrom(text, text.length - (keep - Math.floor(keep / 3)));
  return `${text.slice(0, head)}${notice(tail - head)}${text.slice(tail)}`;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

const wholeUpTo = (text: string, at: number): number => (isLowSurrogate(text, at) ? at - 1 : at);
const wholeFrom = (text: string, at: number): number => (isLowSurrogate(text, at) ? at + 1 : at);
