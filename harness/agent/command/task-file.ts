/** What a program is told of its task: /task/task.json. Published (`t2s schema agent-task`): a change that breaks readers raises `v`. */
import { z } from "zod";
import type { AgentInput } from "../../core/contract.ts";
import { samplingSchema } from "../../core/record.ts";
import { renderNamed } from "../agent-prompts.ts";
import { skillDir, userPrompt, workDir } from "../first-messages.ts";
import type { CommandOptions } from "./command-options.ts";

/** Paths inside, the same for every episode. */
export const places = {
  task: "/task/task.json",
  socket: "/task/model.sock",
  images: "/task/images",
  answer: `${workDir}/answer.txt`,
  baseUrl: "http://127.0.0.1:8399/v1",
} as const;

/** What a program that has a model finds in its environment, whichever of the usual clients it uses. */
export const reachModel = (model: string): Readonly<Record<string, string>> => ({
  OPENAI_BASE_URL: places.baseUrl,
  OPENAI_API_KEY: "unused",
  ANTHROPIC_BASE_URL: places.baseUrl.replace(/\/v1$/, ""),
  ANTHROPIC_AUTH_TOKEN: "unused",
  T2S_MODEL: model,
  T2S_MODEL_SOCKET: places.socket,
});

export const taskFileSchema = z.strictObject({
  v: z.literal(1),
  instruction: z.string().describe("The task in words, as our own agent is given it."),
  role: z.string().describe("What our own agent is told it is; for the top of a system prompt."),
  work_dir: z.string().describe("The current directory; files are read and written here, and commands run here."),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.number().int() })).describe("Files of the task, by absolute path."),
  images: z.array(z.strictObject({ path: z.string(), media_type: z.string() })).describe("Pictures that belong to the instruction."),
  outputs: z
    .array(z.strictObject({ path: z.string(), max_bytes: z.number().int() }))
    .describe("Files to be handed in: regular files, no links. The first one must be there at the end. Empty: the task ends in an answer."),
  answer: z
    .strictObject({ path: z.string() })
    .describe("A text file for the answer. Without it what the program printed to standard output is the answer."),
  skill: z
    .strictObject({ name: z.string(), path: z.string() })
    .optional()
    .describe("A skill to be used: a read-only directory with SKILL.md. Absent where the episode has none."),
  notes: z
    .strictObject({ kind: z.enum(["lessons", "trajectories"]), text: z.string() })
    .optional()
    .describe("Guidance that is no skill: lessons of earlier tasks, or whole trajectories of them."),
  model: z.strictObject({
    name: z.string().describe("The only model there is; the name to ask for."),
    base_url: z.string().describe("OpenAI-compatible, also in OPENAI_BASE_URL; the key is not looked at."),
    socket: z.string().describe("The same as a Unix socket, for HTTP clients that can."),
    sampling: samplingSchema.describe("What every call is made with."),
    sampling_by: z.enum(["arm", "program"]).describe("arm: what a request asks for is replaced. program: what a request sets counts."),
  }),
  limits: z.strictObject({
    max_calls: z.number().int().describe("Calls of the model; further ones are refused with code max_turns."),
    max_tokens: z
      .number()
      .int()
      .nullable()
      .describe("Prompt and completion tokens of all calls; then calls are refused with code max_tokens."),
    minutes: z.number().describe("After that the program is killed; what lies in its place by then is handed in."),
    command_timeout_s: z.number().describe("How long our own agent lets one command run. Nothing holds a program to it."),
  }),
});
export type TaskFile = z.infer<typeof taskFileSchema>;

/** The file's content for one episode. `mediaTypes` are those of the task's pictures, in order. */
export function taskFile(input: AgentInput, options: CommandOptions, images: readonly { name: string; mediaType: string }[]): TaskFile {
  return {
    v: 1,
    instruction: userPrompt(input),
    role: renderNamed(input.prompts, "role", {}),
    work_dir: workDir,
    files: input.task.files.map(({ path, bytes }) => ({ path: `${workDir}/${path}`, bytes })),
    images: images.map(({ name, mediaType }) => ({ path: `${places.images}/${name}`, media_type: mediaType })),
    outputs: input.harvest.map(({ path, maxBytes }) => ({ path: `${workDir}/${path}`, max_bytes: maxBytes })),
    answer: { path: places.answer },
    ...(input.skill === undefined ? {} : { skill: { name: input.skill.name, path: skillDir } }),
    ...(input.notes === undefined ? {} : { notes: { kind: input.notes.kind, text: input.notes.text.trim() } }),
    model: {
      name: input.model.name,
      base_url: places.baseUrl,
      socket: places.socket,
      sampling: input.sampling,
      sampling_by: options.sampling,
    },
    limits: {
      max_calls: options.max_turns,
      max_tokens: options.max_tokens,
      minutes: options.episode_minutes,
      command_timeout_s: options.command_timeout_s,
    },
  };
}
