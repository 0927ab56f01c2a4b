/**
 * Session logs of Claude Code: one event a line, as it keeps them under ~/.claude/projects and as `claude -p --output-format stream-json` prints them. The format is not
 * published; what is read here is what its sessions hold: `type`, `message` with content blocks, `uuid`, `parentUuid`, `isSidechain`, `sessionId`.
 */
import type { Exit } from "../../core/record.ts";
import { contentText, entriesOf, type Members, membersOf, nameIn, textIn } from "./json-parts.ts";
import type { LogRun } from "./log-run.ts";
import { openTurns, trajectoryOf } from "./open-turns.ts";
import { outcomeIn, taskIn } from "./outcome-fields.ts";
import { apart, blocksOf } from "./read-messages.ts";

const types = new Set([
  "user",
  "assistant",
  "system",
  "summary",
  "result",
  "progress",
  "file-history-snapshot",
  "queue-operation",
  "attachment",
]);

/** Whether a line is an event of a session. */
export function isSessionEvent(value: unknown): boolean {
  const event = membersOf(value);
  if (event === undefined || typeof event.type !== "string" || !types.has(event.type)) return false;
  return (
    ["sessionId", "session_id", "uuid", "leafUuid", "isSidechain", "messageId"].some((name) => name in event) ||
    membersOf(event.message) !== undefined
  );
}

/** The events of a session as one run: the branch that was gone to its end, without what sub-agents did on their own. A clause says why nothing can be read. */
export function readSession(events: readonly unknown[], passAt: number): LogRun | { readonly problem: string } {
  const all = events.map(membersOf).filter((one) => one !== undefined);
  const isAside = (event: Members): boolean => event.isSidechain === true || textIn(event.parent_tool_use_id) !== undefined;
  const own = all.filter((event) => !isAside(event));
  const spoken = own.filter(({ type }) => type === "user" || type === "assistant");
  const asides = all.length - own.length;
  if (!spoken.some(({ type }) => type === "assistant"))
    return {
      problem: asides > 0 ? "holds nothing but the work of a sub-agent, which belongs to another session" : "holds no reply of an agent",
    };
  const taken = branchOf(own);
  const turns = openTurns();
  const asked: string[] = [];
  let abandoned = 0;
  let reply: { readonly id: string | undefined; readonly blocks: unknown[] } | undefined;
  const flush = (): void => {
    if (reply !== undefined) turns.reply(blocksOf(reply.blocks));
    reply = undefined;
  };
  const calls = callsOn(spoken, taken);
  for (const event of spoken) {
    const message = membersOf(event.message);
    const onBranch = taken === undefined || taken.has(String(event.uuid));
    if (event.type === "assistant") {
      if (!onBranch) {
        abandoned += 1;
        continue;
      }
      // A reply is kept block by block, one event each, under one message id.
      const id = textIn(message?.id);
      if (reply === undefined || id === undefined || reply.id !== id) flush();
      const blocks = Array.isArray(message?.content) ? message.content : [{ type: "text", text: contentText(message?.content) }];
      if (reply === undefined) reply = { id, blocks: [...blocks] };
      else reply.blocks.push(...blocks);
      continue;
    }
    const { results, text } = apart(message?.content);
    const heard = results.filter(({ id }) => onBranch || (id !== undefined && calls.has(id)));
    if (heard.length > 0) flush();
    for (const { id, text: seen } of heard) turns.result(id, seen);
    if (!onBranch && heard.length === 0) abandoned += 1;
    if (onBranch && text.trim() !== "" && event.isMeta !== true && !isLocal(text)) {
      flush();
      if (turns.steps.length === 0) asked.push(text);
      else turns.told(text);
    }
  }
  flush();
  const first = spoken[0];
  const version = own.map((event) => nameIn(event.version) ?? nameIn(event.claude_code_version)).find((one) => one !== undefined);
  const result = own.findLast(({ type }) => type === "result");
  const trajectory = trajectoryOf(version === undefined ? "claude-code" : `claude-code ${version}`, "", asked.join("\n\n"), turns.steps);
  const exit = exitOf(result) ?? trajectory.exit;
  const outcome = own.map((event) => outcomeIn(onlyOutcome(event), passAt)).findLast((one) => one !== undefined);
  return {
    trajectory: { ...trajectory, ...(exit === undefined ? {} : { exit }) },
    task: own.map(taskIn).find((one) => one !== undefined),
    session: nameIn(first?.sessionId) ?? nameIn(first?.session_id),
    outcome,
    notes: [
      ...(asides > 0 ? [counted(asides, "event of sub-agents", "events of sub-agents")] : []),
      ...(abandoned > 0 ? [counted(abandoned, "event of branches that were given up", "events of branches that were given up")] : []),
      ...(turns.homeless > 0 ? [counted(turns.homeless, "result before the first reply", "results before the first reply")] : []),
    ],
  };
}

const counted = (n: number, one: string, several: string): string => `${n} ${n === 1 ? one : several}`;

/** `result` events say how the program ended, not whether the task was solved: their `subtype`, `is_error` and `result` are no outcome. */
function onlyOutcome(event: Members): Members {
  if (event.type === "result")
    return { passed: event.passed, reward: event.reward, score: event.score, outcome: event.outcome, metadata: event.metadata };
  return event.type === "user" || event.type === "assistant" || event.type === "system" ? {} : { ...event, result: undefined };
}

function exitOf(result: Members | undefined): Exit | undefined {
  if (result?.subtype === "success" && result.is_error !== true) return "completed-implicit";
  return result?.subtype === "error_max_turns" ? "turn-limit" : undefined;
}

/** Notices of the program itself that stand among the user's words. */
function isLocal(text: string): boolean {
  return /^\s*<(?:command-name|command-message|local-command-|bash-(?:input|stdout|stderr))/.test(text);
}

/**
 * Names of the events between the beginning and the last one; undefined where events have no names and the file's order is all there is. Who goes back and asks otherwise leaves
 * a branch behind, which stays in the file.
 */
function branchOf(own: readonly Members[]): ReadonlySet<string> | undefined {
  const byName = new Map(own.flatMap((event) => (textIn(event.uuid) === undefined ? [] : [[String(event.uuid), event] as const])));
  const spoken = own.filter(({ type }) => type === "user" || type === "assistant");
  const last = spoken.at(-1);
  if (last === undefined || spoken.some((event) => !byName.has(String(event.uuid))) || spoken.every((event) => !("parentUuid" in event)))
    return undefined;
  const siblings = new Map<string, string[]>();
  for (const event of spoken) {
    const id = event.type === "assistant" ? textIn(membersOf(event.message)?.id) : undefined;
    if (id !== undefined) siblings.set(id, [...(siblings.get(id) ?? []), String(event.uuid)]);
  }
  const taken = new Set<string>();
  for (let at: Members | undefined = last; at !== undefined; ) {
    const name = String(at.uuid);
    if (taken.has(name)) break;
    taken.add(name);
    const parent: string | undefined = textIn(at.parentUuid) ?? textIn(at.logicalParentUuid);
    at = parent === undefined ? undefined : byName.get(parent);
  }
  // Calls made at once are blocks of one reply, of which only the last is an ancestor of what follows.
  for (const names of siblings.values()) if (names.some((name) => taken.has(name))) for (const name of names) taken.add(name);
  return taken;
}

/** Ids of the calls on the branch: their results count wherever they hang. */
function callsOn(spoken: readonly Members[], taken: ReadonlySet<string> | undefined): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const event of spoken)
    if (event.type === "assistant" && (taken === undefined || taken.has(String(event.uuid))))
      for (const block of entriesOf(membersOf(event.message)?.content)) {
        const id = nameIn(membersOf(block)?.id);
        if (id !== undefined) ids.add(id);
      }
  return ids;
}
