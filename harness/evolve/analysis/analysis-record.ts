import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Agent, Blobs, BoxLimits, Recheck, Toolchain } from "../../core/contract.ts";
import type { Without } from "../../core/evolution-spec.ts";
import { canonicalJson, type Hash, hashJson, type Json } from "../../core/json.ts";
import { fileRefSchema, hashSchema, type Sampling, submissionSchema } from "../../core/record.ts";
import type { Sealed } from "../../core/sealed.ts";
import { armRecordSchema, boxLimitsSchema, toolchainSchema } from "../../evaluate/arm.ts";
import { referenceWords } from "../propose/reference-talk.ts";
import { analysisPromptFiles } from "./analysis-prompts.ts";

/** Bump when the same analyst, episode and seed would send other bytes to a model or a sandbox, or would be judged otherwise. */
export const analysisRev = 1;

export const analysisSpecSchema = z.strictObject({
  kind: z.literal("analysis"),
  rev: z.number().int(),
  analyst: hashSchema,
  episode: hashSchema,
  /** Sent as API seed, also with the turns of a solver that is taken back. */
  seed: z.number().int(),
});
export type AnalysisSpec = z.infer<typeof analysisSpecSchema>;

/** Everything of an analyst that can change what it does or how it is judged; the counterpart of an arm's record. */
export const analystRecordSchema = armRecordSchema
  .pick({ agent: true, prompts: true, model: true, sampling: true, box: true, toolchain: true })
  .extend({
    v: z.literal(1),
    box: boxLimitsSchema,
    toolchain: toolchainSchema,
    maxLessons: z.number().int().positive(),
    /** Characters of the log that stand in the first message; the whole of it lies in the box. */
    logChars: z.number().int().positive(),
    /** Seconds a fix may run on one input. */
    runSeconds: z.number().positive(),
    /** Sources of regular expressions that lessons may not match. */
    referenceWords: z.array(z.string()),
  });
export type AnalystRecord = z.infer<typeof analystRecordSchema>;

/** A failed episode with all it takes to analyse it and to certify a fix. `task` and `sealed` are hashes of the whole records. */
export const episodeRecordSchema = z.object({
  v: z.literal(1),
  benchmark: z.string(),
  scorer: z.object({ id: z.string(), rev: z.number().int(), toolchain: hashSchema }),
  /** LibreOffice version that workbooks are recalculated with before they are scored, as the episode's own was; null where they are scored as handed in. */
  recalculate: z.string().nullable(),
  task: hashSchema,
  sealed: hashSchema,
  trajectory: hashSchema,
  submission: submissionSchema,
  solverArm: hashSchema,
  rechecks: z.array(z.object({ expect: z.enum(["pass", "differ"]), what: z.string(), task: hashSchema, sealed: hashSchema })),
  /** Files of S0. */
  skill: z.array(fileRefSchema),
});
export type EpisodeRecord = z.infer<typeof episodeRecordSchema>;

const defaultLogChars = 60_000;

/**
 * Stores the record of an analyst with its prompts and gives it with its hash. `agent.prompts` are paths of the agent's own prompts for an arm without guidance;
 * those that an analysis says differently are replaced.
 */
export async function analystRecord(
  blobs: Blobs,
  given: {
    readonly agent: { readonly agent: Agent; readonly options: Json; readonly prompts: Readonly<Record<string, string>> };
    readonly identity: { readonly name: string; readonly [key: string]: Json | undefined };
    readonly sampling: Sampling;
    readonly box: BoxLimits;
    readonly toolchain: Toolchain;
    readonly maxLessons: number;
    readonly runSeconds: number;
    readonly logChars?: number;
    /** Priors that are left out: without its perspective an analyst is not told to write from the agent's point of view, nor held to it. Default: none. */
    readonly without?: Without;
  },
): Promise<{ readonly record: AnalystRecord; readonly key: Hash }> {
  const { agent, options, prompts } = given.agent;
  const stored: Record<string, Hash> = {};
  const { workflow: _replaced, ...own } = prompts;
  for (const [name, path] of Object.entries({ ...own, ...analysisPromptFiles() })) stored[name] = await blobs.put(await readFile(path));
  const withPerspective = given.without?.includes("perspective") !== true;
  if (!withPerspective) stored.perspective = await blobs.put(new Uint8Array());
  const record: AnalystRecord = {
    v: 1,
    agent: { id: agent.id, rev: agent.rev, options },
    prompts: stored,
    model: given.identity,
    sampling: given.sampling,
    box: given.box,
    toolchain: given.toolchain,
    maxLessons: given.maxLessons,
    logChars: given.logChars ?? defaultLogChars,
    runSeconds: given.runSeconds,
    referenceWords: withPerspective ? [...referenceWords] : [],
  };
  return { record, key: await put(blobs, record) };
}

/** Stores the rechecks and the episode's record and gives the spec of its analysis. Equal arguments give equal specs. */
export async function analysisSpec(
  blobs: Blobs,
  given: Omit<EpisodeRecord, "v" | "rechecks"> & {
    readonly rechecks: AsyncIterable<Recheck> | Iterable<Recheck>;
    readonly analyst: Hash;
    readonly seed: number;
  },
): Promise<AnalysisSpec> {
  const { rechecks, analyst, seed, ...episode } = given;
  const stored: EpisodeRecord["rechecks"] = [];
  for await (const { expect, what, task, sealed } of rechecks)
    stored.push({ expect, what, task: await put(blobs, task), sealed: await put<Sealed>(blobs, sealed) });
  const record: EpisodeRecord = { v: 1, ...episode, rechecks: stored };
  return { kind: "analysis", rev: analysisRev, analyst, episode: await put(blobs, record), seed };
}

async function put<T>(blobs: Blobs, value: T): Promise<Hash> {
  const hash = await blobs.put(Buffer.from(canonicalJson(value)));
  if (hash !== hashJson(value)) throw new TypeError("a blob store named a record by something else than its hash");
  return hash;
}
