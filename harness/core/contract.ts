/** What people implement: benchmarks, scorers, agents, sandboxes, models. Reads in one sitting; data shapes are in record.ts. */
import type { Form } from "./benchmark.ts";
import type { Hash, Json } from "./json.ts";
import type {
  CallMeta,
  ChatReply,
  ChatRequest,
  Exit,
  FileRef,
  Files,
  Outcome,
  Sampling,
  Submission,
  Task,
  TrajectoryRecord,
} from "./record.ts";
import type { Box, Toolchain } from "./sandbox.ts";

export type * from "./benchmark.ts";
export type * from "./blobs.ts";
export type * from "./sandbox.ts";

/** One model behind one or more endpoints. Retries, pacing and accounting happen inside; what is thrown is a ModelError. */
export interface Model {
  readonly name: string;
  readonly simulated: boolean;
  readonly vision: boolean;
  readonly contextTokens?: number;
  complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply>;
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly number[])[]>;
}

/** What one agent needs for one episode. It never sees ground truth: `Sealed` is not importable from agent code. */
export interface AgentInput {
  readonly task: Task;
  readonly prompts: Readonly<Record<string, string>>;
  readonly options: Json;
  readonly harvest: Form["harvest"];
  readonly skill?: { readonly name: string; readonly body: string };
  /** Guidance that is no skill, put in the skill's place: lessons retrieved for this task, or whole trajectories of other tasks. */
  readonly notes?: { readonly kind: "lessons" | "trajectories"; readonly text: string };
  /** What the box has; absent for an agent that has none. */
  readonly toolchain?: Toolchain;
  readonly model: Model;
  readonly sampling: Sampling;
  /** Sent as the API `seed` where the provider takes one. */
  readonly apiSeed: number;
  readonly box: Box;
  readonly images: (hash: Hash) => Promise<Uint8Array>;
  /** Keeps a picture the agent was shown, so that `images` and whoever reads the trajectory find it. */
  readonly keepImage: (png: Uint8Array) => Promise<Hash>;
  readonly signal: AbortSignal;
  /** Asked when the agent signals completion. Text sends the agent back to work with it as long as turns are left; undefined accepts. */
  readonly review?: (said: { readonly answer?: string; readonly turnsLeft: number }) => Promise<string | undefined>;
  /** Turns before the end at which the agent is told how many are left, with a text to put behind the observation. */
  readonly reserve?: { readonly turns: number; readonly text: string };
  /** Take up an earlier episode before this turn (1-based): its steps are replayed, its commands run again, and `correction` is the only thing added. */
  readonly resume?: { readonly trajectory: TrajectoryRecord; readonly turn: number; readonly correction: string };
}

/** Runs the loop and returns its trajectory; throws only infrastructure errors. `onStep` is called after every step so that a crash loses at most one. */
export interface Agent {
  readonly id: string;
  readonly rev: number;
  run(
    input: AgentInput,
    onStep: (partial: TrajectoryRecord, calls: readonly CallMeta[]) => void,
  ): Promise<{ trajectory: TrajectoryRecord; exit: Exit; answer?: string; calls: readonly CallMeta[] }>;
}

export type { Exit, FileRef, Files, Outcome, Submission, Task };
