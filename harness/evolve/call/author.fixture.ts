/** An author over a real engine and a real store in a temporary folder, for tests. Import from tests only. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Model } from "../../core/contract.ts";
import type { Sampling } from "../../core/record.ts";
import { createEngine, type Engine, type EngineEvent } from "../../engine/engine.ts";
import { anyKind, localExecutor, shuffledExecutor } from "../../engine/executor.ts";
import { createStopOrder, type StopOrder } from "../../engine/stop.ts";
import { openStore, type Store } from "../../store/store.ts";
import type { Author, ReplyForm } from "../author.ts";
import { allForms } from "../forms.ts";
import { callKind } from "./call-unit.ts";
import { openAuthor } from "./open-author.ts";

export interface TestAuthor extends AsyncDisposable {
  readonly author: Author;
  readonly engine: Engine;
  readonly store: Store;
  readonly stop: StopOrder;
  readonly events: readonly EngineEvent[];
}

export interface TestAuthorOptions {
  readonly rounds?: number;
  readonly seed?: number;
  readonly sampling?: Sampling;
  readonly forms?: Readonly<Record<string, ReplyForm<unknown>>>;
  /** What this process says the model is; default: what the author asks for. */
  readonly identity?: { readonly name: string; readonly revision?: string };
  /** Starts and finishes units in an order decided by this (0 ≤ x < 1). */
  readonly shuffle?: () => number;
}

/** Every role is played by `model`; waits between attempts of a unit cost nothing. */
export async function testAuthor(model: Model, options: TestAuthorOptions = {}): Promise<TestAuthor> {
  const root = await mkdtemp(join(tmpdir(), "t2s-author-"));
  const store = openStore(root);
  const stop = createStopOrder();
  const events: EngineEvent[] = [];
  const forms = options.forms ?? allForms;
  const asked = { name: model.name };
  const kind = callKind({ blobs: store.blobs, model: () => model, identity: () => options.identity ?? asked, forms });
  const kinds = new Map([["call", anyKind(kind)]]);
  const executor = options.shuffle === undefined ? localExecutor(kinds) : shuffledExecutor(kinds, options.shuffle);
  const engine = createEngine({ store, executor, stop, sleep: async () => undefined, onEvent: (event) => events.push(event) });
  const author = openAuthor({
    engine,
    blobs: store.blobs,
    role: () => ({ identity: asked, sampling: options.sampling ?? {} }),
    seed: options.seed ?? 41,
    rounds: options.rounds ?? 3,
    forms,
  });
  return { author, engine, store, stop, events, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}
