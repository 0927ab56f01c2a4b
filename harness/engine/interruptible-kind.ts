import type { Model } from "../core/contract.ts";
import { ModelError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { AnsweredCall, Journals } from "../store/journals.ts";
import { answeredCalls } from "./answered-calls.ts";
import { rootCause } from "./retry-policy.ts";
import { Stopped } from "./stop.ts";
import { type UnitKind, type UnitSpec, unitKey } from "./unit.ts";

/** What is kept of one unit at most, so that it passes between machines in one piece; what goes beyond is paid for again. */
const journalBytes = 6 * 1024 * 1024;

/** Whether an attempt ended because no further call may be made, or none should: nothing about the unit itself. */
export function isInterruption(thrown: unknown): boolean {
  const cause = rootCause(thrown);
  return cause instanceof Stopped || (cause instanceof ModelError && cause.errorClass === "budget");
}

/**
 * A kind whose attempts may be cut short, by a ceiling or a stop order, without losing what was paid for: answered calls are kept in a journal, and the next attempt at the unit
 * makes only the others. `make` gives the kind over the models as it is told to use them.
 */
export function interruptible<S extends UnitSpec, R extends Json>(
  journals: Journals,
  make: (keep: (model: Model) => Model) => UnitKind<S, R>,
): UnitKind<S, R> {
  return {
    ...make((model) => model),
    async run(spec, signal) {
      const key = unitKey(spec);
      const earlier = await journals.read(key);
      const calls = answeredCalls(earlier);
      /** Without an interruption the unit has ended one way or the other, and its next attempt is a new sample. */
      const settle = async (interrupted: boolean): Promise<void> => {
        const answered = interrupted ? fitting(calls.answered()) : [];
        // What was cut short before its first answer leaves nothing to keep, and nothing to clear away.
        if (answered.length > 0) await journals.write(key, answered);
        else if (interrupted) return;
        else if (earlier.length > 0) await journals.discard(key);
      };
      try {
        const output = await make(calls.keep).run(spec, signal);
        await settle(signal.aborted);
        return output;
      } catch (error) {
        await settle(signal.aborted || isInterruption(error));
        throw error;
      }
    },
  };
}

function fitting(calls: readonly AnsweredCall[]): readonly AnsweredCall[] {
  let bytes = 0;
  return calls.filter((call) => {
    bytes += JSON.stringify(call).length;
    return bytes <= journalBytes;
  });
}
