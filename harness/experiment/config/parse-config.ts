import type { z } from "zod";
import { referenceProblems } from "./environment-references.ts";
import { explainIssues } from "./explain-issues.ts";
import { type ConfigPath, type ConfigSource, configError, type Problem, pathText } from "./source.ts";

/** Validates a source against a schema, defaults filled in. Throws one UsageError with all problems, in the order of the file. */
export function parseConfig<S extends z.ZodType>(
  source: ConfigSource,
  schema: S,
  referencesAllowed: (path: ConfigPath) => boolean,
): z.output<S> {
  const problems: Problem[] = referenceProblems(source.value, referencesAllowed);
  const result = schema.safeParse(source.value);
  if (!result.success) problems.push(...explainIssues(result.error.issues, schema, source.value));
  if (problems.length > 0) throw configError(source, firstOfEachPlace(problems));
  if (!result.success) throw new TypeError("parseConfig: a failed parse gave no issue");
  return result.data;
}

/** A reference where a number belongs is one mistake, not two. */
function firstOfEachPlace(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const place = pathText(problem.path);
    return !seen.has(place) && seen.add(place);
  });
}
