import type { z } from "zod";

/** More mistakes than this are not listed one by one: who made them all will see the pattern. */
const listed = 12;

/** What a schema holds against a value, one line an issue, naming the field as the model wrote it: `lessons[1].title is missing; …`. */
export function describeIssues(error: z.ZodError, prefix = ""): string {
  const lines = error.issues.slice(0, listed).map((issue) => `${fieldName(prefix, issue.path)} ${remedy(issue)}.`);
  const more = error.issues.length - lines.length;
  return [...lines, ...(more > 0 ? [`There are ${more} more of this sort.`] : [])].join("\n");
}

/** `edits[2].file`, or `the answer` for the whole. */
export function fieldName(prefix: string, path: readonly PropertyKey[]): string {
  const name = path.reduce<string>(
    (name, step) => (typeof step === "number" ? `${name}[${step}]` : name === "" ? String(step) : `${name}.${String(step)}`),
    prefix,
  );
  return name === "" ? "The answer" : name;
}

function remedy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.message.includes("received undefined")
        ? `is missing; expected ${kind(issue.expected)}`
        : `must be ${kind(issue.expected)}`;
    case "too_small":
      return issue.origin === "string" ? "is empty; expected a text" : "is empty; expected at least one entry";
    case "unrecognized_keys":
      return `has ${issue.keys.map((key) => `"${key}"`).join(", ")}, which does not belong there`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => `"${String(value)}"`).join(", ")}`;
    default:
      return `cannot be used: ${issue.message}`;
  }
}

function kind(expected: string): string {
  if (expected === "string") return "a text";
  if (expected === "array") return "a list";
  return `${/^[aeiou]/.test(expected) ? "an" : "a"} ${expected}`;
}
