/** Which edit wrote each line of a skill that is edited again and again. */
import type { Lineage } from "../../core/evolution.ts";
import { splitLines } from "../../skill/edit/text-lines.ts";
import { decodeUtf8 } from "../../skill/front-matter.ts";
import type { SkillFile } from "../../skill/read-directory.ts";

/** By path, one entry a line: id of the edit that wrote it, null for lines of the start skill. Only UTF-8 files have entries. */
export type LineOrigins = ReadonlyMap<string, readonly (string | null)[]>;

/** Lines of a text file without their line ends; undefined for what is not UTF-8. */
export function linesOf(file: SkillFile): readonly string[] | undefined {
  const decoded = decodeUtf8(file.bytes);
  return "text" in decoded ? splitLines(decoded.text).map((line) => line.text) : undefined;
}

/** Every line is the start skill's own. */
export function startOrigins(files: readonly SkillFile[]): LineOrigins {
  return new Map(
    files.flatMap((file) => (linesOf(file) === undefined ? [] : [[file.path, (linesOf(file) ?? []).map(() => null)] as const])),
  );
}

/**
 * Origins after a step. `spans` says which lines the step's edits wrote; all others are lines of `before` and keep their origin. A line that the step took out at one
 * place and wrote again at another, word for word, has moved: it keeps its origin too. Any other written line belongs to the edit that wrote it, so that the last hand
 * on a line is the one that is named; what it replaced is found through that edit's leaves.
 */
export function originsAfter(
  before: readonly SkillFile[],
  origins: LineOrigins,
  after: readonly SkillFile[],
  spans: Lineage["files"],
): LineOrigins {
  const kept = new Map<string, readonly (number | undefined)[]>();
  const gone = new Map<string, (string | null)[]>();
  for (const file of before) {
    const old = linesOf(file) ?? [];
    const now = after.find((other) => other.path === file.path);
    const written = now === undefined ? [] : writtenBy(now, spans);
    const lines = now === undefined ? [] : (linesOf(now) ?? []);
    const places = alignLines(
      old,
      lines.map((line, i) => ((written[i] ?? null) === null ? line : undefined)),
    );
    kept.set(file.path, places);
    const stayed = new Set(places);
    for (const [i, line] of old.entries()) {
      if (stayed.has(i) || line.trim() === "") continue;
      gone.set(line.trim(), [...(gone.get(line.trim()) ?? []), origins.get(file.path)?.[i] ?? null]);
    }
  }
  const result = new Map<string, readonly (string | null)[]>();
  for (const file of after) {
    const lines = linesOf(file);
    if (lines === undefined) continue;
    const written = writtenBy(file, spans);
    result.set(
      file.path,
      lines.map((line, i) => {
        const place = kept.get(file.path)?.[i];
        if (place !== undefined) return origins.get(file.path)?.[place] ?? null;
        const moved = gone.get(line.trim())?.shift();
        return moved === undefined ? (written[i] ?? null) : moved;
      }),
    );
  }
  return result;
}

/** Consecutive lines of one origin, covering every file; files without lines have no spans. Sorted by path. */
export function spansOf(origins: LineOrigins): Lineage["files"] {
  return [...origins]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, lines]) => {
      const spans: { from: number; to: number; edit: string | null }[] = [];
      for (const [i, edit] of lines.entries()) {
        const last = spans.at(-1);
        if (last !== undefined && last.edit === edit) last.to = i + 1;
        else spans.push({ from: i + 1, to: i + 1, edit });
      }
      return { path, spans };
    });
}

/** Edit by line of one file, null where no edit of this step wrote it. */
function writtenBy(file: SkillFile, spans: Lineage["files"]): readonly (string | null)[] {
  const lines: (string | null)[] = [];
  for (const { from, to, edit } of spans.find((one) => one.path === file.path)?.spans ?? [])
    for (let line = from; line <= to; line++) lines[line - 1] = edit;
  return lines;
}

/**
 * For each new line the position of the old line it is, undefined for lines that are not old ones (given as undefined, or without a partner). The longest common
 * subsequence: lines that stay keep their order.
 */
export function alignLines(old: readonly string[], now: readonly (string | undefined)[]): readonly (number | undefined)[] {
  const result: (number | undefined)[] = now.map(() => undefined);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) result[head] = head++;
  let [oldEnd, nowEnd] = [old.length, now.length];
  while (oldEnd > head && nowEnd > head && old[oldEnd - 1] === now[nowEnd - 1]) result[--nowEnd] = --oldEnd;
  const [height, width] = [oldEnd - head, nowEnd - head];
  const row = width + 1;
  const best = new Uint32Array((height + 1) * row);
  for (let i = height - 1; i >= 0; i--)
    for (let j = width - 1; j >= 0; j--)
      best[i * row + j] =
        old[head + i] === now[head + j]
          ? 1 + (best[(i + 1) * row + j + 1] ?? 0)
          : Math.max(best[(i + 1) * row + j] ?? 0, best[i * row + j + 1] ?? 0);
  for (let i = 0, j = 0; i < height && j < width; ) {
    if (old[head + i] === now[head + j]) {
      result[head + j] = head + i;
      i++;
      j++;
    } else if ((best[(i + 1) * row + j] ?? 0) >= (best[i * row + j + 1] ?? 0)) i++;
    else j++;
  }
  return result;
}
