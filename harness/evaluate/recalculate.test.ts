import ExcelJS from "exceljs";
import { describe, expect, it } from "vitest";
import { read } from "xlsx";
import type { Sandbox } from "../core/contract.ts";
import { chooseSandbox } from "../sandbox/choose-sandbox.ts";
import { recalculate } from "./recalculate.ts";

const { sandbox } = await chooseSandbox({ kind: "auto", hidden: [], unsandboxed: true });
const { libreoffice, ...withoutOffice } = await sandbox.manifest();
const why = libreoffice === undefined ? " (skipped: LibreOffice is not installed)" : "";

/** A2 carries a wrong value, A3 and A4 none. */
async function workbook(): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet("Data");
  sheet.getCell("A1").value = 10;
  sheet.getCell("A2").value = { formula: "A1*2", result: 999 };
  sheet.getCell("A3").value = { formula: "SUM(A1,5)" };
  sheet.getCell("A4").value = { formula: 'IF(A2>100,"big","small")' };
  return new Uint8Array(await book.xlsx.writeBuffer());
}

function values(bytes: Uint8Array): readonly unknown[] {
  const sheet = read(bytes, { type: "array" }).Sheets.Data;
  return ["A1", "A2", "A3", "A4"].map((address) => sheet?.[address]?.v);
}

describe.skipIf(libreoffice === undefined)(`recalculate${why}`, () => {
  it("replaces stale values and computes missing ones", async () => {
    const before = await workbook();
    expect(values(before)).toEqual([10, 999, undefined, undefined]);
    const done = await recalculate(sandbox, before);
    if (!done.ok) throw new Error(done.reason);
    expect(values(done.bytes)).toEqual([10, 20, 15, "small"]);
    expect(done.libreoffice).toBe(libreoffice);
  });

  it("gives a reason for a file LibreOffice cannot read", async () => {
    const done = await recalculate(sandbox, Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(2000, 0xa5)]));
    expect(done).toMatchObject({ ok: false, reason: expect.stringContaining("LibreOffice could not convert the workbook") });
  });

  it("gives a reason when LibreOffice does not finish in time", async () => {
    const late = await recalculate(sandbox, await workbook(), { timeoutMs: 50 });
    expect(late).toEqual({ ok: false, reason: "LibreOffice did not finish within 0.05 seconds" });
  });

  it("stops when aborted", async () => {
    const stop = new AbortController();
    const running = recalculate(sandbox, await workbook(), { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 300);
    await expect(running).rejects.toThrow("enough");
  });
});

it("recalculate says so when the sandbox has no LibreOffice", async () => {
  const bare: Sandbox = { ...sandbox, manifest: async () => withoutOffice };
  expect(await recalculate(bare, await workbook())).toEqual({ ok: false, reason: `the ${sandbox.id} sandbox has no LibreOffice` });
});
