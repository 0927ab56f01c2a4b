import { z } from "zod";
import { looksSecret } from "./environment-references.ts";
import { suggestion } from "./nearest-name.ts";
import type { ConfigPath, Problem } from "./source.ts";

type Issue = z.core.$ZodIssue;
type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Zod's issues as problems in plain words. `schema` and `value` are what was parsed: they give the keys that exist and what was found. */
export function explainIssues(issues: readonly Issue[], schema: z.ZodType, value: unknown): Problem[] {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return issues.flatMap((issue) => explain(issue, [], json, value));
}

function explain(issue: Issue, base: ConfigPath, json: JsonSchema, value: unknown): Problem[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  const found = valueAt(value, path);
  const one = (expected: string): Problem[] => [
    {
      path,
      message: found === undefined ? `this key is missing; expected ${expected}` : `expected ${expected}, found ${describe(found, path)}`,
    },
  ];
  const own = saidBySchema(issue);
  switch (issue.code) {
    case "invalid_type":
      if (own !== undefined) return one(own);
      return one(typeNames[issue.expected] ?? issue.expected);
    case "unrecognized_keys": {
      const known = keysAt(json, json, path, value).filter((key) => !hasKey(found, key));
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: "key",
        message: `unknown key${known.length === 0 ? "; nothing else can be set here" : suggestion(key, known)}`,
      }));
    }
    case "invalid_value": {
      const names = issue.values.map(String);
      const near = typeof found === "string" ? suggestion(found, names) : "";
      return one(`one of ${names.map((name) => `"${name}"`).join(", ")}`).map((problem) => ({
        ...problem,
        message: problem.message + (near.startsWith("; did") ? near : ""),
      }));
    }
    case "too_small":
      return one(own ?? size(issue.origin, issue.minimum, issue.inclusive === false ? "more than" : "at least"));
    case "too_big":
      return one(own ?? size(issue.origin, issue.maximum, issue.inclusive === false ? "less than" : "at most"));
    case "invalid_format":
      return one(own ?? `a text of another form (${issue.message})`);
    case "invalid_key":
      return [{ path, at: "key", message: `this name cannot be used: ${issue.issues[0]?.message ?? "another form is expected"}` }];
    case "invalid_union":
      return explainUnion(issue, path, json, value);
    default:
      return [{ path, message: issue.message }];
  }
}

/** What the schema itself says was expected, where it says so in a sentence of ours; zod's own sentences never begin like this. */
function saidBySchema({ message }: Issue): string | undefined {
  return message.startsWith("expected ") ? message.slice("expected ".length) : undefined;
}

function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: ConfigPath, json: JsonSchema, value: unknown): Problem[] {
  const found = valueAt(value, path);
  if (issue.errors.length === 0) {
    const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    const expected = options.length > 0 ? `expected one of ${options.map((name) => `"${name}"`).join(", ")}` : "expected another value";
    if (found === undefined) return [{ path, message: `this key is missing; ${expected}` }];
    const near = typeof found === "string" ? suggestion(found, options) : "";
    return [{ path, message: `${expected}, found ${describe(found, path)}${near.startsWith("; did") ? near : ""}` }];
  }
  const own = saidBySchema(issue);
  if (own !== undefined) {
    // A mapping with a mistake inside is told of that; anything else is told what the whole should be.
    const inside = issue.errors.find((branch) => branch.every((one) => one.path.length > 0 || one.code === "unrecognized_keys"));
    return (
      inside?.flatMap((one) => explain(one, path, json, value)) ?? [{ path, message: `expected ${own}, found ${describe(found, path)}` }]
    );
  }
  // The alternative whose complaints lie deepest is the one that was meant: {temprature: 1} is a sampling with a wrong key, not a bad name.
  const meant = issue.errors.find((branch) => branch.every((inner) => inner.code !== "invalid_type" || inner.path.length > 0));
  if (meant !== undefined) return meant.flatMap((inner) => explain(inner, path, json, value));
  const kinds = issue.errors
    .flat()
    .map((inner) => (inner.code === "invalid_type" ? (typeNames[inner.expected] ?? inner.expected) : "another value"));
  return [{ path, message: `expected ${[...new Set(kinds)].join(" or ")}, found ${describe(found, path)}` }];
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a mapping (lines of `key: value`)",
  record: "a mapping (lines of `key: value`)",
};

function size(origin: string, bound: number | bigint, relation: string): string {
  if (origin === "string")
    return bound === 1 && relation === "at least" ? "a text that is not empty" : `a text of ${relation} ${bound} characters`;
  if (origin === "array") return `${relation} ${bound} ${bound === 1 ? "entry" : "entries"}`;
  return `${relation} ${bound}`;
}

/** What was found, short; never the content of anything that may be a secret. */
function describe(value: unknown, path: ConfigPath): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 1 ? "a list of 1 entry" : `a list of ${value.length} entries`;
  if (typeof value === "object") return "a mapping";
  const secret = path.some((part) => part === "api_key" || part === "headers" || part === "base_url") || looksSecret(String(value));
  if (typeof value === "string")
    return secret ? "a text" : `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`;
  return secret ? `a ${typeof value}` : String(value);
}

function valueAt(value: unknown, path: ConfigPath): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string | number, unknown>)[part];
  }
  return at;
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

/** Keys a mapping at `path` may have, over all alternatives whose fixed values agree with what is there. */
function keysAt(root: JsonSchema, schema: JsonSchema, path: ConfigPath, value: unknown): string[] {
  const [head, ...rest] = path;
  const resolved = resolve(root, schema);
  const alternatives = [...(resolved.anyOf ?? []), ...(resolved.oneOf ?? [])].map((one) => resolve(root, asSchema(one)));
  const fitting = alternatives.filter((one) =>
    Object.entries(one.properties ?? {}).every(([key, property]) => {
      const fixed = asSchema(property).const;
      return fixed === undefined || !hasKey(value, key) || valueAt(value, [key]) === fixed;
    }),
  );
  const listed = resolved.propertyNames === undefined ? [] : (asSchema(resolved.propertyNames).enum ?? []).map(String);
  const own = head === undefined ? [...Object.keys(resolved.properties ?? {}), ...listed] : [];
  const below = head === undefined ? [] : child(resolved, head);
  return [
    ...own,
    ...below.flatMap((one) => keysAt(root, one, rest, valueAt(value, head === undefined ? [] : [head]))),
    ...fitting.flatMap((one) => keysAt(root, one, path, value)),
  ];
}

function child(schema: JsonSchema, key: string | number): JsonSchema[] {
  const property = schema.properties?.[String(key)];
  if (property !== undefined) return [asSchema(property)];
  if (typeof key === "number" && schema.items !== undefined && !Array.isArray(schema.items)) return [asSchema(schema.items)];
  return schema.additionalProperties !== undefined ? [asSchema(schema.additionalProperties)] : [];
}

function asSchema(schema: JsonSchema | boolean): JsonSchema {
  return typeof schema === "boolean" ? {} : schema;
}

function resolve(root: JsonSchema, schema: JsonSchema): JsonSchema {
  const name = schema.$ref?.match(/^#\/(?:\$defs|definitions)\/(.+)$/)?.[1];
  return name === undefined ? schema : asSchema(root.$defs?.[name] ?? {});
}
