import { beforeAll, describe, expect, it } from "vitest";
import { logOf, type SampleTask, sampleTasks } from "../../../benchmarks/spreadsheetbench/world/episodes.fixture.ts";
import { world as sheets } from "../../../benchmarks/spreadsheetbench/world.ts";
import {
  type Answer,
  ask,
  said as assistant,
  brainWith,
  jsonLines,
  reply,
  requestOf,
  skillFile,
  systems,
  tag,
  user,
} from "../asking.fixture.ts";
import { type PersonaChange, steadyPersona } from "../persona.fixture.ts";
import { plantedLessonsIn } from "../planted-lessons.ts";
import { readChatBody } from "../protocol.ts";
import { shelfMessage, shelfTasks, shelfWorld } from "../shelf-world.fixture.ts";
import { bulletOf } from "../writing/write-lesson.ts";
import { picturesOf } from "./pictures.ts";

const worlds = [sheets, shelfWorld];
const brains = (change: PersonaChange) => ({
  both: brainWith(steadyPersona(change), worlds),
  back: brainWith(steadyPersona(change), [shelfWorld, sheets]),
  sheets: brainWith(steadyPersona(change), [sheets]),
  shelf: brainWith(steadyPersona(change), [shelfWorld]),
});
const titles = (list: readonly { readonly title: string }[]) => list.map(({ title }) => title);
const said = (answer: Answer) => JSON.stringify(answer);

let tasks: readonly SampleTask[];
beforeAll(async () => {
  tasks = await sampleTasks(7, 22);
});

const shelfLog = (n: number, sprung = true, working = true): string => {
  const task = shelfTasks(20)[n];
  if (task === undefined) throw new Error("no such task");
  const plan = shelfWorld.playbook?.open(shelfMessage(task))?.plan("");
  const answer = plan?.answer?.(new Set(sprung ? plan.traps : [])) ?? "";
  const reply = `${working ? answer : "…"}\nACTION: TASK_COMPLETE`;
  return `# Log of the episode\n\n## Task\n\n\`\`\`\n${shelfMessage(task)}\n\`\`\`\n\n## Turn 1\n\nReply:\n\n\`\`\`\n${reply}\n\`\`\`\n\nThe agent signalled completion.\n`;
};

const eager: PersonaChange = {
  success_analyst: { habit: 1, superstition: 1, sloppy: 0 },
  error_analyst: { single_call: { insight: 1, over_attribution: 0, guess: 0, sloppy: 0 } },
  drafter: { knows: 1 },
};

describe("a brain of several worlds", () => {
  it("plays each as one that knows no other", () => {
    const { both, back, sheets: one } = brains(eager);
    for (const task of tasks) {
      const rollout = requestOf("You are good with workbooks. End with ACTION: TASK_COMPLETE", [user(task.message)]);
      const log = logOf(task, task.plan.traps.slice(0, 1));
      const study = requestOf(systems.success, [user(`${skillFile("SKILL.md", "# S\n")}\n\n${tag("log", log, ' outcome="passed"')}`)]);
      for (const request of [rollout, study]) {
        const alone = reply(one, request);
        expect(reply(both, request)).toBe(alone);
        expect(reply(back, request)).toBe(alone);
      }
    }
  });

  it("works on skills, patches and drafts of one world without the others' lessons", () => {
    const skill = "---\nname: s\ndescription: Change Excel workbooks.\n---\n# Workbooks\n\n## Rows\n\n- Look at the header of a sheet.\n";
    const edits = sheets.traps.slice(0, 6).map(({ lesson }, i) => ({
      id: `p00${i}`,
      source: "error",
      support: 1,
      reasoning: "…",
      edits: [
        {
          id: `p00${i}e1`,
          support: 1,
          op: "append_to_section",
          file: "SKILL.md",
          target_section: "## Rows",
          content: bulletOf(lesson.wordings[0] ?? { title: "", content: "" }),
        },
      ],
    }));
    const { both, back, sheets: one, shelf } = brains(eager);
    const merge = `${skillFile("SKILL.md", skill)}\n\n${tag("patches", jsonLines(edits))}`;
    const draft = tag("tasks", '[\n"Change an Excel workbook as a user asks."\n]');
    for (const [system, message] of [
      [systems.merge, merge],
      [systems.draft, draft],
    ] as const) {
      const alone = said(ask(one, system, message));
      expect(said(ask(both, system, message))).toBe(alone);
      expect(said(ask(back, system, message))).toBe(alone);
    }
    const lists = tag("tasks", '[\n"Answer a question about the list of a shelf."\n]');
    expect(said(ask(both, systems.draft, lists))).toBe(said(ask(shelf, systems.draft, lists)));
    expect(plantedLessonsIn(sheets, ask(both, systems.draft, lists).files?.[0]?.content ?? "").size).toBe(0);
  });

  it("names habits and errors of the world whose log it reads, and none where it knows the world of no log", () => {
    const { both, back } = brains({
      ...eager,
      success_analyst: { habit: 0, superstition: 1 },
      error_analyst: { single_call: { insight: 0, over_attribution: 1, guess: 0 } },
    });
    const study = (brain: typeof both, system: string, log: string) =>
      ask(brain, system, `${skillFile("SKILL.md", "# S\n")}\n\n${tag("log", log)}`);
    const own = titles([...shelfWorld.superstitions, ...shelfWorld.wrongTurns]);
    for (const brain of [both, back])
      for (const system of [systems.success, systems.error]) {
        for (const working of [true, false])
          for (const { title } of study(brain, system, shelfLog(1, true, working)).lessons ?? []) expect(own).toContain(title);
        expect(study(brain, system, "# Log\n\nA sonnet about rain.").lessons).toEqual([]);
      }
    expect(study(both, systems.error, "# Log\n\nA sonnet about rain.").causes).toHaveLength(1);
  });

  it("studies answers in words in one call: the careless form, the good habits, a path without commands", () => {
    const { both } = brains({ ...eager, success_analyst: { habit: 1, superstition: 0, sloppy: 0 } });
    const study = (system: string, log: string) => ask(both, system, `${skillFile("SKILL.md", "# S\n")}\n\n${tag("log", log)}`);
    const ids = (answer: Answer) => [...plantedLessonsIn(shelfWorld, (answer.lessons ?? []).map(bulletOf).join("\n")).keys()];
    expect(ids(study(systems.error, shelfLog(0)))).toEqual(["shelf-count-both-ends"]);
    expect(ids(study(systems.error, shelfLog(0, true, false)))).toEqual([]);
    const praised = study(systems.success, shelfLog(0, false));
    expect(ids(praised)).toEqual(["shelf-count-both-ends"]);
    expect(praised.path?.steps.join(" ")).not.toMatch(/sheet|script|command/);
    expect(ids(study(systems.success, shelfLog(0)))).toEqual([]);
  });

  it("keeps worlds apart that share the names of traps and lessons", () => {
    const [task] = tasks;
    if (task === undefined) throw new Error("no task");
    const stranger = { ...shelfWorld, traps: sheets.traps.map((trap) => ({ ...trap, lesson: { ...trap.lesson, groups: [] } })) };
    const skill = sheets.traps.map(({ lesson }) => `- ${lesson.title}`).join("\n");
    const system = `You are good with workbooks. End with ACTION: TASK_COMPLETE\n\n<skill_content>\n${skill}\n</skill_content>`;
    const messages = [
      user(task.message),
      assistant('Action:\n{"name": "bash", "arguments": {"command": "look"}}'),
      user(`Observation: ${task.look}`),
    ];
    const mixed = brainWith(steadyPersona(), [stranger, sheets]);
    expect(reply(mixed, requestOf(system, messages))).toBe(reply(brains({}).sheets, requestOf(system, messages)));
  });
});

describe("pictures of a message", () => {
  it("are decoded when they are looked at, and are nothing where they lie elsewhere", () => {
    const [first, second, third] = picturesOf(["data:image/png;base64,AQID", "https://nowhere.invalid/a.png", "data:text/plain,abc"]);
    expect([first, second, third].map((bytes) => [...(bytes ?? [])])).toEqual([[1, 2, 3], [], []]);
    const list = picturesOf(["data:image/png;base64,AQID"]);
    expect(list[0]).toBe(list[0]);
    expect([list.length, list[1]]).toEqual([1, undefined]);
  });

  it("set what is said behind them apart", () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } };
    const text = (content: unknown) => {
      const read = readChatBody({ model: "m", messages: [{ role: "user", content }] });
      return "status" in read ? undefined : read.request.messages[0]?.text;
    };
    expect(text([{ type: "text", text: "a" }, image, { type: "text", text: "b" }])).toBe("a\n\nb");
    expect(text([image, { type: "text", text: "a" }, { type: "text", text: "b" }])).toBe("a\nb");
  });
});
