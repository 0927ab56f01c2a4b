/** One record of the public release, as its parsers write them, and how its fields stand to ours. */
import { z } from "zod";
import type { Lesson } from "../../core/evolution.ts";

/** Names of the files in a directory of records, first the one that is written; the second of the errors is an older name. */
export const recordFiles = {
  error: ["parsed_error_records.json", "error_records.json"],
  success: ["parsed_success_records.json"],
} as const;

export type RecordSource = keyof typeof recordFiles;

const field = z.string().nullish();

/** Items are kept loose: what is wrong with one of them is a note, not an unreadable file. */
export const releasedItemSchema = z.looseObject({
  type: z.string(),
  title: field,
  description: field,
  content: field,
  /** Free text, of causes. */
  relation_to_skill: field,
  /** Free text, of memories. */
  skill_reflection: field,
});
export type ReleasedItem = z.infer<typeof releasedItemSchema>;

export const releasedRecordSchema = z.looseObject({
  instance_id: z.union([z.string().min(1), z.number().int()]).transform(String),
  items: z.array(releasedItemSchema),
});
export type ReleasedRecord = z.infer<typeof releasedRecordSchema>;

/** Our lesson type by the release's, with the side it belongs to. */
export const lessonTypes: Readonly<Record<string, { readonly type: Lesson["type"]; readonly source: RecordSource }>> = {
  failure_cause: { type: "failure-cause", source: "error" },
  failure_memory: { type: "failure-lesson", source: "error" },
  success_memory: { type: "success-lesson", source: "success" },
};

const releasedTypes: Readonly<Record<Lesson["type"], string>> = {
  "failure-cause": "failure_cause",
  "failure-lesson": "failure_memory",
  "success-lesson": "success_memory",
};

const RELATIONS = ["missing", "unclear", "wrong", "ignored"] as const;

/**
 * The relation a free text means: the word it is or begins with, else the only one of the four in it that is not denied. Undefined when the text leaves it open.
 * `bare`: the text says nothing else.
 */
export function relationIn(text: string): { readonly relation: Lesson["relation"]; readonly bare: boolean } {
  const [, first = "", rest = ""] = /^\W*([a-z]+)\b([\s\S]*)$/i.exec(text) ?? [];
  const leading = RELATIONS.find((word) => word === first.toLowerCase());
  if (leading !== undefined) return { relation: leading, bare: /^\W*$/.test(rest) };
  const said = RELATIONS.filter((word) => new RegExp(`\\b${word}\\b`, "i").test(text));
  const [only] = said;
  const denied =
    only !== undefined &&
    new RegExp(`(?:\\b(?:not|never|nothing|neither|no longer)|n['’]t)\\b(?:\\W+\\w+){0,2}\\W+${only}\\b`, "i").test(text);
  return { relation: said.length === 1 && !denied ? only : undefined, bare: false };
}

/** A lesson as an item; `number` counts the lessons of its type in a record, from 1. */
export function itemOf(lesson: Lesson, number: number): Record<string, string | number> {
  const { type, title, description, content, relation } = lesson;
  const place = type === "failure-cause" ? "relation_to_skill" : "skill_reflection";
  return { type: releasedTypes[type], number, title, description, content, ...(relation === undefined ? {} : { [place]: relation }) };
}
