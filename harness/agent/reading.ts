import { z } from "zod";
import type { Json } from "../core/json.ts";
import { jsonSchema } from "../core/record.ts";

/** What the agent wants done. */
export interface Action {
  readonly tool: string;
  readonly arguments: { readonly [name: string]: Json };
}

/** What one reply turned out to be, in either protocol. */
export type Reading =
  /** `ignored` names what else stood in the reply and was not done. */
  | { readonly kind: "action"; readonly action: Action; readonly thought: string; readonly ignored?: "completion" | "actions" }
  | { readonly kind: "complete"; readonly explicit: boolean; readonly answer: string; readonly action?: Action }
  /** A format error. `problem` is a sentence without its full stop; `fatal` ends the episode. */
  | { readonly kind: "unreadable"; readonly problem: string; readonly fatal?: true }
  /** No action and no signal: which of the typed reasons holds is decided from the finish reason. */
  | { readonly kind: "no-action"; readonly problem: string };

/**
 * A reply that begins with `<think>` split into reasoning and text; without a closing tag all of it is reasoning. The model client does this for every known server;
 * this catches a Model that passes the tags on. A tag further inside is left alone: it may be part of a command.
 */
export function splitThinking(reply: string): { readonly text: string; readonly reasoning?: string } {
  const open = /^\s*<think>/.exec(reply);
  if (open === null) return { text: reply };
  const close = reply.indexOf("</think>");
  const reasoning = reply.slice(open[0].length, close < 0 ? undefined : close).trim();
  return { text: close < 0 ? "" : reply.slice(close + "</think>".length).replace(/^[\r\n]+/, ""), reasoning };
}

const argumentsSchema = z.record(z.string(), jsonSchema);

/** `value` as tool arguments, or undefined when it is not a JSON object. */
export function asArguments(value: unknown): Action["arguments"] | undefined {
  const parsed = argumentsSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The action a parsed JSON object describes (missing `arguments` are empty ones), or what is wrong with it. */
export function asAction(value: unknown, badArguments: "format-error" | "end-episode"): Action | Extract<Reading, { kind: "unreadable" }> {
  const members = asArguments(value);
  if (members === undefined) return { kind: "unreadable", problem: "the action is not a JSON object" };
  const { name, arguments: given } = members;
  if (typeof name !== "string" || name === "")
    return { kind: "unreadable", problem: 'the object has no "name" with the tool\'s name as a string' };
  const passed = asArguments(given ?? (Object.hasOwn(members, "arguments") ? null : {}));
  if (passed !== undefined) return { tool: name, arguments: passed };
  const problem = `"arguments" must be an object like {"command": "…"}, not ${describe(given)}`;
  return badArguments === "end-episode" ? { kind: "unreadable", problem, fatal: true } : { kind: "unreadable", problem };
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
