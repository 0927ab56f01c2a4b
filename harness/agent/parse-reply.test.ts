import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseReleasedReply } from "./parse-released-reply.ts";
import { parseReply } from "./parse-reply.ts";
import { splitThinking } from "./reading.ts";

const released = (reply: string) => parseReleasedReply(reply, { quoteSwap: true, badArguments: "end-episode" });
const mended = (reply: string) => parseReply(reply, { quoteSwap: false, badArguments: "format-error" });
const swapping = (reply: string) => parseReply(reply, { quoteSwap: true, badArguments: "format-error" });
const bash = (command: string) => ({ tool: "bash", arguments: { command } });
const action = (command: string) => `Action:\n${JSON.stringify({ name: "bash", arguments: { command } })}`;

describe("as released (parity vectors)", () => {
  it("takes the signal anywhere, also behind an action, which is not run", () => {
    expect(released(`Thought: x\n${action("ls")}\nACTION: TASK_COMPLETE`)).toEqual({
      kind: "complete",
      explicit: true,
      answer: `Thought: x\n${action("ls")}`,
    });
    expect(released("I will say ACTION: TASK_COMPLETE later")).toMatchObject({ kind: "complete", answer: "I will say" });
  });

  it.each(["", "   ", "I am done.", "ACTION: something else", "Thought: cut off by the"])("finds no action in %j", (reply) => {
    expect(released(reply).kind).toBe("no-action");
  });

  it("reads an object that uses only single quotes", () => {
    expect(released("Action: {'name': 'bash', 'arguments': {'command': 'ls'}}")).toMatchObject({ kind: "action", action: bash("ls") });
  });

  it("reads an object in a json fence", () => {
    expect(released(`Action:\n\`\`\`json\n{"name": "bash", "arguments": {"command": "ls"}}\n\`\`\``)).toMatchObject({ action: bash("ls") });
  });

  it("reads a marker in the middle of a line", () => {
    expect(released(`Now Action: {"name": "bash"}`)).toEqual({ kind: "action", action: { tool: "bash", arguments: {} }, thought: "Now" });
  });

  it.each([
    ["a raw line break in the command", 'Action: {"name": "bash", "arguments": {"command": "a\nb"}}'],
    ["prose with Action: and braces before the real action", `The form is Action: now {x}.\n${action("ls")}`],
    ["an unbalanced closing brace inside the command", action("echo }")],
    ["an unbalanced opening brace inside the command", action("echo {")],
    ["no object at all", "Action: ls -la"],
    ["no name", 'Action: {"arguments": {}}'],
    ["quotes that the swap breaks", `Action: {'name': 'bash', 'arguments': {'command': "echo 'a'"}}`],
  ])("is a format error: %s", (_, reply) => {
    const reading = released(reply);
    expect(reading.kind).toBe("unreadable");
    expect(reading).not.toHaveProperty("fatal");
  });

  it("ends the episode when arguments are no object", () => {
    expect(released('Action: {"name": "bash", "arguments": "ls"}')).toMatchObject({ kind: "unreadable", fatal: true });
    expect(released('Action: {"name": "bash", "arguments": null}')).toMatchObject({ kind: "unreadable", fatal: true });
  });
});

describe("mended", () => {
  it("counts braces only outside of strings", () => {
    for (const command of ["echo }", "echo {", "awk '{print \"a\"}' f", "x={'}", 'printf "\\n"'])
      expect(mended(`Thought: t\n${action(command)}`), command).toEqual({ kind: "action", action: bash(command), thought: "Thought: t" });
  });

  it("passes over Action: in prose and takes the first one with an object", () => {
    expect(mended(`The form is Action: now {x}.\nAction: I look\nAction: {x} again\n${action("ls")}`)).toMatchObject({
      action: bash("ls"),
    });
  });

  it("does not run a later action when the first is damaged", () => {
    expect(mended(`Action:\n{"name": "bash", "arguments": {"command": "a\nb"}}\n${action("rm x")}`).kind).toBe("unreadable");
  });

  it.each([
    '```json\n{"name": "bash", "arguments": {"command": "ls"}}\n```',
    '```\n{"name": "bash", "arguments": {"command": "ls"}}\n```',
    '~~~json\n{"name": "bash", "arguments": {"command": "ls"}}',
    '`{"name": "bash", "arguments": {"command": "ls"}}`',
    '\n\n  {\n  "name": "bash",\n  "arguments": {\n    "command": "ls"\n  }\n}',
  ])("tolerates the wrapping %j", (object) => {
    expect(mended(`Thought: t\nAction:${object}`)).toMatchObject({ kind: "action", action: bash("ls") });
    expect(mended(`Thought: t\n**Action:** ${object}`)).toMatchObject({ kind: "action", action: bash("ls"), thought: "Thought: t" });
  });

  it("runs an action that stands beside the completion signal, and says that the signal was ignored", () => {
    expect(mended(`${action("ls")}\n\nACTION: TASK_COMPLETE`)).toMatchObject({ kind: "action", ignored: "completion" });
    expect(mended(`I end with\nACTION: TASK_COMPLETE\nbut first\n${action("ls")}`)).toMatchObject({
      kind: "action",
      ignored: "completion",
    });
  });

  it("says that further actions were ignored", () => {
    expect(mended(`${action("a")}\n${action("b")}`)).toMatchObject({ action: bash("a"), ignored: "actions" });
    expect(mended(action("a"))).not.toHaveProperty("ignored");
  });

  it("is not fooled by a signal or a marker inside the command", () => {
    for (const command of ["echo 'ACTION: TASK_COMPLETE'", "cat <<E\nAction:\n{}\nE"]) {
      const reading = mended(action(command));
      expect(reading).toMatchObject({ kind: "action", action: bash(command) });
    }
  });

  it.each([
    ["Done: 42.\nACTION: TASK_COMPLETE", "Done: 42."],
    ["The answer is 42. ACTION: TASK_COMPLETE", "The answer is 42."],
    ["All good.\n\n**ACTION: TASK_COMPLETE**\n", "All good."],
    ["Answer\n`ACTION: TASK_COMPLETE`.", "Answer"],
    ["Answer\nAction: TASK_COMPLETE", "Answer"],
    ["Answer\nAction:\nTASK_COMPLETE", "Answer"],
    ["ACTION: TASK_COMPLETE", ""],
  ])("completes on %j", (reply, answer) => {
    expect(mended(reply)).toEqual({ kind: "complete", explicit: true, answer });
  });

  it("does not complete on a signal that is only talked about", () => {
    expect(mended("Once I have seen the file I will write ACTION: TASK_COMPLETE and stop.").kind).toBe("no-action");
  });

  it("does not complete past an unreadable action", () => {
    expect(mended(`Action:\n{"name": "bash", "arguments": {"command": "a\nb"}}\nACTION: TASK_COMPLETE`).kind).toBe("unreadable");
    expect(mended(`ACTION: TASK_COMPLETE\n\nAction: {"name": `).kind).toBe("complete");
  });

  it("names problem, position and surroundings of unreadable JSON", () => {
    const reading = mended('Thought: t\nAction:\n{"name": "bash",\n "arguments": {"command": "cat <<E\nx\nE"}}');
    expect(reading).toEqual({
      kind: "unreadable",
      problem:
        'a raw line break stands inside a string; it is written \\n (line 2, column 35 of the object): …ash",⏎ "arguments": {"command": "cat <<E ⟪here⟫ ⏎x⏎E"}}',
    });
  });

  it("mentions the stop sequence where a reply ends inside of the object", () => {
    expect(mended('Action: {"name": "bash", "arguments": {"command": "echo ')).toMatchObject({
      problem: expect.stringMatching(/never closed .* ended by the word "Observation"/),
    });
  });

  it.each([
    ["Action: ls -la", 'this follows: "ls -la"'],
    ["Action:", "nothing follows"],
    ['Now Action: {"name": "bash"}', "start of a line"],
    ["I think it is done.", "neither"],
  ])("explains why there is no action in %j", (reply, words) => {
    expect(mended(reply)).toMatchObject({ kind: "no-action", problem: expect.stringContaining(words) });
  });

  it.each([
    ['Action: {"arguments": {}}', '"name"'],
    ['Action: {"name": 7}', '"name"'],
    ['Action: {"name": "bash", "arguments": "ls"}', "not a string"],
    ['Action: {"name": "bash", "arguments": ["ls"]}', "not a list"],
    ['Action: {"name": "bash", "arguments": null}', "not null"],
  ])("is a format error that goes on: %j", (reply, words) => {
    const reading = mended(reply);
    expect(reading).toMatchObject({ kind: "unreadable", problem: expect.stringContaining(words) });
    expect(reading).not.toHaveProperty("fatal");
  });

  it("swaps quotes only where asked to, and never touches what parses", () => {
    const single = "Action: {'name': 'bash', 'arguments': {'command': 'ls'}}";
    expect(mended(single)).toMatchObject({ kind: "unreadable", problem: expect.stringContaining("single quote") });
    expect(swapping(single)).toMatchObject({ action: bash("ls") });
    expect(swapping(action("echo 'a'"))).toMatchObject({ action: bash("echo 'a'") });
  });

  it("gets through hostile replies of any length (a quadratic reader would not within the test's time limit)", () => {
    for (const piece of ["Action: ", "Action:\n", "* ", "`", "{", "\\", "Action: {'", "ACTION: TASK_", "\n>", "Action:{}\n"])
      expect(["action", "unreadable", "no-action"], piece).toContain(mended(piece.repeat(200_000)).kind);
  });
});

describe("the prompts' own examples", () => {
  it.each(["system-text", "format-error"])("of %s are readable actions", (name) => {
    const text = readFileSync(new URL(`./prompts/${name}.md`, import.meta.url), "utf8");
    const examples = text.split(/^(?=Action:$)/m).slice(1);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(mended(example)).toMatchObject({ kind: "action", action: { tool: "bash" } });
      expect(parseReleasedReply(example.split("\n\n")[0] ?? "", { quoteSwap: false, badArguments: "end-episode" }).kind).toBe("action");
    }
  });
});

describe("splitThinking", () => {
  it("takes leading reasoning off and leaves tags inside a command alone", () => {
    expect(splitThinking("<think>\nhm\n</think>\n\nAction:")).toEqual({ text: "Action:", reasoning: "hm" });
    expect(splitThinking("<think>cut")).toEqual({ text: "", reasoning: "cut" });
    expect(splitThinking(action("echo '<think></think>'"))).toEqual({ text: action("echo '<think></think>'") });
  });
});
