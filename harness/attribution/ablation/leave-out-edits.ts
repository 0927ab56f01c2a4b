import type { Lineage, TracedEdit } from "../../core/evolution.ts";
import { applyEdits } from "../../skill/edit/apply-edits.ts";
import { unpaired } from "../../skill/edit/pair-edits.ts";
import { linkTarget, pointersIn } from "../../skill/find-links.ts";
import { parseMarkdown } from "../../skill/parse-markdown.ts";
import type { SkillFile } from "../../skill/read-directory.ts";

/** S0 with some of the edits. */
export interface Remaining {
  readonly files: readonly SkillFile[];
  readonly spans: Lineage["files"];
  /** Edits that are in it. One that linked a file that is gone has lost those lines. */
  readonly edits: readonly TracedEdit[];
  /** Ids of edits that had to go along: a new file without a link to it, a link without its file. */
  readonly along: readonly string[];
}

/**
 * Applies all edits but those left out. Every edit is anchored in S0, so any subset can be applied; what a pair loses goes along, and of an edit that links several files
 * only the lines about those that are gone. Gives a sentence when what is left cannot be applied.
 */
export function leaveOutEdits(
  start: readonly SkillFile[],
  edits: readonly TracedEdit[],
  out: ReadonlySet<string>,
): Remaining | { readonly problem: string } {
  const gone = new Set(edits.flatMap(({ id, edit }) => (out.has(id) && edit.op === "create" ? [edit.file] : [])));
  const along: string[] = [];
  let left = edits.filter(({ id }) => !out.has(id));
  for (;;) {
    left = left.flatMap((one) => {
      const kept = withoutLinksTo(one, gone);
      if (kept === null) along.push(one.id);
      return kept ?? [];
    });
    const withheld = new Set(unpaired(start, left).map(({ edit }) => edit));
    if (withheld.size === 0) break;
    for (const { id, edit } of left)
      if (withheld.has(id)) {
        along.push(id);
        if (edit.op === "create") gone.add(edit.file);
      }
    left = left.filter(({ id }) => !withheld.has(id));
  }
  const applied = applyEdits(start, left);
  if (!applied.ok) return { problem: applied.problems.map(({ note }) => note).join(" ") };
  return { files: applied.files, spans: applied.spans, edits: left, along };
}

/** The edit without its lines that lead to one of these files; the very same edit when it has none, null when nothing else is left of it. */
function withoutLinksTo(traced: TracedEdit, gone: ReadonlySet<string>): TracedEdit | null {
  const { edit } = traced;
  if (gone.size === 0 || !("content" in edit)) return traced;
  const lines = edit.content.split("\n");
  const kept = lines.filter((line) => !leadsTo(line, edit.file, gone));
  if (kept.length === lines.length) return traced;
  const content = kept.join("\n");
  return content.trim() === "" ? null : { ...traced, edit: { ...edit, content } };
}

/** Whether a line of `file` links or names one of these files. */
export function leadsTo(line: string, file: string, targets: ReadonlySet<string>): boolean {
  if (!/[[<]|references|scripts|assets/.test(line)) return false;
  return pointersIn(file, line, parseMarkdown(line)).some(({ target, url }) => {
    if (target !== null) return targets.has(target);
    const found = linkTarget(file, url);
    return found.kind === "inside" && targets.has(found.path);
  });
}
