/** One question to an author, whatever the role: the message with the data, what was said about earlier replies, and the coins that go with it. */
import { hashJson } from "../core/json.ts";
import type { Role } from "../core/spec.ts";
import { coin } from "./coin.ts";
import type { BrainAnswer, BrainRequest } from "./contract.ts";
import type { Persona } from "./persona.ts";

export type Draw = (...what: readonly (string | number)[]) => number;

export interface Asked {
  /** First user message. */
  readonly data: string;
  /** Replies before this one that were sent back. */
  readonly round: number;
  /** What was wrong with the last one; "" in the first round. */
  readonly problem: string;
  /** Coins of this question. They depend on persona, seed, role and the texts sent first, not on later rounds. */
  readonly draw: Draw;
}

/** Undefined when nothing was asked. */
export function askedOf(request: BrainRequest, persona: Persona, role: Role): Asked | undefined {
  const said = request.messages.filter((m) => m.role === "user");
  const data = said[0]?.text;
  if (data === undefined) return undefined;
  return {
    data,
    round: said.length - 1,
    problem: said.length > 1 ? (said.at(-1)?.text ?? "") : "",
    draw: drawFor(request, persona, role, data),
  };
}

export function drawFor(request: BrainRequest, persona: Persona, role: Role, data: string): Draw {
  // Long texts are hashed once, not with every coin.
  const texts = hashJson([data, request.system]);
  return (...what) => coin(persona.name, request.seed ?? 0, role, texts, ...what);
}

/** A reply that holds one JSON object; by the persona's rate in a form that cannot be read. */
export function answerJson(asked: Asked, persona: Persona, thought: string, value: object): BrainAnswer {
  const json = JSON.stringify(value, null, 1);
  const unreadable = asked.draw("unreadable", asked.round) < persona.replies.unreadable;
  return { text: `${thought}\n\n\`\`\`json\n${unreadable ? json.replace(/\n?\}$/, ",\n}") : json}\n\`\`\``, finishReason: "stop" };
}

/** Reply to a question that makes no sense to the role. */
export function atALoss(thought: string): BrainAnswer {
  return { text: thought, finishReason: "stop" };
}

/** One of a list, by a number in [0, 1); undefined when the list is empty. */
export function pickAt<T>(list: readonly T[], draw: number): T | undefined {
  return list[Math.min(list.length - 1, Math.floor(draw * list.length))];
}
