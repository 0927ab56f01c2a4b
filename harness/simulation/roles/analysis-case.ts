/** What an agentic failure analyst works with, whichever way it has to prove its cause. */
import type { Draw } from "../asked.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import type { ComparisonRead } from "../reading/comparison.ts";
import type { LogRead } from "../reading/read-log.ts";

export interface Case {
  readonly knowledge: Knowledge;
  readonly rates: Persona["error_analyst"]["agentic"];
  readonly draw: Draw;
  /** First user message, and the URLs of the pictures sent with it. */
  readonly message: string;
  readonly pictureUrls: readonly string[];
  /** How the cause is proved: by a script that solves the task, or by taking the agent back with a word of advice. */
  readonly form: "fix" | "restart";
}

/** What the analyst has found out so far; only from what it read and heard. */
export interface Evidence {
  readonly log: string;
  readonly read: LogRead;
  readonly careless: ReadonlySet<string>;
  readonly comparison: ComparisonRead;
}

/** The comparison command for a candidate. */
export type Compare = (candidate: string) => string;

export function faultsOf({ world }: LogRead, named: readonly string[]): string {
  return named.map((id) => world.traps.find((t) => t.id === id)?.fault ?? "").join(" ");
}
