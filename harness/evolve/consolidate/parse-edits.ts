import { z } from "zod";
import type { SkillEdit } from "../../core/evolution.ts";
import type { Json } from "../../core/json.ts";
import { jsonSchema } from "../../core/record.ts";
import { readEdit } from "../propose/patch-form.ts";

/** An edit of a reply with the ids of the edits it carries on; none where a form has no `from`. */
export interface RepliedEdit {
  readonly edit: SkillEdit;
  readonly from: readonly string[];
}

export type ParsedEdit = { readonly ok: true; readonly value: RepliedEdit } | { readonly ok: false; readonly problem: string };

const fieldsSchema = z.record(z.string(), jsonSchema);
const citations = z.array(z.string()).min(1);

/**
 * Reads one edit of a reply. `where` names it in sentences for the model ("edits[2]"). `id` and `support` are ignored: models copy them from what they were shown, and
 * both are the harness's to give. `from` is read where `cites` says so and refused as an unknown field elsewhere.
 */
export function parseEdit(json: Json | undefined, where: string, cites: boolean): ParsedEdit {
  const written = fieldsSchema.safeParse(json);
  if (!written.success) return { ok: false, problem: `${where} must be an object with op, file and the fields of its operation.` };
  const { id: _id, support: _support, ...own } = written.data;
  const { from: cited, ...rest } = own;
  const read = readEdit(cites ? rest : own, where);
  if (!read.ok) return read;
  if (!cites) return { ok: true, value: { edit: read.edit, from: [] } };
  const from = citations.safeParse(cited);
  if (!from.success) return { ok: false, problem: `${where}.from must be a list of the ids of the edits it carries on, at least one.` };
  return { ok: true, value: { edit: read.edit, from: [...new Set(from.data)] } };
}
