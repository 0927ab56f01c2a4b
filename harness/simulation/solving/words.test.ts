import { beforeAll, describe, expect, it } from "vitest";
import { hashJson } from "../../core/json.ts";
import { brainWith, requestOf, said, user } from "../asking.fixture.ts";
import type { Brain, BrainAnswer, BrainRequest, SimMessage } from "../contract.ts";
import { steadyPersona } from "../persona.fixture.ts";
import { brainRev, type Persona } from "../persona.ts";
import { plantedLessonsIn } from "../planted-lessons.ts";
import {
  lastLine,
  listOf,
  rightAnswer,
  type ShelfTask,
  shelfMessage,
  shelfPicture,
  shelfTasks,
  shelfWorld,
} from "../shelf-world.fixture.ts";

const textSystem = "You are good with lists.\n\nWhen the work is done, end with:\n\nACTION: TASK_COMPLETE";
const plainSystem = "You are good with lists. Your whole reply is the answer.";
const native = { tools: ["bash", "complete"], toolsForbidden: false };
const tasks = shelfTasks(60);
const advice = (trap: string) => {
  const { title, content } = shelfWorld.traps.find((t) => t.id === trap)?.lesson.wordings[0] ?? { title: "", content: "" };
  return `${title}. ${content}`;
};

let brain: Brain;
beforeAll(() => {
  brain = brainOf({});
});

function brainOf(rates: Partial<Persona["rollout"]>): Brain {
  return brainWith(steadyPersona({ rollout: rates }), [shelfWorld]);
}

function answer(of: Brain, request: BrainRequest): BrainAnswer {
  const given = of.reply(request);
  if ("error" in given) throw new Error(given.error.message);
  return given;
}

const handedIn = ({ text, toolCalls }: BrainAnswer): string =>
  toolCalls === undefined ? text.replace(/\nACTION: TASK_COMPLETE$/, "") : String(toolCalls[0]?.arguments.answer);
const solve = (of: Brain, message: string | SimMessage, system = textSystem, over: Partial<BrainRequest> = {}) =>
  handedIn(answer(of, requestOf(system, [typeof message === "string" ? user(message) : message], over)));
const right = (task: ShelfTask, text: string) => lastLine(text) === rightAnswer(task);
const share = (of: Brain, message: (task: ShelfTask) => string, system = textSystem, some: readonly ShelfTask[] = tasks) =>
  some.filter((task) => right(task, solve(of, message(task), system))).length / some.length;

describe("a task that ends in words", () => {
  it("is answered at once, in the form each protocol asks for", () => {
    const sure = brainOf({ slip: { default: 0, traps: {} } });
    const message = shelfMessage(tasks[0] as ShelfTask);
    const text = answer(sure, requestOf(textSystem, [user(message)]));
    expect(text.text).toMatch(/^On the shelf: .*\nAnswer: \d+\nACTION: TASK_COMPLETE$/s);
    const call = answer(sure, requestOf("You are good with lists.", [user(message)], native));
    expect(call).toMatchObject({ finishReason: "tool_calls", toolCalls: [{ name: "complete", arguments: { answer: handedIn(text) } }] });
    expect(answer(sure, requestOf(plainSystem, [user(message)])).text).toBe(handedIn(text));
    for (const task of tasks) expect(right(task, solve(sure, shelfMessage(task)))).toBe(true);
  });

  it("goes wrong when everything slips, and some of the time otherwise", () => {
    const hopeless = brainOf({ slip: { default: 1, traps: {} } });
    expect(share(hopeless, shelfMessage)).toBe(0);
    expect(share(brain, shelfMessage)).toBeGreaterThan(0.2);
    expect(share(brain, shelfMessage)).toBeLessThan(0.7);
  });

  it("is read from the picture that is sent with it, over any number of other pictures", () => {
    const sure = brainOf({ slip: { default: 0, traps: {} } });
    const task = tasks[1] as ShelfTask;
    const url = `data:image/png;base64,${Buffer.from(shelfPicture(task)).toString("base64")}`;
    const message = shelfMessage(task, "picture");
    expect(right(task, solve(sure, { ...user(message), images: [url, "https://nowhere.invalid/x.png"] }))).toBe(true);
    expect(solve(sure, message, plainSystem)).toBe("I cannot tell.\nAnswer: 0");
    expect(solve(sure, { ...user(message), images: ["https://nowhere.invalid/x.png"] }, plainSystem)).toBe("I cannot tell.\nAnswer: 0");
    expect(solve(sure, message)).toContain("Action:\n");
  });

  it("is looked at first where its material lies in a file, and guessed where nothing can be run", () => {
    const sure = brainOf({ slip: { default: 0, traps: {} } });
    const task = tasks[2] as ShelfTask;
    const message = shelfMessage(task, "file");
    const look = answer(sure, requestOf(textSystem, [user(message)]));
    expect(look.text).toContain("cat shelf.txt");
    const behind = (heard: string) => answer(sure, requestOf(textSystem, [user(message), said(look.text), user(`Observation: ${heard}`)]));
    expect(right(task, handedIn(behind(listOf(task))))).toBe(true);
    expect(behind("[nothing]").text).toContain("head -n 20");
    expect(solve(sure, message, plainSystem)).toBe("I cannot tell.\nAnswer: 0");
  });

  it("comes without its signal or call by the rate of format errors, and well when it is asked for again", () => {
    const careless = brainOf({ format_error: 1, slip: { default: 0, traps: {} } });
    const task = tasks[3] as ShelfTask;
    const message = user(shelfMessage(task));
    const broken = answer(careless, requestOf(textSystem, [message])).text;
    expect(broken).not.toContain("TASK_COMPLETE");
    const again = answer(careless, requestOf(textSystem, [message, said(broken), user("Your reply could not be read as an action.")]));
    expect(again.text).toBe(`${broken}\nACTION: TASK_COMPLETE`);
    expect(answer(careless, requestOf("…", [message], native)).toolCalls).toBeUndefined();
    expect(right(task, solve(careless, message, plainSystem))).toBe(true);
  });

  it("is guessed by the rate of premature completion, and handed in again when it comes back", () => {
    const hasty = brainOf({ premature_completion: 1 });
    const message = user(shelfMessage(tasks[0] as ShelfTask));
    const guess = answer(hasty, requestOf(textSystem, [message]));
    expect(handedIn(guess)).toBe("I cannot tell.\nAnswer: 0");
    const first = answer(brain, requestOf(textSystem, [message]));
    const again = answer(brain, requestOf(textSystem, [message, said(first.text), user("[Review] Look again.")]));
    expect(again.text).toBe(first.text);
  });

  it("is refused where neither the role nor the task is known", () => {
    expect(brain.reply(requestOf(plainSystem, [user("Write a sonnet.")]))).toMatchObject({ error: { status: 400 } });
  });

  it("gains from a skill that teaches its lessons, whatever the protocol", () => {
    const skill = `<skill_content>\n${shelfWorld.traps.map((t) => `- ${advice(t.id)}`).join("\n")}\n</skill_content>`;
    expect(share(brain, shelfMessage, `${textSystem}\n\n${skill}`)).toBeGreaterThan(share(brain, shelfMessage) + 0.3);
    expect(share(brain, shelfMessage, `${plainSystem}\n\n${skill}`)).toBeGreaterThan(share(brain, shelfMessage, plainSystem) + 0.3);
  });
});

describe("a correction", () => {
  const failed = () =>
    tasks.flatMap((task) => (right(task, solve(brain, shelfMessage(task))) ? [] : [{ task, text: solve(brain, shelfMessage(task)) }]));
  /** Traps a failed answer shows, by comparing it with what each of them alone leads to. */
  const sprungIn = (task: ShelfTask, text: string) => {
    const plan = shelfWorld.playbook?.open(shelfMessage(task))?.plan("");
    const sets = [...(plan?.traps ?? []).map((id) => [id]), plan?.traps ?? []];
    return sets.find((set) => plan?.answer?.(new Set(set)) === text) ?? [];
  };
  const corrected = (task: ShelfTask, said: string) => `${shelfMessage(task)}\n\n${said}`;

  it("that states the right lesson is heeded at the persona's rate; another one changes nothing", () => {
    const all = failed();
    expect(all.length).toBeGreaterThan(15);
    const heeds = (rate: number) =>
      all.filter(({ task, text }) => {
        const told = corrected(
          task,
          sprungIn(task, text)
            .map((id) => `- ${advice(id)}`)
            .join("\n"),
        );
        return right(task, solve(brainOf({ correction_adherence: rate }), told));
      }).length / all.length;
    expect(heeds(1)).toBe(1);
    expect(heeds(0)).toBe(0);
    expect(heeds(0.5)).toBeGreaterThan(0.2);
    expect(heeds(0.5)).toBeLessThan(0.8);
    for (const { task, text } of all) {
      const [sprung = ""] = sprungIn(task, text);
      const other = shelfWorld.traps.find((t) => !sprungIn(task, text).includes(t.id))?.id ?? "";
      for (const useless of [advice(other), "Whisper the list to yourself.", "Never count both ends of a stretch.", `Think of ${sprung}.`])
        expect(solve(brainOf({ correction_adherence: 1 }), corrected(task, useless)), useless).toBe(text);
    }
  });

  it("draws no coin anew: what was right stays right, whatever is said", () => {
    for (const task of tasks) {
      const before = solve(brain, shelfMessage(task));
      if (right(task, before)) for (const t of shelfWorld.traps) expect(solve(brain, corrected(task, advice(t.id)))).toBe(before);
    }
  });

  it("is heard behind an observation under either protocol, behind pictures, and in a review", () => {
    const keen = brainOf({ slip: { default: 1, traps: {} }, correction_adherence: 1 });
    const task = tasks[0] as ShelfTask;
    const told = advice("shelf-open-ends");
    const file = user(shelfMessage(task, "file"));
    const look = said('Thought: I read the list.\nAction:\n{"name": "bash", "arguments": {"command": "cat shelf.txt"}}');
    const byText = (heard: string) => handedIn(answer(keen, requestOf(textSystem, [file, look, user(`Observation: ${heard}`)])));
    expect(right(task, byText(listOf(task)))).toBe(false);
    expect(right(task, byText(`${listOf(task)}\n\n${told}`))).toBe(true);
    const called = { ...said(""), toolCalls: [{ id: "c1", name: "bash", arguments: '{"command": "cat shelf.txt"}' }] };
    const result: SimMessage = { role: "tool", toolCallId: "c1", text: listOf(task), images: [], toolCalls: [] };
    const byTools = (...more: readonly SimMessage[]) =>
      handedIn(answer(keen, requestOf("You are good with lists.", [file, called, result, ...more], native)));
    expect(right(task, byTools())).toBe(false);
    expect(right(task, byTools(user(told)))).toBe(true);
    const url = `data:image/png;base64,${Buffer.from(shelfPicture(task)).toString("base64")}`;
    expect(right(task, solve(keen, { ...user(corrected(task, told).replace(listOf(task), "(in the picture)")), images: [url] }))).toBe(
      true,
    );
    const first = answer(keen, requestOf(textSystem, [user(shelfMessage(task))]));
    expect(right(task, handedIn(answer(keen, requestOf(textSystem, [user(shelfMessage(task)), said(first.text), user(told)]))))).toBe(true);
  });

  it("is not what stands in the task, in its material or in a reference", () => {
    const keen = brainOf({ slip: { default: 1, traps: {} }, correction_adherence: 1, open_reference: 1, reference_adherence: 0 });
    const task = tasks[0] as ShelfTask;
    const told = advice("shelf-open-ends");
    const inside = shelfMessage(task).replace("### question", `### note\n${told}\n\n### question`);
    expect(plantedLessonsIn(shelfWorld, inside).size).toBe(1);
    expect(right(task, solve(keen, inside))).toBe(false);
    expect(right(task, solve(keen, shelfMessage(task).replace("Work step by step.", told)))).toBe(false);
    const system = `${textSystem}\n\nA skill stands in \`/skill\`.\n\n<skill_content>\nRead references/a.md.\n</skill_content>`;
    const messages = [user(shelfMessage(task))];
    const read = answer(keen, requestOf(system, messages)).text;
    expect(read).toContain("cat /skill/references/a.md");
    expect(right(task, handedIn(answer(keen, requestOf(system, [...messages, said(read), user(`Observation: # A\n\n${told}`)]))))).toBe(
      false,
    );
  });
});

describe("identity", () => {
  it("changes its revision when what it says of tasks in words changes", () => {
    const mixed = brainOf({ format_error: 0.1, premature_completion: 0.1 });
    const spoken = tasks.map((task, i) => answer(mixed, requestOf(i % 3 === 0 ? plainSystem : textSystem, [user(shelfMessage(task))])));
    // A failure here means that simulated rollouts would differ: bump brainRev (persona.ts), then put the new hash here.
    expect({ brainRev, worldRev: shelfWorld.rev, spoken: hashJson(JSON.stringify(spoken)).slice(0, 16) }).toEqual({
      brainRev: 3,
      worldRev: 1,
      spoken: "e368593636f90bfa",
    });
  });
});
