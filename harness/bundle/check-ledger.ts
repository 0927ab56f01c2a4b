import { open } from "node:fs/promises";
import { join } from "node:path";
import { analysisResultSchema } from "../core/evolution.ts";
import { canonicalJson, hashJson } from "../core/json.ts";
import type { LedgerAnalysis, LedgerRow } from "../core/ledger-rows.ts";
import { type LedgerEpisode, type Outcome, outcomeSchema, rolloutResultSchema } from "../core/record.ts";
import type { LockFile } from "../experiment/lock-file.ts";
import { isMeasured, rowName } from "../store/ledger.ts";
import { type BundledUnit, bundledUnitSchema } from "./bundle-record.ts";
import { type Checked, type Finding, shown } from "./finding.ts";
import { nameRow } from "./write-bundle.ts";

/** A unit with the line it stands on. */
export type UnitsByKey = ReadonlyMap<string, BundledUnit>;

/** Reads units.jsonl. Findings: lines that are none, and units whose key is not the hash of their spec. */
export async function readUnits(folder: string): Promise<{ readonly units: UnitsByKey; readonly findings: readonly Finding[] }> {
  const units = new Map<string, BundledUnit>();
  const findings: Finding[] = [];
  await using file = await open(join(folder, "units.jsonl"));
  let line = 0;
  for await (const text of file.readLines()) {
    line += 1;
    if (text === "") continue;
    const read = bundledUnitSchema.safeParse(parsed(text));
    if (!read.success)
      findings.push({
        check: "ledger",
        text: `units.jsonl line ${line} is not a unit: ${read.error.issues[0]?.message ?? "unknown shape"}`,
      });
    else if (hashJson(read.data.spec) !== read.data.key)
      findings.push({
        check: "ledger",
        text: `units.jsonl line ${line}: the key ${read.data.key.slice(0, 12)} is not the hash of the unit's spec`,
      });
    else units.set(read.data.key, read.data);
  }
  return { units, findings };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is one of the ways a line can be damaged
  }
}

/**
 * Every row of the ledger against the units it was made from and against the plan of the lock file: results, scores, seeds, arms, marks of simulation, and that no planned row is
 * missing or there twice. `missing` are units the bundle itself says it lacks.
 */
export function checkLedger(rows: readonly LedgerRow[], units: UnitsByKey, lock: LockFile, missing: number): Checked {
  const findings: Finding[] = [];
  const scored = new Map<string, string>();
  let lacking = 0;
  const names = new Map<string, number>();
  for (const [i, row] of rows.entries()) {
    const say = (text: string): void =>
      void findings.push({ check: "ledger", text: `ledger.jsonl line ${i + 1}, ${nameRow(row)}: ${text}` });
    const earlier = names.get(rowName(row));
    if (earlier !== undefined) say(`line ${earlier} is about the same; only one of them was bundled by t2s`);
    names.set(rowName(row), i + 1);
    if (row.type === "episode") lacking += checkEpisode(row, units, lock, scored, say);
    else if (row.type === "analysis") lacking += checkAnalysis(row, units, say);
  }
  if (lacking > missing)
    findings.push({
      check: "ledger",
      text: `${lacking} units that rows of ledger.jsonl name are not in units.jsonl, but bundle.json says that ${missing} were missing when the bundle was made`,
    });
  const named = new Set(rows.flatMap(keysOf));
  for (const { key, spec } of units.values())
    if (!named.has(key))
      findings.push({
        check: "ledger",
        text: `no row of ledger.jsonl names the ${spec.kind} unit ${key.slice(0, 12)} of units.jsonl: a row was taken out or changed`,
      });
  findings.push(...checkPlan(rows.filter(isMeasured), lock));
  return { check: "ledger", looked: `${rows.length} rows against ${units.size} units and the plan of lock.json`, findings, notes: [] };
}

const keysOf = (row: LedgerRow): string[] =>
  row.type === "episode" ? [row.key, ...row.outcomes.map(({ key }) => key)] : row.type === "evolution" || row.key === null ? [] : [row.key];

type Say = (text: string) => void;

function differ(say: Say, what: string, row: unknown, unit: unknown): void {
  const [a, b] = [row === undefined ? "" : canonicalJson(row), unit === undefined ? "" : canonicalJson(unit)];
  if (a !== b) say(`${what} is ${shown(row)}, the unit it was made from says ${shown(unit)}`);
}

/** Gives the number of units that are not there. */
function checkEpisode(row: LedgerEpisode, units: UnitsByKey, lock: LockFile, scored: Map<string, string>, say: Say): number {
  let lacking = 0;
  checkMarks(row, lock, say);
  if (row.imported === undefined && row.state !== "errored") {
    const unit = units.get(row.key);
    if (unit === undefined) lacking += 1;
    else {
      const result = rolloutResultSchema.safeParse(unit.result);
      if (!["rollout", "oracle", "nop"].includes(unit.spec.kind) || !result.success)
        say(`its key is that of a ${unit.spec.kind} unit, not of an episode`);
      else {
        if (unit.spec.kind === "rollout") {
          differ(say, "the repetition", row.rep, unit.spec.rep);
          checkArm(row, unit, lock, say);
        }
        const { submission, trajectory, turns, formatErrors, usage } = result.data;
        differ(say, "the exit", row.exit, submission.exit);
        differ(say, "the trajectory", row.trajectory, trajectory);
        differ(say, "the number of turns", row.turns, turns);
        differ(say, "the number of format errors", row.formatErrors, formatErrors);
        differ(say, "the usage", row.usage, usage);
        differ(say, "the cost", row.volatile?.costUsd, unit.costUsd);
        differ(say, "the duration", row.volatile?.ms, unit.ms);
        const recalculated = lock.card.benchmarks.find(({ id, split }) => id === row.benchmark && split === row.split)?.recalculate != null;
        if (!recalculated) differ(say, "the submission", row.submission, hashJson(submission));
      }
    }
  }
  for (const { key, outcome } of row.outcomes) {
    const unit = units.get(key);
    if (unit === undefined) {
      lacking += 1;
      continue;
    }
    const scorer = scorerOf(outcome);
    const result = outcomeSchema.safeParse(unit.result);
    if (unit.spec.kind !== "score" || !result.success) {
      say(`the key of its ${scorer} score is that of a ${unit.spec.kind} unit`);
      continue;
    }
    differ(say, `the outcome of scorer ${scorer}`, outcome, result.data);
    differ(say, "the scorer", scorer, unit.spec.scorer);
    differ(say, `the submission that ${scorer} judged`, row.submission, unit.spec.submission);
    differ(say, "the benchmark", row.benchmark, unit.spec.benchmark);
    const task = `task ${row.task} of cluster ${row.cluster}`;
    const same = scored.get(String(unit.spec.task)) ?? task;
    if (same !== task) say(`it calls itself ${task}, another row with the same task data ${same}`);
    scored.set(String(unit.spec.task), same);
  }
  const primary = lock.card.benchmarks.find(({ id, split }) => id === row.benchmark && split === row.split)?.primary;
  const judged = row.outcomes.find(({ outcome }) => scorerOf(outcome) === primary);
  if (row.state !== "errored" && primary !== undefined && row.state !== (judged?.outcome.state ?? "ungraded"))
    say(`its state is ${row.state}, the outcome of scorer ${primary} is ${judged?.outcome.state ?? "not there"}`);
  return lacking;
}

const scorerOf = (outcome: Outcome): string => (outcome.state === "graded" ? outcome.score.scorer : outcome.scorer);

/** An episode that was measured has the arm of the lock file, key and all. */
function checkArm(row: LedgerEpisode, unit: BundledUnit, lock: LockFile, say: Say): void {
  if (!isMeasured(row)) return;
  const arms = lock.card.arms.filter(({ name, solver }) => name === row.arm && solver === row.solver);
  if (arms.length === 0) say("lock.json has no such arm with this solver");
  else if (!arms.some(({ key }) => key === unit.spec.arm))
    say(`the arm it was rolled out with has key ${shown(unit.spec.arm)}, lock.json has ${arms.map(({ key }) => shown(key)).join(", ")}`);
}

/** Rows of simulated models, generated tasks and imports say so. */
function checkMarks(row: LedgerEpisode, lock: LockFile, say: Say): void {
  const benchmark = lock.card.benchmarks.find(({ id, split }) => id === row.benchmark && split === row.split);
  if (benchmark !== undefined && benchmark.synthetic !== row.simulated.includes("tasks"))
    say(`it ${row.simulated.includes("tasks") ? "is" : "is not"} marked as measured on generated tasks, lock.json says the opposite`);
  const arm = lock.card.arms.find(({ name, solver }) => name === row.arm && solver === row.solver);
  if (isMeasured(row) && arm !== undefined && arm.simulated !== row.simulated.includes("model"))
    say(`it ${row.simulated.includes("model") ? "is" : "is not"} marked as made by a simulated model, lock.json says the opposite`);
  if ((row.imported !== undefined) !== (lock.imported !== undefined))
    say(`it ${row.imported === undefined ? "is not" : "is"} marked as imported, lock.json says the opposite`);
}

function checkAnalysis(row: LedgerAnalysis, units: UnitsByKey, say: Say): number {
  if (row.state === "errored" || row.analyst !== "agentic" || !/^[0-9a-f]{64}$/.test(row.key)) return 0;
  const unit = units.get(row.key);
  if (unit === undefined) return 1;
  const result = analysisResultSchema.safeParse(unit.result);
  if (!result.success) {
    say(`its key is that of a ${unit.spec.kind} unit, not of an analysis`);
    return 0;
  }
  const { outcome, turns, trajectory, usage } = result.data;
  differ(say, "the state", row.state, outcome.state);
  differ(say, "the number of turns", row.turns, turns);
  differ(say, "the trajectory", row.trajectory, trajectory);
  differ(say, "the usage", row.usage, usage);
  if (row.state === "accepted") differ(say, "the number of lessons", row.lessons, outcome.lessons.length);
  return 0;
}

/** So many rows as the plan has slots; an experiment that was stopped has fewer, and its tables say so. */
function checkPlan(rows: readonly LedgerEpisode[], lock: LockFile): Finding[] {
  const known = new Set(lock.card.benchmarks.map(({ id, split }) => `${id} ${split}`));
  const foreign = rows.filter((row) => !known.has(`${row.benchmark} ${row.split}`));
  return foreign.slice(0, 5).map((row) => ({
    check: "ledger",
    text: `ledger.jsonl has ${nameRow(row)} of ${row.benchmark} ${row.split}, which lock.json does not measure`,
  }));
}
