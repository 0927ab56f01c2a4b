import { StoreError } from "../core/errors.ts";
import { type Origin, originSchema } from "../core/origin.ts";
import type { CollectedLogs } from "../exchange/logs/collect-logs.ts";
import { appliedLeaves, type EvolvedStudies } from "../experiment/evolution/learn-evolved.ts";
import type { ConfiguredModel } from "../experiment/parts.ts";
import type { Skill } from "../skill/read-skill.ts";
import type { CliContext } from "./context.ts";
import type { EvolveOptions, EvolvePlan } from "./evolve-plan.ts";
import type { EvolveSummary } from "./evolve-report.ts";

/** Characters of a log that analysts are shown: some thirty thousand tokens, which every model of the last years takes beside a skill. */
export const defaultLogChars = 120_000;

/** How it was settled how runs ended, for people. */
export const outcomeRule = ({ unknown }: EvolvePlan, { outcomes, passAt }: EvolveOptions): Origin["outcomes"] => ({
  rule: `${outcomes === undefined ? "" : `${outcomes} first, then `}fields passed, resolved, solved, correct, success, outcome, verdict or label of the log, else score, reward or accuracy, which pass from ${passAt} on`,
  unknown,
});

/** What an evolution began with. */
export interface EvolvedFrom {
  readonly plan: EvolvePlan;
  readonly options: EvolveOptions;
  readonly context: CliContext;
  readonly start: Skill;
  readonly read: CollectedLogs;
}

/** The record beside the skill: what it was made of, by whom, and that nothing of it is certified. */
export function originOf(
  { plan, options, context, start, read }: EvolvedFrom,
  { skill, consolidation }: EvolvedStudies,
  usage: Origin["usage"],
  author: ConfiguredModel | undefined,
): Origin {
  if (author === undefined) throw new StoreError(`model ${options.author} is not configured`);
  return originSchema.parse({
    v: 1,
    kind: "brought-along",
    notice:
      "Learned from logs by analysts that read each of them in one call. No fix was tried and none is certified, because there is no benchmark behind these logs; whether the skill helps has not been measured.",
    version: context.version,
    author: options.author,
    simulated: author.model.simulated,
    seed: options.seed,
    start: { skill: options.start, hash: start.hash },
    skill: skill.hash,
    state: consolidation.state,
    analysts: { kind: "single-call", certified: false, logChars: options.logChars ?? defaultLogChars },
    settings: JSON.parse(JSON.stringify(plan.settings)),
    outcomes: outcomeRule(plan, options),
    logs: read.logs,
    leftOut: read.leftOut,
    redacted: read.redacted,
    usage,
  } satisfies Origin);
}

/** What is told at the end. */
export function summaryOf(
  { out }: EvolvePlan,
  { skill, proposals, patches, consolidation }: EvolvedStudies,
  { simulated }: Origin,
): EvolveSummary {
  const main = skill.files.find(({ path }) => path === "SKILL.md");
  const { state, findings } = consolidation;
  return {
    out,
    state,
    ...(state === "refused" ? { note: findings.map(({ message }) => message).join(" ") } : {}),
    simulated,
    studied: proposals.filter(({ study }) => study.state !== "not-asked").length,
    accepted: proposals.filter(({ study }) => study.state === "accepted").length,
    patches: patches.length,
    editsProposed: patches.reduce((sum, patch) => sum + patch.edits.length, 0),
    editsApplied: appliedLeaves(patches, consolidation),
    lines: main === undefined ? 0 : new TextDecoder().decode(main.bytes).replace(/\n$/, "").split("\n").length,
    references: skill.files.filter(({ path }) => path.startsWith("references/") && path.endsWith(".md")).length,
  };
}
