import { commandInside } from "../../agent/command/command-options.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import { canonicalJson, type Hash, hashJson, sha256 } from "../../core/json.ts";
import { type StepProgram, stepProgramOf } from "../../core/program-spec.ts";
import type { ExperimentSpec, Role } from "../../core/spec.ts";
import type { ProgramRecord } from "../../evolve/program/program-record.ts";
import type { Parts } from "../parts.ts";
import { boxLimits, storeProgram } from "../resolve-arms.ts";
import { playRole } from "./author-roles.ts";

/** The programs of somebody else that play roles of an evolution: the blob of the record of whoever plays one. */
export type StepPrograms = (role: Role) => Promise<Hash> | undefined;

export const noPrograms: StepPrograms = () => undefined;

/** The program that plays a role in the place of a model. */
export function programFor(settings: Pick<EvolutionSettings, "analyst" | "merge">, role: Role): StepProgram | undefined {
  if (role === "merger") return stepProgramOf(settings.merge);
  return role === "error-analyst" || role === "success-analyst" ? stepProgramOf(settings.analyst) : undefined;
}

/** The programs of one evolution, each stored with its files when it is first asked for. Asking throws UsageError for a program no sandbox here can hold. */
export function stepPrograms(
  arm: string,
  settings: EvolutionSettings,
  {
    experiment,
    parts,
  }: {
    readonly experiment: Pick<ExperimentSpec, "roles" | "limits">;
    readonly parts: Pick<Parts, "sandbox" | "readProgram" | "store" | "models">;
  },
): StepPrograms {
  const stored = new Map<Role, Promise<Hash>>();
  const store = async (role: Role, program: StepProgram): Promise<Hash> => {
    const step = role === "merger" ? "merge step" : "analyst";
    const about = {
      who: `arm ${arm} has a program of its own as its ${step}`,
      whose: whoseFiles(role),
    };
    const { files, paths } = await storeProgram(program.files, about, parts);
    const player = playRole(experiment, settings, role, parts);
    const { maxCalls, maxTokens, minutes, env } = program;
    const record: ProgramRecord = {
      v: 1,
      command: commandInside(program.command, paths),
      env,
      files,
      minutes,
      box: boxLimits({ ...experiment.limits, episode_minutes: minutes }),
      toolchain: await parts.sandbox.manifest(),
      model: maxCalls === 0 ? null : { identity: player.identity, sampling: player.sampling, maxCalls, maxTokens },
    };
    return await parts.store.blobs.put(Buffer.from(canonicalJson(record)));
  };
  return (role) => {
    const program = programFor(settings, role);
    if (program === undefined) return undefined;
    const known = stored.get(role) ?? store(role, program);
    stored.set(role, known);
    return known;
  };
}

/** Who did a step, for rows: the model that plays the role, or the program that needs none. */
export function whoPlays(
  role: Role,
  { experiment, parts }: { readonly experiment: Pick<ExperimentSpec, "roles">; readonly parts: Pick<Parts, "models"> },
  settings: EvolutionSettings,
): { readonly author: string; readonly simulated: boolean } {
  const program = programFor(settings, role);
  if (program?.maxCalls === 0) return { author: program.command.join(" "), simulated: false };
  const { identity, configured } = playRole(experiment, settings, role, parts);
  return { author: identity.name, simulated: configured.model.simulated };
}

/** Hashes of the files of an evolution's programs, for its protocol: two programs with equal settings are two programs. Empty where all steps are our own. */
export async function programFiles(
  settings: EvolutionSettings,
  { readProgram }: Pick<Parts, "readProgram">,
): Promise<{ readonly programs?: Readonly<Record<string, Hash>> }> {
  const programs: Record<string, Hash> = {};
  for (const [step, role] of [
    ["analyst", "error-analyst"],
    ["merge", "merger"],
  ] as const) {
    const program = programFor(settings, role);
    if (program === undefined) continue;
    const files = program.files === undefined ? [] : await readProgram(program.files, whoseFiles(role));
    programs[step] = hashJson(files.map(({ path, bytes, mode }) => ({ path, hash: sha256(bytes), mode })));
  }
  return Object.keys(programs).length === 0 ? {} : { programs };
}

const whoseFiles = (role: Role): string =>
  role === "merger" ? "the program of its merge step (evolution.merge.files)" : "the program of its analyst (evolution.analyst.files)";
