/** Number of single-letter insertions, deletions, replacements and swaps of neighbours between two texts (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let [before, previous] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}

/** Up to `count` of the known names that `wanted` may have meant, nearest first; [] when none is near. Case, dashes and underscores count little. */
export function nearestNames(wanted: string, known: readonly string[], count = 3): string[] {
  const plain = (text: string): string =>
    text
      .slice(0, 100)
      .toLowerCase()
      .replace(/[-_. ]/g, "");
  const target = plain(wanted);
  const scored = known.map((name) => {
    const candidate = plain(name);
    const within = target.length >= 3 && (candidate.includes(target) || (candidate.length >= 3 && target.includes(candidate)));
    return { name, distance: within ? 1 : editDistance(target, candidate) };
  });
  return scored
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(target.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

/** `; did you mean "a"?` when something is near, else `; expected one of "a", "b"` for short lists, else "". */
export function suggestion(wanted: string, known: readonly string[]): string {
  const near = nearestNames(wanted, known);
  if (near.length > 0) return `; did you mean ${near.map((name) => `"${name}"`).join(" or ")}?`;
  return known.length > 0 && known.length <= 30 ? `; expected one of ${known.map((name) => `"${name}"`).join(", ")}` : "";
}
