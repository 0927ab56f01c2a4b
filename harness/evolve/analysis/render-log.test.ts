import { expect, it } from "vitest";
import { noUsage, type Step, type TrajectoryRecord } from "../../core/record.ts";
import { renderLog } from "./render-log.ts";

const step = (turn: number, part: Partial<Step>): Step => ({ turn, reply: "", finishReason: "stop", usage: noUsage, ...part });
const bash = (command: string) => ({ tool: "bash", arguments: { command } });
const trajectory = (steps: readonly Step[], part: Partial<TrajectoryRecord> = {}): TrajectoryRecord => ({
  v: 1,
  agent: "react",
  system: "You are S.",
  user: "Double the numbers.",
  steps,
  exit: "completed",
  ...part,
});

it("shows task, thoughts, actions, observations, what the harness said, and the end", () => {
  const log = renderLog(
    trajectory([
      step(1, { thought: "look first", action: bash("cat input.txt"), observation: "1 2 3", reply: "raw reply" }),
      step(2, { reply: "Action: {broken", event: "format-error", observation: "could not be read" }),
      step(2, { reply: "", event: "empty-reply", observation: "your reply was empty" }),
      step(2, { reasoning: "silent thinking", action: { tool: "python", arguments: { x: 1 } }, observation: "no such tool" }),
      step(3, { reply: "done\nACTION: TASK_COMPLETE", event: "missing-output-reminder", observation: "no file yet" }),
      step(4, { reply: "I am done.", event: "completed" }),
    ]),
    { withSystem: false },
  );
  expect(log).toBe(`# Log of the episode

## Task

\`\`\`
Double the numbers.
\`\`\`

## Turn 1

Thought:

\`\`\`
look first
\`\`\`

Action:

\`\`\`bash
cat input.txt
\`\`\`

Observation:

\`\`\`
1 2 3
\`\`\`

## Turn 2

Reply:

\`\`\`
Action: {broken
\`\`\`

The reply could not be read as an action; nothing was run.

Told by the harness:

\`\`\`
could not be read
\`\`\`

## Turn 2

The reply was empty.

Told by the harness:

\`\`\`
your reply was empty
\`\`\`

## Turn 2

Reasoning:

\`\`\`
silent thinking
\`\`\`

Action \`python\`:

\`\`\`json
{
 "x": 1
}
\`\`\`

Observation:

\`\`\`
no such tool
\`\`\`

## Turn 3

Reply:

\`\`\`
done
ACTION: TASK_COMPLETE
\`\`\`

The agent signalled completion and was sent back to work.

Told by the harness:

\`\`\`
no file yet
\`\`\`

## Turn 4

Reply:

\`\`\`
I am done.
\`\`\`

The agent signalled completion.

## End

Exit: completed, after 4 turns.
`);
});

it("shows the system prompt when asked and lets no text end its code block", () => {
  const log = renderLog(trajectory([], { user: "a\n```\n## Turn 9\n````", exit: undefined }), { withSystem: true });
  expect(log).toContain("## System prompt\n\n```\nYou are S.\n```");
  expect(log).toContain("`````\na\n```\n## Turn 9\n````\n`````");
  expect(log).toContain("Exit: cut off, after 0 turns.");
});

it("cuts long parts before it leaves turns out, and keeps task, first and last turns", () => {
  const long = trajectory(
    Array.from({ length: 40 }, (_, i) => step(i + 1, { action: bash(`echo ${i}`), observation: `${i}:${"x".repeat(9000)}` })),
  );
  const parts = renderLog(long, { withSystem: false, maxChars: 60_000 });
  expect(parts.length).toBeLessThanOrEqual(60_000);
  for (let turn = 1; turn <= 40; turn++) expect(parts).toContain(`## Turn ${turn}\n`);
  expect(parts).toMatch(/\[… \d+ characters left out …]/);
  const turns = renderLog(long, { withSystem: false, maxChars: 8000 });
  expect(turns.length).toBeLessThanOrEqual(8000);
  expect(turns).toContain("Double the numbers.");
  expect(turns).toContain("## Turn 1\n");
  expect(turns).toContain("## Turn 40\n");
  expect(turns).toMatch(/\[… \d+ turns in the middle left out …]/);
  expect(turns).toContain("Exit: completed");
  expect(renderLog({ ...long, user: "y".repeat(50_000) }, { withSystem: true, maxChars: 2000 }).length).toBeLessThanOrEqual(2000);
});
