import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ProgramCalls, programCalls } from "../../agent/command/answer-calls.ts";
import { type CallRecord, recordCalls, withEnd } from "../../agent/command/call-record.ts";
import { endOf } from "../../agent/command/program-end.ts";
import { places, reachModel } from "../../agent/command/task-file.ts";
import { cutMiddle } from "../../agent/observation.ts";
import type { Blobs, Box, CommandResult, Model } from "../../core/contract.ts";
import { UsageError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { CallMeta, TrajectoryRecord } from "../../core/record.ts";
import { serveModel } from "../../model/proxy/serve-model.ts";
import type { ReplyForm } from "../author.ts";
import { judgeRun } from "./judge-run.ts";
import { framed, inputPath } from "./program-frame.ts";
import type { ProgramQuestion, ProgramRecord, ProgramRun } from "./program-record.ts";

/** One step in its box. */
export interface ProgramSession {
  readonly box: Box;
  readonly door: string;
  readonly record: ProgramRecord;
  readonly question: ProgramQuestion["question"];
  readonly context: Json;
  readonly form: ReplyForm<unknown>;
  readonly model: Model | undefined;
  readonly blobs: Blobs;
  readonly seed: number;
  readonly rounds: number;
  readonly signal: AbortSignal;
}

/** What is known so far, also of a step that breaks off. */
export interface Seen {
  calls: readonly CallMeta[];
  trajectory: () => TrajectoryRecord | undefined;
}

/** How a step ended. */
export type Finished = { readonly runs: ProgramRun[] } & (
  | { readonly state: "read"; readonly value: Json }
  | { readonly state: "unreadable" | "failed"; readonly problem: string }
);

const relayPath = new URL("../../agent/command/relay.cjs", import.meta.url);
/** Of a question, in the trajectory of a program that never asked the model. */
const questionChars = 20_000;

/** Runs the program until its output has its form, at most `rounds` times. Throws infrastructure errors, and UsageError when the program cannot be started at all. */
export async function runRounds(session: ProgramSession, seen: Seen): Promise<Finished> {
  const { record, model, door, signal, blobs } = session;
  const calling = recordCalls();
  const ends: string[] = [];
  seen.trajectory = () => trajectoryOf(session, calling, ends);
  // Wired by hand, as in the agents: the caller's signal lives as long as the whole run.
  const end = new AbortController();
  const stop = (): void => end.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const calls = model === undefined ? undefined : callsOf(session, model, calling, end, seen);
  try {
    await mkdir(join(door, "images"), { recursive: true, mode: 0o755 });
    await writeFile(join(door, "relay.cjs"), await readFile(relayPath), { mode: 0o644 });
    await writeFile(join(door, "launch.json"), JSON.stringify(launchOf(record)), { mode: 0o644 });
    await using _served =
      model === undefined || calls === undefined
        ? undefined
        : await serveModel(join(door, "model.sock"), { name: model.name, answer: calls.answer, keepImage: (bytes) => blobs.put(bytes) });
    return await repeat(session, calls, ends, end.signal);
  } finally {
    end.abort(new Error("the step is over"));
    signal.removeEventListener("abort", stop);
  }
}

function callsOf(session: ProgramSession, model: Model, record: CallRecord, end: AbortController, seen: Seen): ProgramCalls {
  const { model: given } = session.record;
  const calls: ProgramCalls = programCalls({
    input: { model, sampling: given?.sampling ?? {}, apiSeed: session.seed, images: (hash) => session.blobs.get(hash) },
    options: { max_turns: given?.maxCalls ?? 0, max_tokens: given?.maxTokens ?? null, model_names: "exact", sampling: "arm" },
    record,
    signal: end.signal,
    onAnswer: () => {
      seen.calls = calls.calls;
    },
    endProgram: () => end.abort(new Error("the program was ended")),
  });
  return calls;
}

async function repeat(session: ProgramSession, calls: ProgramCalls | undefined, ends: string[], ended: AbortSignal): Promise<Finished> {
  const { record, question, rounds, door, signal } = session;
  const deadline = performance.now() + record.minutes * 60_000;
  const runs: ProgramRun[] = [];
  let before: { readonly problem?: string; readonly earlier?: Json } = {};
  for (let round = 1; ; round++) {
    await writeFile(join(door, "input.json"), JSON.stringify(framed(record, question, { round, ...before })), { mode: 0o644 });
    const result = await execute(session.box, Math.max(1, deadline - performance.now()), ended);
    signal.throwIfAborted();
    const broken = calls?.broken() ?? (result?.exitCode === 0 ? undefined : calls?.malformed());
    if (broken !== undefined) throw broken;
    refuseUnstartable(result, calls, record);
    ends.push(endOf(result, false).text);
    const judged = judgeRun(result, { form: session.form, context: session.context, record, limit: calls?.limit() });
    const stderr = (result?.stderr ?? "").trim().slice(-2_000);
    runs.push({ exitCode: result?.exitCode ?? null, stderr, ...(judged.ok ? {} : { problem: judged.problem }) });
    if (judged.ok) return { state: "read", value: judged.value, runs };
    const { state, problem, printed } = judged;
    if (judged.final || round >= rounds) return { state, problem, runs };
    before = { problem, ...(printed === undefined ? {} : { earlier: printed }) };
  }
}

/** Runs the program to its end; undefined when it was ended from here. */
async function execute(box: Box, timeoutMs: number, signal: AbortSignal): Promise<CommandResult | undefined> {
  try {
    return await box.exec("exec node /task/relay.cjs /task/launch.json", { timeoutMs, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function launchOf({ command, env, model }: ProgramRecord) {
  return {
    command,
    env: { ...env, ...(model === null ? {} : reachModel(model.identity.name)) },
    home: "/tmp/home",
    stdin: inputPath,
    ...(model === null ? {} : { port: Number(new URL(places.baseUrl).port), socket: places.socket }),
  };
}

/** A program that is not there would fail every step alike. No model has spoken yet, so nothing but the configuration can be the reason. */
function refuseUnstartable(result: CommandResult | undefined, calls: ProgramCalls | undefined, { command }: ProgramRecord): void {
  if ((calls?.calls.length ?? 0) > 0 || (result?.exitCode !== 127 && result?.exitCode !== 126 && result?.exitCode !== 125)) return;
  const said = result.stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  throw new UsageError(
    `the program ${JSON.stringify(command.join(" "))} of an evolution could not be started in the sandbox (${said}); name a program that is installed there (\`t2s doctor\`) or one of its own files`,
  );
}

function trajectoryOf(session: ProgramSession, calls: CallRecord, ends: readonly string[]): TrajectoryRecord | undefined {
  const steps = calls.steps();
  if (steps.length === 0 && ends.length === 0) return undefined;
  const asked = cutMiddle(JSON.stringify(session.question, null, 1), questionChars, (chars) => `[… ${chars} characters left out …]`).text;
  const told = ends.length === 1 ? (ends[0] ?? "") : ends.map((end, i) => `[Round ${i + 1}]\n\n${end}`).join("\n\n");
  const said = steps.length === 0 ? { system: "", user: asked } : { system: calls.system, user: calls.user };
  return { v: 1, agent: "program", ...said, steps: withEnd(steps, { text: told }) };
}
