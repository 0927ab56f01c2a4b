/** Somebody else's program, as people write it: an agent, an analyst or a merge step. */
import { z } from "zod";

/** What every program is started with. */
export const programShape = {
  /** Program and arguments, run in /work of a sandbox without a shell. A word that is the path of one of `files` stands for that file. */
  command: z.array(z.string().min(1)).min(1),
  /** Folder of the program, relative to the project's root or absolute; shown read-only at /agent. What is in it is part of the key. */
  files: z.string().min(1).optional(),
  /** Further environment variables, part of the key; no place for secrets. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable"), z.string()),
} as const;

/** A program that does a step of an evolution: JSON in on standard input, JSON out on standard output (`t2s schema`). */
export const stepProgramShape = {
  ...programShape,
  env: programShape.env.optional(),
  /** Calls of the role's model that it may make in one step; 0 (default): it gets no model. */
  max_calls: z.number().int().min(0).max(1000).optional(),
  /** Prompt plus completion tokens of these calls. */
  max_tokens: z.number().int().positive().optional(),
  /** For one step, further rounds included. Default: 10. */
  minutes: z.number().positive().optional(),
} as const;

/** What a step's program is, with nothing left open. */
export interface StepProgram {
  readonly command: readonly string[];
  readonly files?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly maxCalls: number;
  readonly maxTokens: number | null;
  readonly minutes: number;
}

const written = z.object(stepProgramShape).partial();

/** The program among the settings of a step; undefined where the step is our own. */
export function stepProgramOf(settings: z.infer<typeof written> | undefined): StepProgram | undefined {
  if (settings?.command === undefined) return undefined;
  const { command, files, env = {}, max_calls: maxCalls = 0, max_tokens: maxTokens = null, minutes = 10 } = settings;
  return { command, files, env, maxCalls, maxTokens, minutes };
}
