import { z } from "zod";
import type { CommandSpec, LimitsSpec } from "../../core/spec.ts";

/** Everything that decides what a program is started with; part of the arm's key. Its files are in the arm's record. */
export const commandOptionsSchema = z.strictObject({
  /** Words as the sandbox runs them, paths of the program's own files below /agent. */
  command: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
  sampling: z.enum(["arm", "program"]),
  model_names: z.enum(["exact", "any"]),
  max_turns: z.number().int().min(1),
  command_timeout_s: z.number().positive(),
  episode_minutes: z.number().positive(),
  max_tokens: z.number().int().positive().nullable(),
});
export type CommandOptions = z.infer<typeof commandOptionsSchema>;

/** The options of an arm. `files` are the paths of the program's files: a word of the command that names one stands for that file in the sandbox. */
export function resolveCommandOptions(spec: CommandSpec, limits: LimitsSpec, files: readonly string[]): CommandOptions {
  return {
    command: commandInside(spec.command, files),
    env: spec.env,
    sampling: spec.sampling,
    model_names: spec.model_names,
    max_turns: limits.max_turns,
    command_timeout_s: limits.command_timeout_s,
    episode_minutes: limits.episode_minutes,
    max_tokens: limits.max_tokens ?? null,
  };
}

/** A command as a sandbox runs it: a word that is the path of one of the program's files stands for that file. */
export function commandInside(command: readonly string[], files: readonly string[]): string[] {
  const own = new Set(files);
  return command.map((word) => {
    const path = word.replace(/^\.\//, "");
    return own.has(path) ? `/agent/${path}` : word;
  });
}
