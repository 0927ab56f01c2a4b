import type { TracedEdit } from "../../core/evolution.ts";
import { pointersIn } from "../../skill/find-links.ts";
import { parseMarkdown } from "../../skill/parse-markdown.ts";

/** Whether the text an edit puts in sends its reader to `file`. */
export function leadsTo(edit: TracedEdit["edit"], file: string): boolean {
  if (!("content" in edit) || edit.file === file) return false;
  return pointersIn(edit.file, edit.content, parseMarkdown(edit.content)).some(({ target }) => target === file);
}

/** New files with the edits that lead to them; every edit is in exactly one group, alone unless it creates a file or leads to one that is created here. */
export function pairGroups(edits: readonly TracedEdit[]): TracedEdit[][] {
  const groupOf = new Map(edits.map((edit) => [edit.id, [edit]]));
  for (const creation of edits.filter(({ edit }) => edit.op === "create"))
    for (const link of edits.filter(({ edit }) => leadsTo(edit, creation.edit.file))) {
      const [a, b] = [groupOf.get(creation.id) ?? [], groupOf.get(link.id) ?? []];
      if (a === b) continue;
      const joined = [...a, ...b];
      for (const { id } of joined) groupOf.set(id, joined);
    }
  return [...new Set(groupOf.values())];
}
