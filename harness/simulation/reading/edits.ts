/** Edits in messages, read as loosely as a model reads them. */
import { z } from "zod";
import { type SkillEdit, skillEditSchema } from "../../core/evolution.ts";

const shownEdit = z.looseObject({ id: z.string(), support: z.number().optional() });
const shownPatch = z.looseObject({ id: z.string(), edits: z.array(z.json()) });

/** An edit that a coordinator is shown. */
export interface ShownEdit {
  readonly id: string;
  readonly support: number;
  readonly patch: string;
  readonly edit: SkillEdit;
}

/** The edit without what stands beside its own fields; undefined when it is none. */
export function editOf(value: unknown): SkillEdit | undefined {
  const object = z.record(z.string(), z.unknown()).safeParse(value);
  if (!object.success) return undefined;
  const { id: _i, support: _s, from: _f, lessons: _l, ...fields } = object.data;
  const edit = skillEditSchema.safeParse(fields);
  return edit.success ? edit.data : undefined;
}

export function shownEdits(list: unknown, patch = ""): readonly ShownEdit[] {
  const values = z.array(z.unknown()).safeParse(list);
  return (values.success ? values.data : []).flatMap((value) => {
    const shown = shownEdit.safeParse(value);
    const edit = editOf(value);
    return shown.success && edit !== undefined ? [{ id: shown.data.id, support: Math.max(1, shown.data.support ?? 1), patch, edit }] : [];
  });
}

/** Edits of all patches in order. */
export function patchedEdits(patches: unknown): readonly ShownEdit[] {
  const list = z.array(shownPatch).safeParse(patches);
  return (list.success ? list.data : []).flatMap((patch) => shownEdits(patch.edits, patch.id));
}

/** What an edit says; "" for those that only take away. */
export function contentOf(edit: SkillEdit): string {
  return "content" in edit ? edit.content : "";
}

/** The edit with other words in the same place. */
export function withContent(edit: SkillEdit, content: string): SkillEdit {
  return "content" in edit ? { ...edit, content } : edit;
}
