/** Replies that hold single edits: translation, synthesis, and the edits of a repair. */
import { z } from "zod";
import type { SkillEdit } from "../../core/evolution.ts";
import { jsonSchema } from "../../core/record.ts";
import type { ReplyForm } from "../author.ts";
import { describeIssues } from "../propose/describe-issues.ts";
import { parseEdit, type RepliedEdit } from "./parse-edits.ts";

const oneEdit = z.object({ edit: z.record(z.string(), jsonSchema) });

/** One edit, without anything beside it. Whether it is still the edit that was given is judged by the harness afterwards, not here. */
export const translateForm: ReplyForm<SkillEdit> = {
  id: "translate",
  rev: 1,
  check(reply) {
    const read = oneEdit.safeParse(reply);
    if (!read.success) return { ok: false, problem: describeIssues(read.error) };
    const parsed = parseEdit(read.data.edit, "edit", false);
    return parsed.ok ? { ok: true, value: parsed.value.edit } : parsed;
  },
};

/** What a synthesis may refer to. */
export const synthesisContextSchema = z.object({ ids: z.array(z.string()), files: z.array(z.string()) });

/** One edit that cites those it stands for; refused when it cites others or leaves their files. */
export const synthesisForm: ReplyForm<RepliedEdit> = {
  id: "synthesis",
  rev: 1,
  check(reply, context) {
    const { ids, files } = synthesisContextSchema.parse(context);
    const read = oneEdit.safeParse(reply);
    if (!read.success) return { ok: false, problem: describeIssues(read.error) };
    const parsed = parseEdit(read.data.edit, "edit", true);
    if (!parsed.ok) return parsed;
    const { edit, from } = parsed.value;
    const problems = from.filter((id) => !ids.includes(id)).map((id) => `edit.from names ${id}, which is not one of ${ids.join(", ")}.`);
    if (!files.includes(edit.file)) problems.push(`edit.file is ${edit.file}; the conflict is about ${files.join(", ")}.`);
    return problems.length === 0 ? { ok: true, value: parsed.value } : { ok: false, problem: problems.join("\n") };
  },
};

const repairReply = z.object({
  reasoning: z.string(),
  edits: z.array(z.record(z.string(), jsonSchema)),
  changelog_entries: z.array(z.string()).default([]),
});

export interface RepairReply {
  readonly reasoning: string;
  readonly edits: readonly SkillEdit[];
  readonly changelog: readonly string[];
}

/** Edits against the skill that failed its check. */
export const repairForm: ReplyForm<RepairReply> = {
  id: "repair",
  rev: 1,
  check(reply) {
    const read = repairReply.safeParse(reply);
    if (!read.success) return { ok: false, problem: describeIssues(read.error) };
    const parsed = read.data.edits.map((edit, index) => parseEdit(edit, `edits[${index}]`, false));
    const problems = parsed.flatMap((one) => (one.ok ? [] : [one.problem]));
    if (problems.length > 0) return { ok: false, problem: problems.join("\n") };
    const edits = parsed.flatMap((one) => (one.ok ? [one.value.edit] : []));
    return { ok: true, value: { reasoning: read.data.reasoning, edits, changelog: read.data.changelog_entries } };
  },
};
