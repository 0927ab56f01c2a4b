import { expect, it } from "vitest";
import type { Blobs } from "../../../harness/core/contract.ts";
import { sha256 } from "../../../harness/core/json.ts";
import { column } from "../score/pack-workbook.fixture.ts";
import { doubtAnswer } from "./doubt-answer.ts";

const stored = new Map<string, Uint8Array>();
const blobs: Blobs = {
  get: async (hash) => stored.get(hash) ?? new Uint8Array(),
  put: async (bytes) => {
    stored.set(sha256(bytes), bytes);
    return sha256(bytes);
  },
  has: async (hash) => stored.has(hash),
};

async function doubt(gold: Uint8Array, output: Uint8Array, what = "numbers changed"): Promise<string | undefined> {
  const ref = async (path: string, bytes: Uint8Array) => ({ path, blob: await blobs.put(bytes), bytes: bytes.length });
  const sealed = { files: [await ref("gold.xlsx", gold)], fields: { answer_position: "S!A1:A4" } };
  return await doubtAnswer({ sealed, what }, { files: [await ref("output.xlsx", output)], exit: "completed" }, [], blobs);
}

it("doubts what is no workbook", async () => {
  expect(await doubt(column(111, 222, 333, 444), Buffer.from("no workbook"))).toMatch(/no workbook/);
});

it("doubts figures that stay though all data changed, and only these", async () => {
  const gold = column(123.45, 678.9, 1024, 2048);
  expect(await doubt(gold, column(123.45, 678.9, 1024, 2049))).toMatch(/3 of 4 figures/);
  expect(await doubt(gold, column(123.45, 1, 2, 3))).toBeUndefined();
  expect(await doubt(gold, column(123.45, 678.9, 1024, 2049), "half of the numbers changed")).toBeUndefined();
  expect(await doubt(column(5, 7, "a", 12), column(5, 7, "a", 13))).toBeUndefined();
});
