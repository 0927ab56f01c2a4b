import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import type { Json } from "../core/json.ts";
import { callMetaSchema, hashSchema, jsonSchema } from "../core/record.ts";
import { type AskingGate, askingGate, gateReplySchema, gateRequestSchema } from "./child-gate.ts";
import { kindOf, type UnitKinds } from "./executor.ts";
import type { UnitOutput, UnitSpec } from "./unit.ts";
import { encodeError, wireErrorSchema } from "./wire-error.ts";

/** One line to a worker process: run this spec, give the one of this number up, or what the gate says. */
export const childRequestSchema = z.union([
  z.object({ id: z.number().int(), spec: z.looseObject({ kind: z.string(), rev: z.number().int() }) }),
  z.object({ id: z.number().int(), abort: z.literal(true) }),
  gateReplySchema,
]);

const outputSchema: z.ZodType<UnitOutput<Json>> = z.object({
  result: jsonSchema,
  blobs: z.array(hashSchema),
  costUsd: z.number().optional(),
  calls: z.union([hashSchema, z.array(callMetaSchema)]).optional(),
  fingerprints: z.array(z.string()).optional(),
  endpoints: z.array(z.string()).optional(),
});

/** How an attempt at a unit ended, written down between processes. */
export const endingSchema = z.union([z.object({ output: outputSchema }), z.object({ error: wireErrorSchema })]);
export type Ending = z.infer<typeof endingSchema>;

/** One line from a worker process: a result, an error, what a call has just spent, or what it asks of the gate. */
export const childReplySchema = z.union([
  z.object({ spent: z.object({ tokens: z.number(), costUsd: z.number().optional() }) }),
  z.object({ id: z.number().int(), output: outputSchema }),
  z.object({ id: z.number().int(), error: wireErrorSchema }),
  gateRequestSchema,
]);
export type ChildReply = z.infer<typeof childReplySchema>;

/**
 * The worker's side: runs every spec that comes in on `input`, many at once. When the input ends the parent is gone or done with us: whatever is still under
 * way is cut off, because nobody would store it. `onStart` gets the way to report what calls spend; `gate` is the one its models ask.
 */
export async function serveUnits(
  kinds: UnitKinds,
  input: Readable,
  output: Writable,
  gate: Pick<AskingGate, "connect" | "hear"> = askingGate(),
  onStart: (say: (reply: ChildReply) => void) => void = () => undefined,
): Promise<void> {
  const running = new Map<number, AbortController>();
  const say = (reply: ChildReply): void => {
    output.write(`${JSON.stringify(reply)}\n`);
  };
  gate.connect(say);
  onStart(say);
  const work = new Set<Promise<void>>();
  for await (const line of createInterface({ input })) {
    const request = childRequestSchema.parse(JSON.parse(line));
    if ("admitted" in request || "refused" in request) {
      gate.hear(request);
      continue;
    }
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
