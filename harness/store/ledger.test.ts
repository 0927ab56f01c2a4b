import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { LedgerEpisode } from "../core/record.ts";
import { appendLedger, compactLedger, comparableRow, readLedger } from "./ledger.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "t2s-ledger-"));
  path = join(folder, "ledger.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function row(task: string, state: "graded" | "errored" = "graded", ms = 1): LedgerEpisode {
  return {
    type: "episode",
    v: 1,
    key: task.padEnd(64, "0").replace(/[^0-9a-f]/g, "0"),
    arm: "a",
    guidance: "none",
    solver: "m",
    benchmark: "b",
    split: "s",
    task,
    cluster: task,
    flags: [],
    rep: { seed: 41, attempt: 0, replica: 0 },
    simulated: [],
    state,
    outcomes: [],
    volatile: { startedAt: "2026-01-01T00:00:00Z", ms, host: "h", costUsd: 0, attempts: 1 },
  };
}

async function all(): Promise<LedgerEpisode[]> {
  const rows: LedgerEpisode[] = [];
  for await (const one of readLedger(path)) if (one.type === "episode") rows.push(one);
  return rows;
}

it("passes over a torn last line and continues behind the last whole one", async () => {
  {
    await using ledger = await appendLedger(path);
    await Promise.all([ledger.append(row("1")), ledger.append(row("2"))]);
  }
  await appendFile(path, '{"type":"episode","v":1,"key":"0');
  expect((await all()).map((r) => r.task)).toEqual(["1", "2"]);
  {
    await using ledger = await appendLedger(path);
    await ledger.append(row("3"));
  }
  expect((await all()).map((r) => r.task)).toEqual(["1", "2", "3"]);
  expect((await readFile(path, "utf8")).split("\n")).toHaveLength(4);
});

it("names the line that is no row", async () => {
  await writeFile(path, `${JSON.stringify(row("1"))}\nnot json\n${JSON.stringify(row("2"))}\n`);
  await expect(all()).rejects.toThrow(/ledger\.jsonl line 2 .*t2s store reindex/);
  await writeFile(path, `${JSON.stringify({ ...row("1"), state: "maybe" })}\n`);
  await expect(all()).rejects.toThrow(/line 1/);
});

it("keeps the newest row of a slot and drops rows the plan does not hold", async () => {
  {
    await using ledger = await appendLedger(path);
    for (const one of [row("1", "errored"), row("2"), row("gone"), row("1", "graded")]) await ledger.append(one);
  }
  expect(await compactLedger(path, (r) => r.type !== "episode" || r.task !== "gone")).toEqual({ kept: 2, dropped: 2 });
  expect((await all()).map((r) => [r.task, r.state])).toEqual([
    ["2", "graded"],
    ["1", "graded"],
  ]);
});

it("compares rows without what may differ between equal runs", () => {
  expect(comparableRow(row("1", "graded", 5))).toBe(comparableRow(row("1", "graded", 900)));
  expect(comparableRow(row("1"))).not.toBe(comparableRow(row("1", "errored")));
});
