/** How single-call analysts answer. */
import { z } from "zod";
import { type Lesson, relationSchema, type SolutionPath, solutionPathSchema } from "../../core/evolution.ts";
import type { Json } from "../../core/json.ts";
import type { ReplyForm } from "../author.ts";
import { describeIssues } from "./describe-issues.ts";
import { findReferenceTalk } from "./reference-talk.ts";

const text = z.string().trim().min(1);
/** `null` stands for "left out": many models write it for fields they have nothing to say in. */
const item = z.object({ title: text, description: text, content: text, relation: relationSchema.nullish() });
/** What analysts of failed and of passed episodes answer. */
export const errorReply = z.object({ causes: z.array(item), lessons: z.array(item) });
export const successReply = z.object({ path: solutionPathSchema, lessons: z.array(item) });

/** What an analysis is held to; `reference_words` are sources of regular expressions. */
export const analysisContextSchema = z.object({ max_lessons: z.number().int(), reference_words: z.array(z.string()) });
export type AnalysisContext = z.infer<typeof analysisContextSchema>;

/** Causes first, then lessons. */
export interface ErrorAnalysis {
  readonly lessons: readonly Lesson[];
}
export interface SuccessAnalysis {
  readonly path: SolutionPath;
  readonly lessons: readonly Lesson[];
}

export const errorAnalysisForm: ReplyForm<ErrorAnalysis> = {
  id: "error-analysis",
  rev: 1,
  check(reply, context) {
    const read = errorReply.safeParse(reply);
    if (!read.success) return { ok: false, problem: describeIssues(read.error) };
    const { causes, lessons } = read.data;
    const problem = judgeLessons({ causes, lessons }, lessons.length, context);
    if (problem !== undefined) return { ok: false, problem };
    return { ok: true, value: { lessons: [...typed("failure-cause", causes), ...typed("failure-lesson", lessons)] } };
  },
};

export const successAnalysisForm: ReplyForm<SuccessAnalysis> = {
  id: "success-analysis",
  rev: 1,
  check(reply, context) {
    const read = successReply.safeParse(reply);
    if (!read.success) return { ok: false, problem: describeIssues(read.error) };
    const { path, lessons } = read.data;
    const problem = judgeLessons({ lessons }, lessons.length, context) ?? judgePath(path, context);
    if (problem !== undefined) return { ok: false, problem };
    return { ok: true, value: { path, lessons: typed("success-lesson", lessons) } };
  },
};

/** How every problem about reference talk begins; by it a rejection for this reason is told from one for form. */
export const referenceProblem = "Lessons are written from the agent's point of view, which knows no reference to compare with.";

type Items = Readonly<Record<string, readonly z.infer<typeof item>[]>>;

function judgeLessons(lists: Items, lessons: number, context: Json): string | undefined {
  const { max_lessons, reference_words } = analysisContextSchema.parse(context);
  if (lessons > max_lessons) return `lessons has ${lessons} entries; at most ${max_lessons} are allowed. Keep the ones that matter most.`;
  const places = Object.entries(lists).flatMap(([list, items]) =>
    items.flatMap(({ title, description, content }, i) =>
      Object.entries({ title, description, content }).flatMap(([field, said]) =>
        findReferenceTalk(said, reference_words).map((words) => `${list}[${i}].${field} says "${words}".`),
      ),
    ),
  );
  return places.length === 0 ? undefined : referenceTalk(places);
}

function judgePath(path: SolutionPath, context: Json): string | undefined {
  const { reference_words } = analysisContextSchema.parse(context);
  const places = [["path.overview", path.overview] as const, ...path.steps.map((step, i) => [`path.steps[${i}]`, step] as const)].flatMap(
    ([field, said]) => findReferenceTalk(said, reference_words).map((words) => `${field} says "${words}".`),
  );
  return places.length === 0 ? undefined : referenceTalk(places);
}

function referenceTalk(places: readonly string[]): string {
  return `${referenceProblem}\n${places.join("\n")}\nSay instead what the agent can see or check itself, or leave the entry out.`;
}

function typed(type: Lesson["type"], items: Items[string]): Lesson[] {
  return items.map(({ relation, ...rest }) => ({ type, ...rest, ...(relation === null || relation === undefined ? {} : { relation }) }));
}
