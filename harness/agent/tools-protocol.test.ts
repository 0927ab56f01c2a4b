import { describe, expect, it } from "vitest";
import type { ChatReply } from "../core/record.ts";
import { call, lastTold, play } from "./episode.fixture.ts";

const tools = { spec: { protocol: "tools" } } as const;
const calls = (...toolCalls: ChatReply["toolCalls"]): Partial<ChatReply> => ({ toolCalls });
const write = calls(call("bash", { command: "echo hello > out.txt" }));
const complete = calls(call("complete", { answer: "written" }));

describe("native tools", () => {
  it("offers bash and complete, answers calls with tool messages and ends on complete", async () => {
    await using episode = await play([{ ...write, text: "I write it." }, calls(call("bash", { command: "cat out.txt" })), complete], tools);
    const { exit, answer, trajectory } = await episode.run;
    expect({ exit, answer }).toEqual({ exit: "completed", answer: "written" });
    const request = episode.model.requests[2];
    expect(request?.tools?.map((tool) => tool.name)).toEqual(["bash", "complete"]);
    expect(request).not.toHaveProperty("stop");
    expect(request?.messages.slice(2)).toEqual([
      { role: "assistant", content: "I write it.", toolCalls: write.toolCalls },
      { role: "tool", toolCallId: "id-bash", content: "[The command ended without any output]" },
      { role: "assistant", content: "", toolCalls: [call("bash", { command: "cat out.txt" })] },
      { role: "tool", toolCallId: "id-bash", content: "hello" },
    ]);
    expect(trajectory.steps).toMatchObject([
      { thought: "I write it.", observation: "[The command ended without any output]" },
      { observation: "hello" },
      { action: { tool: "complete", arguments: { answer: "written" } }, event: "completed" },
    ]);
    expect(trajectory.system).not.toContain("Action:");
  });

  it("takes the text as answer when complete brings none", async () => {
    await using plain = await play([write, { text: "It is 7.", ...calls(call("complete", "")) }], tools);
    expect((await plain.run).answer).toBe("It is 7.");
    await using number = await play([write, calls(call("complete", { answer: 42 }))], tools);
    expect((await number.run).answer).toBe("42");
  });

  it("runs only the first of several calls and answers every one", async () => {
    const several = calls(
      call("bash", { command: "echo hello > out.txt" }, "a"),
      call("bash", { command: "rm out.txt" }, "a"),
      call("complete", {}, ""),
    );
    await using episode = await play([several, complete], tools);
    expect((await episode.run).exit).toBe("completed");
    expect(episode.commands).toEqual(["echo hello > out.txt"]);
    const sent = episode.model.requests[1]?.messages.slice(3);
    expect(sent).toMatchObject([
      { role: "tool", toolCallId: "a", content: "[The command ended without any output]" },
      { role: "tool", content: expect.stringContaining("Not run") },
      { role: "tool", content: expect.stringContaining("Not run") },
    ]);
    const ids = sent?.map((message) => (message.role === "tool" ? message.toolCallId : ""));
    expect(new Set(ids).size).toBe(3);
    await using first = await play([write, calls(call("complete", {}, "c"), call("bash", { command: "rm out.txt" }, "b"))], tools);
    expect([(await first.run).exit, first.commands.length]).toEqual(["completed", 1]);
  });

  it("feeds unreadable arguments back and sends them on in a form every server can parse", async () => {
    const bad = '{"command": "a\nb"}';
    await using episode = await play(
      [calls(call("bash", bad)), calls(call("bash", "[1]")), calls(call("bash", "{} {}")), "Just text.", "", write, complete],
      tools,
    );
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("completed");
    expect(trajectory.steps.map((step) => step.event)).toEqual([...Array(4).fill("format-error"), "empty-reply", undefined, "completed"]);
    const sent = episode.model.requests[1]?.messages ?? [];
    expect(sent[2]).toMatchObject({ toolCalls: [{ id: "id-bash", name: "bash", arguments: JSON.stringify({ unreadable: bad }) }] });
    expect(sent[3]).toMatchObject({ role: "tool", toolCallId: "id-bash", content: expect.stringContaining("a raw line break") });
    expect(lastTold(episode.model, 4)).toContain("the reply calls no tool");
    expect(trajectory.steps.slice(0, 3).map((step) => step.observation)).toEqual([
      expect.stringContaining("line 1, column 15"),
      expect.stringContaining("no JSON object"),
      expect.stringContaining("something follows"),
    ]);
  });

  it("answers unknown tools, reminds through the completing call, and drops a cut call", async () => {
    const cut: Partial<ChatReply> = { ...calls(call("bash", '{"command": "ls')), finishReason: "length" };
    await using episode = await play([calls(call("python", {})), complete, cut, write, complete], tools);
    const { trajectory } = await episode.run;
    expect(trajectory.steps.map((step) => step.event)).toEqual([undefined, "missing-output-reminder", "reply-cut", undefined, "completed"]);
    expect(trajectory.steps[0]?.observation).toContain('no tool called "python". Available: bash, complete');
    expect(episode.model.requests[2]?.messages.at(-1)).toMatchObject({ role: "tool", toolCallId: "id-complete" });
    expect(episode.model.requests[3]?.messages.at(-1)).toMatchObject({ role: "user", content: expect.stringContaining("output limit") });
    expect(JSON.stringify(episode.model.requests[4]?.messages)).not.toContain('\\"ls');
  });

  it("as released: complete outranks a call before it, and text alone completes", async () => {
    const setting = { spec: { protocol: "tools", preset: "as-released" }, box: { exists: async () => true } } as const;
    await using both = await play([calls(call("bash", { command: "rm x" }, "a"), call("complete", {}, "b"))], setting);
    expect([(await both.run).exit, both.commands.length]).toEqual(["completed", 0]);
    await using text = await play(["Fertig."], setting);
    expect(await text.run).toMatchObject({ exit: "completed-implicit", answer: "Fertig." });
  });

  it("in the text protocol are told to be written as text", async () => {
    await using episode = await play([write, { ...write, text: "I write." }, "ACTION: TASK_COMPLETE"], {
      box: { exists: async () => true },
    });
    const { steps } = (await episode.run).trajectory;
    for (const step of steps.slice(0, 2))
      expect(step).toMatchObject({ event: "format-error", observation: expect.stringContaining("calls a tool natively") });
    expect(episode.model.requests[2]?.messages.map((message) => message.role)).toEqual(["system", "user", "assistant", "user"]);
  });
});
