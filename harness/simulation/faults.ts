/** Ways an endpoint misbehaves, drawn per arrival from a seed. A fault replaces or damages the transport of an answer; it never changes what the brain says. */
import { UsageError } from "../core/errors.ts";
import { type Refusal, refusal } from "./protocol-errors.ts";
import { uniformAt } from "./uniform-at.ts";

export const faultKinds = [
  "rate-limit", // 429 with Retry-After
  "500",
  "502", // an HTML page, as proxies send
  "503",
  "hang", // the request is read, nothing is ever answered
  "stall", // headers and the start of the body, then nothing
  "cut-json", // a complete HTTP response whose JSON ends too early
  "cut-body", // the connection closes before the announced length
  "empty-body", // 200 with nothing in it
  "no-choices", // 200 with well-formed JSON and no choices
  "empty-content", // 200 with an empty message: the client believes it only when it comes several times in a row
  "reset", // TCP reset before any byte
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultSpec {
  readonly seed: number;
  /** Share of arrivals per kind; together at most 1. */
  readonly rates: Readonly<Partial<Record<FaultKind, number>>>;
  /** Seconds named by Retry-After on 429 (default 1). */
  readonly retryAfterS?: number;
  /** Form of Retry-After: seconds, HTTP-date, or one after the other (default). */
  readonly retryAfterForm?: "seconds" | "date" | "alternate";
}

/** Every kind, in equal parts adding up to `total` (0 to 1): results under these faults must equal results without. */
export function recoverableFaults(seed: number, total: number): FaultSpec {
  return { seed, rates: Object.fromEntries(faultKinds.map((k) => [k, total / faultKinds.length])) };
}

/** The fault of the `arrival`-th request, or undefined. Throws UsageError for an unknown kind or rates outside 0…1. */
export function faultModel(spec: FaultSpec): (arrival: number) => FaultKind | undefined {
  const steps: { readonly kind: FaultKind; readonly upTo: number }[] = [];
  let sum = 0;
  for (const [name, rate] of Object.entries(spec.rates)) {
    const kind = faultKinds.find((k) => k === name);
    if (kind === undefined) throw new UsageError(`Unknown fault "${name}": expected one of ${faultKinds.join(", ")}; correct the name.`);
    if (rate === undefined) continue;
    if (!(rate >= 0 && rate <= 1)) throw new UsageError(`The rate of fault "${name}" must lie between 0 and 1, not ${rate}; correct it.`);
    sum += rate;
    steps.push({ kind, upTo: sum });
  }
  // A little room for sums such as 11 × 0.3/11.
  if (sum > 1 + 1e-9) throw new UsageError(`Fault rates add up to ${sum}, expected at most 1; lower them.`);
  return (arrival) => {
    const u = uniformAt(spec.seed, 1, arrival);
    return steps.find((step) => u < step.upTo)?.kind;
  };
}

/** Value of a Retry-After header for `retryAfterS` from `nowMs`. A date is rounded up to whole seconds, so it never lies before the wanted time. */
export function retryAfterHeader(spec: FaultSpec, occurrence: number, nowMs: number): string {
  const seconds = spec.retryAfterS ?? 1;
  const form = spec.retryAfterForm ?? "alternate";
  const date = form === "date" || (form === "alternate" && occurrence % 2 === 1);
  return date ? new Date(Math.ceil((nowMs + seconds * 1000) / 1000) * 1000).toUTCString() : String(seconds);
}

/** Faults that answer with a status of their own; undefined for those that damage a good answer or send none. `occurrence` counts this kind. */
export function faultRefusal(fault: FaultKind, spec: FaultSpec, occurrence: number): Refusal | undefined {
  switch (fault) {
    case "rate-limit":
      return refusal(429, "Rate limit reached. Try again later.", {
        type: "requests",
        code: "rate_limit_exceeded",
        headers: { "retry-after": retryAfterHeader(spec, occurrence, Date.now()) },
      });
    case "500":
      return refusal(500, "Internal server error.");
    case "502":
      return { status: 502, body: {}, headers: { "content-type": "text/html" } };
    case "503":
      return refusal(503, "The server is overloaded or not ready yet.");
    default:
      return undefined;
  }
}
