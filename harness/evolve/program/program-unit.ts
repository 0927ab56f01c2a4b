import type { Blobs, Model, Sandbox } from "../../core/contract.ts";
import { SandboxError, UsageError } from "../../core/errors.ts";
import { canonicalJson, hashJson } from "../../core/json.ts";
import { noUsage } from "../../core/record.ts";
import { addUsage, factsOf, totalCost } from "../../core/spending.ts";
import { FailedAttempt, type UnitKind, type UnitOutput } from "../../engine/unit.ts";
import { boxProgram } from "../../evaluate/open-arm-box.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import type { ReplyForm } from "../author.ts";
import {
  type ProgramRecord,
  type ProgramResult,
  type ProgramSpec,
  programQuestionSchema,
  programRecordSchema,
  programResultSchema,
  programRev,
  programSpecSchema,
} from "./program-record.ts";
import { type Finished, type ProgramSession, runRounds, type Seen } from "./run-rounds.ts";

export interface ProgramDeps {
  readonly blobs: Blobs;
  readonly sandbox: Sandbox;
  /** Resolves a model by name; the endpoint is this process's own business. */
  readonly model: (name: string) => Model;
  /** What keys say of that model here. */
  readonly identity: (name: string) => unknown;
  readonly forms: Readonly<Record<string, ReplyForm<unknown>>>;
  /** Waits for a free sandbox slot. */
  readonly slot: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Unit kind `program`: one step of an evolution by somebody else's program, in a box of its own: JSON in on standard input, JSON out on standard output, run again with the exact problem. */
export function programKind(deps: ProgramDeps): UnitKind<ProgramSpec, ProgramResult> {
  return {
    kind: "program",
    rev: programRev,
    spec: programSpecSchema,
    result: programResultSchema,
    run: (spec, signal) => deps.slot(() => runStep(deps, spec, signal)),
  };
}

async function runStep(deps: ProgramDeps, spec: ProgramSpec, signal: AbortSignal): Promise<UnitOutput<ProgramResult>> {
  signal.throwIfAborted();
  const { blobs, sandbox } = deps;
  const form = Object.hasOwn(deps.forms, spec.form) ? deps.forms[spec.form] : undefined;
  if (form === undefined || form.rev !== spec.formRev)
    throw new TypeError(`form ${spec.form} revision ${spec.formRev} is not in this program`);
  const record = programRecordSchema.parse(await readJsonBlob(blobs, spec.program));
  await checkPlace(deps, record);
  const { question, context } = programQuestionSchema.parse(await readJsonBlob(blobs, spec.question));
  const model = record.model === null ? undefined : deps.model(record.model.identity.name);
  const seen: Seen = { calls: [], trajectory: () => undefined };
  const keep = async (): Promise<string | undefined> => {
    const trajectory = seen.trajectory();
    return trajectory === undefined ? undefined : await blobs.put(Buffer.from(canonicalJson(trajectory)));
  };
  try {
    await using box = await sandbox.open({ limits: record.box, program: boxProgram(record.files, blobs), signal });
    if (box.door === undefined) throw new SandboxError("a program was started in a box without a door");
    const { seed, rounds } = spec;
    const session: ProgramSession = { box, door: box.door, record, question, context, form, model, blobs, seed, rounds, signal };
    const finished = await runRounds(session, seen);
    return await outputOf(deps, spec, record, finished, seen, await keep());
  } catch (cause) {
    // What was seen before the failure is kept: an errored step can still be looked into.
    throw new FailedAttempt(cause, { costUsd: totalCost(seen.calls), trajectory: await keep().catch(() => undefined) });
  }
}

/** A result is stored under what its key says; another toolchain or model would be kept under a false name. */
async function checkPlace(deps: ProgramDeps, { toolchain, model }: ProgramRecord): Promise<void> {
  if (hashJson(toolchain) !== hashJson(await deps.sandbox.manifest()))
    throw new UsageError(
      "this machine's sandbox has other tools than the plan was made for; plan and run on machines with equal toolchains (`t2s doctor`)",
    );
  if (model !== null && hashJson(model.identity) !== hashJson(deps.identity(model.identity.name)))
    throw new UsageError(
      `model ${model.identity.name} is configured differently here than where the plan was made (revision, chat template or persona)`,
    );
}

async function outputOf(
  { blobs }: ProgramDeps,
  spec: ProgramSpec,
  record: ProgramRecord,
  finished: Finished,
  { calls, trajectory }: Seen,
  stored: string | undefined,
): Promise<UnitOutput<ProgramResult>> {
  if (stored === undefined) throw new TypeError("a program came to its end without a trajectory");
  const usage = (trajectory()?.steps ?? []).reduce((sum, step) => addUsage(sum, step.usage), noUsage);
  return {
    result: { ...finished, usage, trajectory: stored },
    blobs: [spec.program, spec.question, stored, ...record.files.map(({ blob }) => blob)],
    calls: await blobs.put(Buffer.from(canonicalJson(calls))),
    ...factsOf(calls),
  };
}
