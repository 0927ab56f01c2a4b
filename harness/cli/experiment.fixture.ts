import type { ExperimentSpec } from "../core/spec.ts";
import { createEngine, type EngineEvent } from "../engine/engine.ts";
import { type Executor, localExecutor, type UnitKinds } from "../engine/executor.ts";
import { createStopOrder } from "../engine/stop.ts";
import type { Parts } from "../experiment/parts.ts";
import { resolveExperiment } from "../experiment/resolve-experiment.ts";
import { experimentDir, ledgerPath, type RunSummary, runExperiment } from "../experiment/run-experiment.ts";
import { comparableRow, readLedger } from "../store/ledger.ts";
import { unitKinds } from "./open-parts.ts";

export interface InProcessRun {
  readonly summary: RunSummary;
  /** Units that really ran, by kind. */
  readonly ran: Readonly<Record<string, number>>;
  /** What it told the user. */
  readonly notes: readonly string[];
  /** Comparable ledger rows, sorted. */
  readonly rows: readonly string[];
}

/** Runs an experiment in this process over the given parts, as `t2s run` does, and says what was really done. */
export async function runInProcess(
  spec: ExperimentSpec,
  parts: Parts,
  executorOf: (kinds: UnitKinds) => Executor = localExecutor,
  width = 4,
  /** Cut the run off after so many units have been started. */
  cutAfter = Number.POSITIVE_INFINITY,
): Promise<InProcessRun> {
  const stop = createStopOrder();
  const ran: Record<string, number> = {};
  let started = 0;
  const onEvent = (event: EngineEvent): void => {
    if (event.type !== "started") return;
    ran[event.kind] = (ran[event.kind] ?? 0) + 1;
    started += 1;
    if (started > cutAfter) stop.abort("cut off by the test");
  };
  const resolved = await resolveExperiment(spec, parts);
  await using executor = executorOf(unitKinds(parts, width));
  const engine = createEngine({ store: parts.store, executor, stop, onEvent });
  const notes: string[] = [];
  const summary = await runExperiment(resolved, parts, {
    engine,
    stop,
    width,
    design: () => ({}),
    onEvent: (one) => void (one.type === "note" && notes.push(one.text)),
  });
  const rows: string[] = [];
  for await (const row of readLedger(ledgerPath(experimentDir(parts, spec.name)))) rows.push(comparableRow(row));
  return { summary, ran, notes, rows: rows.sort() };
}
