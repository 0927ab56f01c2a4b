import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { benchmarks } from "../../benchmarks/index.ts";
import { t2sHere as t2s } from "./run-t2s.fixture.ts";

describe("t2s data sample", () => {
  it("generates a benchmark's tasks where they are asked for, and refuses what it cannot make", async () => {
    const home = await mkdtemp(join(tmpdir(), "t2s-sample-"));
    try {
      const made = await t2s(["data", "sample", "spreadsheetbench", "--count", "48", "--out", join(home, "made")]);
      expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ tasks in /) });
      expect(await readdir(join(home, "made"))).toContain("dataset.json");
      expect(await t2s(["data", "sample", "nothing"])).toMatchObject({ code: 2, err: expect.stringContaining('no benchmark "nothing"') });
      expect(await t2s(["data", "sample", "spreadsheetbench", "--count", "x"])).toMatchObject({ code: 2 });
      const few = await t2s(["data", "sample", "spreadsheetbench", "--count", "3", "--out", join(home, "few")]);
      expect(few).toMatchObject({ code: 2, err: expect.stringContaining("48") });
    } finally {
      await rm(home, { recursive: true });
    }
  });

  it("is offered by every benchmark that has synthetic splits", () => {
    for (const { id, splits, sample } of Object.values(benchmarks))
      expect([id, sample !== undefined]).toEqual([id, splits.some((split) => split.synthetic)]);
  });
});
