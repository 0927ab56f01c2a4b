import { describe, expect, it } from "vitest";
import { shelfMessage, shelfTasks, shelfWorld } from "../shelf-world.fixture.ts";
import { carelessIn } from "./read-log.ts";

const tasks = shelfTasks(16);
const planOf = (task: (typeof tasks)[number]) => {
  const plan = shelfWorld.playbook?.open(shelfMessage(task))?.plan("");
  if (plan?.answer === undefined) throw new Error("the task is not understood");
  return { ...plan, answer: plan.answer };
};
const fenced = (text: string, language = "") => `\`\`\`${language}\n${text}\n\`\`\``;
const logWith = (task: (typeof tasks)[number], turn: string) =>
  `# Log of the episode\n\n## Task\n\n${fenced(shelfMessage(task))}\n\n## Turn 1\n\n${turn}\n\nThe agent signalled completion.\n\n## End\n\nExit: completed, after 1 turn.\n`;
/** How an answer stands in the logs of each protocol. */
const written: Readonly<Record<string, (answer: string) => string>> = {
  text: (answer) => `Reply:\n\n${fenced(`${answer}\nACTION: TASK_COMPLETE`)}`,
  thought: (answer) => `Reply:\n\n${fenced(`Thought: ${answer}\nACTION: TASK_COMPLETE`)}`,
  tools: (answer) => `Reply:\n\n${fenced("Done.")}\n\nAnswer handed in:\n\n${fenced(JSON.stringify({ answer }, null, 1), "json")}`,
  whole: (answer) => `Reply:\n\n${fenced(answer)}`,
  prefaced: (answer) => `Reply:\n\n${fenced(`Let me see.\nI go through the list.\n\n${answer}`)}`,
};

describe("the working of an answer in a log", () => {
  it.each(Object.keys(written))("shows which traps were sprung (%s)", (form) => {
    for (const task of tasks) {
      const plan = planOf(task);
      for (const sprung of [[], plan.traps.slice(0, 1), plan.traps]) {
        const log = logWith(task, written[form]?.(plan.answer(new Set(sprung))) ?? "");
        expect([...(carelessIn(plan, log) ?? ["nothing read"])], form).toEqual(sprung);
      }
    }
  });

  it("is not seen where only its end is left, or another answer stands there", () => {
    for (const task of tasks) {
      const plan = planOf(task);
      const lines = plan.answer(new Set(plan.traps)).split("\n");
      for (const left of [lines.slice(-1), ["I cannot tell.", "Answer: 0"], lines.map((line) => line.toUpperCase()), []])
        expect(carelessIn(plan, logWith(task, written.text?.(left.join("\n")) ?? ""))).toBeUndefined();
    }
  });

  it("is read past one line of an agent's own, and the last one counts of several", () => {
    const task = tasks[1] as (typeof tasks)[number];
    const plan = planOf(task);
    const careless = plan.answer(new Set(plan.traps)).split("\n");
    const own = [...careless.slice(0, 2), "This is easy.", ...careless.slice(2)].join("\n");
    expect([...(carelessIn(plan, logWith(task, written.text?.(own) ?? "")) ?? [])]).toEqual(plan.traps);
    const twice = [written.text?.(careless.join("\n")), "## Turn 2", "…", written.text?.(plan.answer(new Set()))].join("\n\n");
    expect(carelessIn(plan, logWith(task, twice))?.size).toBe(0);
  });
});
