import { z } from "zod";
import type { Kit } from "../../core/contract.ts";
import { messageOf } from "../../core/errors.ts";
import { type Lesson, lessonSchema, relationSchema } from "../../core/evolution.ts";
import { describeIssues } from "../propose/describe-issues.ts";
import { findReferenceTalk } from "../propose/reference-talk.ts";

const text = z.string().trim().min(1);
const item = lessonSchema.omit({ type: true }).extend({ relation: relationSchema });
const common = { causes: z.array(item).min(1), lessons: z.array(item) };
const restart = z.object({ turn: z.number().int().positive(), correction: text.max(1500) });

/** What an analyst hands in; `restart` stands in for the fix where a task ends in words. */
export interface Report {
  readonly causes: readonly Lesson[];
  readonly lessons: readonly Lesson[];
  readonly restart?: z.infer<typeof restart>;
}

/** Reads report.json. A problem is one or more lines that say which field is wrong and how it should be. */
export function readReport(
  bytes: Uint8Array,
  rules: { readonly form: "fix" | "restart"; readonly maxLessons: number; readonly lastTurn: number },
): { readonly report: Report } | { readonly problem: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    return { problem: `It is no JSON: ${messageOf(error)}.` };
  }
  const schema =
    rules.form === "fix" ? z.object({ ...common, fix: text, restart: z.undefined().optional() }) : z.object({ ...common, restart });
  const read = schema.safeParse(parsed);
  if (!read.success) return { problem: describeIssues(read.error) };
  const { causes, lessons } = read.data;
  if (lessons.length > rules.maxLessons)
    return { problem: `lessons has ${lessons.length} entries; at most ${rules.maxLessons} are allowed. Keep the ones that matter most.` };
  const back = read.data.restart;
  if (back !== undefined && back.turn > rules.lastTurn)
    return { problem: `restart.turn is ${back.turn}, but the run has ${rules.lastTurn} turns.` };
  return {
    report: {
      causes: causes.map((cause) => ({ type: "failure-cause", ...cause })),
      lessons: lessons.map((lesson) => ({ type: "failure-lesson", ...lesson })),
      ...(back === undefined ? {} : { restart: back }),
    },
  };
}

/** Every place of a report that gives away the reference or constants of the task, a line each; [] for a clean report. */
export function findLeaks(report: Report, kit: Kit, referenceWords: readonly string[]): readonly string[] {
  const lists = { causes: report.causes, lessons: report.lessons };
  const fields = Object.entries(lists).flatMap(([list, items]) =>
    items.flatMap(({ title, description, content }, i) =>
      Object.entries({ title, description, content }).map(([field, said]) => [`${list}[${i}].${field}`, said] as const),
    ),
  );
  const correction = report.restart === undefined ? [] : [["restart.correction", report.restart.correction] as const];
  return [...fields, ...correction].flatMap(([field, said]) => [
    ...findReferenceTalk(said, referenceWords).map((words) => `- ${field} says "${words}", which speaks of something to compare with.`),
    ...leaksIn(field, said, kit),
  ]);
}

/** What the kit finds in one text, a line each. */
export function leaksIn(field: string, said: string, kit: Kit): readonly string[] {
  return [...new Set(kit.leaks(said).map(({ found, why }) => `- ${field} says "${found}", which ${why}.`))];
}
