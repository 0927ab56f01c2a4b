import type { Lineage } from "../../core/evolution.ts";

type File = Lineage["files"][number];

/**
 * Origins of lines after further edits: `before` says where the lines of the earlier text come from, `after` which lines of the later text the further edits wrote; its
 * remaining lines are lines of the earlier text, in their order, and keep that origin.
 */
export function carrySpans(before: File, earlier: readonly string[], after: File, later: readonly string[]): File {
  const origin = originsOf(before);
  const written = originsOf(after);
  const kept = later.map((_, index) => index).filter((index) => written[index] === null);
  const sources = alignment(
    kept.map((index) => later[index] ?? ""),
    earlier,
  );
  const carried = [...written];
  for (const [position, index] of kept.entries()) carried[index] = origin[sources[position] ?? -1] ?? null;
  return { path: after.path, spans: spansOf(carried) };
}

/** Id of the edit behind every line, null for lines of S0; position 0 is line 1. */
export function originsOf(file: File): (string | null)[] {
  return file.spans.flatMap(({ from, to, edit }) => Array.from({ length: to - from + 1 }, () => edit));
}

function spansOf(origins: readonly (string | null)[]): File["spans"] {
  const spans: File["spans"] = [];
  for (const [index, edit] of origins.entries()) {
    const last = spans.at(-1);
    if (last !== undefined && last.edit === edit) last.to = index + 1;
    else spans.push({ from: index + 1, to: index + 1, edit });
  }
  return spans;
}

/** For every line of `part` its position in `whole` along a longest common subsequence; undefined for lines that are on none. */
function alignment(part: readonly string[], whole: readonly string[]): (number | undefined)[] {
  const width = whole.length + 1;
  const length = new Uint32Array((part.length + 1) * width);
  const at = (i: number, j: number): number => length[i * width + j] ?? 0;
  for (let i = part.length - 1; i >= 0; i--)
    for (let j = whole.length - 1; j >= 0; j--)
      length[i * width + j] = part[i] === whole[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const positions: (number | undefined)[] = [];
  for (let i = 0, j = 0; i < part.length; ) {
    if (j < whole.length && part[i] === whole[j] && at(i, j) === at(i + 1, j + 1) + 1) {
      positions.push(j++);
      i++;
    } else if (j < whole.length && at(i, j + 1) >= at(i + 1, j)) j++;
    else {
      positions.push(undefined);
      i++;
    }
  }
  return positions;
}
