/** How a consolidation of the whole skill is answered: edits without lessons, each with its reason. */
import { z } from "zod";
import type { SkillEdit } from "../../core/evolution.ts";
import type { ReplyForm } from "../author.ts";
import { describeIssues } from "../propose/describe-issues.ts";
import { readEdit } from "../propose/patch-form.ts";

export interface ConsolidationReply {
  readonly reasoning: string;
  readonly edits: readonly { readonly edit: SkillEdit; readonly because: string }[];
  readonly changelog: readonly string[];
}

const replySchema = z.object({
  reasoning: z.string(),
  edits: z.array(z.record(z.string(), z.json())),
  changelog_entries: z.array(z.string()).default([]),
});

/** Takes no context: what an edit may touch is decided when it is applied. A missing `because` is no reason to send an answer back. */
export const consolidationForm: ReplyForm<ConsolidationReply> = {
  id: "consolidation",
  rev: 1,
  check(reply) {
    const read = replySchema.safeParse(reply);
    if (!read.success) return { ok: false, problem: describeIssues(read.error) };
    const problems: string[] = [];
    const edits: { edit: SkillEdit; because: string }[] = [];
    for (const [i, { because, lessons: _lessons, ...fields }] of read.data.edits.entries()) {
      const edit = readEdit(fields, `edits[${i}]`);
      if (edit.ok) edits.push({ edit: edit.edit, because: typeof because === "string" ? because : "" });
      else problems.push(edit.problem);
    }
    if (problems.length > 0) return { ok: false, problem: problems.join("\n") };
    return { ok: true, value: { reasoning: read.data.reasoning, edits, changelog: read.data.changelog_entries } };
  },
};
