/**
 * Failures are results or errors. What a model, an agent or a command does wrong is a *result* (an Exit, a failed Score).
 * What is thrown is one of these: the user can mend it (UsageError), or a part of the infrastructure broke.
 */

/** The user can fix it. `message` is one sentence: what, what was expected, what to do. Printed without a stack; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Why an endpoint call failed. Only `overflow` and `refused` are turned into exits by the agent loop; the rest are infrastructure. */
export type ModelErrorClass =
  | "rate-limit"
  | "server"
  | "timeout"
  | "connection"
  | "bad-reply" // retryable
  | "overflow"
  | "refused" // a property of the request: never retried
  | "auth"
  | "not-found"
  | "bad-request"
  | "no-vision"
  | "budget"
  | "aborted"; // fatal

/** An endpoint call failed for good (after retries where the class allows them). `message` carries the server's own words, secrets removed. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  constructor(
    message: string,
    readonly errorClass: ModelErrorClass,
    readonly options: {
      status?: number;
      attempts?: number;
      retryAfterMs?: number /** No endpoint of the model has answered anything in this process yet. */;
      neverAnswered?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
  }
  get retryable(): boolean {
    return ["rate-limit", "server", "timeout", "connection", "bad-reply"].includes(this.errorClass);
  }
}

/** The sandbox itself could not be made or talked to (not: a command inside it failed or was killed). */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
}

/** Something on disk is not what was written: a damaged unit, blob or ledger. Names the file and how to go on. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** The one-line text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
