import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sha256 } from "../core/json.ts";
import { freezeFanIn } from "./fan-in.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-fan-in-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const key = (n: number): string => sha256(`unit ${n}`);
function unit(n: number, done: boolean): { key: string; done: boolean } {
  return { key: key(n), done };
}

it("keeps what was joined first, whatever is retried later, until it is refrozen", async () => {
  const first = await freezeFanIn(root, "patches s41", [unit(1, true), unit(2, false), unit(3, true)], { require: { share: 0.5 } });
  expect(first).toMatchObject({ wanted: [key(1), key(2), key(3)], joined: [key(1), key(3)] });
  const all = [unit(1, true), unit(2, true), unit(3, true)];
  expect(await freezeFanIn(root, "patches s41", all, { require: { share: 0.5 } })).toEqual(first);
  expect((await freezeFanIn(root, "patches s41", all, { require: "all", refreeze: true })).joined).toHaveLength(3);
  expect((await freezeFanIn(root, "patches s42", all, { require: "all" })).joined).toHaveLength(3);
});

it("freezes nothing when too few are there, and lets one of many freezings win", async () => {
  const some = [unit(1, true), unit(2, false)];
  await expect(freezeFanIn(root, "p", some, { require: "all" })).rejects.toThrow(/needs 2 of 2 results and has 1/);
  const many = await Promise.all(
    Array.from({ length: 10 }, (_, i) => freezeFanIn(root, "q", [unit(1, true), unit(2, i % 2 === 0)], { require: { share: 0.5 } })),
  );
  expect(new Set(many.map((one) => JSON.stringify(one))).size).toBe(1);
});

it("does not pass a laxer joining off as a whole one", async () => {
  const two = [unit(1, true), unit(2, false)];
  await freezeFanIn(root, "lax", two, { require: { share: 0.5 } });
  await expect(freezeFanIn(root, "lax", [unit(1, true), unit(2, true)], { require: "all" })).rejects.toThrow(/--refreeze/);
  expect((await freezeFanIn(root, "lax", [unit(1, true), unit(2, true)], { require: "all", refreeze: true })).joined).toHaveLength(2);
});
