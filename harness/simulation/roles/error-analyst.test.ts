import { beforeAll, describe, expect, it } from "vitest";
import { logOf, type SampleTask, sampleTasks } from "../../../benchmarks/spreadsheetbench/world/episodes.fixture.ts";
import { world } from "../../../benchmarks/spreadsheetbench/world.ts";
import { ask, brainWith, requestOf, said, skillFile, systems, tag, user } from "../asking.fixture.ts";
import type { Brain, BrainRequest, SimMessage } from "../contract.ts";
import { type PersonaChange, steadyPersona } from "../persona.fixture.ts";
import type { Persona } from "../persona.ts";
import { plantedLessonsIn } from "../planted-lessons.ts";
import { carelessIn } from "../reading/read-log.ts";

const skill = skillFile("SKILL.md", "# Spreadsheets\n\n## Workflow\n\n- Save the file.\n");
let tasks: readonly SampleTask[];
beforeAll(async () => {
  tasks = await sampleTasks(7, 66);
});

const lessonOf = (trap: string) => world.traps.find((t) => t.id === trap)?.lesson.id ?? "";
const idsIn = (list: readonly { readonly title: string; readonly content: string }[] = []) =>
  new Set(list.flatMap((l) => [...plantedLessonsIn(world, `- ${l.title}. ${l.content}`).keys()]));

/** One trap is sprung and does harm; its careless form can be told from the careful one in this task. */
function failures(count = 40): readonly { task: SampleTask; trap: string }[] {
  return tasks
    .flatMap((task, i) => {
      const visible = task.plan.traps.filter((trap) => isVisible(task, trap));
      const trap = visible[i % visible.length];
      return trap === undefined ? [] : [{ task, trap }];
    })
    .slice(0, count);
}
function isVisible(task: SampleTask, trap: string): boolean {
  return carelessIn(task.plan, logOf(task, [trap]))?.has(trap) === true;
}

interface Analysed {
  readonly commands: readonly string[];
  readonly report: {
    readonly causes: readonly { title: string }[];
    readonly lessons: readonly { title: string; content: string; description?: string }[];
  };
  readonly passed: boolean;
  readonly messages: readonly SimMessage[];
}

interface Hearing {
  readonly log?: string;
  readonly inMessage?: boolean;
  readonly comparison?: string;
  readonly tools?: boolean;
  readonly reviews?: readonly string[];
  readonly over?: Partial<BrainRequest>;
}

const messageFor = (log: string | undefined) =>
  [
    "# The run to analyse",
    ...(log === undefined ? [] : [tag("log", log, ' outcome="failed"')]),
    skill,
    "To compare a file with what it should be: `node /work/kit/compare.cjs /work/agent/output.xlsx`, with the path of that file in place of `/work/agent/output.xlsx`.",
    "**`/work/fix.sh`**: a bash script. It is run with `bash /work/fix.sh`, in `/work`.",
  ].join("\n\n");

const brains = new Map<string, Brain>();
/** One brain for each set of rates: it remembers what it has read. */
function brainOf(persona: Persona): Brain {
  const key = JSON.stringify(persona);
  const brain = brains.get(key) ?? brainWith(persona, [world]);
  brains.set(key, brain);
  return brain;
}

/** Plays an analyst in a pretended box, whose comparison passes as soon as the harmful form is out of the script. */
function analyse(persona: Persona, task: SampleTask, trap: string, hearing: Hearing = {}): Analysed {
  const brain = brainOf(persona);
  const log = hearing.log ?? logOf(task, [trap]);
  const messages: SimMessage[] = [user(messageFor(hearing.inMessage === false ? undefined : log))];
  const commands: string[] = [];
  const files = new Map<string, string>();
  const reviews = [...(hearing.reviews ?? [])];
  const failed =
    hearing.comparison ?? 'FAIL: 2 of 9 cells differ\nsheet "S", B2:B9\n  B2: expected 3 (number), got 9 (number)\n[Exit code: 1]';
  let passed = false;
  const hear = (command: string): string => {
    const write = /^cat > \/work\/(\S+) <<'(\w+)'\n([\s\S]*)\n\2$/.exec(command);
    if (write !== null) {
      files.set(write[1] ?? "", write[3] ?? "");
      return "The command ran and printed nothing.";
    }
    if (command.startsWith("bash /work/fix.sh && node /work/kit/compare.cjs /work/output.xlsx")) {
      passed = carelessIn(task.plan, files.get("fix.sh") ?? "")?.has(trap) === false;
      return passed ? "saved output.xlsx\nPASS: all compared cells are equal" : failed;
    }
    if (command.startsWith("node /work/kit/compare.cjs /work/agent/output.xlsx")) return failed;
    if (command === "head -c 5500 /work/log.md") return log.slice(0, 5500);
    if (command.startsWith("sed -n")) {
      if (!log.includes("cat > ")) return "";
      const script = task.plan.moves(new Set([trap]))[0]?.command.split("\n") ?? [];
      return (command.includes("1,60p") ? script.slice(0, 60) : script.slice(60)).join("\n");
    }
    return command.startsWith("node - <<") ? task.look : "";
  };
  for (let turn = 0; turn < 40; turn++) {
    const over = hearing.tools === true ? { tools: ["bash", "complete"], toolsForbidden: false } : {};
    const answer = brain.reply(requestOf(systems.agentic, messages, { ...over, ...hearing.over }));
    if ("error" in answer) throw new Error(answer.error.message);
    const call = answer.toolCalls?.[0];
    if (call?.name === "complete" || (call === undefined && answer.text.includes("ACTION: TASK_COMPLETE"))) {
      messages.push(
        call === undefined
          ? said(answer.text)
          : { ...said(answer.text), toolCalls: [{ id: `c${turn}`, name: "complete", arguments: "{}" }] },
      );
      const review = reviews.shift();
      const report = JSON.parse(files.get("report.json") ?? '{"causes":[],"lessons":[]}') as Analysed["report"];
      if (review === undefined) return { commands, report, passed, messages };
      messages.push(user(review));
      continue;
    }
    const command =
      call === undefined
        ? (JSON.parse(answer.text.slice(answer.text.indexOf("Action:\n") + 8)) as { arguments: { command: string } }).arguments.command
        : String(call.arguments.command);
    commands.push(command);
    const heard = hear(command);
    if (call === undefined) messages.push(said(answer.text), user(`Observation: ${heard}`));
    else
      messages.push(
        { ...said(answer.text), toolCalls: [{ id: `c${turn}`, name: "bash", arguments: JSON.stringify(call.arguments) }] },
        { role: "tool", toolCallId: `c${turn}`, text: heard, images: [], toolCalls: [] },
      );
  }
  throw new Error("the analysis did not end");
}

const agentic = (rates: Partial<Persona["error_analyst"]["agentic"]>) => steadyPersona({ error_analyst: { agentic: rates } });
const sure = agentic({ insight: 1, over_attribution: 0, sloppy: 0 });

describe("the agentic failure analyst", () => {
  it("compares, looks, mends the careless form in the agent's script, sees it pass and names the lesson, for every trap", () => {
    for (const trap of world.traps) {
      const task = tasks.find((t) => t.plan.traps.includes(trap.id) && isVisible(t, trap.id));
      if (task === undefined) throw new Error(`no task has ${trap.id}`);
      const { commands, report, passed } = analyse(sure, task, trap.id);
      expect(passed, trap.id).toBe(true);
      expect(commands).toHaveLength(5);
      expect([...idsIn(report.lessons)], trap.id).toEqual([trap.lesson.id]);
      expect(report.causes).toHaveLength(1);
    }
  });

  it("says the same under native tool calls, and with the log in the box instead of the message", () => {
    const [{ task, trap } = { task: undefined, trap: "" }] = failures();
    if (task === undefined) throw new Error("no task");
    const told = analyse(sure, task, trap);
    expect(analyse(sure, task, trap, { tools: true }).commands).toEqual(told.commands);
    const read = analyse(sure, task, trap, { inMessage: false });
    expect(read.commands).toHaveLength(told.commands.length + 3);
    expect(read.passed).toBe(true);
    expect(idsIn(read.report.lessons)).toEqual(idsIn(told.report.lessons));
  });

  it("loses the diagnosis without the agent's script, and without a comparison", () => {
    for (const { task, trap } of failures().slice(0, 12)) {
      const full = logOf(task, [trap]);
      const bare = full.replace(/cat > solve\.cjs <<'JS'[\s\S]*?\nJS\n/, "");
      expect(bare).not.toBe(full);
      const unread = analyse(sure, task, trap, { log: bare, inMessage: true });
      const uncompared = analyse(sure, task, trap, { comparison: "Error: cannot find module" });
      for (const { report, commands } of [unread, uncompared]) {
        expect(idsIn(report.lessons).size).toBe(0);
        expect(commands.some((c) => c.includes("fix.sh"))).toBe(false);
      }
    }
  });

  it("tries again with another cause when a fix does not pass, as long as its patience lasts", () => {
    const attempts = (patience: number, insight: number) =>
      failures()
        .slice(0, 40)
        .map(({ task, trap }) => {
          const { commands, passed } = analyse(agentic({ patience, insight, over_attribution: 0 }), task, trap);
          return { tries: commands.filter((c) => c.startsWith("bash /work/fix.sh")).length, passed };
        });
    expect(attempts(3, 0).filter((a) => a.passed).length).toBeLessThan(10);
    expect(Math.max(...attempts(4, 0).map((a) => a.tries))).toBe(4);
    const few = attempts(1, 0.5).filter((a) => a.passed).length;
    const many = attempts(3, 0.5).filter((a) => a.passed).length;
    expect(many).toBeGreaterThan(few + 5);
  });

  it("mends a report that is sent back, tries everything careless when a fix is, and gives in afterwards", () => {
    const { task, trap } = failures()[3] ?? { task: tasks[0] as SampleTask, trap: "" };
    const broken = agentic({ insight: 1, broken_report: 1, over_attribution: 0 });
    const form =
      "[Review] Your analysis cannot be taken as it is; 60 turns are left.\n\n- /work/report.json does not have its form:\nlessons[0].description: expected text\n\nMend this, then signal completion again.";
    expect(analyse(broken, task, trap).report.lessons[0]?.description).toBeUndefined();
    expect(analyse(broken, task, trap, { reviews: [form] }).report.lessons[0]?.description).toBeDefined();
    const leak = '[Review] …; 50 turns are left.\n\n- These words may not stand in it:\n- lessons[0].content says "x", which is a value.';
    const before = analyse(sure, task, trap).report.lessons[0]?.title;
    expect(analyse(sure, task, trap, { reviews: [leak] }).report.lessons[0]?.title).not.toBe(before);
    const general =
      "[Review] …; 50 turns are left.\n\n- /work/fix.sh solves the task itself, but not the same work on a further input (case 2): 3 cells differ.";
    const again = analyse(sure, task, trap, { reviews: [general, general, general] });
    expect(again.commands.filter((c) => c.startsWith("bash /work/fix.sh"))).toHaveLength(2);
    const clueless = agentic({ insight: 0, patience: 1, over_attribution: 0 });
    expect(analyse(clueless, task, trap, { reviews: [general] }).commands.filter((c) => c.startsWith("bash /work/fix.sh"))).toHaveLength(1);
  });

  it("hands in what it has when turns run out", () => {
    const { task, trap } = failures()[5] ?? { task: tasks[0] as SampleTask, trap: "" };
    const late =
      "FAIL: 1 of 9 cells differ\n  B2: expected 3, got 4\n[Exit code: 1]\n[Turns are running out] 5 turns are left. Stop looking further.";
    const { commands } = analyse(agentic({ insight: 0, patience: 9 }), task, trap, { comparison: late });
    expect(commands.filter((c) => c.startsWith("bash /work/fix.sh"))).toHaveLength(1);
    expect(commands.at(-1)).toContain("/work/report.json");
  });

  it("depends on seed and texts and not on what else is printed", () => {
    const { task, trap } = failures()[7] ?? { task: tasks[0] as SampleTask, trap: "" };
    const rates = agentic({ insight: 0.5 });
    const once = analyse(rates, task, trap);
    expect(analyse(rates, task, trap).messages).toEqual(once.messages);
    const shown = "FAIL: 2 of 9 cells differ\ncandidate: /tmp/x91/output.xlsx\n  B2: expected 3 (number), got 9 (number)\n(took 912 ms)";
    expect(analyse(rates, task, trap, { comparison: shown }).commands).toEqual(once.commands);
    const seeds = [41, 42, 43, 44, 45, 46].map((seed) => analyse(rates, task, trap, { over: { seed } }).commands.join("\n"));
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });

  it("mentions no lesson and no trap by its id", () => {
    const ids = world.traps.flatMap((t) => [t.id, t.lesson.id]);
    for (const { task, trap } of failures().slice(0, 20)) {
      const { messages } = analyse(agentic({}), task, trap);
      for (const { text } of messages.filter((m) => m.role === "assistant"))
        for (const id of ids) expect(text.includes(id), `${id} in ${text.slice(0, 200)}`).toBe(false);
    }
  });
});

describe("the failure analyst in one call", () => {
  const single = (change: PersonaChange, log: string) =>
    ask(brainOf(steadyPersona(change)), systems.error, `${skill}\n\n${tag("log", log, ' outcome="failed"')}`);

  it("names what the script does carelessly when it has insight, and nothing of it without the script", () => {
    const keen = { error_analyst: { single_call: { insight: 1, over_attribution: 0, guess: 0, sloppy: 0 } } };
    for (const { task, trap } of failures().slice(0, 20)) {
      const log = logOf(task, [trap]);
      const named = idsIn(single(keen, log).lessons);
      expect(named.size).toBe(1);
      expect(named).toContain(lessonOf([...(carelessIn(task.plan, log) ?? [])][0] ?? ""));
      expect(idsIn(single(keen, log.replace(/cat > solve\.cjs <<'JS'[\s\S]*?\nJS\n/, "")).lessons).size).toBe(0);
    }
  });

  it("blames an error that is plain to see", () => {
    const { task, trap } = failures()[0] ?? { task: tasks[0] as SampleTask, trap: "" };
    const log = logOf(
      task,
      [trap],
      "## Turn 2\n\nTold by the harness:\n\nYour reply could not be read as an action, and nothing was executed.",
    );
    const blind = { error_analyst: { single_call: { insight: 0, over_attribution: 1, guess: 0 } } };
    expect(single(blind, log).lessons).toEqual([expect.objectContaining({ title: "Write actions in valid JSON" })]);
    const fair = { error_analyst: { single_call: { insight: 1, over_attribution: 0, guess: 0 } } };
    expect(single(fair, log).lessons?.[0]?.title).not.toBe("Write actions in valid JSON");
  });

  it("names the true cause less often than the agentic one; with the rates exchanged, more often", () => {
    const share = (change: PersonaChange) => {
      const all = failures();
      const one = all.filter(({ task, trap }) => idsIn(single(change, logOf(task, [trap])).lessons).has(lessonOf(trap)));
      const agent = all.filter(({ task, trap }) => {
        const { report, passed } = analyse(steadyPersona(change), task, trap);
        return passed && idsIn(report.lessons).has(lessonOf(trap));
      });
      return { single: one.length / all.length, agentic: agent.length / all.length };
    };
    const usual = share({});
    expect(usual.agentic).toBeGreaterThan(usual.single + 0.3);
    const exchanged = share({ error_analyst: { agentic: { insight: 0.05, patience: 1 }, single_call: { insight: 0.9 } } });
    expect(exchanged.single).toBeGreaterThan(exchanged.agentic + 0.3);
  });
});
