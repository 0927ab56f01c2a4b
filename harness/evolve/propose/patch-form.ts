/** How patch writers answer, and everything about one edit that can be judged without looking into the skill. */
import { z } from "zod";
import { type SkillEdit, skillEditSchema } from "../../core/evolution.ts";
import type { Json } from "../../core/json.ts";
import { jsonSchema } from "../../core/record.ts";
import type { ReplyForm } from "../author.ts";
import { describeIssues } from "./describe-issues.ts";

export const patchContextSchema = z.object({
  /** Number of lessons shown; edits name them from 1. */
  lessons: z.number().int(),
});

export interface PatchReply {
  readonly reasoning: string;
  /** `lessons` are numbers as shown, from 1, sorted, each once. */
  readonly edits: readonly { readonly edit: SkillEdit; readonly lessons: readonly number[] }[];
  readonly changelog: readonly string[];
}

const patchReply = z.object({
  reasoning: z.string(),
  edits: z.array(z.record(z.string(), jsonSchema)),
  changelog_entries: z.array(z.string()).default([]),
});

const lessonNumbers = z.array(z.number().int().min(1)).min(1);

/** Names of operations that other editors of skills use for the same thing. */
const aliases: Readonly<Record<string, SkillEdit["op"]>> = { create_file: "create", createFile: "create", deleteFile: "delete_file" };

const fieldsOf: ReadonlyMap<string, string> = new Map(
  skillEditSchema.options.map((option) => [
    option.shape.op.value,
    Object.entries(option.shape)
      .map(([name, schema]) => (schema instanceof z.ZodOptional ? `${name}?` : name))
      .join(", "),
  ]),
);

/**
 * Reads one edit as a model wrote it. Members that are null, or "" in an anchor, count as left out: many models fill in every field there is. A problem names the edit as
 * `where` and its field. Whether anchors resolve is not asked here.
 */
export function readEdit(
  written: Readonly<Record<string, Json | undefined>>,
  where: string,
): { readonly ok: true; readonly edit: SkillEdit } | { readonly ok: false; readonly problem: string } {
  const given = Object.fromEntries(
    Object.entries(written).filter(([name, value]) => value !== null && (value !== "" || name === "content")),
  );
  const { op } = given;
  const known = typeof op === "string" ? (aliases[op] ?? op) : undefined;
  const fields = known === undefined ? undefined : fieldsOf.get(known);
  if (fields === undefined) {
    const said = op === undefined ? "is missing" : `is ${JSON.stringify(op)}`;
    return { ok: false, problem: `${where}.op ${said}; expected one of ${[...fieldsOf.keys()].join(", ")}.` };
  }
  const read = skillEditSchema.safeParse({ ...given, op: known });
  if (read.success) return { ok: true, edit: read.data };
  return { ok: false, problem: `${describeIssues(read.error, where)}\nThe fields of ${known} are ${fields}.` };
}

export const patchForm: ReplyForm<PatchReply> = {
  id: "patch",
  rev: 1,
  check(reply, context) {
    const { lessons: shown } = patchContextSchema.parse(context);
    const read = patchReply.safeParse(reply);
    if (!read.success) return { ok: false, problem: describeIssues(read.error) };
    const problems: string[] = [];
    const edits: { edit: SkillEdit; lessons: readonly number[] }[] = [];
    for (const [i, { lessons, ...fields }] of read.data.edits.entries()) {
      const edit = readEdit(fields, `edits[${i}]`);
      const numbers = readNumbers(lessons, shown);
      if (!edit.ok) problems.push(edit.problem);
      if (numbers === undefined)
        problems.push(
          `edits[${i}].lessons must be a list of the numbers n of the lessons it carries out, at least one, from 1 to ${shown}.`,
        );
      if (edit.ok && numbers !== undefined) edits.push({ edit: edit.edit, lessons: numbers });
    }
    if (problems.length > 0) return { ok: false, problem: problems.join("\n") };
    return { ok: true, value: { reasoning: read.data.reasoning, edits, changelog: read.data.changelog_entries } };
  },
};

function readNumbers(written: Json | undefined, shown: number): readonly number[] | undefined {
  const read = lessonNumbers.safeParse(written);
  if (!read.success || read.data.some((n) => n > shown)) return undefined;
  return [...new Set(read.data)].sort((a, b) => a - b);
}
