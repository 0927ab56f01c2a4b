/**
 * Invented logs of agents, in the formats other programs keep them in, made of sample tasks of SpreadsheetBench as an agent would have worked on them: some carefully, some with
 * the careless forms that spoil the result. The same numbers give the same bytes.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type SampleTask, sampleTasks } from "../../benchmarks/spreadsheetbench/world/episodes.fixture.ts";
import { world } from "../../benchmarks/spreadsheetbench/world.ts";
import { sha256 } from "../core/json.ts";

/** One run to be written down. */
export interface InventedRun {
  readonly task: SampleTask;
  readonly passed: boolean;
  readonly turns: readonly { readonly thought: string; readonly command: string; readonly seen: string }[];
  readonly last: string;
}

/** Runs of different sample tasks: two in three with a careless form, which the benchmark's scorer would fail. */
export async function inventRuns(count: number, seed = 7): Promise<readonly InventedRun[]> {
  const tasks = await sampleTasks(seed, count);
  return tasks.map((task, i) => {
    const { traps } = task.plan;
    const sprung = i % 3 === 2 ? [] : traps.slice(0, 1 + (i % 2));
    const look = world.playbook?.open(task.message)?.look;
    const moves = [...(look === undefined ? [] : [look]), ...task.plan.moves(new Set(sprung))];
    const seen = [task.look, "", "saved output.xlsx", "Sheet: B2=1 B3=(empty)"];
    return {
      task,
      passed: sprung.length === 0,
      turns: moves.map((move, n) => ({ thought: move.thought ?? "", command: move.command, seen: seen[n] ?? "" })),
      last: "The workbook is saved under the requested name.",
    };
  });
}

const uuid = (name: string): string => sha256(name).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");

/** A session as Claude Code keeps it: a summary, the user's words, replies block by block, results of tools; with a sub-agent's events between them. */
export function claudeCodeSession({ task, turns, last }: InventedRun): string {
  const sessionId = uuid(`session ${task.id}`);
  const events: object[] = [{ type: "summary", summary: `Work on ${task.id}`, leafUuid: uuid(`leaf ${task.id}`) }];
  let parentUuid: string | null = null;
  let clock = Date.parse("2026-03-02T09:00:00.000Z");
  const add = (type: "user" | "assistant", message: object, more: object = {}): void => {
    const own = uuid(`${task.id} ${events.length}`);
    clock += 4000;
    events.push({
      parentUuid,
      isSidechain: false,
      userType: "external",
      cwd: "/home/dana/books",
      sessionId,
      version: "2.0.31",
      gitBranch: "main",
      type,
      message,
      uuid: own,
      timestamp: new Date(clock).toISOString(),
      ...more,
    });
    parentUuid = own;
  };
  add(
    "user",
    { role: "user", content: "Caveat: the messages below were made by the user while running local commands." },
    { isMeta: true },
  );
  add("user", { role: "user", content: task.message });
  for (const [n, { thought, command, seen }] of turns.entries()) {
    const id = `msg_${sha256(`${task.id} ${n}`).slice(0, 20)}`;
    const call = `toolu_${sha256(`${task.id} call ${n}`).slice(0, 20)}`;
    const usage = { input_tokens: 1200 + n * 300, output_tokens: 200 };
    const reply = (block: object): void =>
      add("assistant", { id, type: "message", role: "assistant", model: "invented-1", content: [block], usage });
    if (n === 0) reply({ type: "thinking", thinking: "First see what is there.", signature: "c2ln" });
    reply({ type: "text", text: thought });
    reply({ type: "tool_use", id: call, name: "Bash", input: { command, description: "Work on the workbook" } });
    if (n === 1)
      events.push({
        parentUuid: null,
        isSidechain: true,
        sessionId,
        type: "assistant",
        message: { role: "assistant", content: [{ type: "text", text: "I am a sub-agent." }] },
        uuid: uuid(`${task.id} aside`),
      });
    add("user", {
      role: "user",
      content: [{ tool_use_id: call, type: "tool_result", content: [{ type: "text", text: seen }], is_error: false }],
    });
  }
  add("assistant", { id: `msg_${sha256(`${task.id} end`).slice(0, 20)}`, role: "assistant", content: [{ type: "text", text: last }] });
  return `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;
}

/** An ATIF document as another producer writes it: an older version, contents in parts, fields of its own, and a reward. */
export function atifDocument({ task, turns, last, passed }: InventedRun): string {
  return `${JSON.stringify(
    {
      schema_version: "ATIF-v1.4",
      session_id: uuid(`atif ${task.id}`),
      agent: { name: "terminus-like", version: "0.9", model_name: "invented-2", extra: { nested: { deep: true } } },
      steps: [
        { step_id: 1, timestamp: "2026-03-02T09:00:00Z", source: "system", message: "You are good with workbooks." },
        { step_id: 2, source: "user", message: [{ type: "text", text: task.message }] },
        ...turns.map(({ thought, command, seen }, n) => ({
          step_id: n + 3,
          source: "agent",
          model_name: "invented-2",
          message: thought,
          tool_calls: [{ tool_call_id: `c${n}`, function_name: "execute_bash", arguments: { command }, producer_note: "kept" }],
          observation: { results: [{ source_call_id: `c${n}`, content: [{ type: "text", text: seen }] }] },
          metrics: { prompt_tokens: 1000, completion_tokens: 100, cached_tokens: 0, logprobs: [] },
        })),
        { step_id: turns.length + 3, source: "agent", message: last },
      ],
      final_metrics: { total_steps: turns.length + 3 },
      extra: { task_id: `book-${task.id}`, reward: passed ? 1 : 0 },
      unknown_field: ["kept by its producer"],
    },
    null,
    2,
  )}\n`;
}

/** A conversation as chat APIs have it, one line of JSON. */
export function chatLine({ task, turns, last, passed }: InventedRun): string {
  return JSON.stringify({
    task_id: `book-${task.id}`,
    passed,
    messages: [
      { role: "system", content: "You are good with workbooks." },
      { role: "user", content: [{ type: "text", text: task.message }] },
      ...turns.flatMap(({ thought, command, seen }, n) => [
        {
          role: "assistant",
          content: thought,
          tool_calls: [
            {
              id: `call_${n}`,
              type: "function",
              function: { name: "shell", arguments: JSON.stringify({ command: ["bash", "-lc", command] }) },
            },
          ],
        },
        { role: "tool", tool_call_id: `call_${n}`, content: seen },
      ]),
      { role: "assistant", content: last },
    ],
  });
}

/** Writes `sessions/*.jsonl` and `atif/*.json`, and `outcomes.csv` beside them that says how the sessions ended. Gives the folder of logs and the table. */
export async function writeInventedLogs(
  home: string,
  sessions: number,
  documents: number,
): Promise<{ readonly logs: string; readonly outcomes: string }> {
  const runs = await inventRuns(sessions + documents);
  const logs = join(home, "logs");
  const rows = ["file,outcome"];
  for (const [i, run] of runs.entries()) {
    const name = `${String(i).padStart(2, "0")}-${run.task.id}`;
    const file = join(logs, i < sessions ? `sessions/${name}.jsonl` : `atif/${name}.json`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, i < sessions ? claudeCodeSession(run) : atifDocument(run));
    if (i < sessions) rows.push(`sessions/${name}.jsonl,${run.passed ? "passed" : "failed"}`);
  }
  const outcomes = join(home, "outcomes.csv");
  await writeFile(outcomes, `${rows.join("\n")}\n`);
  return { logs, outcomes };
}
