/** Headings of a Markdown text and what stands under them, as an author finds its way in a skill. */

export interface Section {
  /** The whole heading line. */
  readonly heading: string;
  /** Lines up to the next heading of any level. */
  readonly lines: readonly string[];
}

/** Sections in order. Headings inside code fences and front matter do not count; text before the first heading belongs to none. */
export function sectionsOf(markdown: string): readonly Section[] {
  const out: { heading: string; lines: string[] }[] = [];
  let fence: string | undefined;
  for (const line of markdown.replace(/^---\n[\s\S]*?\n---\n/, "").split("\n")) {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === undefined ? mark : mark.startsWith(fence) ? undefined : fence;
    if (fence === undefined && mark === undefined && /^#{1,6} \S/.test(line)) out.push({ heading: line.trimEnd(), lines: [] });
    else out.at(-1)?.lines.push(line);
  }
  return out;
}

/** List items and paragraphs of one line that stand exactly once in the text and outside of code: what can be quoted as an anchor. */
export function anchorLines(markdown: string, section: Section): readonly string[] {
  let inCode = false;
  return section.lines.filter((line) => {
    if (/^\s*(?:```|~~~)/.test(line)) {
      inCode = !inCode;
      return false;
    }
    return !inCode && line.trim().length > 12 && !line.startsWith("|") && countOf(markdown, line) === 1;
  });
}

/** Runs of list items that stand line under line, each an anchor: what can be quoted, and rewritten, as one passage. Items in `spared` end a run and are in none. */
export function itemRuns(markdown: string, section: Section, spared: readonly string[] = []): readonly (readonly string[])[] {
  const anchors = new Set(anchorLines(markdown, section).filter((line) => /^[-*] /.test(line) && !spared.includes(line.trim())));
  const runs: string[][] = [];
  let run: string[] | undefined;
  for (const line of section.lines) {
    if (!anchors.has(line)) run = undefined;
    else if (run !== undefined) run.push(line);
    else {
      run = [line];
      runs.push(run);
    }
  }
  return runs;
}

export function countOf(text: string, part: string): number {
  return part === "" ? 0 : text.split(part).length - 1;
}
