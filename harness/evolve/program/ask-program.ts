import type { Blobs } from "../../core/contract.ts";
import { canonicalJson, type Hash, type Json } from "../../core/json.ts";
import { type Engine, resultOf } from "../../engine/engine.ts";
import { unitKey } from "../../engine/unit.ts";
import type { Answer, ReplyForm } from "../author.ts";
import { type ProgramQuestion, type ProgramSpec, programResultSchema, programRev } from "./program-record.ts";

/** Asks somebody else's program, whose record is the blob `program`, as a memoised unit. */
export async function askProgram<V>(
  place: { readonly engine: Engine; readonly blobs: Blobs; readonly seed: number; readonly rounds: number },
  program: Hash,
  asking: { readonly form: ReplyForm<V>; readonly context: Json; readonly question: { readonly [key: string]: Json | undefined } },
): Promise<Answer<V>> {
  const { engine, blobs, seed, rounds } = place;
  const { form, context } = asking;
  // What is left out is not there for readers of JSON either.
  const question: ProgramQuestion = { v: 1, question: JSON.parse(canonicalJson(asking.question)), context };
  const spec: ProgramSpec = {
    kind: "program",
    rev: programRev,
    program,
    form: form.id,
    formRev: form.rev,
    question: await blobs.put(Buffer.from(canonicalJson(question))),
    seed,
    rounds,
  };
  const settled = await engine.run(spec);
  const key = unitKey(spec);
  if (settled.state === "errored") return { state: "errored", problem: settled.error.message, key };
  const result = resultOf(settled, programResultSchema);
  const { usage, trajectory, runs } = result;
  const about = { key, usage, costUsd: settled.record.volatile.costUsd, program: { trajectory, rounds: runs.length } };
  if (result.state !== "read") return { state: result.state, problem: result.problem, ...about };
  const checked = form.check(result.value, context);
  if (!checked.ok)
    throw new TypeError(`form ${form.id} no longer takes the stored answer ${key} (${checked.problem}); its revision must be raised`);
  return { state: "read", value: checked.value, ...about };
}
