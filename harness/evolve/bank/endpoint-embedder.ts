import type { Blobs } from "../../core/contract.ts";
import { canonicalJson, hashJson, type Json } from "../../core/json.ts";
import { type Engine, resultOf } from "../../engine/engine.ts";
import { forEachInWindow } from "../../engine/window.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { type EmbedSpec, embedResultSchema, embedRev, vectorsSchema } from "./embed-unit.ts";
import type { Embedder } from "./vector.ts";

/** Stands in for a text that is empty, which endpoints refuse. */
const nothing = "(no text)";

/** An embedding was not given for now; running again takes up all that were. */
export class UnansweredEmbedding extends Error {
  override readonly name = "UnansweredEmbedding";
}

export interface EndpointEmbedderOptions {
  readonly engine: Engine;
  readonly blobs: Blobs;
  /** The embedder role's model, as keys name it. */
  readonly identity: { readonly name: string; readonly [key: string]: Json | undefined };
}

/** Units under way at once; the model's own limits pace them further. */
const underWay = 32;

/**
 * Embeddings of a model's endpoint through memoised units of one text each: whatever else is embedded with it, a text is paid for once. Throws UnansweredEmbedding when a
 * unit is given up for this run.
 */
export function endpointEmbedder({ engine, blobs, identity }: EndpointEmbedderOptions): Embedder {
  const put = (value: unknown): Promise<string> => blobs.put(Buffer.from(canonicalJson(value)));

  async function embedText(text: string): Promise<readonly number[]> {
    const spec: EmbedSpec = { kind: "embed", rev: embedRev, model: await put(identity), texts: await put([text]) };
    const settled = await engine.run(spec);
    if (settled.state === "errored")
      throw new UnansweredEmbedding(`The embedder ${identity.name} was not answered: ${settled.error.message}`);
    const [vector] = vectorsSchema.parse(await readJsonBlob(blobs, resultOf(settled, embedResultSchema).vectors));
    return vector ?? [];
  }

  return {
    id: `endpoint:${identity.name}:${hashJson(identity).slice(0, 12)}`,
    async embed(texts) {
      const sent = texts.map((text) => (text.trim() === "" ? nothing : text));
      const unique = [...new Set(sent)];
      const vectors = new Map<string, readonly number[]>();
      await forEachInWindow(unique, underWay, async (text) => {
        vectors.set(text, await embedText(text));
      });
      return sent.map((text) => vectors.get(text) ?? []);
    },
  };
}
