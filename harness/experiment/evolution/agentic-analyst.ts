import { UsageError } from "../../core/errors.ts";
import { type AnalysisSpec, analysisSpec, analystRecord } from "../../evolve/analysis/analysis-record.ts";
import { boxLimits, storeSkill } from "../resolve-arms.ts";
import { playRole } from "./author-roles.ts";
import type { Evolution } from "./evolution.ts";
import type { AuthorArm, LearnedEpisode } from "./run-episodes.ts";
import type { Start } from "./start-guidance.ts";

/** The error analyst with its own sandbox, as the evolution's settings have it. */
export interface AgenticAnalyst {
  /** The analysis of one failed episode as a unit. */
  spec(episode: LearnedEpisode): Promise<AnalysisSpec>;
}

/** Prepares the analyst of an evolution: its agent is the one that solves tasks, with the analyst's prompts and turns. */
export async function agenticAnalyst(evolution: Evolution, start: Start, author: AuthorArm): Promise<AgenticAnalyst> {
  const { context, settings, benchmark, seed } = evolution;
  const { experiment, parts } = context;
  const { blobs } = parts.store;
  refuseUncertifiable(evolution, author);
  const limits = { ...experiment.limits, max_turns: settings.analysts.max_turns };
  const player = playRole(experiment, settings, "error-analyst", parts);
  const own = experiment.agent.kind === "react" ? experiment.agent : ({ kind: "react", preset: "mended", protocol: "text" } as const);
  // An analyst compares and writes its report in a sandbox, whatever the solver has.
  const spec = { ...own, tools: "bash" } as const;
  const { key } = await analystRecord(blobs, {
    agent: parts.configureAgent(spec, limits, { skill: false }),
    identity: player.identity,
    sampling: player.sampling,
    box: boxLimits(limits),
    toolchain: await parts.sandbox.manifest(),
    maxLessons: settings.analysts.max_lessons,
    runSeconds: limits.command_timeout_s,
    without: settings.without,
  });
  const skill = start.skill === undefined ? [] : (await storeSkill(start.skill, parts)).files;
  const scorer = benchmark.scorers.find(({ id }) => id === benchmark.primary);
  if (scorer === undefined) throw new TypeError(`benchmark ${benchmark.benchmark.id} lost its scorer ${benchmark.primary}`);
  return {
    async spec({ task, result }) {
      if (result?.trajectory == null) throw new TypeError(`episode of task ${task.task.id} has no trajectory to analyse`);
      return await analysisSpec(blobs, {
        benchmark: benchmark.benchmark.id,
        scorer,
        recalculate: benchmark.recalculate,
        task: task.taskHash,
        sealed: task.sealedHash,
        trajectory: result.trajectory,
        submission: result.submission,
        solverArm: author.arm.key,
        rechecks: await context.rechecks(benchmark, task),
        skill,
        analyst: key,
        seed,
      });
    },
  };
}

/** Throws UsageError for agentic analysts of episodes whose fixes could not be certified, whatever comes of them. */
export function refuseUncertifiable({ arm: name, settings }: Pick<Evolution, "arm" | "settings">, { arm }: AuthorArm): void {
  const { program, harvest } = arm.record;
  const agentic = settings.analyst === undefined && settings.analysts.error === "agentic" && settings.signals !== "success";
  if (agentic && program !== undefined && harvest.length === 0)
    throw new UsageError(
      `arm ${name}: fixes of answers in words are certified by taking the solver back to a turn, which a program of somebody else's cannot be; set analysts.error: single-call, or name an analyst of your own (analyst.command)`,
    );
}
