import type { Json } from "../core/json.ts";
import type { UnitKind, UnitOutput, UnitSpec } from "./unit.ts";

/** Where units run. An executor may run them anywhere and finish them in any order; keys and results must not depend on it. */
export interface Executor extends AsyncDisposable {
  execute(spec: UnitSpec, signal: AbortSignal): Promise<UnitOutput<Json>>;
}

export type UnitKinds = ReadonlyMap<string, UnitKind<UnitSpec, Json>>;

/** Forgets the exact types of a kind so that kinds of all sorts fit one table; the spec is validated again on every run. */
export function anyKind<S extends UnitSpec, R extends Json>(kind: UnitKind<S, R>): UnitKind<UnitSpec, Json> {
  return {
    kind: kind.kind,
    rev: kind.rev,
    spec: kind.spec as UnitKind<UnitSpec, Json>["spec"],
    result: kind.result,
    run: (spec, signal) => kind.run(kind.spec.parse(spec), signal),
  };
}

/** Looks the kind of a spec up; throws a TypeError for an unknown kind or another revision, naming both. */
export function kindOf(kinds: UnitKinds, spec: UnitSpec): UnitKind<UnitSpec, Json> {
  const kind = kinds.get(spec.kind);
  if (kind === undefined) throw new TypeError(`no unit kind "${spec.kind}" here; known are ${[...kinds.keys()].join(", ")}`);
  if (kind.rev !== spec.rev) throw new TypeError(`unit kind ${spec.kind} has revision ${kind.rev} here, the spec asks for ${spec.rev}`);
  return kind;
}

/** Runs units in this process as soon as they come. */
export function localExecutor(kinds: UnitKinds): Executor {
  return {
    execute: (spec, signal) => kindOf(kinds, spec).run(spec, signal),
    async [Symbol.asyncDispose]() {},
  };
}

/**
 * Runs units in this process but lets them start and finish in a shuffled order, decided by `random` (0 ≤ x < 1).
 * For tests: orchestration that depends on completion order shows itself as other keys.
 */
export function shuffledExecutor(kinds: UnitKinds, random: () => number): Executor {
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.splice(Math.floor(random() * (waiting.length + 1)), 0, resolve);
      setImmediate(() => waiting.splice(Math.floor(random() * waiting.length), 1)[0]?.());
    });
  return {
    async execute(spec, signal) {
      await turn();
      const output = await kindOf(kinds, spec).run(spec, signal);
      await turn();
      return output;
    },
    async [Symbol.asyncDispose]() {},
  };
}
