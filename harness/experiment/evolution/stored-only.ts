import type { Hash } from "../../core/json.ts";
import type { Engine } from "../../engine/engine.ts";
import { unitKey } from "../../engine/unit.ts";
import type { Store } from "../../store/store.ts";

/** Thrown for a unit that nobody has run yet. */
class NotStored extends Error {
  override readonly name = "NotStored";
  readonly key: Hash;
  constructor(key: Hash) {
    super(`unit ${key} is not in the store`);
    this.key = key;
  }
}

/** An engine that runs nothing: what is not in the store yet ends the work that asks for it. */
export function storedOnly({ units }: Pick<Store, "units">): Engine {
  const engine: Engine = {
    async run(spec) {
      const key = unitKey(spec);
      const record = await units.get(key);
      if (record === undefined) throw new NotStored(key);
      return { state: "done", record, fresh: false };
    },
    near: () => engine,
    owns: () => true,
  };
  return engine;
}

/** What some work over `storedOnly` gives when all it asks for is there, else the key of what it lacked first. */
export async function fromStore<T>(work: () => Promise<T>): Promise<{ readonly there: T } | { readonly lacks: Hash }> {
  try {
    return { there: await work() };
  } catch (error) {
    if (error instanceof NotStored) return { lacks: error.key };
    throw error;
  }
}
