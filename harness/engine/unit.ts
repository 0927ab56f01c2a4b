import type { z } from "zod";
import { canonicalJson, type Hash, type Json, sha256 } from "../core/json.ts";
import type { CallMeta } from "../core/record.ts";

/** What to do, as data: names and hashes only (≤ 8 kB), no paths, closures, URLs or secrets, so that any process with the blob store can run it. */
export interface UnitSpec {
  readonly kind: string;
  /** Integer revision of the kind: bumped whenever the same spec would send other bytes over the wire. */
  readonly rev: number;
}

export interface UnitOutput<R> {
  readonly result: R;
  /** Blobs the result refers to; the store keeps them as long as the unit. */
  readonly blobs: readonly Hash[];
  readonly costUsd?: number;
  /** Facts of every call, or where there are many the blob of them; volatile, like times. */
  readonly calls?: Hash | readonly CallMeta[];
  readonly fingerprints?: readonly string[];
  readonly endpoints?: readonly string[];
}

/** One kind of work: how its spec and result look and how it is run. `run` throws infrastructure errors only. */
export interface UnitKind<S extends UnitSpec = UnitSpec, R extends Json = Json> {
  readonly kind: string;
  readonly rev: number;
  readonly spec: z.ZodType<S>;
  readonly result: z.ZodType<R>;
  run(spec: S, signal: AbortSignal): Promise<UnitOutput<R>>;
}

/** Wraps what an attempt threw, with what it had already cost and what it left behind. */
export class FailedAttempt extends Error {
  override readonly name = "FailedAttempt";
  constructor(
    override readonly cause: unknown,
    readonly spent: { readonly costUsd: number | undefined; readonly trajectory?: Hash },
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const maxSpecBytes = 8192;

/** SHA-256 of the canonical JSON of the spec. Throws a TypeError when the spec is no pure data or above 8 kB. */
export function unitKey(spec: UnitSpec): Hash {
  const text = canonicalJson(spec);
  if (text.length > maxSpecBytes)
    throw new TypeError(
      `unit spec of kind ${spec.kind} has ${text.length} characters, at most ${maxSpecBytes} are allowed; refer to blobs instead`,
    );
  return sha256(text);
}
