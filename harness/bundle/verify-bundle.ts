import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, StoreError, UsageError } from "../core/errors.ts";
import type { Hash } from "../core/json.ts";
import type { LedgerRow } from "../core/ledger-rows.ts";
import { type LockFile, lockFileSchema } from "../experiment/lock-file.ts";
import { readLedgerBatches } from "../store/ledger.ts";
import { type BundleRecord, bundleRecordSchema } from "./bundle-record.ts";
import { checkFiles } from "./check-files.ts";
import { checkLedger, readUnits } from "./check-ledger.ts";
import { checkScores, type Rescoring } from "./check-scores.ts";
import { checkSkills } from "./check-skills.ts";
import { checkTables } from "./check-tables.ts";
import type { Checked, Finding } from "./finding.ts";
import { manifestName, parseManifest, rootDigest } from "./manifest.ts";

export interface Verification {
  /** Of the bundle as it lies there. */
  readonly root: Hash;
  /** Absent when bundle.json cannot be read. */
  readonly record?: BundleRecord;
  readonly checks: readonly Checked[];
  readonly findings: readonly Finding[];
}

/**
 * Checks a bundle's folder against its manifest, against the published digest where one is given, and against itself: ledger against units, tables against ledger, skills against
 * their edits, and with `rescoring` scores against submissions. Goes on after a finding, so that everything that differs is named. Throws UsageError for what is no bundle.
 */
export async function verifyBundle(
  folder: string,
  options: { readonly digest?: string; readonly rescoring?: Rescoring } = {},
): Promise<Verification> {
  const manifest = await readFile(join(folder, manifestName), "utf8");
  const listed = parseManifest(manifest);
  const root = rootDigest(manifest);
  const checks: Checked[] = [];
  if (options.digest !== undefined) checks.push(checkDigest(root, options.digest));
  checks.push(await checkFiles(folder, listed));
  const record = await readJson(folder, "bundle.json", bundleRecordSchema);
  const lock = await readJson(folder, "lock.json", lockFileSchema);
  const ledger = await readRows(folder);
  for (const problem of [record.problem, lock.problem, ledger.problem])
    if (problem !== undefined) checks.push({ check: "files", looked: "", findings: [{ check: "files", text: problem }], notes: [] });
  if (lock.value !== undefined && ledger.rows !== undefined)
    checks.push(
      ...(await checkContents(
        folder,
        ledger.rows,
        lock.value,
        record.value,
        listed.map(({ path }) => path),
        options.rescoring,
      )),
    );
  return {
    root,
    ...(record.value === undefined ? {} : { record: record.value }),
    checks,
    findings: checks.flatMap(({ findings }) => findings),
  };
}

async function checkContents(
  folder: string,
  rows: readonly LedgerRow[],
  lock: LockFile,
  record: BundleRecord | undefined,
  names: readonly string[],
  rescoring: Rescoring | undefined,
): Promise<Checked[]> {
  const { units, findings } = await readUnits(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return { units: new Map(), findings: [] }; // the manifest says that it is missing
  });
  const ledger = checkLedger(rows, units, lock, record?.missing.length ?? 0);
  return [
    { ...ledger, findings: [...findings, ...ledger.findings] },
    await checkTables(folder, rows, lock, names),
    await checkSkills({ folder, rows, units, lock, names }),
    ...(rescoring === undefined ? [] : [await checkScores(folder, rows, units, lock, rescoring)]),
  ];
}

function checkDigest(root: Hash, published: string): Checked {
  const wanted = published
    .trim()
    .toLowerCase()
    .replace(/^sha256:/, "");
  if (!/^[0-9a-f]{64}$/.test(wanted))
    throw new UsageError(`--digest ${JSON.stringify(published)} is no root digest; expected the 64 hex digits that t2s bundle printed`);
  const findings: Finding[] =
    wanted === root
      ? []
      : [
          {
            check: "digest",
            text: `the root digest of this bundle is ${root}, the published one is ${wanted}: this is not the bundle that was published`,
          },
        ];
  return { check: "digest", looked: "root digest against the published one", findings, notes: [] };
}

async function readJson<T>(
  folder: string,
  name: string,
  schema: { parse(value: unknown): T },
): Promise<{ readonly value?: T; readonly problem?: string }> {
  try {
    return { value: schema.parse(JSON.parse(await readFile(join(folder, name), "utf8"))) };
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return { problem: `${name} ${missing ? "is missing" : "is damaged or of another version"}; what rests on it cannot be checked` };
  }
}

async function readRows(folder: string): Promise<{ readonly rows?: readonly LedgerRow[]; readonly problem?: string }> {
  const rows: LedgerRow[] = [];
  try {
    for await (const batch of readLedgerBatches(join(folder, "ledger.jsonl"))) rows.push(...batch);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const [, line] = / line (\d+) /.exec(messageOf(error)) ?? [];
    return { problem: `ledger.jsonl line ${line ?? "?"} is not a ledger row; ledger, tables and skills cannot be checked` };
  }
  return { rows };
}
