/** An episode as a plan that waits for what comes back: written top to bottom, and taken up at any turn by hearing everything again. */
import type { Move } from "../../core/world.ts";
import type { Conversation } from "../conversation.ts";

/** What is done next. `complete` signals completion; what comes back then is a review. */
export type Step = { readonly kind: "act"; readonly move: Move } | { readonly kind: "complete"; readonly thought: string };

/** Yields steps and hears what came back from each; returning means that there is nothing left to say but completion. */
export type Episode = Generator<Step, void, string>;

/** The step that is due after the given turns. A turn without a readable action is done again. Undefined when the plan has come to its end. */
export function nextStep(episode: Episode, turns: Conversation["turns"]): Step | undefined {
  let due = episode.next();
  for (const turn of turns) {
    if (due.done === true) return undefined;
    if (turn.command === undefined && !turn.completed) continue;
    due = episode.next(turn.heard);
  }
  return due.done === true ? undefined : due.value;
}

export function act(thought: string, command: string): Step {
  return { kind: "act", move: { thought, command } };
}
