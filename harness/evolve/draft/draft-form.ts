import { z } from "zod";
import { renderFindings } from "../../skill/finding.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { validateFiles } from "../../skill/validate-skill.ts";
import type { ReplyForm } from "../author.ts";
import { describeIssues } from "../propose/describe-issues.ts";
import { countLines } from "../propose/show-skill.ts";

export const draftContextSchema = z.object({
  name: z.string(),
  skill_lines: z.number().int(),
  reference_lines: z.number().int(),
  references: z.number().int(),
});
export type DraftContext = z.infer<typeof draftContextSchema>;

const draftReply = z.object({ files: z.array(z.object({ path: z.string(), content: z.string() })).min(1) });

/** Warnings of the format check that a draft must not carry: nobody else has touched it yet, so they are its author's to mend. */
const refused: ReadonlySet<string> = new Set(["name-differs-from-folder", "unlinked", "dead-mention", "duplicate-heading"]);

/** A whole skill as files. Accepts what passes the format check and keeps to the sizes; findings are the problem, word for word. */
export const draftForm: ReplyForm<readonly SkillFile[]> = {
  id: "draft",
  rev: 1,
  check(reply, context) {
    const limits = draftContextSchema.parse(context);
    const read = draftReply.safeParse(reply);
    if (!read.success) return { ok: false, problem: describeIssues(read.error) };
    const problems = read.data.files.flatMap(({ path }, i, all) =>
      pathProblems(
        path,
        i,
        all.findIndex((file) => file.path === path),
      ),
    );
    if (problems.length > 0) return { ok: false, problem: problems.join("\n") };
    const files = read.data.files
      .map(({ path, content }) => ({ path, bytes: Buffer.from(`${content.trimEnd()}\n`), mode: 0o644 }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    const findings = validateFiles(files, limits.name).filter(({ severity, rule }) => severity === "error" || refused.has(rule));
    const sizes = sizeProblems(read.data.files, limits);
    if (findings.length === 0 && sizes.length === 0) return { ok: true, value: files };
    return {
      ok: false,
      problem: ["The skill does not pass its format check:", renderFindings(findings), ...sizes].filter((s) => s !== "").join("\n"),
    };
  },
};

function pathProblems(path: string, index: number, first: number): readonly string[] {
  if (path !== "SKILL.md" && !/^references\/[A-Za-z0-9][\w.-]*\.md$/.test(path))
    return [`files[${index}].path is "${path}"; a draft has SKILL.md and files like references/name.md, nothing else.`];
  return first === index ? [] : [`files[${index}].path names ${path} a second time; give each file once, whole.`];
}

function sizeProblems(files: z.infer<typeof draftReply>["files"], limits: DraftContext): readonly string[] {
  const problems = files.flatMap(({ path, content }) => {
    const limit = path === "SKILL.md" ? limits.skill_lines : limits.reference_lines;
    const lines = countLines(content.trimEnd());
    return lines < limit ? [] : [`${path} has ${lines} lines; fewer than ${limit} are allowed.`];
  });
  const references = files.filter(({ path }) => path !== "SKILL.md").length;
  return references > limits.references
    ? [...problems, `There are ${references} references; at most ${limits.references} are allowed.`]
    : problems;
}
