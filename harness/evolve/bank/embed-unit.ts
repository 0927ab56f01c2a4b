/** Unit kind `embed`: texts to vectors by a model's embeddings endpoint, paid once. */
import { z } from "zod";
import type { Blobs, Model } from "../../core/contract.ts";
import { ModelError, UsageError } from "../../core/errors.ts";
import { canonicalJson, type Hash, hashJson } from "../../core/json.ts";
import { hashSchema } from "../../core/record.ts";
import type { UnitKind, UnitOutput } from "../../engine/unit.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { modelIdentitySchema } from "../call/call-record.ts";

/** Bump when equal texts would be sent in another way. */
export const embedRev = 1;

export const embedSpecSchema = z.strictObject({
  kind: z.literal("embed"),
  rev: z.literal(embedRev),
  /** Blob with what tells the model apart: a hash of its identity that also says its name. */
  model: hashSchema,
  /** Blob with a JSON array of texts, none empty. */
  texts: hashSchema,
});
export type EmbedSpec = z.infer<typeof embedSpecSchema>;

export const embedResultSchema = z.strictObject({
  v: z.literal(1),
  /** Blob with a JSON array of vectors in the order of the texts. */
  vectors: hashSchema,
  count: z.number().int(),
  dimensions: z.number().int(),
});
export type EmbedResult = z.infer<typeof embedResultSchema>;

export const textsSchema = z.array(z.string().min(1)).min(1);
export const vectorsSchema = z.array(z.array(z.number()).min(1));

export interface EmbedDeps {
  readonly blobs: Blobs;
  /** Resolves a model by name; the endpoint is this process's own business. */
  readonly model: (name: string) => Model;
  /** What keys say of that model here. */
  readonly identity: (name: string) => unknown;
}

/** Throws infrastructure errors only; replies with vectors of unequal or no length are `bad-reply`, which is retried. Costs are not known: `Model.embed` reports none. */
export function embedKind(deps: EmbedDeps): UnitKind<EmbedSpec, EmbedResult> {
  return { kind: "embed", rev: embedRev, spec: embedSpecSchema, result: embedResultSchema, run: (spec, signal) => run(deps, spec, signal) };
}

async function run({ blobs, model, identity }: EmbedDeps, spec: EmbedSpec, signal: AbortSignal): Promise<UnitOutput<EmbedResult>> {
  signal.throwIfAborted();
  const asked = modelIdentitySchema.parse(await readJsonBlob(blobs, spec.model));
  // A result is stored under what its key says; another model's would be kept under a false name.
  if (hashJson(asked) !== hashJson(identity(asked.name)))
    throw new UsageError(
      `model ${asked.name} is configured differently here than where the plan was made (revision, chat template or persona)`,
    );
  const texts = textsSchema.parse(await readJsonBlob(blobs, spec.texts));
  const vectors = await model(asked.name).embed(texts, signal);
  const dimensions = vectors[0]?.length ?? 0;
  if (vectors.length !== texts.length || dimensions === 0 || vectors.some((vector) => vector.length !== dimensions))
    throw new ModelError(
      `Model "${asked.name}" gave ${vectors.length} embeddings of unequal or no length for ${texts.length} texts.`,
      "bad-reply",
    );
  if (vectors.some((vector) => vector.some((x) => !Number.isFinite(x))))
    throw new ModelError(`Model "${asked.name}" gave an embedding with something that is no number.`, "bad-reply");
  const blob: Hash = await blobs.put(Buffer.from(canonicalJson(vectors)));
  return { result: { v: 1, vectors: blob, count: vectors.length, dimensions }, blobs: [blob] };
}
