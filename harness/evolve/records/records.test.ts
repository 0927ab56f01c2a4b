import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { type LessonRecord, readReleasedRecords } from "./read-records.ts";
import { relationIn } from "./released-format.ts";
import { writeReleasedRecords } from "./write-records.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "t2s-records-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (name: string, content: unknown): string => {
  const path = join(root, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const item = (type: string, more: object = {}) => ({ type, number: 1, title: "T", description: "D", content: "C", ...more });
const record = (id: string | number, ...items: object[]) => ({ instance_id: id, source_file: "x/analysis_report.md", items });
const lesson = (type: LessonRecord["lessons"][number]["type"], more: object = {}) => ({
  type,
  title: "T",
  description: "D",
  content: "C",
  ...more,
});

describe("reading", () => {
  it("reads an array with both sides in its order, ids as text", async () => {
    const path = put("any.json", [record(13284, item("failure_cause"), item("failure_memory")), record("13-1", item("success_memory"))]);
    expect(await readReleasedRecords(path)).toEqual({
      records: [
        { instance: "13284", source: "error", lessons: [lesson("failure-cause"), lesson("failure-lesson")] },
        { instance: "13-1", source: "success", lessons: [lesson("success-lesson")] },
      ],
      notes: [],
    });
  });

  it("reads a directory, errors first; the older name only where the newer is not there", async () => {
    put("parsed_success_records.json", [record("b", item("success_memory"))]);
    put("error_records.json", [record("old", item("failure_memory"))]);
    expect((await readReleasedRecords(root)).records.map((r) => r.instance)).toEqual(["old", "b"]);
    put("parsed_error_records.json", [record("new", item("failure_memory"))]);
    const { records, notes } = await readReleasedRecords(root);
    expect(records.map((r) => r.instance)).toEqual(["new", "b"]);
    expect(notes).toEqual([expect.stringMatching(/error_records\.json is left alone: parsed_error_records\.json is there, too\./)]);
  });

  it("drops the second records made of saved prompts, with a count, but keeps one that is the only one", async () => {
    const path = put("r.json", [
      record("a", item("success_memory")),
      record("a_prompt", item("success_memory")),
      record("b_prompt", item("success_memory")),
      record("c", item("success_memory")),
      record("c_prompt", item("success_memory")),
    ]);
    const { records, notes } = await readReleasedRecords(path);
    expect(records.map((r) => r.instance)).toEqual(["a", "b", "c"]);
    expect(notes).toEqual([
      `${path}: b_prompt is taken as b, which has no record of its own.`,
      `${path}: 2 records of saved prompts (…_prompt) left out: each repeats the record of its instance.`,
    ]);
  });

  it("reports unknown types, empty fields and records without a usable item", async () => {
    const path = put("r.json", [
      record("a", item("memory"), item("failure_memory", { title: " ", content: null }), item("failure_memory")),
      record("b"),
      record("c", item("failure_cause"), item("success_memory")),
    ]);
    const { records, notes } = await readReleasedRecords(path);
    expect(records.map((r) => [r.instance, r.source, r.lessons.length])).toEqual([
      ["a", "error", 1],
      ["c", "error", 1],
      ["c", "success", 1],
    ]);
    expect(notes).toEqual([
      `${path}: item 1 of a is left out: its type "memory" is none of failure_cause, failure_memory, success_memory.`,
      `${path}: item 2 of a is left out: it has no title and no content.`,
      `${path}: b is left out: it has no usable item.`,
      `${path}: c has lessons of a failure and of a success; they count as two records.`,
    ]);
  });

  it("takes a relation where the text has one, and never loses what else it says", async () => {
    const path = put("r.json", [
      record(
        "a",
        item("failure_cause", { relation_to_skill: "Ignored." }),
        item("failure_cause", { relation_to_skill: "Missing: the skill never speaks of dates." }),
        item("failure_memory", { skill_reflection: "The skill could say more." }),
        item("failure_memory", { skill_reflection: "", relation_to_skill: null }),
      ),
    ]);
    expect((await readReleasedRecords(path)).records[0]?.lessons).toEqual([
      lesson("failure-cause", { relation: "ignored" }),
      lesson("failure-cause", { relation: "missing", content: "C\n\nMissing: the skill never speaks of dates." }),
      lesson("failure-lesson", { content: "C\n\nThe skill could say more." }),
      lesson("failure-lesson"),
    ]);
  });

  it.each([
    ["wrong", "wrong", true],
    ["**Unclear**", "unclear", true],
    ["Ignored by the agent, though it is there", "ignored", false],
    ["The advice is plainly wrong here.", "wrong", false],
    ["Nothing is missing.", undefined, false],
    ["The skill isn't wrong.", undefined, false],
    ["Either missing or unclear.", undefined, false],
    ["", undefined, false],
  ] as const)("relation in %j", (text, relation, bare) => {
    expect(relationIn(text)).toEqual({ relation, bare });
  });

  it.each([
    ["no such path", () => join(root, "none"), /^There are no records at .*none: give a JSON file/],
    ["an empty directory", () => root, /holds no records: expected one of parsed_error_records\.json, error_records\.json, parsed_success/],
    ["no JSON", () => put("r.json", "# Report"), /r\.json is no JSON \(.*\): expected an array of records\.$/],
    ["another object", () => put("r.json", { a: 1 }), /holds no records: expected a JSON array/],
    ["patterns", () => put("r.json", { failure_cause: [] }), /holds patterns, not records/],
    ["a record without items", () => put("r.json", [record("a"), { instance_id: "b" }]), /^Record 2 of .*r\.json is malformed at items/],
    ["a record without an id", () => put("r.json", [{ items: [] }]), /^Record 1 of .* is malformed at instance_id/],
    ["text for a record", () => put("r.json", ["a"]), /^Record 1 of .* is malformed: .*Expected an object/],
  ])("refuses %s", async (_, make, message) => {
    const failure = await readReleasedRecords(make()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure instanceof UsageError && failure.message).toMatch(message);
  });
});

describe("writing", () => {
  const records: LessonRecord[] = [
    {
      instance: "2",
      source: "success",
      lessons: [lesson("success-lesson", { relation: "unclear", content: "Two\n\nparagraphs – “quoted”." })],
    },
    {
      instance: "1",
      source: "error",
      lessons: [
        lesson("failure-cause", { relation: "wrong" }),
        lesson("failure-lesson"),
        lesson("failure-lesson", { relation: "missing" }),
      ],
    },
    { instance: "1", source: "error", lessons: [lesson("failure-lesson", { title: "Another episode" })] },
  ];

  it("reads back from one file exactly as it was", async () => {
    const path = join(root, "deep", "records.json");
    expect(await writeReleasedRecords(path, records)).toEqual({ files: [path], notes: [] });
    expect(await readReleasedRecords(path)).toEqual({ records, notes: [] });
  });

  it("reads back from a directory exactly as it was, errors first", async () => {
    const { files } = await writeReleasedRecords(join(root, "out"), records);
    expect(readdirSync(join(root, "out")).sort()).toEqual(["parsed_error_records.json", "parsed_success_records.json"]);
    expect(files).toHaveLength(2);
    expect(await readReleasedRecords(join(root, "out"))).toEqual({ records: [...records.slice(1), ...records.slice(0, 1)], notes: [] });
  });

  it("uses the release's names and numbers items by type", async () => {
    await writeReleasedRecords(root, records);
    const [first] = JSON.parse(readFileSync(join(root, "parsed_error_records.json"), "utf8"));
    expect(first).toEqual({
      instance_id: "1",
      source_file: "trace2skill-bench",
      record_source: "error",
      items: [
        { type: "failure_cause", number: 1, title: "T", description: "D", content: "C", relation_to_skill: "wrong" },
        { type: "failure_memory", number: 1, title: "T", description: "D", content: "C" },
        { type: "failure_memory", number: 2, title: "T", description: "D", content: "C", skill_reflection: "missing" },
      ],
    });
  });

  it("leaves out records without lessons and says so; a path that cannot be written is a sentence", async () => {
    const { notes } = await writeReleasedRecords(join(root, "r.json"), [...records, { instance: "3", source: "error", lessons: [] }]);
    expect(notes).toEqual(["1 of 4 records have no lesson and are left out."]);
    await expect(writeReleasedRecords(join(root, "r.json", "below"), records)).rejects.toThrow(/^The records cannot be written to /);
  });
});
