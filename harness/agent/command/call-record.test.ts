import { describe, expect, it } from "vitest";
import { type ChatReply, type Message, noUsage, trajectorySchema } from "../../core/record.ts";
import { recordCalls, withEnd } from "./call-record.ts";

const reply = (text: string, toolCalls: ChatReply["toolCalls"] = []): ChatReply => ({
  text,
  toolCalls,
  finishReason: "stop",
  usage: noUsage,
  call: { ms: 0, attempts: 1, endpoint: "e" },
});
const system: Message = { role: "system", content: "You are good." };
const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });

describe("calls as a trajectory", () => {
  it("takes what is sent with the next call for what came of the last one", () => {
    const record = recordCalls();
    const action = 'Thought: look\nAction:\n{"name": "bash", "arguments": {"command": "ls"}}';
    const first = [system, user("task")];
    record.end(record.begin(first), reply(action));
    const second = [...first, assistant(action), user("Observation: a.txt")];
    record.end(record.begin(second), reply("Done."));
    expect(record.system).toBe("You are good.");
    expect(record.user).toBe("task");
    expect(record.steps()).toMatchObject([
      { turn: 1, thought: "look", action: { tool: "bash", arguments: { command: "ls" } }, observation: "Observation: a.txt" },
      { turn: 2, reply: "Done." },
    ]);
    expect(record.steps()[1]).not.toHaveProperty("observation");
  });

  it("tells calls of tools, several at once, and arguments that cannot be read", () => {
    const record = recordCalls();
    const call = (name: string, given: string) => ({ id: name, name, arguments: given });
    const begin = [system, user("task")];
    record.end(record.begin(begin), reply("I look.", [call("bash", '{"command":"ls"}')]));
    const next: Message[] = [
      ...begin,
      { role: "assistant", content: "I look.", toolCalls: [call("bash", '{"command":"ls"}')] },
      { role: "tool", toolCallId: "bash", content: "a" },
    ];
    record.end(record.begin(next), reply("", [call("one", "{"), call("two", "{}")]));
    expect(record.steps()).toMatchObject([
      { thought: "I look.", action: { tool: "bash", arguments: { command: "ls" } }, observation: "a" },
      {
        action: {
          tool: "several calls",
          arguments: {
            calls: [
              { tool: "one", arguments: { unreadable_arguments: "{" } },
              { tool: "two", arguments: {} },
            ],
          },
        },
      },
    ]);
  });

  it("loses nothing of branches, of other conversations and of a history the program rewrote", () => {
    const record = recordCalls();
    const first = [system, user("task")];
    const one = record.begin(first);
    const other = record.begin([user("summarise this")]);
    record.end(other, reply("short"));
    record.end(one, reply("a"));
    record.end(record.begin([...first, assistant("a"), user("b1")]), reply("c1"));
    record.end(record.begin([...first, assistant("a"), user("b2")]), reply("c2"));
    record.end(record.begin([system, user("task, shortened")]), reply("d"));
    const steps = record.steps();
    expect(steps.map((step) => step.turn)).toEqual([1, 2, 3, 4, 5]);
    expect(steps[0]?.observation).toBe(
      "[The program began another conversation with the model:]\n\n[user]\nsummarise this\n\n[The program also went on from here with:]\n\nb1\n\n[The program also went on from here with:]\n\nb2",
    );
    expect(steps[3]?.observation).toMatch(/began another conversation[\s\S]*task, shortened/);
  });

  it("leaves out calls that were not answered, and has a turn for a program that never asked", () => {
    const record = recordCalls();
    record.begin([user("task")]);
    expect(record.steps()).toEqual([]);
    const steps = withEnd(record.steps(), { text: "[The program ended with exit code 1.]" });
    expect(trajectorySchema.parse({ v: 1, agent: "command", system: "", user: "task", steps, exit: "program-failed" }).steps).toMatchObject(
      [{ turn: 1, reply: "", observation: "[The program ended with exit code 1.]" }],
    );
  });
});
