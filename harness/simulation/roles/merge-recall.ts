/** Which edits a coordinator still has in mind at the end of a long call. */
import type { Draw } from "../asked.ts";
import type { Persona } from "../persona.ts";
import { contentOf, type ShownEdit } from "../reading/edits.ts";

/**
 * Each task behind an edit is one more chance to remember it; the chance of one falls with the number of edits in the call. A new file and the edits that link it are
 * remembered together.
 */
export function keptEdits(
  edits: readonly ShownEdit[],
  draw: Draw,
  rates: Persona["merger"],
): { readonly kept: readonly ShownEdit[]; readonly lost: readonly ShownEdit[] } {
  const once = rates.recall / (1 + (edits.length - 1) / rates.recall_half_edits);
  const remembered = ({ id, support }: ShownEdit) => draw("recall", id) < 1 - (1 - once) ** support;
  const created = new Set(edits.flatMap(({ edit }) => (edit.op === "create" ? [edit.file] : [])));
  const fileOf = ({ edit }: ShownEdit) => (edit.op === "create" ? edit.file : [...created].find((file) => contentOf(edit).includes(file)));
  const rememberedFiles = new Set(edits.flatMap((e) => (e.edit.op === "create" && remembered(e) ? [e.edit.file] : [])));
  const keeps = (e: ShownEdit) => {
    const file = fileOf(e);
    return file === undefined ? remembered(e) : rememberedFiles.has(file);
  };
  return { kept: edits.filter(keeps), lost: edits.filter((e) => !keeps(e)) };
}
