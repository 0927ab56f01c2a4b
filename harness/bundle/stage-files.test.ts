import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStage } from "./stage-files.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-stage-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

it("writes a file in many pieces, lists it with its hash, and gives Node nothing to warn of", async () => {
  const warnings: string[] = [];
  const heed = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", heed);
  const stage = openStage(home);
  const file = await stage.stream("inside/rows.jsonl");
  // Large pieces, so that whoever writes has to wait.
  const pieces = Array.from({ length: 40 }, (_, i) => `${i} ${"x".repeat(100_000)}\n`);
  for (const piece of pieces) await file.write(piece);
  await file.close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", heed);
  const written = await readFile(join(home, "inside/rows.jsonl"), "utf8");
  expect(written === pieces.join("")).toBe(true);
  expect(stage.listed).toEqual([{ path: "inside/rows.jsonl", sha256: createHash("sha256").update(written).digest("hex") }]);
  expect(stage.bytes).toBe(Buffer.byteLength(written));
  expect(warnings).toEqual([]);
});

it("writes over nothing", async () => {
  const stage = openStage(home);
  await stage.add("one.txt", "first");
  await expect(stage.stream("one.txt")).rejects.toThrow("one.txt");
  expect(await readFile(join(home, "one.txt"), "utf8")).toBe("first");
});
