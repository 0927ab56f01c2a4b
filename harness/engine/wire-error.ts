import { z } from "zod";
import { ModelError, type ModelErrorClass, messageOf, SandboxError, StoreError, UsageError } from "../core/errors.ts";
import { hashSchema } from "../core/record.ts";
import { rootCause } from "./retry-policy.ts";
import { Stopped } from "./stop.ts";
import { FailedAttempt } from "./unit.ts";

/** An error written down between processes. */
export const wireErrorSchema = z.object({
  name: z.string(),
  message: z.string(),
  errorClass: z.string().optional(),
  attempts: z.number().optional(),
  neverAnswered: z.boolean().optional(),
  stack: z.string().optional(),
  costUsd: z.number().optional(),
  trajectory: hashSchema.optional(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

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

/** The error alone, with its class. */
export function typedError(wire: WireError): Error {
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
    case "Stopped":
      return new Stopped(wire.message);
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
