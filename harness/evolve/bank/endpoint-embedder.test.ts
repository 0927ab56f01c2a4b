import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { Model } from "../../core/contract.ts";
import { createEngine, type Engine } from "../../engine/engine.ts";
import { anyKind, localExecutor } from "../../engine/executor.ts";
import { createStopOrder } from "../../engine/stop.ts";
import { createModel } from "../../model/create-model.ts";
import { canned, quick, simulated } from "../../model/test-calls.ts";
import { answerWith, specFor } from "../../model/test-endpoint.ts";
import { embed } from "../../simulation/embed.ts";
import { openStore, type Store } from "../../store/store.ts";
import { buildBank } from "./bank.ts";
import { embedKind } from "./embed-unit.ts";
import { endpointEmbedder, UnansweredEmbedding } from "./endpoint-embedder.ts";
import { retrieve } from "./retrieve.ts";

const roots: string[] = [];
afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
});

const identity = { name: "m", revision: "1" };

async function open(model: Model, store?: Store, here: unknown = identity): Promise<{ store: Store; engine: Engine }> {
  if (store === undefined) {
    const root = await mkdtemp(join(tmpdir(), "t2s-embed-"));
    roots.push(root);
    store = openStore(root);
  }
  const kind = embedKind({ blobs: store.blobs, model: () => model, identity: () => here });
  const executor = localExecutor(new Map([["embed", anyKind(kind)]]));
  return { store, engine: createEngine({ store, executor, stop: createStopOrder(), sleep: async () => undefined }) };
}

const texts = Array.from({ length: 40 }, (_, i) => `Task ${i}: ${["sum the hours", "delete blank rows", "look prices up"][i % 3]}`);

it("embeds over the simulated endpoint, in units that are paid once", async () => {
  const server = await simulated({
    brain: { models: ["m"], reply: () => ({ text: "", finishReason: "stop" }), embed: (_, text) => embed(text) },
  });
  const model = createModel(specFor([server.url]), quick());
  const { store, engine } = await open(model);
  const embedder = endpointEmbedder({ engine, blobs: store.blobs, identity });
  const first = await embedder.embed([...texts, "", texts[0] ?? ""], []);
  expect(first).toHaveLength(42);
  expect(first[41]).toEqual(first[0]);
  expect(first[1]).toEqual(embed(texts[1] ?? "").map((x) => expect.closeTo(x, 5)));
  const calls = server.stats().requests;
  expect(calls).toBe(41);

  // Another process, some of the texts in another order: nothing is sent.
  const again = await open(model, store);
  const shuffled = await endpointEmbedder({ ...again, blobs: store.blobs, identity }).embed([...texts].reverse(), []);
  expect(shuffled.toReversed()).toEqual(first.slice(0, 40));
  expect(server.stats().requests).toBe(calls);

  const items = texts.slice(0, 30).map((taskText, position) => ({
    position,
    task: `t${position}`,
    taskText,
    episode: "e",
    source: "success" as const,
    lessons: [{ type: "success-lesson" as const, title: "t", description: "d", content: "c" }],
  }));
  const bank = await buildBank(items, embedder);
  expect(bank.embedder).toMatch(/^endpoint:m:[0-9a-f]{12}$/);
  const [vector = []] = await embedder.embed([texts[4] ?? ""], []);
  expect(retrieve(bank, { task: "elsewhere", vector }, 1)[0]?.entry.id).toBe("m004");
  expect(retrieve(bank, { task: "t4", vector }, 1)[0]?.entry.id).not.toBe("m004");
});

it("does not keep vectors of another model, or none", async () => {
  const server = await canned(
    answerWith(200, {
      data: [
        { index: 0, embedding: [1, 2] },
        { index: 1, embedding: [1] },
      ],
    }),
  );
  const model = createModel(specFor([server.url], { max_attempts: 1 }), quick());
  const uneven = await open(model);
  await expect(endpointEmbedder({ ...uneven, blobs: uneven.store.blobs, identity }).embed(["a", "b"], [])).rejects.toThrow(
    UnansweredEmbedding,
  );
  const other = await open(model, undefined, { name: "m", revision: "2" });
  await expect(endpointEmbedder({ ...other, blobs: other.store.blobs, identity }).embed(["a", "b"], [])).rejects.toThrow(
    /configured differently/,
  );
});
