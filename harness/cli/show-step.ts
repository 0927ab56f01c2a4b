import type { z } from "zod";
import { StoreError } from "../core/errors.ts";
import { trajectorySchema } from "../core/record.ts";
import { callInputSchema, callResultSchema, callSpecSchema, modelIdentitySchema } from "../evolve/call/call-record.ts";
import { programQuestionSchema, programRecordSchema, programResultSchema, programSpecSchema } from "../evolve/program/program-record.ts";
import { describeCall, describeProgram } from "../report/describe-call.ts";
import type { DescribeOptions } from "../report/shown-text.ts";
import { readJsonBlob } from "../store/blobs.ts";
import type { Store } from "../store/store.ts";
import type { UnitRecord } from "../store/units.ts";

/** A stored step of an evolution: the text for people, and what `--json` prints. */
export interface ShownStep {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Calls of a model and steps of programs whose key begins with `wanted` (at least eight digits of a hash). */
export async function findSteps({ units }: Store, wanted: string): Promise<readonly UnitRecord[]> {
  if (!/^[0-9a-f]{8,64}$/.test(wanted)) return [];
  const found: UnitRecord[] = [];
  for await (const key of units.keys(wanted)) {
    const unit = await units.get(key);
    if (unit?.spec.kind === "call" || unit?.spec.kind === "program") found.push(unit);
  }
  return found;
}

/** Throws StoreError where something it refers to is missing or damaged. */
export async function showStep(unit: UnitRecord, store: Store, options: DescribeOptions): Promise<ShownStep> {
  return unit.spec.kind === "program" ? await showProgram(unit, store, options) : await showCall(unit, store, options);
}

async function showCall(unit: UnitRecord, { blobs }: Store, options: DescribeOptions): Promise<ShownStep> {
  const { role, form, seed, model, input: asked } = storedAs(callSpecSchema, unit, unit.spec);
  const { system, user } = callInputSchema.parse(await readJsonBlob(blobs, asked));
  const identity = modelIdentitySchema.parse(await readJsonBlob(blobs, model));
  const result = storedAs(callResultSchema, unit, unit.result);
  const simulated = identity.provider === "simulated";
  const { state, usage, replies } = result;
  const problem = "problem" in result ? { problem: result.problem } : {};
  return {
    text: describeCall(
      { key: unit.key, role, form, seed, model: identity.name, simulated, system, user, state, usage, replies, ...problem },
      options,
    ),
    json: { v: 1, unit, model: identity, input: { system, user } },
  };
}

async function showProgram(unit: UnitRecord, { blobs }: Store, options: DescribeOptions): Promise<ShownStep> {
  const { form, seed, program, question: asked } = storedAs(programSpecSchema, unit, unit.spec);
  const { command, model } = programRecordSchema.parse(await readJsonBlob(blobs, program));
  const { question } = programQuestionSchema.parse(await readJsonBlob(blobs, asked));
  const result = storedAs(programResultSchema, unit, unit.result);
  const trajectory = trajectorySchema.parse(await readJsonBlob(blobs, result.trajectory));
  const simulated = model?.identity.provider === "simulated";
  const { state, usage, runs } = result;
  const ended = "problem" in result ? { problem: result.problem } : { printed: JSON.stringify(result.value, null, 2) };
  const shown = {
    key: unit.key,
    form,
    seed,
    simulated,
    state,
    usage,
    runs,
    command,
    question: JSON.stringify(question, null, 2),
    trajectory,
  };
  return {
    text: describeProgram({ ...shown, ...ended }, options),
    json: { v: 1, unit, model: model?.identity ?? null, question, trajectory },
  };
}

/** Steps of earlier versions stay in a store, and may have another shape. */
function storedAs<T>(schema: z.ZodType<T>, { key, spec }: UnitRecord, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StoreError(`step ${key} was stored by another version (${spec.kind} revision ${spec.rev}), which shows it`, {
    cause: parsed.error,
  });
}
