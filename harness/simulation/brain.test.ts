import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { CaseDraft } from "../../benchmarks/spreadsheetbench/sample/draft.ts";
import { type PlannedTask, planSample } from "../../benchmarks/spreadsheetbench/sample/plan.ts";
import { messageFor, openBox, seenBy, verdict } from "../../benchmarks/spreadsheetbench/world/bench.fixture.ts";
import { logOf, sampleTasks } from "../../benchmarks/spreadsheetbench/world/episodes.fixture.ts";
import { world } from "../../benchmarks/spreadsheetbench/world.ts";
import { hashJson } from "../core/json.ts";
import { createBrain } from "./brain.ts";
import type { Brain, BrainAnswer, BrainRequest, SimMessage } from "./contract.ts";
import { steadyPersona } from "./persona.fixture.ts";
import { brainRev, type Persona } from "./persona.ts";

const textSystem =
  "You are an expert in spreadsheets. You solve one task on one Excel workbook by writing and running code.\n\nWhen the work is done, end with:\n\nACTION: TASK_COMPLETE";
const withSkill = (body: string) => `${textSystem}\n\nA skill stands in \`/skill\`.\n\n<skill_content>\n${body}\n</skill_content>`;
const allLessons = world.traps.map((t) => `- ${t.lesson.title}`).join("\n");

let brain: Brain;
let sample: readonly { task: PlannedTask; drawn: CaseDraft; message: string }[];
beforeAll(async () => {
  brain = brainOf({});
  sample = await Promise.all(
    planSample(7, 66).map(async (task) => {
      const drawn = task.draft.draw(task.values.fork("case", 1));
      return { task, drawn, message: await messageFor(task.draft, drawn.input) };
    }),
  );
});

/** A persona with these rates for the steady ones, served as "m". */
function brainOf(rates: Partial<Persona["rollout"]>): Brain {
  return createBrain({ personas: new Map([["m", steadyPersona({ rollout: rates })]]), worlds: [world] });
}

const user = (text: string): SimMessage => ({ role: "user", text, images: [], toolCalls: [] });
const said = (text: string): SimMessage => ({ role: "assistant", text, images: [], toolCalls: [] });
const request = (messages: readonly SimMessage[], over: Partial<BrainRequest> = {}): BrainRequest => ({
  model: "m",
  system: textSystem,
  messages,
  tools: [],
  toolsForbidden: true,
  seed: 41,
  temperature: undefined,
  topP: undefined,
  maxTokens: undefined,
  thinking: undefined,
  ...over,
});

function answer(of: Brain, asked: BrainRequest): BrainAnswer {
  const reply = of.reply(asked);
  if ("error" in reply) throw new Error(reply.error.message);
  return reply;
}

/** The command of a well-formed action; undefined for any other reply. */
function commandIn(text: string): string | undefined {
  const at = text.indexOf("Action:\n{");
  if (at < 0) return undefined;
  try {
    return (JSON.parse(text.slice(at + 8)) as { arguments: { command: string } }).arguments.command;
  } catch {
    return undefined;
  }
}

/** Plays the text protocol; `hear` gives the observation of a command. Returns the commands and all messages. */
async function converse(of: Brain, message: string, hear: (command: string) => string | Promise<string>, over: Partial<BrainRequest> = {}) {
  const messages: SimMessage[] = [user(message)];
  const commands: string[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const { text } = answer(of, request(messages, over));
    messages.push(said(text));
    if (text.includes("ACTION: TASK_COMPLETE")) return { commands, messages };
    const command = commandIn(text);
    if (command === undefined) messages.push(user("Your reply could not be read as an action, and nothing was executed: it is not JSON."));
    else {
      commands.push(command);
      messages.push(user(`Observation: ${await hear(command)}`));
    }
  }
  throw new Error("the episode did not end");
}

function first() {
  const found = sample[0];
  if (found === undefined) throw new Error("the sample is empty");
  return found;
}

describe("the rollout role", () => {
  it("looks, writes a script, runs it, reads back, completes, and solves the task when nothing slips", async () => {
    const sure = brainOf({ slip: { default: 0, traps: {} } });
    for (const { task, drawn, message } of sample.slice(0, 4)) {
      await using box = await openBox(drawn.input);
      const { commands } = await converse(sure, message, box.run);
      expect(commands).toHaveLength(4);
      expect(await verdict(await readFile(`${box.dir}/output.xlsx`), drawn, task.draft.position)).toMatchObject({ passed: true });
    }
  });

  it("leaves a wrong file when everything slips", async () => {
    const hopeless = brainOf({ slip: { default: 1, traps: {} } });
    const { task, drawn, message } = first();
    await using box = await openBox(drawn.input);
    await converse(hopeless, message, box.run);
    expect(await verdict(await readFile(`${box.dir}/output.xlsx`), drawn, task.draft.position)).toMatchObject({ passed: false });
  });

  it("says the same under native tool calls", async () => {
    const { drawn, message } = first();
    const over = { tools: ["bash", "complete"], toolsForbidden: false };
    const messages: SimMessage[] = [user(message)];
    const commands: string[] = [];
    for (let turn = 0; turn < 8; turn++) {
      const reply = answer(brain, request(messages, over));
      const call = reply.toolCalls?.[0];
      expect(reply.finishReason).toBe("tool_calls");
      if (call?.name === "complete") break;
      commands.push(String(call?.arguments.command));
      const id = `call_${turn}`;
      messages.push({ ...said(reply.text), toolCalls: [{ id, name: "bash", arguments: JSON.stringify(call?.arguments) }] });
      messages.push({
        role: "tool",
        toolCallId: id,
        text: turn === 0 ? seenBy(drawn.input) : "saved output.xlsx",
        images: [],
        toolCalls: [],
      });
    }
    const byText = await converse(brain, message, () => seenBy(drawn.input));
    expect(commands).toEqual(byText.commands);
  });

  it("depends on task, system prompt, seed and persona, and on nothing else in what it heard", async () => {
    const { drawn, message } = first();
    const look = seenBy(drawn.input);
    const plain = await converse(brain, message, () => look);
    const noisy = await converse(brain, message, (c) => `${look}\n(took ${c.length} ms in /tmp/x${c.length})`);
    expect(noisy.commands).toEqual(plain.commands);
    const again = await converse(brainOf({}), message, () => look);
    expect(again.messages).toEqual(plain.messages);
  });

  it("draws anew for every seed and every system prompt", async () => {
    const scripts = async (over: Partial<BrainRequest>) => {
      const out: string[] = [];
      for (const { drawn, message } of sample.slice(0, 20))
        out.push((await converse(brain, message, () => seenBy(drawn.input), over)).commands[1] ?? "");
      return out;
    };
    const base = await scripts({});
    expect(await scripts({})).toEqual(base);
    const differing = (other: readonly string[]) => other.filter((s, i) => s !== base[i]).length;
    expect(differing(await scripts({ seed: 42 }))).toBeGreaterThan(3);
    expect(differing(await scripts({ system: `${textSystem}\nBe brief.` }))).toBeGreaterThan(3);
  });

  it("recovers from a reply that could not be read", async () => {
    const careless = brainOf({ format_error: 1 });
    const { drawn, message } = first();
    const { commands, messages } = await converse(careless, message, () => seenBy(drawn.input));
    expect(commands).toHaveLength(4);
    expect(messages.filter((m) => m.text.startsWith("Your reply could not be read"))).toHaveLength(4);
  });

  it("goes on after the reminder when it completed too early", async () => {
    const hasty = brainOf({ premature_completion: 1 });
    const { drawn, message } = first();
    const { commands, messages } = await converse(hasty, message, () => seenBy(drawn.input));
    expect(commands.some((c) => c === "node solve.cjs")).toBe(false);
    const next = answer(
      hasty,
      request([...messages, user("[System check] You signalled completion, but there is no file at /work/output.xlsx yet.")]),
    );
    expect(commandIn(next.text)).toBe("node solve.cjs");
  });

  it("asks for less when the first look was cut, and gives up without understanding", async () => {
    const { drawn, message } = first();
    const heard = [`${seenBy(drawn.input).slice(0, 80)}\n[... 900 characters left out here ...]`, seenBy(drawn.input)];
    const recovered = await converse(brain, message, () => heard.shift() ?? "saved output.xlsx");
    expect(recovered.commands).toHaveLength(5);
    const lost = await converse(brain, message, () => "no such file");
    expect(lost.commands.at(-1)).toBe("cp input.xlsx output.xlsx");
    expect(lost.commands).toHaveLength(4);
  });

  it("saves something when its script breaks down", async () => {
    const { drawn, message } = first();
    const { commands } = await converse(brain, message, (c) =>
      c === "node solve.cjs" ? "Error: no table\n[Exit code: 1]" : seenBy(drawn.input),
    );
    expect(commands.at(-1)).toBe("cp input.xlsx output.xlsx");
  });
});

describe("guidance", () => {
  /** Share of tasks whose script is the one without any slip. */
  async function sound(of: Brain, system: string, reference = ""): Promise<number> {
    const perfect = brainOf({ slip: { default: 0, traps: {} }, distraction_per_kchar: 0 });
    let same = 0;
    for (const { drawn, message } of sample) {
      const hear = (c: string) => (c.startsWith("cat /skill/") ? reference : seenBy(drawn.input));
      const script = (commands: readonly string[]) => commands.find((c) => c.startsWith("cat > solve.cjs"));
      const [a, b] = [await converse(of, message, hear, { system }), await converse(perfect, message, hear, { system })];
      if (script(a.commands) === script(b.commands)) same++;
    }
    return same / sample.length;
  }

  it("helps when a skill teaches the lessons, in its body more than in a reference", async () => {
    const none = await sound(brain, textSystem);
    const body = await sound(brain, withSkill(allLessons));
    const linked = withSkill("Read [the details](references/details.md) before you write a script.");
    const reference = await sound(brainOf({ open_reference: 1 }), linked, allLessons);
    expect(body).toBeGreaterThan(none + 0.3);
    expect(reference).toBeGreaterThan(none + 0.15);
    expect(body).toBeGreaterThan(reference);
    expect(await sound(brainOf({ open_reference: 0 }), linked, allLessons)).toBeLessThan(none + 0.15);
  });

  it("is of no use when it is about something else or its words are in no order", async () => {
    const none = await sound(brain, textSystem);
    const shuffled = allLessons.split("\n").map((l) => `- ${l.slice(2).split(" ").reverse().join(" ")}`);
    expect(await sound(brain, withSkill("Wash the rice, then boil it."))).toBeLessThan(none + 0.12);
    expect(await sound(brain, withSkill(shuffled.join("\n")))).toBeLessThan(none + 0.15);
  });
});

describe("notes in the skill's place", () => {
  const scriptsUnder = async (of: Brain, system: string) => {
    const out: string[] = [];
    for (const { drawn, message } of sample.slice(0, 18)) {
      const { commands } = await converse(of, message, () => seenBy(drawn.input), { system });
      out.push(commands.find((c) => c.startsWith("cat > solve.cjs")) ?? "");
    }
    return out;
  };
  const share = (scripts: readonly string[], ideal: readonly string[]) => scripts.filter((s, i) => s === ideal[i]).length / ideal.length;

  it("lessons of earlier tasks help like a skill's body, whole trajectories by the persona's rate", async () => {
    const ideal = await scriptsUnder(brainOf({ slip: { default: 0, traps: {} }, distraction_per_kchar: 0 }), textSystem);
    const none = share(await scriptsUnder(brain, textSystem), ideal);
    const lessons = `${textSystem}\n\n<lessons_from_earlier_tasks>\n${allLessons}\n</lessons_from_earlier_tasks>`;
    expect(share(await scriptsUnder(brain, lessons), ideal)).toBeGreaterThan(none + 0.3);
    const records = (await sampleTasks(7, 66))
      .slice(0, 14)
      .map((task, i) => `<log n="${i + 1}" outcome="passed">\n${logOf(task, [])}\n</log>`);
    const shown = `${textSystem}\n\n<earlier_trajectories>\n${records.join("\n\n")}\n</earlier_trajectories>`;
    const calm = { distraction_per_kchar: 0 };
    const imitating = share(await scriptsUnder(brainOf({ ...calm, imitation: 1 }), shown), ideal);
    expect(imitating).toBeGreaterThan(none + 0.3);
    expect(share(await scriptsUnder(brainOf({ ...calm, imitation: 0 }), shown), ideal)).toBeLessThan(imitating - 0.3);
    expect(share(await scriptsUnder(brainOf({ distraction_per_kchar: 0.01, imitation: 1 }), shown), ideal)).toBeLessThan(imitating - 0.2);
  });
});

describe("unknown roles", () => {
  it("are refused by the words they begin with", () => {
    const ask = (system: string) => brain.reply(request([user("…")], { system }));
    expect(ask("You are a poet.\nWrite a sonnet.")).toMatchObject({
      error: { status: 400, message: expect.stringContaining('"You are a poet. Write a sonnet."') },
    });
    expect(ask("")).toMatchObject({ error: { status: 400 } });
  });
});

describe("identity", () => {
  it("changes its revision when what it says changes", async () => {
    const spoken: unknown[] = [];
    const fixed = brainOf({ slip: { default: 0.5, traps: {} }, format_error: 0.1, premature_completion: 0.1, open_reference: 0.5 });
    for (const { drawn, message } of sample) {
      const { messages } = await converse(fixed, message, () => seenBy(drawn.input), {
        system: withSkill("Trim keys before matching. See references/a.md."),
      });
      spoken.push(messages.filter((m) => m.role === "assistant").map((m) => m.text));
    }
    // A failure here means that simulated rollouts would differ: bump brainRev (persona.ts) or the world's rev (world.ts), then put the new hash here. (An edited task prompt changes the coins too; that needs no bump, its hash is in every arm.)
    expect({ brainRev, worldRev: world.rev, spoken: hashJson(spoken).slice(0, 16) }).toEqual({
      brainRev: 3,
      worldRev: 1,
      spoken: "eeb6e200aeb99e1b",
    });
  });
});
