import { type QueueStatus, queueStatus } from "../dispatch/queue-status.ts";
import { oneLine } from "../report/plain-text.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { defaultQueue } from "./open-executor.ts";

/** `t2s status --executor redis://…`: the runs, workers and jobs of a queue, as text, JSON or in Prometheus' text format. */
export async function queueStatusCommand(
  url: string,
  options: { readonly queue?: string; readonly json?: boolean; readonly prometheus?: boolean },
  context: CliContext,
): Promise<number> {
  const status = await queueStatus(url, options.queue ?? defaultQueue);
  context.out(
    options.prometheus === true
      ? prometheusText(status)
      : options.json === true
        ? `${JSON.stringify({ v: 1, ...status })}\n`
        : inWords(status),
  );
  return exitCodes.ok;
}

function inWords({ queue, waiting, active, runs, workers }: QueueStatus): string {
  const lines = [
    `queue ${queue}: ${waiting} units waiting, ${active} under way, ${workers.length} workers, ${workers.reduce((sum, one) => sum + one.lastMinute, 0)} units in the last minute`,
    ...runs.map(
      ({ experiment, calls, tokens, costUsd }) =>
        `run ${oneLine(experiment)}: ${calls} calls, ${tokens} tokens, ${costUsd === undefined ? "cost unknown" : `$${costUsd.toFixed(2)}`} since its coordinator began`,
    ),
    ...workers.map(
      ({ host, pid, slots, begun, active: own, done, errors, lastMinute }) =>
        `worker ${oneLine(host)} ${pid}: ${own} of ${slots} slots busy, ${done} units done, ${errors} errors, ${lastMinute} in the last minute, since ${oneLine(begun)}`,
    ),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
function prometheusText({ queue, waiting, active, runs, workers }: QueueStatus): string {
  const of = (labels: Readonly<Record<string, string>>): string =>
    `{${Object.entries(labels)
      .map(([name, value]) => `${name}="${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`)
      .join(",")}}`;
  const family = (
    name: string,
    kind: "gauge" | "counter",
    help: string,
    samples: readonly (readonly [Readonly<Record<string, string>>, number])[],
  ): string =>
    [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...samples.map(([labels, value]) => `${name}${of({ queue, ...labels })} ${value}`)]
      .map((line) => `${line}\n`)
      .join("");
  const each = (value: (one: (typeof workers)[number]) => number) =>
    workers.map((one) => [{ worker: one.id, host: one.host }, value(one)] as const);
  return [
    family("t2s_units_waiting", "gauge", "Units nobody has begun.", [[{}, waiting]]),
    family("t2s_units_active", "gauge", "Units workers have begun.", [[{}, active]]),
    family("t2s_workers", "gauge", "Workers heard of in the last 15 seconds.", [[{}, workers.length]]),
    family(
      "t2s_worker_slots",
      "gauge",
      "Units a worker runs at once.",
      each((one) => one.slots),
    ),
    family(
      "t2s_worker_active",
      "gauge",
      "Units a worker has under way.",
      each((one) => one.active),
    ),
    family(
      "t2s_worker_units_total",
      "counter",
      "Units a worker has ended.",
      each((one) => one.done),
    ),
    family(
      "t2s_worker_errors_total",
      "counter",
      "Attempts of a worker that ended with an error.",
      each((one) => one.errors),
    ),
    family(
      "t2s_run_calls_total",
      "counter",
      "Model calls since the coordinator began.",
      runs.map((one) => [{ experiment: one.experiment }, one.calls]),
    ),
    family(
      "t2s_run_tokens_total",
      "counter",
      "Tokens since the coordinator began.",
      runs.map((one) => [{ experiment: one.experiment }, one.tokens]),
    ),
    family(
      "t2s_run_cost_usd_total",
      "counter",
      "Cost since the coordinator began, where every price is known.",
      runs.flatMap((one) => (one.costUsd === undefined ? [] : [[{ experiment: one.experiment }, one.costUsd] as const])),
    ),
  ].join("");
}
