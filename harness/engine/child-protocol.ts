import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { ModelError, type ModelErrorClass, messageOf, SandboxError, StoreError, UsageError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { callMetaSchema, hashSchema, jsonSchema } from "../core/record.ts";
import { kindOf, type UnitKinds } from "./executor.ts";
import { rootCause } from "./retry-policy.ts";
import { FailedAttempt, type UnitOutput, type UnitSpec } from "./unit.ts";

/** One line to a worker process: run this spec, or give the one of this number up. */
export const childRequestSchema = z.union([
  z.object({ id: z.number().int(), spec: z.looseObject({ kind: z.string(), rev: z.number().int() }) }),
  z.object({ id: z.number().int(), abort: z.literal(true) }),
]);

const outputSchema: z.ZodType<UnitOutput<Json>> = z.object({
  result: jsonSchema,
  blobs: z.array(hashSchema),
  costUsd: z.number().optional(),
  calls: z.union([hashSchema, z.array(callMetaSchema)]).optional(),
  fingerprints: z.array(z.string()).optional(),
  endpoints: z.array(z.string()).optional(),
});

const wireErrorSchema = z.object({
  name: z.string(),
  message: z.string(),
  errorClass: z.string().optional(),
  attempts: z.number().optional(),
  neverAnswered: z.boolean().optional(),
  stack: z.string().optional(),
  costUsd: z.number().optional(),
  trajectory: hashSchema.optional(),
});
type WireError = z.infer<typeof wireErrorSchema>;

/** How an attempt at a unit ended, written down between processes. */
export const endingSchema = z.union([z.object({ output: outputSchema }), z.object({ error: wireErrorSchema })]);
export type Ending = z.infer<typeof endingSchema>;

/** One line from a worker process: a result, an error, or what a call has just spent. */
export const childReplySchema = z.union([
  z.object({ spent: z.object({ tokens: z.number(), costUsd: z.number().optional() }) }),
  z.object({ id: z.number().int(), output: outputSchema }),
  z.object({ id: z.number().int(), error: wireErrorSchema }),
]);
export type ChildReply = z.infer<typeof childReplySchema>;

/** Writes down what an attempt threw so that the typed retry policy can judge it in another process. */
export function encodeError(thrown: unknown): WireError {
  const cause = rootCause(thrown);
  return {
    name: cause instanceof Error ? cause.name : "Error",
    message: messageOf(cause),
    errorClass: cause instanceof ModelError ? cause.errorClass : undefined,
    attempts: cause instanceof ModelError ? cause.options.attempts : undefined,
    neverAnswered: cause instanceof ModelError ? cause.options.neverAnswered : undefined,
    stack: cause instanceof Error ? cause.stack : undefined,
    costUsd: thrown instanceof FailedAttempt ? thrown.spent.costUsd : 0,
    trajectory: thrown instanceof FailedAttempt ? thrown.spent.trajectory : undefined,
  };
}

/** The error a worker process met, with its class and what it had spent. */
export function decodeError(wire: WireError): FailedAttempt {
  return new FailedAttempt(typedError(wire), { costUsd: wire.costUsd, trajectory: wire.trajectory });
}

function typedError(wire: WireError): Error {
  switch (wire.name) {
    case "ModelError":
      return new ModelError(wire.message, (wire.errorClass ?? "server") as ModelErrorClass, {
        attempts: wire.attempts,
        neverAnswered: wire.neverAnswered,
      });
    case "SandboxError":
      return new SandboxError(wire.message);
    case "StoreError":
      return new StoreError(wire.message);
    case "UsageError":
      return new UsageError(wire.message);
    default: {
      const error = new Error(wire.message);
      error.name = wire.name;
      error.stack = wire.stack;
      return error;
    }
  }
}

/**
 * The worker's side: runs every spec that comes in on `input`, many at once. When the input ends the parent is gone or done with us: whatever is still under
 * way is cut off, because nobody would store it. `onStart` gets the way to report what calls spend.
 */
export async function serveUnits(
  kinds: UnitKinds,
  input: Readable,
  output: Writable,
  onStart: (say: (reply: ChildReply) => void) => void = () => undefined,
): Promise<void> {
  const running = new Map<number, AbortController>();
  const say = (reply: ChildReply): void => {
    output.write(`${JSON.stringify(reply)}\n`);
  };
  onStart(say);
  const work = new Set<Promise<void>>();
  for await (const line of createInterface({ input })) {
    const request = childRequestSchema.parse(JSON.parse(line));
    if ("abort" in request) {
      running.get(request.id)?.abort();
      continue;
    }
    const one: Promise<void> = runOne(kinds, request.id, request.spec, running).then((reply) => {
      work.delete(one);
      say(reply);
    });
    work.add(one);
  }
  for (const controller of running.values()) controller.abort();
  await Promise.all(work);
}

async function runOne(kinds: UnitKinds, id: number, spec: UnitSpec, running: Map<number, AbortController>): Promise<ChildReply> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    return { id, output: await kindOf(kinds, spec).run(spec, controller.signal) };
  } catch (thrown) {
    return { id, error: encodeError(thrown) };
  } finally {
    running.delete(id);
  }
}
