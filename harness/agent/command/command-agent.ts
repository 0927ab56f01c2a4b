import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Agent, AgentInput, CommandResult } from "../../core/contract.ts";
import { UsageError } from "../../core/errors.ts";
import type { CallMeta, Exit, TrajectoryRecord } from "../../core/record.ts";
import { serveModel } from "../../model/proxy/serve-model.ts";
import { mediaTypeOf } from "../pictures/media-type.ts";
import { type ProgramCalls, programCalls } from "./answer-calls.ts";
import { recordCalls, withEnd } from "./call-record.ts";
import { type CommandOptions, commandOptionsSchema } from "./command-options.ts";
import { endOf } from "./program-end.ts";
import { places, reachModel, taskFile } from "./task-file.ts";

/** Bump when equal options and replies would give a program another task file, environment or model behaviour, or an episode another exit or answer. */
const rev = 2;
const answerBytes = 1024 * 1024;

/**
 * An agent that is a program of somebody else's: it is started in the box, finds its task at /task/task.json, reaches the model by a socket that is this episode's alone, and
 * is done when it ends. Every call of the model is a turn. Throws infrastructure errors, and UsageError when the program cannot be started at all.
 */
export const commandAgent: Agent = { id: "command", rev, run: runProgram };

async function runProgram(
  input: AgentInput,
  onStep: (partial: TrajectoryRecord, calls: readonly CallMeta[]) => void,
): Promise<Awaited<ReturnType<Agent["run"]>>> {
  if (input.resume !== undefined || input.review !== undefined)
    throw new UsageError(
      "an agent that is a program of its own cannot be sent back to an earlier turn; use analysts that make single calls",
    );
  const options = commandOptionsSchema.parse(input.options);
  const { door } = input.box;
  if (door === undefined) throw new TypeError("a program was started in a box without a door to its model");
  const record = recordCalls();
  const trajectory = (steps = record.steps(), exit?: Exit): TrajectoryRecord => ({
    v: 1,
    agent: "command",
    system: record.system,
    user: record.user,
    steps,
    ...(exit === undefined ? {} : { exit }),
  });
  const limitMs = options.episode_minutes * 60_000;
  // Wired by hand, as in the ReAct agent: the caller's signal lives as long as the whole run.
  const end = new AbortController();
  const stop = (): void => end.abort(input.signal.reason);
  if (input.signal.aborted) stop();
  input.signal.addEventListener("abort", stop, { once: true });
  const calls = programCalls({
    input,
    options,
    record,
    signal: end.signal,
    onAnswer: () => onStep(trajectory(), calls.calls),
    endProgram: () => end.abort(new Error("the program was ended")),
  });
  try {
    const task = await prepare(input, options, door);
    const { answer } = calls;
    let result: CommandResult | undefined;
    {
      await using _model = await serveModel(join(door, "model.sock"), { name: input.model.name, answer, keepImage: input.keepImage });
      result = await run(input, end.signal, limitMs);
      end.abort(new Error("the program has ended"));
    }
    input.signal.throwIfAborted();
    const broken = calls.broken() ?? (result?.exitCode === 0 ? undefined : calls.malformed());
    if (broken !== undefined) throw broken;
    const exit = exitOf(result, calls);
    refuseUnstartable(result, calls, options);
    const said = exit === "sandbox-killed" ? undefined : await answerOf(input, result);
    const seen = record.system === "" && record.user === "" ? { system: task.role, user: task.instruction } : {};
    const final = { ...trajectory(withEnd(record.steps(), endOf(result, exit === "completed")), exit), ...seen };
    onStep(final, calls.calls);
    return { trajectory: final, exit, answer: said, calls: calls.calls };
  } catch (error) {
    onStep(trajectory(), calls.calls);
    if (input.signal.aborted) throw input.signal.reason;
    throw error;
  } finally {
    end.abort(new Error("the episode is over"));
    input.signal.removeEventListener("abort", stop);
  }
}

/** Puts the task, its pictures and the starter where the box shows them. */
async function prepare(input: AgentInput, options: CommandOptions, door: string): Promise<ReturnType<typeof taskFile>> {
  const images: { name: string; mediaType: string }[] = [];
  await mkdir(join(door, "images"), { mode: 0o755 });
  for (const [i, hash] of input.task.images.entries()) {
    const bytes = await input.images(hash);
    const mediaType = mediaTypeOf(bytes, hash);
    const name = `${i + 1}.${mediaType.slice("image/".length)}`;
    images.push({ name, mediaType });
    await writeFile(join(door, "images", name), bytes, { mode: 0o644 });
  }
  const task = taskFile(input, options, images);
  const port = Number(new URL(places.baseUrl).port);
  const env = { ...options.env, ...reachModel(input.model.name), T2S_TASK: places.task };
  const launch = { command: options.command, env, port, socket: places.socket, home: "/tmp/home" };
  const relay = await readFile(new URL("./relay.cjs", import.meta.url));
  for (const [name, content] of Object.entries({
    "task.json": `${JSON.stringify(task, null, 1)}\n`,
    "launch.json": JSON.stringify(launch),
    "relay.cjs": relay,
  }))
    await writeFile(join(door, name), content, { mode: 0o644 });
  return task;
}

/** Runs the program to its end; undefined when it was ended from here. */
async function run({ box }: AgentInput, signal: AbortSignal, timeoutMs: number): Promise<CommandResult | undefined> {
  try {
    return await box.exec("exec node /task/relay.cjs /task/launch.json", { timeoutMs, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function exitOf(result: CommandResult | undefined, calls: ProgramCalls): Exit {
  if (result?.boxDied !== undefined) return "sandbox-killed";
  const limit = calls.limit();
  if (limit !== undefined) return limit;
  if (result?.timedOut === true) return "time-limit";
  if (result?.exitCode === 0) return "completed";
  return calls.turnedAway() ?? "program-failed";
}

/** A program that is not there would fail every task alike. No model has spoken yet, so nothing but the configuration can be the reason. */
function refuseUnstartable(result: CommandResult | undefined, { calls }: ProgramCalls, { command }: CommandOptions): void {
  if (calls.length > 0 || (result?.exitCode !== 127 && result?.exitCode !== 126 && result?.exitCode !== 125)) return;
  const said = result.stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  throw new UsageError(
    `the agent's program ${JSON.stringify(command.join(" "))} could not be started in the sandbox (${said}); name a program that is installed there (\`t2s doctor\`) or one of its own files`,
  );
}

/** What the program left as its answer: the file, else what it printed. */
async function answerOf({ box }: AgentInput, result: CommandResult | undefined): Promise<string | undefined> {
  const file = await box.harvest(places.answer, answerBytes);
  const text = ("bytes" in file ? Buffer.from(file.bytes).toString("utf8") : (result?.stdout ?? "")).trim();
  return text === "" ? undefined : text;
}
