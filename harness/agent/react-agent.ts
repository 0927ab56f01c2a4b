import type { Agent, AgentInput } from "../core/contract.ts";
import type { CallMeta, Exit, TrajectoryRecord } from "../core/record.ts";
import { type Say, sayFrom } from "./agent-prompts.ts";
import { answerProtocol } from "./answer-protocol.ts";
import { type Clock, monotonicClock, startTimer } from "./clock.ts";
import { opening } from "./conversation.ts";
import { systemPrompt, userContent, userPrompt } from "./first-messages.ts";
import type { Ending, LoopContext } from "./loop-state.ts";
import type { Protocol } from "./protocol.ts";
import { runLoop } from "./react-loop.ts";
import { type ReactOptions, reactOptionsSchema, toolsOf } from "./react-options.ts";
import { earlierPart, replayCommands, replayedConversation } from "./resume-episode.ts";
import { textProtocol } from "./text-protocol.ts";
import { toolsProtocol } from "./tools-protocol.ts";

/** Bump when equal options, prompts and replies lead to other requests, commands or exits; react-agent.wire.json tells when. */
const rev = 1;

/** The ReAct agent over a given clock; `reactAgent` is the one everybody uses. */
export function createReactAgent(clock: Clock): Agent {
  return { id: "react", rev, run: (input, onStep) => runEpisode(input, onStep, clock) };
}

/**
 * Thinks, acts in the box and observes until one of the closed list of exits. `onStep` gets the whole trajectory after every step, also before an infrastructure
 * error or an abort is thrown; the final one carries the exit.
 */
export const reactAgent: Agent = createReactAgent(monotonicClock);

async function runEpisode(
  input: AgentInput,
  onStep: (partial: TrajectoryRecord, calls: readonly CallMeta[]) => void,
  clock: Clock,
): Promise<Awaited<ReturnType<Agent["run"]>>> {
  const options = reactOptionsSchema.parse(input.options);
  const say = sayFrom(input.prompts, options, { skill: input.skill !== undefined, notes: input.notes?.kind });
  const earlier = input.resume === undefined ? undefined : earlierPart(input.resume);
  const system = earlier?.system ?? systemPrompt(input, options, say);
  const user = earlier?.user ?? userPrompt(input);
  const steps: TrajectoryRecord["steps"][number][] = [...(earlier?.steps ?? [])];
  const calls: CallMeta[] = [];
  const trajectory = (exit?: Exit): TrajectoryRecord => ({
    v: 1,
    agent: "react",
    system,
    user,
    steps: [...steps],
    ...(exit ? { exit } : {}),
  });
  // Wired by hand: AbortSignal.any would leave one weak entry per episode on a signal that lives as long as the whole experiment.
  const call = new AbortController();
  const stopCall = () => call.abort(input.signal.reason);
  input.signal.addEventListener("abort", stopCall, { once: true });
  const timer = startTimer(clock, options.episode_minutes * 60_000, () => call.abort());
  try {
    const protocol = protocolOf(options, say);
    const first = opening(system, await userContent(input, options, input.resume?.trajectory.user ?? user));
    const context: LoopContext = {
      input,
      options,
      say,
      protocol,
      conversation: input.resume === undefined ? first : replayedConversation(first, input.resume, protocol),
      before: { turns: earlier?.turns ?? 0, reminded: earlier?.reminded ?? false },
      record: (step) => {
        steps.push(step);
        onStep(trajectory(), calls);
      },
      remainingMs: timer.remainingMs,
      onWait: timer.onWait,
      callSignal: call.signal,
      calls,
    };
    const { box, signal } = input;
    const again = { box, signal, pictures: input, options, say, toolNames: protocol.tools, remainingMs: context.remainingMs };
    const lost = earlier === undefined ? undefined : await replayCommands(earlier.steps, again);
    const ending: Ending = lost === undefined ? await runLoop(context) : { exit: lost };
    const final = trajectory(ending.exit);
    onStep(final, calls);
    return { trajectory: final, exit: ending.exit, answer: ending.answer, calls };
  } catch (error) {
    onStep(trajectory(), calls);
    // A model or a box tells of an abort in its own words; the caller asked for the signal's.
    if (input.signal.aborted) throw input.signal.reason;
    throw error;
  } finally {
    timer.cancel();
    input.signal.removeEventListener("abort", stopCall);
  }
}

function protocolOf(options: ReactOptions, say: Say): Protocol {
  if (toolsOf(options).length === 0) return answerProtocol;
  return options.protocol === "text" ? textProtocol(options) : toolsProtocol(options, say);
}
