import { z } from "zod";
import type { Json } from "../../core/json.ts";
import { jsonSchema } from "../../core/record.ts";
import type { ReplyForm } from "../author.ts";
import { describeIssues } from "../propose/describe-issues.ts";
import { parseEdit, type RepliedEdit } from "./parse-edits.ts";

/** What a merge reply may refer to: ids of the edits that were shown, and files an edit may name. */
export const mergeContextSchema = z.object({
  ids: z.array(z.string()),
  files: z.array(z.string()),
  /** By file, the ids of edits that replace or delete something there: only they can stand behind an edit that does. */
  destructive: z.record(z.string(), z.array(z.string())).default({}),
});
export type MergeContext = z.infer<typeof mergeContextSchema>;

export interface MergeReply {
  readonly reasoning: string;
  readonly edits: readonly RepliedEdit[];
  readonly dropped: readonly { readonly id: string; readonly reason: string }[];
  readonly changelog: readonly string[];
}

const envelopeSchema = z.object({
  reasoning: z.string(),
  edits: z.array(jsonSchema),
  dropped: z.array(z.object({ id: z.string(), reason: z.string().trim().min(1, "expected the reason in a few words") })).default([]),
  changelog_entries: z.array(z.string()).default([]),
});

/** As many sentences as a model can act on at once. */
const maxProblems = 12;

/**
 * The merge reply. Refused: unreadable edits, edits without `from`, ids nobody gave out, files nobody named, an id that is kept and dropped, a file created twice, and
 * an id in several edits unless these are a new or deleted file and its links (that is how support could be padded), more edits than
 * came in (a new file may be linked from any number of others), and edits that replace or delete without any proposal that does so in that file. Ids that vanish are accepted here and asked about once by the caller.
 */
export const mergeForm: ReplyForm<MergeReply> = {
  id: "merge",
  rev: 3,
  check(reply, context) {
    const { ids, files, destructive } = mergeContextSchema.parse(context);
    const envelope = envelopeSchema.safeParse(reply);
    if (!envelope.success) return { ok: false, problem: describeIssues(envelope.error) };
    const { reasoning, dropped, changelog_entries: changelog } = envelope.data;
    const edits: RepliedEdit[] = [];
    const problems: string[] = [];
    for (const [index, json] of envelope.data.edits.entries()) {
      const parsed = parseEdit(json, `edits[${index}]`, true);
      if (parsed.ok) edits.push(parsed.value);
      else problems.push(parsed.problem);
    }
    if (edits.length > ids.length)
      problems.push(
        `The reply has ${edits.length} edits, but only ${ids.length} came in; a merge joins edits, so return ${ids.length} at most.`,
      );
    problems.push(
      ...citationProblems(edits, dropped, new Set(ids)),
      ...fileProblems(edits, files),
      ...destructionProblems(edits, destructive),
    );
    if (problems.length === 0) return { ok: true, value: { reasoning, edits, dropped, changelog } };
    const more = problems.length - maxProblems;
    return {
      ok: false,
      problem: [...problems.slice(0, maxProblems), ...(more > 0 ? [`There are ${more} more of this kind.`] : [])].join("\n"),
    };
  },
};

function citationProblems(edits: readonly RepliedEdit[], dropped: MergeReply["dropped"], known: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const usedAt = new Map<string, RepliedEdit["edit"][]>();
  for (const { edit, from } of edits)
    for (const id of new Set(from)) {
      if (!known.has(id)) problems.push(`The id ${id} in a from is not one of the edits you were given; cite only ids you were shown.`);
      const others = usedAt.get(id) ?? [];
      const pair = [...others, edit];
      const isPair =
        pair.some(({ op }) => op === "create" || op === "delete_file") && new Set(pair.map(({ file }) => file)).size === pair.length;
      if (others.length > 0 && !isPair)
        problems.push(
          `The id ${id} stands in several edits (${pair.map(({ op, file }) => `${op} of ${file}`).join(", ")}); cite it in the one that carries it on.`,
        );
      usedAt.set(id, pair);
    }
  const seen = new Set<string>();
  for (const { id } of dropped) {
    if (!known.has(id)) problems.push(`The id ${id} in dropped is not one of the edits you were given; name only ids you were shown.`);
    if (usedAt.has(id)) problems.push(`The id ${id} is both in a from and in dropped; decide for one.`);
    if (seen.has(id)) problems.push(`The id ${id} is dropped twice; name it once.`);
    seen.add(id);
  }
  return problems;
}

/** Whether an edit takes away or changes what is there. */
export const isDestructive = (op: RepliedEdit["edit"]["op"]): boolean =>
  op === "replace_in_section" || op === "delete_section" || op === "delete_file";

function destructionProblems(edits: readonly RepliedEdit[], destructive: MergeContext["destructive"]): string[] {
  return edits.flatMap(({ edit, from }) =>
    isDestructive(edit.op) && !from.some((id) => destructive[edit.file]?.includes(id) === true)
      ? [
          `The ${edit.op} of ${edit.file} cites only proposals that add (${from.join(", ")}); nobody proposed to change or delete something there, so add instead.`,
        ]
      : [],
  );
}

function fileProblems(edits: readonly RepliedEdit[], files: readonly string[]): string[] {
  const problems: string[] = [];
  const created = new Set<string>();
  for (const { edit } of edits) {
    if (!files.includes(edit.file))
      problems.push(`No patch and no file of the skill is called ${edit.file}; use one of ${files.join(", ")}.`);
    if (edit.op !== "create") continue;
    if (created.has(edit.file)) problems.push(`Two edits create ${edit.file}; join them into one.`);
    created.add(edit.file);
  }
  return problems;
}

/** Ids that a reply neither carries on nor drops, in the order given. */
export function vanishedIds(reply: MergeReply, ids: readonly string[]): string[] {
  const accounted = new Set([...reply.edits.flatMap(({ from }) => from), ...reply.dropped.map(({ id }) => id)]);
  return ids.filter((id) => !accounted.has(id));
}

/** The reply as JSON of the wire, for showing it again. */
export function replyAsJson(reply: MergeReply): Json {
  return {
    reasoning: reply.reasoning,
    edits: reply.edits.map(({ edit, from }) => ({ ...edit, from })),
    dropped: reply.dropped.map(({ id, reason }) => ({ id, reason })),
    changelog_entries: reply.changelog,
  };
}
