import { z } from "zod";
import { type SkillEdit, skillEditSchema } from "../../core/evolution.ts";
import type { Json } from "../../core/json.ts";

const objectSchema = z.record(z.string(), z.json());

/** An edit as a reply holds it: the edit itself and what stands beside its own fields. */
export interface RepliedEdit {
  readonly edit: SkillEdit;
  readonly from: readonly string[];
}

export type ParsedEdit = { readonly ok: true; readonly value: RepliedEdit } | { readonly ok: false; readonly problem: string };

/**
 * Reads one edit of a reply. `where` names it in sentences for the model ("edits[2]"). `id` and `support` are ignored: models copy them from what they were shown, and
 * both are the harness's to give. `from` is read where `cites` says so and refused as an unknown field elsewhere.
 */
export function parseEdit(json: Json | undefined, where: string, cites: boolean): ParsedEdit {
  const object = objectSchema.safeParse(json);
  if (!object.success) return { ok: false, problem: `${where} must be an object with op, file and the fields of its operation.` };
  const { id: _id, support: _support, ...fields } = object.data;
  const { from: cited, ...rest } = fields;
  const edit = skillEditSchema.safeParse(cites ? rest : fields);
  if (!edit.success) return { ok: false, problem: edit.error.issues.map((issue) => sentence(where, rest.op, issue)).join(" ") };
  if (!cites) return { ok: true, value: { edit: edit.data, from: [] } };
  const from = z.array(z.string()).min(1).safeParse(cited);
  if (!from.success) return { ok: false, problem: `${where} needs from: the ids of the edits it carries on, at least one.` };
  return { ok: true, value: { edit: edit.data, from: [...new Set(from.data)] } };
}

function sentence(where: string, op: unknown, issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  const field = issue.path.length === 0 ? "" : `, field ${issue.path.map(String).join(".")}`;
  const named = typeof op === "string" ? ` (op "${op}")` : "";
  return `${where}${named}${field}: ${issue.message}.`;
}
