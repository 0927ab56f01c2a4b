import { canonicalJson } from "../../core/json.ts";
import type { LedgerEvolution } from "../../core/ledger-rows.ts";
import { all } from "../../engine/all.ts";
import { refuseUncertifiable } from "./agentic-analyst.ts";
import { playRole } from "./author-roles.ts";
import type { Evolution } from "./evolution.ts";
import { learnBank } from "./learn-bank.ts";
import { learnEvolved } from "./learn-evolved.ts";
import { learnOneShot } from "./learn-one-shot.ts";
import { learnSequential } from "./learn-sequential.ts";
import { learnTrajectories } from "./learn-trajectories.ts";
import type { Candidate, Learning, Outcome } from "./learning.ts";
import { analystTroubles } from "./program-troubles.ts";
import { rolesOf } from "./roles-of.ts";
import { authorArm, runEpisode } from "./run-episodes.ts";
import type { TrajectorySpec } from "./settings.ts";
import { startGuidance } from "./start-guidance.ts";
import type { Study } from "./study.ts";
import { writeAnalyses } from "./write-artifacts.ts";

/** Learns with one evolution seed: episodes of the author guided by the start, then what the kind makes of them. */
export async function learnCandidate(evolution: Evolution, guidance: TrajectorySpec): Promise<Candidate> {
  const { context, settings, benchmark, seed } = evolution;
  const start = await startGuidance(evolution);
  const rollout = playRole(context.experiment, settings, "rollout", context.parts);
  const arm = { name: evolution.arm, guidance: { kind: "none" as const } };
  const guided = { arm, name: arm.name, label: arm.name, guidanceText: start.text, guidance: start.guidance };
  const author = await authorArm(context, { name: `learning from ${start.text}`, guided, rollout, benchmark });
  // Before an episode is paid for.
  if (rolesOf(guidance, settings).includes("error-analyst")) refuseUncertifiable(evolution, author);
  const running = (settings.records === undefined ? evolution.tasks : []).map(async (task) => {
    const episode = await runEpisode(context, author, task, benchmark.tasks.indexOf(task), { seed, purpose: "evolve" });
    evolution.tally.add("episodes", episode.row.key, episode.row.usage, episode.row.volatile?.costUsd);
    return episode;
  });
  // A stop rejects all of them; whoever awaits the first one hears of it.
  for (const episode of running) episode.catch(() => undefined);
  const outcome = await learn({ evolution, start, author, episodes: running }, guidance);
  const troubles = settings.analyst === undefined ? undefined : analystTroubles(evolution.arm, outcome.studies);
  if (troubles !== undefined) context.say(troubles);
  if (outcome.studies.length > 0) await writeAnalyses(evolution, outcome.studies);
  return { evolution, start, outcome, episodes: await all(running), kind: guidance.kind };
}

function learn(learning: Learning, guidance: TrajectorySpec): Promise<Outcome> {
  switch (guidance.kind) {
    case "evolved":
      return learnEvolved(learning);
    case "sequential":
      return learnSequential(learning, guidance);
    case "bank":
      return learnBank(learning, guidance);
    case "one-shot":
      return learnOneShot(learning, guidance);
    case "trajectories":
      return learnTrajectories(learning, guidance);
  }
}

/** The ledger row of a candidate. */
export function evolutionRow(
  { evolution, start, outcome, episodes, kind }: Candidate,
  chosen: { readonly selected: boolean; readonly validation?: LedgerEvolution["validation"] },
): LedgerEvolution {
  const { context, settings, arm, seed, tally } = evolution;
  const author = playRole(context.experiment, settings, "rollout", context.parts);
  const count = (test: (study: Study) => boolean): number => outcome.studies.filter(test).length;
  const skill = outcome.guidance.kind === "skill" ? outcome.guidance.skill : undefined;
  const main = skill?.files.find((file) => file.path === "SKILL.md");
  return {
    type: "evolution",
    v: 1,
    arm,
    seed,
    kind,
    author: author.identity.name,
    simulated: author.configured.model.simulated,
    settings: JSON.parse(canonicalJson(settings)),
    start: start.skill?.hash ?? null,
    result: outcome.result,
    state: outcome.state,
    note: outcome.note,
    episodes: {
      failed: episodes.filter((one) => one.score?.passed === false).length,
      passed: episodes.filter((one) => one.score?.passed === true).length,
      errored: episodes.filter((one) => one.row.state === "errored").length,
    },
    analyses: {
      accepted: count((one) => one.state === "accepted"),
      rejected: count((one) => one.state === "rejected"),
      errored: count((one) => one.state === "errored"),
    },
    patches: outcome.patches,
    editsProposed: outcome.editsProposed,
    editsApplied: outcome.editsApplied,
    usage: { ...tally.usage },
    lines: main === undefined ? undefined : Buffer.from(main.bytes).toString("utf8").replace(/\n$/, "").split("\n").length,
    references: skill?.files.filter((file) => file.path.startsWith("references/") && file.path.endsWith(".md")).length,
    validation: chosen.validation,
    selected: chosen.selected,
    volatile: { costUsd: tally.costUsd },
  };
}
