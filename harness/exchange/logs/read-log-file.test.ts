import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type LedgerEpisode, noUsage, type TrajectoryRecord } from "../../core/record.ts";
import { renderLog } from "../../evolve/analysis/render-log.ts";
import { toAtif } from "../atif/to-atif.ts";
import type { LogFormat, LogRun } from "./log-run.ts";
import { readLogFile } from "./read-log-file.ts";

const read = (text: string | Uint8Array, format?: LogFormat) =>
  readLogFile(typeof text === "string" ? Buffer.from(text) : text, { passAt: 1, ...(format === undefined ? {} : { format }) });
const json = (value: unknown) => read(JSON.stringify(value));
const lines = (...values: unknown[]) => read(`${values.map((value) => JSON.stringify(value)).join("\n")}\n`);

function only(file: ReturnType<typeof read>): LogRun {
  if ("problem" in file) throw new Error(file.problem);
  expect(file.runs).toHaveLength(1);
  const [run] = file.runs;
  if (run === undefined) throw new Error("no run");
  return run;
}
const turns = ({ trajectory }: LogRun) =>
  trajectory.steps.map(({ thought, reply, action, observation }) => [thought ?? reply, action?.arguments ?? null, observation ?? null]);

const chat = [
  { role: "system", content: "Be good." },
  {
    role: "user",
    content: [
      { type: "text", text: "Sum it." },
      { type: "image_url", image_url: { url: "data:…" } },
    ],
  },
  {
    role: "assistant",
    content: "I look.",
    tool_calls: [
      { id: "a", type: "function", function: { name: "shell", arguments: '{"command":["bash","-lc","ls"]}' } },
      { id: "b", type: "function", function: { name: "open", arguments: "not json" } },
    ],
  },
  { role: "tool", tool_call_id: "b", content: "opened" },
  { role: "tool", tool_call_id: "a", content: [{ type: "text", text: "x.csv" }] },
  { role: "user", content: "Faster." },
  { role: "assistant", content: null, reasoning_content: "hm", function_call: { name: "bash", arguments: '{"command":"cat x.csv"}' } },
  { role: "function", name: "bash", content: "1\n2" },
  { role: "assistant", content: "3" },
];

describe("chat messages", () => {
  it("become turns: one a call, each with what came back", () => {
    const run = only(json({ id: "t1", score: 0.5, messages: chat }));
    expect(run).toMatchObject({ task: "t1", outcome: { passed: false, from: "field score < 1" } });
    expect(run.trajectory).toMatchObject({
      system: "Be good.",
      user: "Sum it.\n[a part of type image_url, not shown]",
      exit: "completed-implicit",
    });
    expect(turns(run)).toEqual([
      ["I look.", { command: "ls" }, "x.csv"],
      ["", { input: "not json" }, "opened\n\n[The user said:]\nFaster."],
      ["", { command: "cat x.csv" }, "1\n2"],
      ["3", null, null],
    ]);
    expect(renderLog(run.trajectory, { withSystem: false })).toContain("Reasoning:\n\n```\nhm\n```\n\nAction:\n\n```bash\ncat x.csv\n```");
  });

  it("are read as a list, as a list of conversations, a conversation a line and a message a line", () => {
    expect(turns(only(json(chat)))).toHaveLength(4);
    expect(turns(only(lines(...chat)))).toHaveLength(4);
    const several = [json([{ messages: chat, passed: true }, chat]), lines({ messages: chat, passed: true }, { messages: chat })];
    for (const file of several) expect(file).toMatchObject({ format: "messages", runs: [{ outcome: { passed: true } }, {}] });
    expect(several.map((file) => ("runs" in file ? file.runs.map(({ place }) => place) : []))).toEqual([
      ["entry 1", "entry 2"],
      ["line 1", "line 2"],
    ]);
  });

  it("may have Anthropic's blocks", () => {
    const run = only(
      json({
        messages: [
          { role: "user", content: "Go." },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "hm" },
              { type: "text", text: "Look." },
              { type: "tool_use", id: "x", name: "Bash", input: { command: "ls", description: "List" } },
            ],
          },
          { role: "user", content: [{ type: "tool_result", tool_use_id: "x", content: "no", is_error: true }] },
        ],
      }),
    );
    expect(turns(run)).toEqual([["Look.\n\nList", { command: "ls" }, "no\n[The tool reported an error.]"]]);
    expect(run.trajectory.exit).toBeUndefined();
  });
});

describe("a session of Claude Code", () => {
  const event = (uuid: string, parentUuid: string | null, type: "user" | "assistant", content: unknown, more: object = {}) => ({
    uuid,
    parentUuid,
    type,
    sessionId: "s",
    isSidechain: false,
    version: "2.1",
    message: { role: type, content, ...(type === "assistant" ? { id: `m${uuid[0]}` } : {}) },
    ...more,
  });
  const call = (id: string, command: string) => [{ type: "tool_use", id, name: "Bash", input: { command } }];
  const result = (id: string, content: string) => [{ type: "tool_result", tool_use_id: id, content }];
  const session = [
    { type: "summary", summary: "s", leafUuid: "z" },
    event("1", null, "user", "<command-name>/clear</command-name>"),
    event("2", "1", "user", "Sum it."),
    event("b1", "2", "assistant", [{ type: "text", text: "Both at once." }]),
    event("b2", "b1", "assistant", call("c1", "ls")),
    event("b3", "b2", "assistant", call("c2", "pwd")),
    event("3", "b2", "user", result("c1", "x.csv")),
    event("4", "b3", "user", result("c2", "/work")),
    event("x1", "4", "assistant", [{ type: "text", text: "A way that was given up." }]),
    event("x2", "x1", "user", "No, go back."),
    event("q", null, "assistant", [{ type: "text", text: "sub" }], { isSidechain: true }),
    event("d1", "4", "assistant", [{ type: "text", text: "3" }]),
  ];

  it("is the branch that was gone to its end, with calls made at once and without sub-agents", () => {
    const run = only(lines(...session));
    expect(run.trajectory).toMatchObject({ agent: "claude-code 2.1", system: "", user: "Sum it.", exit: "completed-implicit" });
    expect(turns(run)).toEqual([
      ["Both at once.", { command: "ls" }, "x.csv"],
      ["", { command: "pwd" }, "/work"],
      ["3", null, null],
    ]);
    expect(run.notes).toEqual(["1 event of sub-agents", "2 events of branches that were given up"]);
    expect(run.outcome).toBeUndefined();
  });

  it("printed as a stream ends as its last event says, which is no outcome", () => {
    const run = only(
      lines(
        { type: "system", subtype: "init", session_id: "s", claude_code_version: "2.1" },
        { type: "user", session_id: "s", message: { role: "user", content: "Go." } },
        { type: "assistant", session_id: "s", message: { id: "m", role: "assistant", content: call("c", "ls") } },
        { type: "user", session_id: "s", message: { role: "user", content: result("c", "x") } },
        { type: "result", subtype: "error_max_turns", is_error: false, session_id: "s", success: true },
      ),
    );
    expect(run).toMatchObject({ session: "s", trajectory: { exit: "turn-limit" } });
    expect(run.outcome).toBeUndefined();
  });

  it("with a broken line is read without it", () => {
    const text = session.map((one) => JSON.stringify(one)).join("\n");
    expect(read(`${text}\n{"type":"user","mess`)).toMatchObject({ format: "claude-code", notes: ["1 lines that are no JSON"] });
  });

  it("of a sub-agent alone is refused", () => {
    expect(lines(event("q", null, "assistant", "x", { isSidechain: true }))).toEqual({
      problem: "holds nothing but the work of a sub-agent, which belongs to another session",
    });
  });
});

describe("trajectories of this program", () => {
  const trajectory: TrajectoryRecord = {
    v: 1,
    agent: "react",
    system: "s",
    user: "u",
    steps: [
      { turn: 1, reply: "r", thought: "t", action: { tool: "bash", arguments: { command: "ls" } }, finishReason: "stop", usage: noUsage },
    ],
    exit: "turn-limit",
  };
  it("are taken as they are, with the outcome of their row", () => {
    const outcomes = [
      { outcome: { state: "ungraded", scorer: "a", reason: "" } },
      { key: "k", outcome: { state: "graded", score: { scorer: "b", value: 1, passed: true } } },
    ];
    const run = only(json({ v: 1, row: { key: "k", task: "t1", outcomes }, trajectory }));
    expect(run).toMatchObject({ task: "t1", outcome: { passed: true, from: "field outcomes, scorer b" } });
    expect(run.trajectory).toEqual(trajectory);
    expect(only(json(trajectory)).outcome).toBeUndefined();
  });
  it("that are damaged are named", () => {
    expect(json({ ...trajectory, steps: [{ turn: "one" }] })).toMatchObject({
      problem: expect.stringMatching(/^is no trajectory of this program \(steps/),
    });
  });
});

describe("ATIF", () => {
  const usage = { ...noUsage, calls: 1 };
  const trajectory: TrajectoryRecord = {
    v: 1,
    agent: "react",
    system: "s",
    user: "Sum it.",
    steps: [
      {
        turn: 1,
        thought: "I look.",
        reply: 'Thought: I look.\nAction:\n{"name": "bash", "arguments": {"command": "ls"}}',
        action: { tool: "bash", arguments: { command: "ls" } },
        observation: "x.csv",
        finishReason: "stop",
        usage,
      },
      { turn: 2, reply: "ACTION: TASK_COMPLETE", event: "completed", finishReason: "stop", usage },
    ],
    exit: "completed",
  };
  const row: LedgerEpisode = {
    type: "episode",
    v: 1,
    key: "0".repeat(64),
    arm: "a",
    guidance: "none",
    solver: "m",
    benchmark: "b",
    split: "s",
    task: "t7",
    cluster: "c",
    flags: [],
    rep: { seed: 1, attempt: 0, replica: 0 },
    simulated: [],
    state: "graded",
    exit: "completed",
    outcomes: [{ key: "1".repeat(64), outcome: { state: "graded", score: { scorer: "x", value: 0, passed: false } } }],
  };

  it("as this program exports it reads as the log it was", () => {
    const run = only(json(toAtif(row, trajectory, { experiment: "e", version: "1", imagePath: (hash) => hash })));
    expect(run).toMatchObject({ task: "t7", outcome: { passed: false, from: "field extra.t2s.outcomes, scorer x" } });
    expect(renderLog(run.trajectory, { withSystem: true })).toBe(renderLog(trajectory, { withSystem: true }));
  });

  it("of other producers is read as far as it goes", () => {
    const run = only(
      json({
        schema_version: "ATIF-v1.0",
        agent: { name: "x" },
        steps: [
          { source: "user", message: "Go." },
          {
            source: "agent",
            message: "",
            reasoning_content: "hm",
            tool_calls: [{ function_name: "web", arguments: { q: "a" } }, { function_name: "web", arguments: { q: "b" } }, 7],
          },
          { source: "system", message: "", observation: null },
          { source: "user", message: [{ type: "text", text: "And?" }] },
          { source: "agent", message: "Done", observation: { results: [{ content: null, subagent_trajectory_ref: [{}] }] }, new_field: [] },
        ],
        extra: { reward: 0.4 },
      }),
    );
    expect(turns(run)).toEqual([
      ["", { q: "a" }, null],
      ["", { q: "b" }, "[The user said:]\nAnd?"],
      ["Done", null, null],
    ]);
    expect(run).toMatchObject({ outcome: { passed: false }, notes: ["1 reference to a sub-agent's trajectory"] });
  });
});

describe("what is no log", () => {
  it.each<[string, string | Uint8Array, string]>([
    ["nothing", "", "is empty"],
    ["blanks", " \n", "is empty"],
    ["a binary file", new Uint8Array([0x89, 0x50, 0, 1]), "is a binary file"],
    ["a packed file", gzipSync("{}"), "is compressed; unpack it first"],
    ["another encoding", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), "is no text in UTF-8"],
    ["prose", "Dear diary", "is neither JSON nor JSON lines; "],
    ["broken JSON", "{{{\n[[[", "is damaged JSON"],
    ["other JSON", '{"a": 1}', "is no log of a known kind; "],
    ["a depth of brackets", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "nests deeper than any log does"],
    ["no turn", JSON.stringify({ messages: [{ role: "user", content: "?" }] }), "has no message of an assistant"],
    [
      "steps of nobody",
      JSON.stringify({ schema_version: "ATIF-v1.2", steps: [{ source: "user", message: "x" }] }),
      "has no step of an agent",
    ],
  ])("%s is said to be so", (_what, bytes, problem) => {
    const file = read(bytes);
    expect("problem" in file && file.problem.startsWith(problem), JSON.stringify(file)).toBe(true);
  });

  it("is not read as a format that was asked for", () => {
    for (const format of ["atif", "claude-code", "messages", "t2s"] as const) expect(read('{"a": 1}', format)).toHaveProperty("problem");
  });

  it("does no harm by its names", () => {
    const file = read(
      '{"messages":[{"role":"assistant","content":"x","tool_calls":[{"function":{"name":"__proto__","arguments":"{\\"__proto__\\":{\\"polluted\\":1}}"}}]}]}',
    );
    expect(only(file).trajectory.steps).toHaveLength(1);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
