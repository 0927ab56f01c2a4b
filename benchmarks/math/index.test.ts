import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importDataset } from "../../harness/data/import-dataset.ts";
import { dataManifestSchema } from "../../harness/data/manifest.ts";
import { math } from "./index.ts";
import { noBlobs } from "./world/bench.fixture.ts";

describe("the benchmark", () => {
  it("grades lines by each of its scorers, and names them for a scorer it does not have", async () => {
    async function* lines() {
      yield '{"id":"a","gold":"204","response":"So \\\\boxed{204}"}';
      yield "no JSON";
      yield '{"id":"b","gold":"204","response":"\\\\boxed{205}"}';
    }
    for (const scorer of Object.keys(math.scorers)) {
      const verdicts: unknown[] = [];
      for await (const line of math.grade(lines(), { root: "/", scorer }))
        verdicts.push((JSON.parse(line) as { verdict: unknown }).verdict);
      expect(verdicts).toEqual([true, false, false]);
    }
    expect(() => math.grade(lines(), { root: "/", scorer: "nope" })).toThrow(
      /has no scorer "nope"; choose one of parity, strict, is_equiv/,
    );
  });
});

const real = process.env.T2S_DATA_DIR === undefined ? undefined : join(process.env.T2S_DATA_DIR, "math");

describe.skipIf(real === undefined || !existsSync(real))("the published files (T2S_DATA_DIR)", () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), "t2s-math-oracle-"));
    await importDataset(dataManifestSchema.parse(math.datasets), dataDir, real ?? "");
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it.each(["dapo/train", "dapo/test", "math-train/test", "aime-2024", "aime-2025", "aime-2026", "math-500"])(
    "%s: every reference answer passes, no empty one does",
    async (split) => {
      const source = { dataDir, blobs: noBlobs };
      const failed: string[] = [];
      for await (const task of math.load(split, source)) {
        const sealed = await math.seal(task, source);
        for (const scorer of Object.values(math.scorers)) {
          const right = await scorer.score(task, sealed, math.oracle(task, sealed), noBlobs);
          const empty = await scorer.score(task, sealed, math.nop(task), noBlobs);
          if (right.state !== "graded" || !right.score.passed)
            failed.push(`${scorer.id} ${task.id} oracle ${String(sealed.fields.answer)}`);
          if (empty.state !== "graded" || empty.score.passed) failed.push(`${scorer.id} ${task.id} nop`);
        }
      }
      expect(failed).toEqual([]);
    },
  );
});
