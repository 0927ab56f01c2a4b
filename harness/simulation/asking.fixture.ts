/** Questions to the brain in the form authors are asked, and their answers. */
import type { SkillEdit } from "../core/evolution.ts";
import type { Wording, World } from "../core/world.ts";
import { createBrain } from "./brain.ts";
import type { Brain, BrainRequest, SimMessage } from "./contract.ts";
import type { Persona } from "./persona.ts";

/** First sentences by which roles are known. */
export const systems = {
  agentic: "You are a failure analyst: an AI agent worked on a task, and you find out why.\n\nEnd with:\n\nACTION: TASK_COMPLETE",
  error: "You are a failure analyst: you study the log of one task that an AI agent failed.",
  success: "You are a success analyst: you study the log of one task that an AI agent solved.",
  patch: "You are a skill editor: you improve a skill by small, exact edits.",
  merge: "You are an edit coordinator who merges patches of one skill into a single patch.",
  translate: "You translate one edit of a skill so that it can be applied by a program.",
  repair: "You mend a skill that failed its format check.",
  draft: "You draft a skill: a first version, written from what you know yourself.\n\n- a line `name: my-skill`",
} as const;

/** Serves the persona as "m". */
export function brainWith(persona: Persona, worlds: readonly World[]): Brain {
  return createBrain({ personas: new Map([["m", persona]]), worlds });
}

export const user = (text: string): SimMessage => ({ role: "user", text, images: [], toolCalls: [] });
export const said = (text: string): SimMessage => ({ role: "assistant", text, images: [], toolCalls: [] });

export function requestOf(system: string, messages: readonly SimMessage[], over: Partial<BrainRequest> = {}): BrainRequest {
  const quiet = { temperature: undefined, topP: undefined, maxTokens: undefined, thinking: undefined };
  return { model: "m", system, messages, tools: [], toolsForbidden: true, seed: 41, ...quiet, ...over };
}

/** Text of the reply; a refusal throws. */
export function reply(brain: Brain, request: BrainRequest): string {
  const given = brain.reply(request);
  if ("error" in given) throw new Error(given.error.message);
  return given.text;
}

/** The JSON of a reply to one question, or to one whose earlier reply was sent back. */
export function ask(
  brain: Brain,
  system: string,
  message: string,
  over: Partial<BrainRequest> = {},
  sentBack: readonly string[] = [],
): Answer {
  const messages: SimMessage[] = [user(message)];
  for (const problem of sentBack) messages.push(said(reply(brain, requestOf(system, messages, over))), user(problem));
  const text = reply(brain, requestOf(system, messages, over));
  const json = /```json\n([\s\S]*?)\n```\s*$/.exec(text)?.[1];
  if (json === undefined) throw new Error(`no JSON in ${text}`);
  return JSON.parse(json) as Answer;
}

export interface Answer {
  readonly causes?: readonly Wording[];
  readonly lessons?: readonly Wording[];
  readonly path?: { readonly overview: string; readonly steps: readonly string[] };
  readonly edits?: readonly (SkillEdit & { readonly from?: readonly string[]; readonly lessons?: readonly number[] })[];
  readonly edit?: SkillEdit & { readonly from?: readonly string[] };
  readonly dropped?: readonly { readonly id: string; readonly reason: string }[];
  readonly files?: readonly { readonly path: string; readonly content: string }[];
}

export const tag = (name: string, text: string, attributes = "") => `<${name}${attributes}>\n${text}\n</${name}>`;
export const jsonLines = (list: readonly unknown[]) => `[\n${list.map((e) => JSON.stringify(e)).join(",\n")}\n]`;
export const skillFile = (path: string, text: string) =>
  tag("skill_file", text.replace(/\n$/, ""), ` path="${path}" lines="${text.split("\n").length}"`);
