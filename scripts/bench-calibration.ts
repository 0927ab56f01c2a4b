/**
 * How often the intervals of the tables hold the truth and how often their tests raise false alarms, from draws straight on the estimators as the tables choose them:
 *   node --import tsx scripts/bench-calibration.ts [draws] [n,n,…]
 * Default: 10,000 draws at n = 24, 30, 100, 200 and 1,000 clusters. That takes about three quarters of an hour on two idle cores, one process a core; time goes with the number of draws.
 * Exit code 1 when coverage leaves 93 to 97 % or false alarms exceed 6 % at n ≥ 100.
 */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { differenceInterval, drawsOf, meanInterval } from "../harness/stats/choose-interval.ts";
import { crossedInterval } from "../harness/stats/crossed-interval.ts";
import { seededRandom } from "../harness/stats/random.ts";
import { signFlipTest } from "../harness/stats/sign-flip.ts";
import { drawExperiment, type Evolution, meanRate, type Outcomes } from "./calibration-draws.ts";

const single: Outcomes = { name: "verdicts, one attempt", cases: 1, repetitions: 1 };
const repeated: Outcomes = { name: "verdicts, three seeds", cases: 1, repetitions: 3 };
const clustered: Outcomes = { name: "1-5 cases a cluster, three seeds", cases: 5, repetitions: 3 };
const noise = (seeds: number, sd: number): Evolution => ({ seeds, sd, own: 0.1 });

/** `skill`: this skill, tasks random. `method`: evolution random, too. `mixed-up`: the skill's estimator asked about the method. */
const scenarios: readonly {
  readonly estimand: "skill" | "method" | "mixed-up";
  readonly outcomes: Outcomes;
  readonly evolution?: Evolution;
}[] = [
  ...[single, repeated, clustered].map((outcomes) => ({ estimand: "skill" as const, outcomes })),
  ...[noise(3, 0), noise(3, 0.02), noise(3, 0.05), noise(5, 0.02), noise(5, 0.05)].map((evolution) => ({
    estimand: "method" as const,
    outcomes: repeated,
    evolution,
  })),
  { estimand: "method", outcomes: single, evolution: noise(3, 0.05) },
  { estimand: "method", outcomes: clustered, evolution: noise(3, 0.05) },
  { estimand: "mixed-up", outcomes: repeated, evolution: noise(3, 0.05) },
];
const trueGain = 0.05;

const jobSchema = z.object({ scenario: z.number(), n: z.number(), from: z.number(), to: z.number() });
type Job = z.infer<typeof jobSchema>;
const tallySchema = z.object({
  draws: z.number(),
  means: z.number(),
  differences: z.number(),
  alarms: z.number(),
  methods: z.record(z.string(), z.number()),
});
type Tally = z.infer<typeof tallySchema>;

function tally({ scenario, n, from, to }: Job): Tally {
  const found = scenarios[scenario];
  if (found === undefined) throw new RangeError(`no scenario ${scenario}`);
  const { estimand, outcomes, evolution } = found;
  const shared = drawsOf({});
  const out = { draws: to - from, means: 0, differences: 0, alarms: 0, methods: {} as Record<string, number> };
  const count = (method: string) => {
    out.methods[method] = (out.methods[method] ?? 0) + 1;
  };
  const holds = (bounds: { low: number; high: number } | null, truth: number) =>
    bounds !== null && bounds.low <= truth && truth <= bounds.high ? 1 : 0;
  for (let draw = from; draw < to; draw++) {
    const random = seededRandom(`${scenario} ${n} ${draw}`);
    const gained = drawExperiment(random, n, outcomes, trueGain, evolution);
    const equal = drawExperiment(random, n, outcomes, 0, evolution);
    if (estimand === "method") {
      const share = { low: 0, high: 1 };
      out.means += holds(
        crossedInterval(
          gained.map(({ arm }) => arm),
          { range: share },
        ),
        // Where a skill does something of its own, the gain comes on top of another difficulty of the same mean.
        meanRate + trueGain,
      );
      out.differences += holds(crossedInterval(gained.map(({ difference }) => difference)), trueGain);
      // p is at most 5 % exactly where 0 lies outside the 95 % interval.
      out.alarms += 1 - holds(crossedInterval(equal.map(({ difference }) => difference)), 0);
      count("crossed");
      continue;
    }
    const [one] = gained;
    const [null_] = equal;
    if (one === undefined || null_ === undefined) continue;
    const mean = meanInterval(one.arm, { shared });
    const difference = differenceInterval(one.difference, { shared });
    out.means += holds(mean, meanRate + trueGain);
    out.differences += holds(difference, trueGain);
    out.alarms += signFlipTest(null_.difference, { seed: draw }).p <= 0.05 ? 1 : 0;
    count(`${mean?.method} / ${difference?.method}`);
  }
  return out;
}

async function main(args: readonly string[]): Promise<number> {
  const draws = Number(args[0] ?? 10_000);
  const sizes = (args[1] ?? "24,30,100,200,1000").split(",").map(Number);
  if (!Number.isInteger(draws) || draws < 1 || sizes.some((n) => !Number.isInteger(n) || n < 2)) {
    console.error("usage: bench-calibration.ts [draws] [n,n,…]: whole numbers, draws from 1, n from 2");
    return 2;
  }
  const started = Date.now();
  const chunk = Math.max(1, Math.ceil(draws / 10));
  const jobs = scenarios.flatMap((_, scenario) =>
    sizesOf(scenario, sizes).flatMap((n) =>
      Array.from({ length: Math.ceil(draws / chunk) }, (_, i) => ({ scenario, n, from: i * chunk, to: Math.min(draws, (i + 1) * chunk) })),
    ),
  );
  const results = await runJobs(jobs);
  console.log(
    `${draws.toLocaleString("en-US")} draws each; coverage of the mean and of the paired difference, and alarms at 5 % when there is no difference.`,
  );
  console.log(
    `Monte Carlo error: about ${((196 * Math.sqrt(0.05 * 0.95)) / Math.sqrt(draws)).toFixed(1)} points. Evolution noise: sd of the gain from seed to seed.\n`,
  );
  let missed = 0;
  for (const [index, { estimand, outcomes, evolution }] of scenarios.entries()) {
    const noisy = evolution === undefined ? "" : `, ${evolution.seeds} evolution seeds, noise ${(evolution.sd * 100).toFixed(0)} pp`;
    console.log(`${titles[estimand]}: ${outcomes.name}${noisy}`);
    for (const n of sizesOf(index, sizes)) {
      const all = results.filter(({ job }) => job.scenario === index && job.n === n).map((one) => one.tally);
      const total = (of: (tally: Tally) => number) => all.reduce((sum, one) => sum + of(one), 0);
      const share = (of: (tally: Tally) => number) => (100 * total(of)) / total((one) => one.draws);
      const [mean, difference, alarms] = [share((t) => t.means), share((t) => t.differences), share((t) => t.alarms)];
      const bad = [mean, difference].some((covered) => covered < 93 || covered > 97) || alarms > 6;
      const judged = estimand !== "mixed-up" && n >= 100;
      if (bad && judged) missed++;
      const verdict = estimand === "mixed-up" ? "" : judged ? (bad ? "  OUTSIDE 93-97 / 6" : "  ok") : "  as measured";
      const columns = [
        `n ${n}`.padStart(8),
        ...[mean, difference].map((x) => `${x.toFixed(1)} %`.padStart(8)),
        `${alarms.toFixed(1)} %`.padStart(8),
      ];
      console.log(`${columns.join("  ")}${verdict.padEnd(14)}  ${methodsOf(all)}`);
    }
  }
  console.log(
    `\n${missed === 0 ? "Every row with n ≥ 100 is inside 93-97 % and at most 6 %." : `${missed} rows with n ≥ 100 are outside.`} ${((Date.now() - started) / 1000).toFixed(0)} s on ${availableParallelism()} cores.`,
  );
  return missed === 0 ? 0 : 1;
}

/** The warning is given at one size. */
function sizesOf(scenario: number, sizes: readonly number[]): readonly number[] {
  return scenarios[scenario]?.estimand === "mixed-up" ? sizes.filter((n) => n === (sizes.includes(200) ? 200 : sizes[0])) : sizes;
}

const titles = {
  skill: "This skill",
  method: "This method",
  "mixed-up": "What treating evolution noise as absent does (one seed's skill taken for the method)",
} as const;

/** Which estimators the rule chose, with their shares where there are several. */
function methodsOf(all: readonly Tally[]): string {
  const counts = new Map<string, number>();
  for (const { methods } of all) for (const [name, n] of Object.entries(methods)) counts.set(name, (counts.get(name) ?? 0) + n);
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  return [...counts]
    .sort(([, x], [, y]) => y - x)
    .map(([name, n]) => (n === total ? name : `${name} ${((100 * n) / total).toFixed(0)} %`))
    .join(", ");
}

/** All jobs on one process a core; each takes the next one when it is done. */
async function runJobs(jobs: readonly Job[]): Promise<readonly { readonly job: Job; readonly tally: Tally }[]> {
  // Large ones first, so that no process is left alone with one at the end.
  const waiting = [...jobs].sort((x, y) => x.n - y.n);
  const done: { job: Job; tally: Tally }[] = [];
  const work = async (): Promise<void> => {
    const worker = fork(fileURLToPath(import.meta.url), ["--worker"]);
    const ended = new Promise<never>((_, reject) => {
      worker.once("exit", (code) => reject(new Error(`a worker ended with ${code}`)));
    });
    ended.catch(() => undefined);
    for (let job = waiting.pop(); job !== undefined; job = waiting.pop()) {
      const answer = new Promise<unknown>((resolve) => {
        worker.once("message", resolve);
      });
      worker.send(job);
      done.push({ job, tally: tallySchema.parse(await Promise.race([answer, ended])) });
      process.stderr.write(`\r${done.length} of ${jobs.length} jobs`);
    }
    worker.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work));
  process.stderr.write("\r                      \r");
  return done;
}

if (process.argv[2] === "--worker") {
  process.on("message", (message) => process.send?.(tally(jobSchema.parse(message))));
} else {
  process.exitCode = await main(process.argv.slice(2));
}
