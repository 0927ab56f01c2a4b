import { messageOf, UsageError } from "../../core/errors.ts";
import { priors, type Without } from "../../core/evolution-spec.ts";
import { type ExperimentSpec, type Role, usesModel } from "../../core/spec.ts";
import { playerOf } from "../evolution/author-roles.ts";
import { rolesOf } from "../evolution/roles-of.ts";
import { resolveSettings, type TrajectorySpec } from "../evolution/settings.ts";
import { isLearned } from "../guidance.ts";
import { suggestion } from "./nearest-name.ts";
import type { ConfigPath, Problem } from "./source.ts";

/** Every role that some learned arm has played, by whom and with which sampling. Arms whose settings are incomplete are passed over. */
export function playedRoles(spec: ExperimentSpec): {
  readonly role: Role;
  readonly model: string;
  readonly sampling: unknown /** Where the sampling is written. */;
  readonly samplingAt: ConfigPath;
}[] {
  return spec.arms.flatMap(({ guidance, name }, arm) => {
    if (!isLearned(guidance) || guidance.kind === "irrelevant" || guidance.kind === "shuffled") return [];
    const settings = attempt(() => resolveSettings(spec, name, guidance));
    if (settings instanceof UsageError) return [];
    return rolesOf(guidance, settings).map((role) => {
      const own = role === "embedder" ? undefined : settings.roles[role]?.sampling;
      const fromArm = role !== "embedder" && guidance.roles?.[role]?.sampling !== undefined;
      const above = fromArm ? ["arms", arm, "guidance"] : own !== undefined ? ["evolution"] : [];
      const sampling = own ?? spec.roles[role]?.sampling ?? "default";
      return { role, model: playerOf(spec, settings, role), sampling, samplingAt: [...above, "roles", role, "sampling"] };
    });
  });
}

/** What is wrong with learned arms, as far as the file alone tells. */
export function learnedProblems(spec: ExperimentSpec): Problem[] {
  const problems: Problem[] = [];
  const names = spec.arms.map((arm) => arm.name);
  for (const [i, arm] of spec.arms.entries()) {
    const { guidance } = arm;
    if (!isLearned(guidance)) continue;
    const path = ["arms", i, "guidance"];
    if (!usesModel(arm.agent ?? spec.agent)) {
      problems.push({ path, message: `the agent of arm "${arm.name}" takes no guidance; expected a react agent or a command` });
    } else if (guidance.kind === "irrelevant" || guidance.kind === "shuffled") {
      const [field, other] = guidance.kind === "irrelevant" ? ["like", guidance.like] : ["of", guidance.of];
      const target = spec.arms.find(({ name }) => name === other);
      if (target === undefined)
        problems.push({ path: [...path, field ?? ""], message: `there is no arm "${other}"${suggestion(other ?? "", names)}` });
      else if (!["skill", "evolved", "sequential", "one-shot"].includes(target.guidance.kind))
        problems.push({
          path: [...path, field ?? ""],
          message: `arm "${other}" is guided by no skill (${target.guidance.kind}); expected one with a skill`,
        });
    } else {
      const settings = attempt(() => resolveSettings(spec, arm.name, guidance));
      if (settings instanceof UsageError) problems.push({ path, message: settings.message.replace(`arm ${arm.name}: `, "") });
      else if (
        settings.merge.command === undefined &&
        ["files", "env", "max_calls", "max_tokens", "minutes"].some((one) => one in settings.merge)
      )
        problems.push({
          path: guidance.merge === undefined ? ["evolution", "merge"] : [...path, "merge"],
          message: "there are settings of a program and none is named; expected a command",
        });
      else if (settings.analyst !== undefined && settings.analyst.command === undefined)
        problems.push({
          path: guidance.analyst === undefined ? ["evolution", "analyst"] : [...path, "analyst"],
          message: "there are settings of a program and none is named; expected a command",
        });
      else if (settings.analyst !== undefined && settings.records !== undefined)
        problems.push({ path, message: "records take the place of episodes and analysts; expected no analyst with them" });
      else if (settings.records !== undefined && (guidance.kind === "one-shot" || guidance.kind === "trajectories"))
        problems.push({
          path,
          message: `${guidance.kind} guidance is made from trajectories, which records do not hold; expected no records for this arm`,
        });
      else if (settings.without.some((prior) => !knownTo(guidance.kind).includes(prior)))
        problems.push({
          path: guidance.without === undefined ? ["evolution", "without"] : [...path, "without"],
          message: `guidance of kind ${guidance.kind} has ${knownTo(guidance.kind).length === 0 ? "none of these priors" : `only the priors ${knownTo(guidance.kind).join(" and ")}`}; expected no other one for arm "${arm.name}"`,
        });
      else if (settings.start === "none" && (guidance.kind === "evolved" || guidance.kind === "sequential"))
        problems.push({ path, message: 'start "none" leaves nothing to edit; expected "draft" or { skill: DIRECTORY }' });
    }
  }
  return problems;
}

/** The priors a kind of learning has, so that they can be left out. */
function knownTo(kind: TrajectorySpec["kind"]): Without {
  if (kind === "evolved") return priors;
  return kind === "sequential" || kind === "bank" ? ["asymmetry", "perspective"] : [];
}

function attempt<T>(work: () => T): T | UsageError {
  try {
    return work();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw new TypeError(messageOf(error), { cause: error });
  }
}
