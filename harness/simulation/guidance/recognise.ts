/** Which planted lessons a text teaches. Recognition is from wording alone: no lesson id ever stands in a message. */
import type { LessonGroup, PlantedLesson } from "../../core/world.ts";
import { compilePattern, findPattern, isNegated, isWarnedAgainst, opensWithVerb, type Pattern, type Span } from "./pattern.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { canBeginAdvice, readsAsProse, type Word } from "./words.ts";

/** `always`: the advice is there, but the condition under which it holds is missing. */
export type Teaching = "taught" | "always";

interface CompiledGroup {
  readonly role: LessonGroup["role"];
  readonly anyOf: readonly Pattern[];
  readonly orNever: readonly Pattern[];
}

/** Prepares lessons once; the returned function gives the lessons a Markdown text teaches, by id. Lessons it does not teach are absent. */
export function recogniserOf(lessons: readonly PlantedLesson[]): (markdown: string) => ReadonlyMap<string, Teaching> {
  const compiled = lessons.map((lesson) => ({
    id: lesson.id,
    groups: lesson.groups.map(
      (g): CompiledGroup => ({ role: g.role, anyOf: g.anyOf.map(compilePattern), orNever: (g.orNever ?? []).map(compilePattern) }),
    ),
  }));
  return (markdown) => {
    const found = new Map<string, Teaching>();
    for (const statement of statementsOf(markdown)) {
      if (!readsAsProse(statement.words, statement.misplaced)) continue;
      for (const lesson of compiled) {
        if (found.get(lesson.id) === "taught") continue;
        const teaching = teachingOf(lesson.groups, statement);
        if (teaching !== undefined) found.set(lesson.id, teaching);
      }
    }
    return found;
  };
}

const openers: ReadonlySet<Word> = new Set(["if", "when", "whenever", "where", "unless", "only", "otherwise"]);

function teachingOf(groups: readonly CompiledGroup[], statement: Statement): Teaching | undefined {
  let teaching: Teaching = "taught";
  for (const group of groups) {
    if (group.role === "advice") {
      if (!advises(group, statement.words)) return undefined;
    } else if (group.role === "topic") {
      if (!mentions(group, statement.words) && !mentions(group, statement.around)) return undefined;
    } else if (!mentions(group, statement.words) && !mentions(group, statement.before)) {
      // Another condition makes it another rule; no condition at all makes it a rule for every task.
      if (statement.words.some((w) => openers.has(w))) return undefined;
      teaching = "always";
    }
  }
  return teaching;
}

function advises(group: CompiledGroup, words: readonly Word[]): boolean {
  return (
    group.anyOf.some((p) => findPattern(p, words).some((span) => begins(p, words, span) && !isNegated(words, span))) ||
    group.orNever.some((p) => findPattern(p, words).some((span) => begins(p, words, span) && isWarnedAgainst(words, span)))
  );
}

/** A pattern that opens with a verb must stand where advice can begin. */
function begins(pattern: Pattern, words: readonly Word[], span: Span): boolean {
  return !opensWithVerb(pattern) || canBeginAdvice(words, span.from);
}

function mentions(group: CompiledGroup, words: readonly Word[]): boolean {
  return group.anyOf.some((p) => findPattern(p, words).length > 0);
}
