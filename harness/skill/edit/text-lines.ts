/** A line of a text. `from`–`to` are its offsets without the line end `eol`, which is "" only for a last line that has none. */
export interface Line {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly eol: string;
}

/** Lines as Markdown has them: ended by LF, CR LF or a lone CR. A line end at the very end begins no further line; "" has no lines. */
export function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ text: text.slice(from, match.index), from, to: match.index, eol: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) lines.push({ text: text.slice(from), from, to: text.length, eol: "" });
  return lines;
}

/** The line end most lines of a text have; `\n` for a text without any. */
export function lineEndOf(lines: readonly Line[]): string {
  const counts = new Map<string, number>();
  for (const { eol } of lines) if (eol !== "") counts.set(eol, (counts.get(eol) ?? 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ["\n", 0] as const)[0];
}

/** Position in `lines` of the line that holds an offset (its line end included); the last line for offsets beyond, -1 when there are no lines. */
export function lineIndexAt(lines: readonly Line[], offset: number): number {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle]?.from ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return lines.length === 0 ? -1 : low;
}

export function isBlank(line: Line | undefined): boolean {
  return line === undefined || line.text.trim() === "";
}

/** All line ends as `\n`, so that texts written on different systems compare equal. */
export function withLf(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}
