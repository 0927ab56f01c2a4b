import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { LedgerRow } from "../core/ledger-rows.ts";
import type { LockFile } from "../experiment/lock-file.ts";
import { buildReport } from "../report/build-report.ts";
import { tableDesignSchema } from "../report/table-design.ts";
import { type ReportFile, reportFiles } from "../report/write-report.ts";
import { isMeasured } from "../store/ledger.ts";
import { type Checked, type Finding, shown } from "./finding.ts";

/** Differences of one file that are told one by one. */
const told = 12;

/** Makes every table anew from the ledger and compares it, number by number, with what the bundle holds. `names` are the files of the bundle. */
export async function checkTables(folder: string, rows: readonly LedgerRow[], lock: LockFile, names: readonly string[]): Promise<Checked> {
  const findings: Finding[] = [];
  const say = (text: string): void => void findings.push({ check: "tables", text });
  const made = remake(rows, lock);
  if (typeof made === "string") {
    say(`the tables cannot be made from ledger.jsonl and lock.json: ${made}`);
    return { check: "tables", looked: "nothing", findings, notes: [] };
  }
  let numbers = 0;
  for (const { name, text } of made) {
    const there = await readFile(join(folder, "report", name), "utf8").catch(() => undefined);
    if (there === undefined) {
      say(`report/${name} is missing: ledger and lock file give one`);
      continue;
    }
    const compared = name.endsWith(".json")
      ? compareJson(there, text)
      : name.endsWith(".csv")
        ? compareCsv(there, text)
        : compareLines(there, text);
    numbers += compared.values;
    for (const one of compared.differences.slice(0, told)) say(`report/${name} ${one}`);
    if (compared.differences.length > told) say(`report/${name} differs in ${compared.differences.length - told} further places`);
  }
  const known = new Set(made.map(({ name }) => `report/${name}`));
  const carried = names.filter((name) => name.startsWith("report/") && !known.has(name));
  return {
    check: "tables",
    looked: `${made.length} files made anew from ledger.jsonl, ${numbers.toLocaleString("en")} values compared`,
    findings,
    notes: carried.map((name) => `${name} is held to its hash only: it is not made from ledger and lock file alone`),
  };
}

function remake(rows: readonly LedgerRow[], lock: LockFile): readonly ReportFile[] | string {
  try {
    const learned = rows.flatMap((row) => (row.type === "evolution" ? [row] : []));
    return reportFiles(
      buildReport(lock.experiment, tableDesignSchema.parse(lock.design), rows.filter(isMeasured), learned, { protocol: lock.protocol }),
    );
  } catch (error) {
    return messageOf(error).split("\n")[0] ?? "";
  }
}

interface Compared {
  readonly values: number;
  readonly differences: readonly string[];
}

function compareJson(there: string, made: string): Compared {
  const differences: string[] = [];
  let values = 0;
  const walk = (a: unknown, b: unknown, path: string, about: string): void => {
    if (isObject(a) && isObject(b)) {
      const names = ["arm", "reference", "solver", "metric", "row", "column", "seed"].flatMap((key) => {
        const value = b[key];
        return typeof value === "string" || typeof value === "number" ? [`${key} ${value}`] : [];
      });
      const where = names.length === 0 ? about : ` (${names.join(", ")})`;
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) walk(a[key], b[key], path === "" ? key : `${path}.${key}`, where);
    } else if (Array.isArray(a) && Array.isArray(b)) {
      for (let i = 0; i < Math.max(a.length, b.length); i++) walk(a[i], b[i], `${path}[${i}]`, about);
    } else {
      values += 1;
      if (!Object.is(a, b) && JSON.stringify(a) !== JSON.stringify(b))
        differences.push(`at ${path}${about}: it says ${shown(a)}, the ledger gives ${shown(b)}`);
    }
  };
  try {
    walk(JSON.parse(there), JSON.parse(made), "", "");
  } catch {
    return { values: 0, differences: ["is not JSON any more"] };
  }
  // Equal data in other bytes: blanks and the order of members are no numbers, but nobody but an editor changes them.
  if (differences.length === 0 && there !== made) differences.push("holds the same values, written otherwise than t2s writes them");
  return { values, differences };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function compareCsv(there: string, made: string): Compared {
  const [a, b] = [there.split("\r\n"), made.split("\r\n")];
  const differences: string[] = [];
  const columns = splitCsv(b[0] ?? "");
  let values = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left === undefined || right === undefined) {
      differences.push(`line ${i + 1}: it says ${shown(left)}, the ledger gives ${shown(right)}`);
      continue;
    }
    const [cells, wanted] = [splitCsv(left), splitCsv(right)];
    values += wanted.length;
    if (left === right) continue;
    const about = wanted
      .slice(0, 9)
      .filter((cell) => cell !== "")
      .join(", ");
    let found = false;
    for (let c = 0; c < Math.max(cells.length, wanted.length); c++) {
      if (cells[c] === wanted[c]) continue;
      found = true;
      differences.push(
        `line ${i + 1}, column ${columns[c] ?? c + 1} (${about}): it says ${shown(cells[c])}, the ledger gives ${shown(wanted[c])}`,
      );
    }
    if (!found) differences.push(`line ${i + 1} (${about}) is quoted otherwise than t2s writes it`);
  }
  return { values, differences };
}

/** Cells of one line of CSV; ours have no line breaks in cells. */
function splitCsv(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

function compareLines(there: string, made: string): Compared {
  const [a, b] = [there.split("\n"), made.split("\n")];
  const differences: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++)
    if (a[i] !== b[i]) differences.push(`line ${i + 1}: ${firstDifference(a[i], b[i])}`);
  return { values: b.length, differences };
}

/** The part of two lines that differs, with some of what stands around it. */
function firstDifference(a: string | undefined, b: string | undefined): string {
  if (a === undefined || b === undefined) return `it says ${shown(a)}, the ledger gives ${shown(b)}`;
  let from = 0;
  while (from < Math.min(a.length, b.length) && a[from] === b[from]) from += 1;
  const start = Math.max(0, from - 30);
  return `it says ${shown(a.slice(start, from + 50))}, the ledger gives ${shown(b.slice(start, from + 50))}`;
}
