/** Chat logs of the public release, as Markdown or JSON lines, read back into trajectories (format: harness/exchange/release/README.md). */
import { z } from "zod";
import { parseReleasedReply } from "../../agent/parse-released-reply.ts";
import { noUsage, type Step, type TrajectoryRecord } from "../../core/record.ts";

/** A log as far as it could be read. `success` is what the loop said of itself, not whether the task was solved. */
export interface ReleaseLog {
  readonly trajectory: TrajectoryRecord;
  readonly success?: boolean;
  readonly turns?: number;
  readonly error?: string;
  /** Model turns that stand in the log. */
  readonly replies: number;
}

interface Message {
  readonly role: string;
  readonly content: string;
}

interface Read {
  readonly agent: string;
  readonly messages: readonly Message[];
  readonly result: Pick<ReleaseLog, "success" | "turns" | "error">;
}

/** A log's text, or why it cannot be read, as the clause of a sentence. */
export function readReleaseLog(name: string, text: string): ReleaseLog | { readonly problem: string } {
  const read = name.endsWith(".jsonl") ? readJsonLines(text) : readMarkdown(text);
  if ("problem" in read) return read;
  const [system, user, ...rest] = read.messages;
  if (system?.role !== "system" || user?.role !== "user") return { problem: "does not begin with a system and a user message" };
  const steps = stepsOf(rest);
  const { result } = read;
  const trajectory: TrajectoryRecord = {
    v: 1,
    agent: read.agent,
    system: system.content,
    user: user.content.replace(/^Task: /, ""),
    steps,
    ...exitOf(result, steps),
  };
  return { trajectory, ...result, replies: steps.length };
}

/** The release knows three ends: its completion rule, the turn limit, and an exception (for which there is no exit of ours). */
function exitOf({ success, error }: Read["result"], steps: readonly Step[]): Pick<TrajectoryRecord, "exit"> {
  if (success === true) return { exit: /ACTION: TASK_COMPLETE/.test(steps.at(-1)?.reply ?? "") ? "completed" : "completed-implicit" };
  return error !== undefined && /Max turns exceeded/i.test(error) ? { exit: "turn-limit" } : {};
}

/** Messages begin with `## [n] ROLE` behind a rule; n counts up, so that headings inside a message are no beginnings. */
function readMarkdown(text: string): Read | { readonly problem: string } {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const [, agent] = /^# Chat History: (.+)$/.exec(lines[0] ?? "") ?? [];
  if (agent === undefined) return { problem: 'does not begin with "# Chat History:"' };
  const messages: { role: string; from: number; to: number }[] = [];
  let next: number | undefined;
  let end = lines.length;
  for (const [i, line] of lines.entries()) {
    const isBehindRule = lines[i - 1] === "" && lines[i - 2] === "---";
    if (!isBehindRule) continue;
    const [, number, role] = /^## \[(\d+)\] ([A-Z]+)$/.exec(line) ?? [];
    if (role !== undefined && (next === undefined || Number(number) === next)) {
      next = Number(number) + 1;
      const last = messages.at(-1);
      if (last !== undefined) last.to = i;
      messages.push({ role: role.toLowerCase(), from: i + 1, to: lines.length });
    } else if (line === "## RESULT") end = i;
  }
  const last = messages.at(-1);
  if (last !== undefined && end > last.from) last.to = end;
  const contentOf = ({ from, to }: { from: number; to: number }): string => {
    const body = lines.slice(from, to);
    while (body.at(-1) === "") body.pop();
    if (body.at(-1) === "---") body.pop();
    return body.join("\n").replace(/^\n+|\n+$/g, "");
  };
  const result = lines.slice(end).join("\n");
  const [, success] = /^- Success: (True|False)$/m.exec(result) ?? [];
  const [, turns] = /^- Total Turns: (\d+)$/m.exec(result) ?? [];
  const [, error] = /^- Error: (.*)$/m.exec(result) ?? [];
  return {
    agent,
    messages: messages.map((message) => ({ role: message.role, content: contentOf(message) })),
    result: {
      ...(success === undefined ? {} : { success: success === "True" }),
      ...(turns === undefined ? {} : { turns: Number(turns) }),
      ...(error === undefined ? {} : { error }),
    },
  };
}

const lineSchema = z.union([
  z.object({ type: z.literal("session_start"), agent_name: z.string() }),
  z.object({ type: z.literal("message"), role: z.string(), content: z.string() }),
  z.object({ type: z.literal("result"), success: z.boolean(), total_turns: z.number().int(), error: z.string().nullish() }),
]);

function readJsonLines(text: string): Read | { readonly problem: string } {
  let agent: string | undefined;
  const messages: Message[] = [];
  let result: Read["result"] = {};
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return { problem: `has no JSON in line ${i + 1}` };
    }
    const read = lineSchema.safeParse(value);
    if (!read.success) return { problem: `has a line ${i + 1} that is no part of a log` };
    const one = read.data;
    if (one.type === "session_start") agent = one.agent_name;
    else if (one.type === "message") messages.push({ role: one.role, content: one.content });
    else result = { success: one.success, turns: one.total_turns, ...(one.error == null ? {} : { error: one.error }) };
  }
  return agent === undefined ? { problem: "has no session_start line" } : { agent, messages, result };
}

function stepsOf(messages: readonly Message[]): Step[] {
  const steps: Step[] = [];
  for (const [i, { role, content }] of messages.entries()) {
    if (role !== "assistant") continue;
    const answer = messages[i + 1];
    const told = answer?.role === "user" ? answer.content : undefined;
    steps.push({ turn: steps.length + 1, reply: content, ...readingOf(content), ...toldOf(told), finishReason: "stop", usage: noUsage });
  }
  return steps;
}

function readingOf(reply: string): Pick<Step, "thought" | "action" | "event"> {
  const reading = parseReleasedReply(reply, { quoteSwap: true, badArguments: "format-error" });
  switch (reading.kind) {
    case "action":
      return { thought: reading.thought, action: { tool: reading.action.tool, arguments: { ...reading.action.arguments } } };
    case "complete":
      return { thought: reading.answer, event: "completed" };
    case "unreadable":
      return { event: "format-error" };
    case "no-action":
      return { thought: reply, event: "completed" }; // the release takes any reply without an action for the end
  }
}

/** What stands behind a reply: an observation in a fence of its own, or the reminder that the output is missing. */
function toldOf(text: string | undefined): Pick<Step, "observation"> | Pick<Step, "observation" | "event"> {
  if (text === undefined) return {};
  if (text.startsWith("[System Check]")) return { observation: text, event: "missing-output-reminder" };
  const inner = text.replace(/^Observation:\s*/, "");
  const [, fence, body] = /^(`{3,})[^\n`]*\n([\s\S]*)\n\1\s*$/.exec(inner) ?? [];
  return { observation: fence === undefined || body === undefined ? inner : body };
}
