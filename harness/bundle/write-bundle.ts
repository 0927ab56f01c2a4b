import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError, UsageError } from "../core/errors.ts";
import { canonicalJson, type Hash } from "../core/json.ts";
import type { LedgerEvolution, LedgerRow } from "../core/ledger-rows.ts";
import { type LedgerEpisode, submissionSchema, trajectorySchema } from "../core/record.ts";
import { armRecordSchema } from "../evaluate/arm.ts";
import { readLockFile } from "../experiment/lock-file.ts";
import { buildReport } from "../report/build-report.ts";
import { tableDesignSchema } from "../report/table-design.ts";
import { reportFiles } from "../report/write-report.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { isMeasured, readLedgerBatches } from "../store/ledger.ts";
import type { Store } from "../store/store.ts";
import { type BundledUnit, type BundleRecord, blobPath, bundledUnitSchema } from "./bundle-record.ts";
import { manifestName, manifestText, rootDigest } from "./manifest.ts";
import { filesBelow, openStage, type Stage } from "./stage-files.ts";

export interface BundleOptions {
  readonly experiment: string;
  readonly experimentDir: string;
  readonly store: Store;
  readonly made: BundleRecord["made"];
  /** Whole trajectories, too: every turn of every episode and analysis, with the pictures that were shown. */
  readonly trajectories: boolean;
  /** Leave names of hosts and endpoints in the ledger. */
  readonly hosts: boolean;
}

export interface BundleSummary {
  readonly root: Hash;
  readonly files: number;
  readonly bytes: number;
  readonly record: BundleRecord;
  /** What people should know: tables on disk that were not what the ledger gives. */
  readonly notes: readonly string[];
}

/**
 * Fills an empty folder with everything an experiment's numbers and skills rest on (harness/bundle/README.md) and its manifest. Equal results give equal bytes and so
 * an equal root digest. Memory grows with the rows of the tables, not with blobs or units.
 */
export async function writeBundle(folder: string, options: BundleOptions): Promise<BundleSummary> {
  const { experiment, experimentDir } = options;
  const lock = await readLockFile(experimentDir);
  if (lock === undefined)
    throw new StoreError(`${experimentDir} has no lock.json; run the experiment's config again to write it anew, nothing measured is lost`);
  const stage = openStage(folder);
  await stage.add("lock.json", await readFile(join(experimentDir, "lock.json")));
  const source = await copyLedger(stage, options);
  const { rows, learned, missing } = source;
  if (rows.length === 0)
    throw new UsageError(`${experiment} has no measured episodes, so there is nothing to bundle; run its config first`);
  const report = reportFiles(buildReport(experiment, tableDesignSchema.parse(lock.design), rows, learned, { protocol: lock.protocol }));
  for (const { name, text } of report) await stage.add(`report/${name}`, text);
  const made = new Set(["lock.json", "ledger.jsonl", ...report.map(({ name }) => `report/${name}`)]);
  const notes = await compareWithDisk(experimentDir, report);
  for await (const path of filesBelow(experimentDir, isRecord)) {
    if (made.has(path)) continue;
    const { mode } = await lstat(join(experimentDir, path));
    await stage.add(path, await readFile(join(experimentDir, path)), (mode & 0o100) === 0 ? 0o644 : 0o755);
  }
  const { trajectories, hosts } = options;
  const record: BundleRecord = {
    format: "t2s-bundle",
    v: 1,
    experiment,
    made: options.made,
    rows: source.count,
    units: source.units,
    blobs: source.blobs,
    trajectories,
    hosts,
    missing,
  };
  await stage.add("bundle.json", `${canonicalJson(record)}\n`);
  const manifest = manifestText(stage.listed);
  const files = stage.listed.length;
  await stage.add(manifestName, manifest);
  return { root: rootDigest(manifest), files, bytes: stage.bytes, record, notes };
}

/** The web report repeats what the other files say; locks, leftovers of writers and of salvaged ledgers are no results. Hidden files count inside skills only. */
function isRecord(path: string): boolean {
  if (/\.(?:old|tmp|compact)$/.test(path)) return false;
  if (/(?:^|\/)\./.test(path) && !/\/(?:skill|checkpoints)\//.test(path)) return false;
  return path === "report" || !path.startsWith("report/") || /^report\/[^/]+\.(?:md|csv|json|tex)$/.test(path);
}

async function compareWithDisk(dir: string, report: readonly { readonly name: string; readonly text: string }[]): Promise<string[]> {
  const notes: string[] = [];
  for (const { name, text } of report) {
    const there = await readFile(join(dir, "report", name), "utf8").catch(() => undefined);
    if (there !== undefined && there !== text)
      notes.push(`report/${name} in ${dir} is not what its ledger gives with this version; the bundle holds it made anew`);
  }
  return notes;
}

interface Source {
  readonly rows: readonly LedgerEpisode[];
  readonly learned: readonly LedgerEvolution[];
  readonly count: number;
  readonly units: number;
  readonly blobs: number;
  readonly missing: string[];
}

/** Writes ledger.jsonl, units.jsonl and the blobs both name, in one walk over the ledger. */
async function copyLedger(stage: Stage, { experimentDir, store, trajectories, hosts }: BundleOptions): Promise<Source> {
  const rows: LedgerEpisode[] = [];
  const learned: LedgerEvolution[] = [];
  const missing: string[] = [];
  const blobs = new Set<Hash>();
  const seen = new Set<string>();
  let count = 0;
  let units = 0;
  const ledger = await stage.stream("ledger.jsonl");
  const unitLines = await stage.stream("units.jsonl");
  const copyBlob = async (hash: Hash, what: string): Promise<boolean> => {
    if (blobs.has(hash)) return true;
    try {
      await stage.add(blobPath(hash), await store.blobs.get(hash));
      blobs.add(hash);
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      missing.push(`${what}: ${error.message}`);
      return false;
    }
  };
  const copyInner = async (hash: Hash, what: string, inner: (value: unknown) => readonly Hash[]): Promise<void> => {
    if (blobs.has(hash) || !(await copyBlob(hash, what))) return;
    for (const one of inner(await readJsonBlob(store.blobs, hash))) await copyBlob(one, what);
  };
  const copyUnit = async (key: Hash, what: string): Promise<void> => {
    if (seen.has(key)) return;
    seen.add(key);
    const unit = await store.units.get(key);
    if (unit === undefined) {
      missing.push(`${what}: unit ${key} is not in the store`);
      return;
    }
    const { spec, result, volatile } = unit;
    const line: BundledUnit = bundledUnitSchema.parse({ key, spec, result, ms: volatile.ms, costUsd: volatile.costUsd });
    await unitLines.write(`${canonicalJson(line)}\n`);
    units += 1;
    const { arm } = spec;
    if (spec.kind === "rollout" && typeof arm === "string") await copyInner(arm, what, blobsOfArm);
  };
  for await (const batch of readLedgerBatches(join(experimentDir, "ledger.jsonl"))) {
    for (const row of batch) {
      count += 1;
      if (isMeasured(row)) rows.push(row);
      else if (row.type === "evolution") learned.push(row);
      const what = nameRow(row);
      for (const key of unitsOf(row)) await copyUnit(key, what);
      if (row.type === "episode" && row.submission !== undefined)
        await copyInner(row.submission, what, (value) => submissionSchema.parse(value).files.map(({ blob }) => blob));
      if (trajectories && (row.type === "episode" || row.type === "analysis") && row.trajectory != null)
        await copyInner(row.trajectory, what, (value) => trajectorySchema.parse(value).steps.flatMap(({ images }) => images ?? []));
    }
    await ledger.write(batch.map((row) => `${canonicalJson(hosts ? row : withoutHosts(row))}\n`).join(""));
  }
  await ledger.close();
  await unitLines.close();
  return { rows, learned, count, units, blobs: blobs.size, missing };
}

const blobsOfArm = (value: unknown): readonly Hash[] => {
  const arm = armRecordSchema.parse(value);
  const files = [...(arm.skill?.files ?? []), ...(arm.program?.files ?? [])].map(({ blob }) => blob);
  return [...Object.values(arm.prompts), ...(arm.skill === null ? [] : [arm.skill.body]), ...files];
};

/** Keys of the units a row was made from. Imported rows and rows that errored have no rollout in the store. */
function unitsOf(row: LedgerRow): Hash[] {
  if (row.type === "episode") {
    const own = row.state === "errored" || row.imported !== undefined ? [] : [row.key];
    return [...own, ...row.outcomes.map(({ key }) => key)];
  }
  if (row.type === "evolution" || row.key === null || row.state === "errored" || !/^[0-9a-f]{64}$/.test(row.key)) return [];
  return [row.key];
}

/** What a row is called in sentences. */
export function nameRow(row: LedgerRow): string {
  switch (row.type) {
    case "episode":
      return `episode ${row.key.slice(0, 12)} (arm ${row.arm}, ${row.solver}, task ${row.task}, seed ${row.rep.seed}${row.rep.attempt === 0 ? "" : `, attempt ${row.rep.attempt}`}${row.rep.replica === 0 ? "" : `, replica ${row.rep.replica}`})`;
    case "analysis":
      return `analysis of task ${row.task} (arm ${row.arm}, evolution seed ${row.seed}, ${row.source})`;
    case "merge":
      return `merge ${row.node} (arm ${row.arm}, evolution seed ${row.seed})`;
    case "evolution":
      return `evolution of ${row.arm}, seed ${row.seed}`;
  }
}

/** Hosts, endpoints and single calls tell where somebody works, not what was measured. */
function withoutHosts(row: LedgerRow): unknown {
  if (row.type !== "episode" || row.volatile === undefined) return row;
  const { endpoints: _endpoints, calls: _calls, ...volatile } = row.volatile;
  return { ...row, volatile: { ...volatile, host: "-" } };
}
