/** How near one text comes to another, line by line. */

/** Lines without the blanks around them. */
export function linesOf(text: string): readonly string[] {
  return text.split("\n").map((line) => line.trim());
}

/** All subsets, small ones first. */
export function subsetsOf(ids: readonly string[]): readonly ReadonlySet<string>[] {
  const all = Array.from({ length: 2 ** ids.length }, (_, bits) => new Set(ids.filter((_, i) => ((bits >> i) & 1) === 1)));
  return all.sort((a, b) => a.size - b.size);
}

/** Lines that only one of the two has. */
export function distanceOf(lines: readonly string[], written: readonly string[]): number {
  const open = new Map<string, number>();
  for (const line of written) open.set(line, (open.get(line) ?? 0) + 1);
  let missing = 0;
  let matched = 0;
  for (const line of lines) {
    const left = open.get(line) ?? 0;
    if (left > 0) {
      open.set(line, left - 1);
      matched++;
    } else missing++;
  }
  return missing + written.length - matched;
}
