import { z } from "zod";
import type { Admission, Gate } from "../core/gate.ts";
import { hashSchema } from "../core/record.ts";
import { encodeError, typedError, wireErrorSchema } from "./wire-error.ts";

const number = z.number().int();

/** What a worker process says of the calls it wants to make: asks for one, gives up asking, has ended it. */
export const gateRequestSchema = z.union([
  z.object({
    ask: number,
    endpoint: z.object({ key: hashSchema, concurrency: z.number(), rpm: z.number().optional(), tpm: z.number().optional() }).optional(),
    tokens: z.number(),
  }),
  z.object({ unask: number }),
  z.object({ ended: number, tokens: z.number().optional(), pauseMs: z.number().optional() }),
]);
export type GateRequest = z.infer<typeof gateRequestSchema>;

/** What it is told: go ahead, or that it may not. */
export const gateReplySchema = z.union([
  z.object({ admitted: number, at: z.number() }),
  z.object({ refused: number, error: wireErrorSchema }),
]);
export type GateReply = z.infer<typeof gateReplySchema>;

/** The worker process's side of a gate: `connect` gives it its way out, `hear` what comes back. */
export interface AskingGate extends Gate {
  connect(say: (request: GateRequest) => void): void;
  hear(reply: GateReply): void;
}

/** A gate that asks the parent process. */
export function askingGate(): AskingGate {
  const waiting = new Map<number, { admit(at: number): void; refuse(error: unknown): void }>();
  let say: (request: GateRequest) => void = () => undefined;
  let next = 0;
  return {
    connect(way) {
      say = way;
    },
    hear(reply) {
      if ("admitted" in reply) {
        const asked = waiting.get(reply.admitted);
        if (asked === undefined) say({ ended: reply.admitted });
        else asked.admit(reply.at);
      } else waiting.get(reply.refused)?.refuse(typedError(reply.error));
    },
    admit(endpoint, tokens, signal) {
      const ask = next++;
      return new Promise<Admission>((resolve, reject) => {
        const settle = (): void => {
          waiting.delete(ask);
          signal?.removeEventListener("abort", abort);
        };
        const abort = (): void => {
          settle();
          say({ unask: ask });
          reject(signal?.reason);
        };
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        signal?.addEventListener("abort", abort, { once: true });
        waiting.set(ask, {
          admit(at) {
            settle();
            resolve({ at, end: (how) => say({ ended: ask, ...how }) });
          },
          refuse(error) {
            settle();
            reject(error);
          },
        });
        say({ ask, endpoint, tokens });
      });
    },
  };
}

/** The parent's side, for one worker process: passes what it asks on to `gate`. `gone` ends all it still held. */
export function askedGate(gate: Gate, say: (reply: GateReply) => void): { hear(request: GateRequest): void; gone(): void } {
  const asking = new Map<number, AbortController>();
  const admitted = new Map<number, Admission>();
  const ask = async (request: Extract<GateRequest, { readonly ask: number }>): Promise<void> => {
    const controller = new AbortController();
    asking.set(request.ask, controller);
    try {
      const admission = await gate.admit(request.endpoint, request.tokens, controller.signal);
      if (controller.signal.aborted) admission.end({});
      else {
        admitted.set(request.ask, admission);
        say({ admitted: request.ask, at: admission.at });
      }
    } catch (error) {
      if (!controller.signal.aborted) say({ refused: request.ask, error: encodeError(error) });
    } finally {
      asking.delete(request.ask);
    }
  };
  const end = (id: number, how: Parameters<Admission["end"]>[0]): void => {
    admitted.get(id)?.end(how);
    admitted.delete(id);
  };
  return {
    hear(request) {
      if ("ask" in request) void ask(request);
      else if ("unask" in request) {
        asking.get(request.unask)?.abort();
        end(request.unask, {});
      } else end(request.ended, { tokens: request.tokens, pauseMs: request.pauseMs });
    },
    gone() {
      for (const controller of asking.values()) controller.abort();
      for (const id of [...admitted.keys()]) end(id, {});
    },
  };
}
