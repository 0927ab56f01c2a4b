/** Test bench: plays the solver's commands with bash and node in a temporary folder and scores the file they leave. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Move } from "../../../harness/core/world.ts";
import type { CaseDraft, CellDraft, TaskDraft } from "../sample/draft.ts";
import { workbookBytes } from "../sample/workbook-file.ts";
import { comparePublished } from "../score/compare-workbooks.ts";
import { readWorkbook } from "../score/read-workbook.ts";
import { world } from "../world.ts";

const packages = fileURLToPath(new URL("../../../node_modules", import.meta.url));

export interface Box extends AsyncDisposable {
  readonly dir: string;
  /** Standard output, then error output and exit code as an agent would see them. */
  run(command: string): Promise<string>;
}

export async function openBox(input: Uint8Array): Promise<Box> {
  const root = await mkdtemp(join(tmpdir(), "t2s-world-"));
  const dir = join(root, "work");
  await mkdir(dir);
  await symlink(packages, join(root, "node_modules"));
  await writeFile(join(dir, "input.xlsx"), input);
  return {
    dir,
    run: (command) =>
      new Promise((resolve) => {
        execFile("bash", ["-c", command], { cwd: dir, timeout: 30_000, maxBuffer: 1 << 22 }, (error, stdout, stderr) => {
          const code = error === null ? 0 : (error.code ?? 1);
          resolve(`${stdout}${stderr === "" ? "" : `\n[STDERR]\n${stderr}`}${code === 0 ? "" : `\n[Exit code: ${code}]`}`.trim());
        });
      }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** The first user message as the harness renders it from prompts/task.md. */
export async function messageFor(task: Pick<TaskDraft, "instruction" | "type" | "position">, input: CaseDraft["input"]): Promise<string> {
  const template = await readFile(new URL("../prompts/task.md", import.meta.url), "utf8");
  const shown = (cell: CellDraft | undefined) =>
    cell === null || cell === undefined ? "" : typeof cell === "object" ? ("n" in cell ? cell.n : cell.error) : cell;
  const preview = (input.sheets[0]?.rows ?? []).slice(0, 5).map((row) => `(${row.map((c) => `'${shown(c)}'`).join(", ")})`);
  const slots: Record<string, string> = {
    working_directory: "/work",
    instruction: task.instruction,
    spreadsheet_path: "/work/input.xlsx",
    spreadsheet_content: preview.join("\n"),
    instruction_type: task.type,
    answer_position: task.position,
    output_path: "/work/output.xlsx",
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => slots[name] ?? "");
}

export interface Played {
  readonly family: string | undefined;
  readonly traps: readonly string[];
  readonly passed: boolean;
  readonly message: string;
  readonly transcript: string;
}

/** Verdict of the default scorer on a file in the box; a missing file has failed. */
export async function verdict(
  bytes: Uint8Array | undefined,
  drawn: CaseDraft,
  position: string,
): Promise<{ passed: boolean; message: string }> {
  if (bytes === undefined) return { passed: false, message: "no file" };
  const gold = readWorkbook(await workbookBytes(drawn.answer));
  const candidate = readWorkbook(bytes);
  const [ours, theirs] = (["trace2skill", "upstream"] as const).map((id) => comparePublished(id, gold, candidate, position));
  if (ours?.verdict !== theirs?.verdict) return { passed: false, message: `the scorers disagree: ${ours?.message} | ${theirs?.message}` };
  return { passed: ours?.verdict === true, message: ours?.message ?? "" };
}

/** Plays look, plan and moves with the given traps sprung. */
export async function play(
  task: Pick<TaskDraft, "instruction" | "type" | "position">,
  drawn: CaseDraft,
  sprung: readonly string[],
): Promise<Played> {
  await using box = await openBox(await workbookBytes(drawn.input));
  const approach = world.playbook?.open(await messageFor(task, drawn.input));
  if (approach === undefined) throw new Error("the task message was not recognised");
  const log: string[] = [];
  const run = async (move: Move) => {
    const seen = await box.run(move.command);
    log.push(`$ ${move.command}\n${seen}`);
    return seen;
  };
  const plan = approach.plan(await run(approach.look));
  for (const move of plan?.moves(new Set(sprung)) ?? approach.flounder) await run(move);
  const bytes = await readFile(join(box.dir, "output.xlsx")).catch(() => undefined);
  const result = await verdict(bytes, drawn, task.position);
  return { family: plan?.family, traps: plan?.traps ?? [], ...result, transcript: log.join("\n") };
}
