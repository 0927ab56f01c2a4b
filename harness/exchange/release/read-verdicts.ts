/** `eval_official_results.json` and `results.json` of the public release. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import type { ReleaseFile } from "./find-files.ts";

const verdictsSchema = z.object({
  results: z.array(
    z.object({
      id: z.union([z.string(), z.number()]).transform(String),
      success: z.boolean(),
      error: z.string().nullish(),
      test_cases: z
        .array(
          z.object({
            gt_file: z.string().nullish(),
            output_file: z.string().nullish(),
            passed: z.boolean(),
            message: z.string().nullish(),
          }),
        )
        .default([]),
    }),
  ),
});

const resultsSchema = z.object({
  agent_name: z.string().nullish(),
  model: z.string().nullish(),
  seed: z.number().int().nullish(),
  results: z
    .array(
      z.object({
        id: z.union([z.string(), z.number()]).transform(String),
        error: z.string().nullish(),
        test_cases: z.array(z.object({ output_file: z.string().nullish(), error: z.string().nullish() })).default([]),
      }),
    )
    .default([]),
});

/** What the release's own scorer said of one output, or of a whole instance that never came to a comparison. */
export interface StoredVerdict {
  readonly passed: boolean;
  readonly message: string;
}

export interface StoredVerdicts {
  /** Ids of the instances it speaks of. */
  readonly instances: ReadonlySet<string>;
  of(instance: string, outputs: readonly string[], gold: string | undefined): StoredVerdict | undefined;
}

/** Throws nothing for a damaged file: it is told in `problem`. */
export async function readVerdicts(file: ReleaseFile): Promise<StoredVerdicts | { readonly problem: string }> {
  const read = await readJson(file, verdictsSchema);
  if ("problem" in read) return read;
  const byId = new Map(read.value.results.map((one) => [one.id, one]));
  return {
    instances: new Set(byId.keys()),
    of(instance, outputs, gold) {
      const one = byId.get(instance);
      if (one === undefined) return undefined;
      const found = one.test_cases.find(
        ({ output_file, gt_file }) =>
          (output_file != null && outputs.includes(basename(output_file))) ||
          (gt_file != null && gold !== undefined && basename(gt_file) === gold),
      );
      if (found !== undefined) return { passed: found.passed, message: found.message ?? "" };
      return one.test_cases.length > 0 ? undefined : { passed: one.success, message: one.error ?? "" };
    },
  };
}

/** Model, seed and errors a run noted of itself. */
export interface StoredRun {
  readonly model?: string;
  readonly agent?: string;
  readonly seed?: number;
  readonly instances: ReadonlySet<string>;
}

export async function readRun(file: ReleaseFile): Promise<StoredRun | { readonly problem: string }> {
  const read = await readJson(file, resultsSchema);
  if ("problem" in read) return read;
  const { model, agent_name, seed, results } = read.value;
  return {
    ...(model == null ? {} : { model }),
    ...(agent_name == null ? {} : { agent: agent_name }),
    ...(seed == null ? {} : { seed }),
    instances: new Set(results.map(({ id }) => id)),
  };
}

const mostBytes = 256 * 1024 * 1024;

async function readJson<T>(
  { path, bytes }: ReleaseFile,
  schema: z.ZodType<T>,
): Promise<{ readonly value: T } | { readonly problem: string }> {
  if (bytes > mostBytes) return { problem: `${path} has ${bytes} bytes, more than any such file holds; it was not read` };
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    return { problem: `${path} cannot be read as JSON (${error instanceof Error ? error.message.slice(0, 120) : "unknown error"})` };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  const issue = parsed.error.issues[0];
  return { problem: `${path} is not what the release writes: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}` };
}
