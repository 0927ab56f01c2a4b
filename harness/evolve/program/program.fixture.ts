/** Steps of an evolution by small programs, over a real engine, store and sandbox with a scripted model. Import from tests only. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ScriptedModel, type ScriptedReply, scriptedModel } from "../../agent/scripted-model.ts";
import type { Sandbox } from "../../core/contract.ts";
import { canonicalJson, type Hash, type Json } from "../../core/json.ts";
import { createEngine, type Engine } from "../../engine/engine.ts";
import { anyKind, localExecutor } from "../../engine/executor.ts";
import { createStopOrder } from "../../engine/stop.ts";
import { openStore, type Store } from "../../store/store.ts";
import type { Answer, Author, ReplyForm } from "../author.ts";
import { openAuthor } from "../call/open-author.ts";
import { allForms } from "../forms.ts";
import { type ProgramRecord, type ProgramResult, programResultSchema } from "./program-record.ts";
import { programKind } from "./program-unit.ts";

export interface StepSetting {
  /** Text of /agent/main.mjs, run by Node; `command` runs something else. */
  readonly program?: string;
  readonly command?: readonly string[];
  readonly replies?: readonly ScriptedReply[];
  /** Calls of the model; default 0. */
  readonly maxCalls?: number;
  readonly record?: Partial<ProgramRecord>;
  readonly rounds?: number;
}

export interface Steps extends AsyncDisposable {
  readonly author: Author;
  readonly engine: Engine;
  readonly store: Store;
  readonly model: ScriptedModel;
  readonly program: Hash;
}

/** An author whose every role is played by one small program. */
export async function openSteps(sandbox: Sandbox, setting: StepSetting): Promise<Steps> {
  const root = await mkdtemp(join(tmpdir(), "t2s-step-"));
  const store = openStore(root);
  const model = scriptedModel(setting.replies ?? [], { name: "the-model" });
  const identity = { name: model.name };
  const main = Buffer.from(setting.program ?? "");
  const record: ProgramRecord = {
    v: 1,
    command: [...(setting.command ?? ["node", "/agent/main.mjs"])],
    env: {},
    files: [{ path: "main.mjs", blob: await store.blobs.put(main), bytes: main.length, mode: 0o644 }],
    minutes: 1,
    box: { memoryMb: 512, diskMb: 64, processes: 64, cpuSeconds: 30, outputBytes: 65_536, wallSeconds: 120 },
    toolchain: await sandbox.manifest(),
    model:
      setting.maxCalls === undefined
        ? null
        : { identity, sampling: { temperature: 0.5, max_tokens: 100 }, maxCalls: setting.maxCalls, maxTokens: null },
    ...setting.record,
  };
  const program = await store.blobs.put(Buffer.from(canonicalJson(record)));
  const deps = { blobs: store.blobs, sandbox, model: () => model, identity: () => identity, forms: allForms };
  const kinds = new Map([["program", anyKind(programKind({ ...deps, slot: (work) => work() }))]]);
  const engine = createEngine({ store, executor: localExecutor(kinds), stop: createStopOrder(), sleep: async () => undefined });
  const author = openAuthor({
    engine,
    blobs: store.blobs,
    role: () => ({ identity, sampling: {} }),
    seed: 41,
    rounds: setting.rounds ?? 1,
    forms: allForms,
    program: () => Promise.resolve(program),
  });
  return { author, engine, store, model, program, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

export interface Asked<V> {
  readonly form: ReplyForm<V>;
  readonly context: Json;
  readonly question?: { readonly [key: string]: Json };
}

/** Asks the program one thing, and looks into what its unit left. */
export async function askOnce<V>(sandbox: Sandbox, setting: StepSetting, asked: Asked<V>) {
  await using steps = await openSteps(sandbox, setting);
  const { form, context, question = { step: "test" } } = asked;
  const answer: Answer<V> = await steps.author.ask({ role: "merger", form, system: "S", user: "U", context, question: () => question });
  const unit = await steps.store.units.get(answer.key);
  const result: ProgramResult | undefined = unit === undefined ? undefined : programResultSchema.parse(unit.result);
  return { answer, result, model: steps.model, unit };
}
