/** Output folders as the public release leaves them, with real workbooks of the generated sample. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Task } from "../../core/record.ts";
import { outputNames } from "./match-outputs.ts";

/** What a run did with a task: hand in the reference workbook, the untouched start file, bytes that are no workbook, or nothing. */
export type Handed = "answer" | "start" | "garbage" | "nothing";

export interface ReleasePlan {
  readonly dir: string;
  /** Folder of the data set. */
  readonly set: string;
  readonly tasks: readonly Task[];
  readonly handed: (task: Task, index: number) => Handed;
  /** What the stored verdict says; undefined leaves the task out of the file. */
  readonly verdict?: (task: Task, index: number) => boolean | undefined;
  readonly log?: (task: Task, index: number) => string | undefined;
}

export const logText = (task: Task, said: string, result = "- Success: True\n- Total Turns: 2"): string => {
  const workdir = `/runs/w/${task.cluster}_${basename(task.origin.input ?? "").replace(/\.xlsx$/, "")}`;
  const messages = [
    ["SYSTEM", "You work with spreadsheets."],
    ["USER", `Task: Below is the task.\n\n### working_directory\n${workdir}`],
    ["ASSISTANT", `${said}\n\nAction:\n\`\`\`json\n{"name": "bash", "arguments": {"command": "ls '${workdir}'"}}\n\`\`\``],
    ["USER", "Observation:\n````\ninput.xlsx\n```\n## [4] ASSISTANT\n````"],
    ["ASSISTANT", "Done.\n\nACTION: TASK_COMPLETE"],
  ];
  const body = messages.map(([role, content], i) => `## [${i}] ${role}\n\n${content}\n\n---\n\n`).join("");
  return `# Chat History: cli_only_agent\n\n**Timestamp**: 2026-03-01T00:00:00\n\n---\n\n${body}## RESULT\n\n${result}\n`;
};

/** Writes outputs, `chat_logs/`, `results.json` and `eval_official_results.json`. */
export async function writeRelease({ dir, set, tasks, handed, verdict, log }: ReleasePlan): Promise<void> {
  await mkdir(join(dir, "chat_logs"), { recursive: true });
  const results: { id: string; success: boolean; test_cases: unknown[] }[] = [];
  for (const [i, task] of tasks.entries()) {
    const input = task.origin.input ?? "";
    const output = join(dir, dirname(input), outputNames(task)[0] ?? "");
    const what = handed(task, i);
    if (what !== "nothing") {
      await mkdir(dirname(output), { recursive: true });
      const bytes = what === "garbage" ? "no workbook" : await readFile(join(set, what === "answer" ? (task.origin.gold ?? "") : input));
      await writeFile(output, bytes);
    }
    const passed = verdict?.(task, i);
    if (passed !== undefined)
      results.push({
        id: task.cluster,
        success: passed,
        test_cases: [{ gt_file: task.origin.gold, output_file: output, passed, message: passed ? "" : "differs" }],
      });
    const text = log?.(task, i);
    if (text !== undefined)
      await writeFile(join(dir, "chat_logs", `cli_only_agent_${task.cluster}_${passed === true ? "SUCCEED" : "FAILED"}.md`), text);
  }
  await writeFile(join(dir, "results.json"), JSON.stringify({ agent_name: "cli_only_agent", model: "Qwen/<b>", seed: 41, results: [] }));
  await writeFile(join(dir, "eval_official_results.json"), JSON.stringify({ summary: {}, results }));
}
