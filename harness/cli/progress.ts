import type { LedgerRow } from "../core/ledger-rows.ts";
import type { LedgerEpisode } from "../core/record.ts";
import type { Spend } from "../engine/budget.ts";
import type { EngineEvent } from "../engine/engine.ts";
import type { RunEvent } from "../experiment/run-experiment.ts";
import { oneLine } from "../report/plain-text.ts";

/** Where progress goes: a terminal gets one line that is redrawn, everything else gets a plain line now and then. */
export interface ProgressSink {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number;
}

interface Counts {
  slots: number;
  reused: number;
  done: number;
  errored: number;
  running: number;
  retries: number;
}

export interface Progress {
  onRun(event: RunEvent): void;
  onEngine(event: EngineEvent): void;
  note(line: string): void;
  close(): void;
}

const plainEveryMs = 10_000;
const redrawEveryMs = 200;

/** Live progress of a run. It only shows: nothing in the run depends on it, and no result holds its clock. */
export function showProgress(sink: ProgressSink, spent: () => Spend): Progress {
  const learning = { episodes: 0, analyses: 0, merges: 0 };
  const counts: Counts = { slots: 0, reused: 0, done: 0, errored: 0, running: 0, retries: 0 };
  const begun = performance.now();
  /** When the measured episodes began: how fast they come says nothing about learning. */
  let planned = begun;
  let drawn = false;
  let lastPlain = begun;
  const clear = (): void => {
    if (drawn) sink.write("\r\u001b[2K");
    drawn = false;
  };
  const line = (text: string): void => {
    clear();
    sink.write(`${text}\n`);
  };
  const draw = (): void => {
    const since = (moment: number): number => (performance.now() - moment) / 1000;
    const text =
      counts.slots === 0 && learning.episodes > 0
        ? describeLearning(learning, counts, since(begun), spent())
        : describe(counts, since(planned), spent());
    if (sink.isTerminal) {
      clear();
      sink.write(text.slice(0, Math.max(20, sink.columns - 1)));
      drawn = true;
    } else if (performance.now() - lastPlain >= plainEveryMs) {
      lastPlain = performance.now();
      sink.write(`${text}\n`);
    }
  };
  const learnt = (row: LedgerRow): void => {
    if (row.type === "evolution") {
      const { passed, failed } = row.episodes;
      const made = row.kind === "evolved" || row.kind === "sequential" ? `, ${row.editsApplied} edits applied` : "";
      const chosen = row.selected ? ", selected" : "";
      line(
        `learned ${row.arm} (evolution seed ${row.seed}): ${passed} passed and ${failed} failed episodes, ${row.analyses.accepted} analyses${made}${chosen}`,
      );
    }
    if (row.type === "episode") learning.episodes += 1;
    if (row.type === "analysis") learning.analyses += 1;
    if (row.type === "merge") learning.merges += 1;
  };
  const timer = setInterval(draw, redrawEveryMs);
  timer.unref();
  return {
    onRun(event) {
      if (event.type === "planned") {
        counts.slots = event.slots;
        counts.reused = event.current;
        planned = performance.now();
        line(`${event.slots} episodes planned, ${event.current} already done`);
      } else if (event.type === "note") line(oneLine(event.text));
      else if (event.type === "learning") learnt(event.row);
      else if (event.type === "elsewhere") counts.slots -= 1;
      else {
        counts.done += 1;
        if (event.row.state === "errored") counts.errored += 1;
      }
    },
    onEngine(event) {
      if (event.kind === "rollout") {
        if (event.type === "started") counts.running += 1;
        if (event.type === "finished" || event.type === "given-up" || event.type === "retrying") counts.running -= 1;
      }
      if (event.type === "retrying") {
        counts.retries += 1;
        if (counts.retries <= 5) line(`retrying ${event.kind} ${event.key.slice(0, 12)} after ${event.class}: ${event.message}`);
      }
      if (event.type === "given-up") {
        if (counts.errored < 10) line(`gave up ${event.kind} ${event.key.slice(0, 12)} (${event.class}): ${event.message}`);
        if (event.stack !== undefined && counts.errored === 0) line(event.stack);
      }
    },
    note: line,
    close() {
      clearInterval(timer);
      clear();
    },
  };
}

function describeLearning(
  learning: { episodes: number; analyses: number; merges: number },
  counts: Counts,
  seconds: number,
  spent: Spend,
): string {
  return `learning: ${learning.episodes} episodes, ${learning.analyses} analyses, ${learning.merges} merges, ${counts.running} running, ${duration(seconds)}${costOf(spent)}`;
}

function costOf(spent: Spend): string {
  if (spent.calls === 0) return "";
  const cost = spent.costUsd === undefined ? "cost unknown" : `$${spent.costUsd.toFixed(2)}`;
  return `, ${spent.calls} calls, ${compact(spent.tokens)} tokens, ${cost}`;
}

function describe(counts: Counts, seconds: number, spent: Spend): string {
  const finished = counts.reused + counts.done;
  const rate = counts.done / Math.max(seconds, 0.001);
  const left = rate > 0 ? (counts.slots - finished) / rate : undefined;
  return `${finished}/${counts.slots} done, ${counts.running} running, ${counts.errored} errored, ${rate.toFixed(1)}/s${costOf(spent)}${left === undefined ? "" : `, ${duration(left)} left`}`;
}

function compact(n: number): string {
  return n < 1000 ? String(n) : n < 1e6 ? `${(n / 1e3).toFixed(1)}k` : n < 1e9 ? `${(n / 1e6).toFixed(1)}M` : `${(n / 1e9).toFixed(2)}G`;
}

/** Seconds as "45 s", "3 min 20 s" or "5 h 12 min". */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 90) return `${s} s`;
  if (s < 5400) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** One line about an episode, for lists. */
export function episodeLine(row: LedgerEpisode): string {
  const scores = row.outcomes
    .map(({ outcome }) =>
      outcome.state === "graded" ? `${outcome.score.scorer} ${outcome.score.passed ? "pass" : "fail"}` : `${outcome.scorer} ungraded`,
    )
    .join(", ");
  return `${row.key.slice(0, 12)}  ${row.arm}  ${row.solver}  ${row.task}  seed ${row.rep.seed}  ${row.state === "errored" ? `errored (${row.error?.class})` : `${row.exit}; ${scores}`}`;
}
