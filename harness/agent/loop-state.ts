import type { AgentInput } from "../core/contract.ts";
import type { CallMeta, Exit, Step } from "../core/record.ts";
import type { Say } from "./agent-prompts.ts";
import type { Conversation } from "./conversation.ts";
import type { Nudge } from "./judge-reply.ts";
import type { Protocol } from "./protocol.ts";
import type { ReactOptions } from "./react-options.ts";

export interface LoopContext {
  readonly input: AgentInput;
  readonly options: ReactOptions;
  readonly say: Say;
  readonly protocol: Protocol;
  /** The opening messages, and behind them whatever part of an earlier episode is taken up. */
  readonly conversation: Conversation;
  /** What was used up before this conversation goes on. */
  readonly before: { readonly turns: number; readonly reminded: boolean };
  readonly record: (step: Step) => void;
  readonly remainingMs: () => number;
  /** Stops the episode's time while a call waits for its turn. */
  readonly onWait: (waiting: boolean) => void;
  /** Aborts a model call when the run is stopped or the episode's time is over. */
  readonly callSignal: AbortSignal;
  /** Facts of every call are added here as they come in, so that a failed episode still knows what it cost. */
  readonly calls: CallMeta[];
}

/** How the episode ended; `answer` only when the agent completed. */
export interface Ending {
  readonly exit: Exit;
  readonly answer?: string;
}

export interface State {
  conversation: Conversation;
  /** Turns used up. Nudges use none unless the options say so. */
  turns: number;
  tokens: number;
  /** Since the last usable reply, each kind on its own. */
  inARow: Record<Nudge, number>;
  reminded: boolean;
  /** The reserve's text has been given. */
  reserved: boolean;
  shortened: boolean;
}

/** `text`, and behind it the reserve's text the first time something is said with no more than the reserved turns left. */
export function withReserve(state: State, { input, options }: LoopContext, text: string): string {
  const { reserve } = input;
  const left = options.max_turns - state.turns;
  if (reserve === undefined || state.reserved || left > reserve.turns || left < 1) return text;
  state.reserved = true;
  return `${text}\n\n${reserve.text}`;
}
