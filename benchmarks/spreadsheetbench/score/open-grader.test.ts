import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { CaseFiles } from "./grade-case.ts";
import { openGrader } from "./open-grader.ts";
import { column, endless, pack, swollen, workbookParts } from "./pack-workbook.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "t2s-grader-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const gold = { bytes: column(1, 2, "x") };
const base: CaseFiles = { gold, candidate: gold, answerPosition: "A1:A3", scorer: "trace2skill" };
const bomb = pack({
  ...workbookParts({ sheets: { S: "" } }),
  "xl/worksheets/sheet1.xml": { data: Buffer.alloc(50 * 2 ** 20, 0x20), claim: 10 * 2 ** 30 },
});

describe("grader", () => {
  it("grades, several cases at a time, in any order", { timeout: 120_000 }, async () => {
    await using grader = openGrader({ workers: 2 });
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, i) => grader.grade({ ...base, candidate: { bytes: column(1, 2, i % 2 === 0 ? "x" : `y${i}`) } })),
    );
    expect(verdicts.map((v) => v.verdict)).toEqual(verdicts.map((_, i) => i % 2 === 0));
    expect(verdicts[1]).toEqual({ verdict: false, message: 'A3 of sheet S: expected "x", got "y1"' });
  });

  it("answers with a verdict for files that are missing, no workbooks or bombs", { timeout: 120_000 }, async () => {
    await using grader = openGrader({ workers: 1 });
    const text = join(folder, "a.xlsx");
    writeFileSync(text, "a,b\n");
    const pipe = join(folder, "pipe.xlsx");
    execFileSync("mkfifo", [pipe]);
    writeFileSync(join(folder, "old.xls"), column(1, 2, "x"));
    const cases = [
      { missing: true },
      { path: join(folder, "none.xlsx") },
      { path: text },
      { path: pipe },
      { path: folder },
      { path: join(folder, "old.xls") },
      { bytes: bomb },
    ] as const;
    const verdicts = [];
    for (const candidate of cases) verdicts.push(await grader.grade({ ...base, candidate }));
    expect(verdicts.map((v) => v.verdict)).toEqual(cases.map(() => false));
    const messages = verdicts.map((v) => v.message);
    for (const [i, part] of [
      "File not exist",
      "File not exist",
      "not a zip file",
      "not a regular file",
      "format",
      "format .xls",
      "limit is",
    ].entries()) {
      expect(messages[i]).toContain(part);
    }
    expect((await grader.grade(base)).verdict).toBe(true);
  });

  it("gives up a file that takes too long and goes on with the next one", { timeout: 120_000 }, async () => {
    await using grader = openGrader({ workers: 1, timeoutMs: 1000 });
    // A worker that is still starting is not charged for it, so the small case fits into the limit.
    expect(await grader.grade(base)).toEqual({ verdict: true, message: "" });
    const slow = { bytes: endless() };
    expect(await grader.grade({ ...base, candidate: slow })).toEqual({ verdict: false, message: "workbook: not read within 1 s" });
    expect((await grader.grade(base)).verdict).toBe(true);
    expect(await grader.grade({ ...base, scorer: "strict", gold: slow })).toMatchObject({
      verdict: null,
      message: "gold workbook: not read within 1 s",
    });
    expect(await grader.grade({ ...base, scorer: "strict", candidate: slow })).toMatchObject({ verdict: false });
  });

  it("survives a file that takes more memory than there may be", { timeout: 120_000 }, async () => {
    await using grader = openGrader({ workers: 1, heapMb: 64 });
    expect(await grader.grade({ ...base, candidate: { bytes: swollen(60) } })).toMatchObject({
      verdict: false,
      message: expect.stringContaining("more memory than 64 MB"),
    });
    expect((await grader.grade(base)).verdict).toBe(true);
  });

  it("stops at an abort, whether the case is running or waiting, and after closing", { timeout: 120_000 }, async () => {
    const grader = openGrader({ workers: 1 });
    const stop = new AbortController();
    const slow = { ...base, candidate: { bytes: endless() } };
    const running = grader.grade(slow, stop.signal);
    const waiting = grader.grade(base, stop.signal);
    const after = grader.grade(base);
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await expect(waiting).rejects.toThrow("enough");
    expect((await after).verdict).toBe(true);
    await expect(grader.grade(base, stop.signal)).rejects.toThrow("enough");
    const open = grader.grade(slow);
    const closed = expect(open).rejects.toThrow("closed");
    await grader[Symbol.asyncDispose]();
    await closed;
    await expect(grader.grade(base)).rejects.toThrow("closed");
  });
});

describe("worker processes", () => {
  const modulePath = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const program = (rest: string) => `
    import { openGrader } from ${modulePath("./open-grader.ts")};
    import { column, swollen } from ${modulePath("./pack-workbook.fixture.ts")};
    const gold = { bytes: column(1) };
    const grader = openGrader({ workers: 1 });
    console.log((await grader.grade({ gold, candidate: gold, answerPosition: "A1", scorer: "upstream" })).verdict);
    ${rest}`;
  const start = (name: string, rest: string) => {
    const file = join(folder, name);
    writeFileSync(file, program(rest));
    const loader = fileURLToPath(import.meta.resolve("tsx/esm"));
    return spawn(process.execPath, ["--import", loader, file], { stdio: ["ignore", "pipe", "inherit"], cwd: "/" });
  };
  const childrenOf = (pid: number): number[] => {
    const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
    return table
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, parent, ...args]) => Number(parent) === pid && args.join(" ").includes("grade-worker"))
      .map(([child]) => Number(child));
  };
  const alive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  it("don't keep a finished program alive, also when the pool was never closed", { timeout: 120_000 }, async () => {
    const child = start("idle.mts", "");
    let output = "";
    child.stdout.on("data", (piece) => {
      output += piece;
    });
    const code = await new Promise((resolve) => child.on("exit", resolve));
    expect([code, output.trim()]).toEqual([0, "true"]);
  });

  it.skipIf(process.platform !== "linux")("end with a parent that is killed (Linux: needs ps)", { timeout: 120_000 }, async () => {
    const child = start("killed.mts", "setInterval(() => undefined, 1000);");
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const workers = childrenOf(child.pid ?? 0);
    expect(workers).toHaveLength(1);
    child.kill("SIGKILL");
    for (let i = 0; i < 600 && workers.some(alive); i += 1) await sleep(50);
    expect(workers.filter(alive)).toEqual([]);
  });
});
