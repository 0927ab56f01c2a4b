/** The author model as the stages of an evolution see it: somebody who can be asked for a structured answer in one of its roles. */
import type { Hash, Json } from "../core/json.ts";
import type { Usage } from "../core/record.ts";
import type { Role } from "../core/spec.ts";

/** How one kind of reply looks. Lives in code beside its prompt; `rev` goes up when `check` would accept or refuse something else. */
export interface ReplyForm<V> {
  readonly id: string;
  readonly rev: number;
  /**
   * Judges the JSON of a reply against what was asked (`context`: known ids, budgets, allowed files …; plain data, part of the key).
   * A problem is one or more sentences for the model, naming field and remedy; it is sent back word for word.
   */
  check(reply: Json, context: Json): { readonly ok: true; readonly value: V } | { readonly ok: false; readonly problem: string };
}

export interface Asking<V> {
  readonly role: Exclude<Role, "rollout" | "embedder">;
  readonly form: ReplyForm<V>;
  readonly system: string;
  readonly user: string;
  readonly context: Json;
  /** The same as data, for somebody else's program that plays the role (t2s schema); made only where there is one. Absent where no program can. */
  readonly question?: () => { readonly [key: string]: Json | undefined };
}

/** Of an answer that a program gave: its calls of a model and its end, as a trajectory, and how often it was run. */
export interface ProgramTrace {
  readonly trajectory: Hash;
  readonly rounds: number;
}

/**
 * `unreadable`: no acceptable reply in all rounds. `too-long`: the request does not fit the model's context. `failed`: the program that plays the role did not get to its
 * end. `errored`: infrastructure, given up for this run.
 */
export type Answer<V> =
  | {
      readonly state: "read";
      readonly value: V;
      readonly key: Hash;
      readonly usage: Usage;
      readonly costUsd?: number;
      readonly program?: ProgramTrace;
    }
  | {
      readonly state: "unreadable" | "too-long" | "failed";
      readonly problem: string;
      readonly key: Hash;
      readonly usage: Usage;
      readonly costUsd?: number;
      readonly program?: ProgramTrace;
    }
  | { readonly state: "errored"; readonly problem: string; readonly key: Hash };

export interface Author {
  /** Sent as API seed with every call and part of every key. */
  readonly seed: number;
  /** One memoised logical call: first reply, then the exact problem sent back, up to the rounds of the evolution. Throws Stopped and what stops a run. */
  ask<V>(asking: Asking<V>): Promise<Answer<V>>;
}
