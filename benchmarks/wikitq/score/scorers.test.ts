import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { utils, type WorkSheet, write } from "xlsx";
import type { Outcome, Task } from "../../../harness/core/record.ts";
import { answerWorkbook, sealTarget } from "../load-tasks.ts";
import { openAnswerReader } from "../workbook/read-answer.ts";
import { writeZip } from "../workbook/zip-parts.ts";
import { judge, memoryBlobs } from "../world/bench.fixture.ts";
import { readAnswer } from "./answer-text.ts";
import { gradeStream } from "./grade-stream.ts";

const blobs = memoryBlobs();
const task = (form: string): Task => ({ id: "q", cluster: "t", form, slots: {}, images: [], files: [], needs: [], flags: [], origin: {} });

async function score(values: readonly string[], output: Uint8Array | string | undefined, canon = values): Promise<Outcome> {
  const form = typeof output === "string" ? "direct" : "workbook";
  return judge(task(form), await sealTarget({ value: values, canon, canonSource: "official" }, form, { blobs }), output, blobs);
}
const message = (outcome: Outcome): string | undefined =>
  outcome.state === "graded" ? (outcome.score.passed ? "passed" : outcome.score.message) : outcome.reason;

function book(sheet: WorkSheet, name = "Answer"): Uint8Array {
  const workbook = utils.book_new();
  utils.book_append_sheet(workbook, utils.aoa_to_sheet([["x"]]), "Table");
  utils.book_append_sheet(workbook, sheet, name);
  return new Uint8Array(write(workbook, { type: "buffer", bookType: "xlsx" }));
}

describe("answer workbooks", () => {
  it("are read from A2 down: numbers in their shortest form, dates as y-m-d, blanks dropped, other columns and A1 not read", async () => {
    const sheet = utils.aoa_to_sheet([["head", "no"], ["Ann"], [""], [3.5, "no"], ["  "], [2000]]);
    sheet.A7 = { t: "n", v: 34_725, z: "yyyy-mm-dd" };
    sheet.A8 = { t: "n", f: "1+1" };
    sheet["!ref"] = "A1:B8";
    await using reader = openAnswerReader();
    expect(await reader.read(book(sheet))).toEqual({ items: ["Ann", "3.5", "2000", "1995-01-26"], uncalculated: 1 });
    expect(message(await score(["Ann", "3.50", "2000", "January 26, 1995"], book(sheet), ["Ann", "3.5", "2000.0", "1995-01-26"]))).toBe(
      "passed",
    );
    expect(message(await score(["Bo"], book(sheet)))).toMatch(/^expected "Bo", got "Ann", "3.5".*; 1 formulas have no stored value$/);
  });

  it("without the sheet, without a file, or with an empty column have failed", async () => {
    expect(message(await score(["x"], book(utils.aoa_to_sheet([["h"], ["x"]]), "answer")))).toBe("passed");
    expect(message(await score(["x"], book(utils.aoa_to_sheet([["h"], ["x"]]), "Result")))).toMatch(
      /there is no sheet Answer; the workbook has "Table", "Result"/,
    );
    expect(message(await score(["x"], undefined))).toBe("no output.xlsx was handed in");
    expect(message(await score(["x"], book(utils.aoa_to_sheet([["x"]]))))).toBe("no answer was handed in");
  });

  it("that are hostile have failed, and the next one is read all the same", async () => {
    const bomb = (): Uint8Array => {
      const huge = Buffer.alloc(80 * 2 ** 20, " ");
      const packed = deflateRawSync(huge);
      const zip = Buffer.from(writeZip([{ name: "xl/workbook.xml", data: packed }]));
      // Declares the packed size for both, as a liar does.
      const central = zip.indexOf(Buffer.from("PK\u0001\u0002", "latin1"));
      zip.writeUInt16LE(8, 8);
      zip.writeUInt16LE(8, central + 10);
      return zip;
    };
    expect(message(await score(["x"], bomb()))).toMatch(/unpacks to more than the limit/);
    expect(message(await score(["x"], new Uint8Array(17 * 2 ** 20)))).toMatch(/the limit is 16777216/);
    expect(message(await score(["x"], Buffer.from("no workbook")))).toMatch(/the file is no zip archive/);
    expect(message(await score(["x"], answerWorkbook(["x"]).subarray(0, 900)))).toMatch(/no zip archive/);
    expect(message(await score(["x"], writeZip([{ name: "a", data: Buffer.from("b") }])))).toMatch(/cannot be read|no sheet/);
    await using slow = openAnswerReader({ timeoutMs: 1 });
    expect(await slow.read(answerWorkbook(Array.from({ length: 20_000 }, (_, i) => `item ${i}`)))).toEqual({
      fault: "reading the workbook took longer than 0.001 s",
    });
    expect(message(await score(["x"], answerWorkbook(["x"])))).toBe("passed");
    expect(message(await score(["x"], answerWorkbook(Array.from({ length: 15_000 }, (_, i) => `${i}`))))).toMatch(
      /15000 items; the limit is 10000/,
    );
  });
});

describe("answers in words", () => {
  it.each<readonly [string, readonly string[]]>([
    ["Working.\n\nAnswer:\nItaly\nSpain", ["Italy", "Spain"]],
    ["Answer: no.\nI was wrong.\n**Final answer:** Italy", ["Italy"]],
    ["## Answer:\n- a\n- b\n\n", ["a", "b"]],
    ["The answer is: 12", ["12"]],
    ["Answer:\n1. x\n2. y", ["x", "y"]],
    ["Answer:\n1. FC Example", ["1. FC Example"]],
    ["Answer:\n```\n-5\n```", ["-5"]],
    ["Answer:\r\n`a`\r\n**b**", ["a", "b"]],
    ["Italy", ["Italy"]],
    ["I think\nit is Italy", []],
    ["Answer:", []],
    ["", []],
  ])("%j is read as %j", (reply, items) => expect(readAnswer(reply)).toEqual(items));

  it("are scored", async () => {
    expect(message(await score(["Italy"], "Answer: ITALY [1]"))).toBe("passed");
    expect(message(await score(["Italy"], "perhaps\nItaly"))).toBe("the reply has no line that begins with Answer:");
    expect(message(await score(["Italy"], ""))).toBe("no output.xlsx was handed in".replace("output.xlsx was", "answer was"));
    expect(message(await score(["Italy"], `Answer:\n${"x".repeat(300_000)}`))).toMatch(/the limit is 200000/);
  });
});

describe("grading", () => {
  async function graded(lines: readonly string[]): Promise<readonly Record<string, unknown>[]> {
    async function* given() {
      yield* lines;
    }
    const results: Record<string, unknown>[] = [];
    for await (const line of gradeStream(given())) results.push(JSON.parse(line));
    return results;
  }

  it("gives a result for every line, whatever is in it", async () => {
    const row = { id: 7, targetValue: ["17 years"], targetCanon: ["17.0"] };
    const results = await graded([
      JSON.stringify({ ...row, prediction: ["17"] }),
      "",
      "{",
      "[]",
      "null",
      JSON.stringify({ ...row, prediction: "17" }),
      JSON.stringify({ ...row, targetCanon: [], prediction: ["17"] }),
      JSON.stringify({ ...row, targetCanon: null, prediction: ["17"] }),
      JSON.stringify({ ...row, prediction: [] }),
      JSON.stringify({ ...row, prediction: ["9".repeat(400)] }),
      JSON.stringify({ ...row, prediction: Array.from({ length: 10_001 }, () => "x") }),
      JSON.stringify({ ...row, prediction: ["x".repeat(200_001)] }),
      `"${"x".repeat(900_000)}"`,
      JSON.stringify({ input: "C++" }),
      JSON.stringify({ input: 5 }),
      '{"__proto__":{"input":"x"},"id":{"a":1}}',
    ]);
    expect(results[0]).toEqual({ id: 7, verdict: true, message: "" });
    expect(results).toHaveLength(15);
    expect(results.slice(1, 12).every((result) => result.verdict === false && String(result.message).length > 10)).toBe(true);
    expect(results[8]?.message).toMatch(/OverflowError/);
    expect(results[11]?.message).toMatch(/the line has 900002 characters; the limit is 800000/);
    expect(results[12]).toEqual({ input: "C++", normalized: "c", value_type: "StringValue", value: null });
    expect(results[14]).toMatchObject({ id: { a: 1 }, verdict: false });
  });
});
