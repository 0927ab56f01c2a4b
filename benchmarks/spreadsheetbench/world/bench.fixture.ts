/** Test bench: plays the solver's commands with bash and node in a temporary folder and scores the file they leave. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Approach, Move } from "../../../harness/core/world.ts";
import { type BookDraft, type CaseDraft, type CellDraft, rangeName, type TaskDraft } from "../sample/draft.ts";
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

export async function openBox(book: BookDraft): Promise<Box> {
  const input = await workbookBytes(book);
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

/** What the look command prints for a workbook (playbook.test.ts compares the two). */
export function seenBy(book: BookDraft): string {
  const sheets = book.sheets.map((s) => {
    const rows = Array.from({ length: Math.min(s.rows.length, 7) }, (_, r) => {
      const row = (s.rows[r] ?? []).map((c) => {
        if (c === null || c === undefined || typeof c === "number") return c ?? null;
        if (typeof c === "string") return c.slice(0, 40);
        if ("error" in c) return c.error;
        return /[dmy]/.test(c.format) ? new Date((c.n - 25_569) * 86_400_000).toISOString().slice(0, 10) : c.n;
      });
      while (row.length > 0 && row.at(-1) === null) row.pop();
      return row;
    });
    const used = s.rows.flatMap((row, r) => row.flatMap((c, i) => (c === null ? [] : [{ r, i }])));
    const range = rangeName(
      Math.min(...used.map((u) => u.r)),
      Math.min(...used.map((u) => u.i)),
      Math.max(...used.map((u) => u.r)),
      Math.max(...used.map((u) => u.i)),
    );
    const [from, to] = range.split(":");
    return { name: s.name, used: from === to ? from : range, rows };
  });
  return JSON.stringify({ sheets });
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

type Task = Pick<TaskDraft, "instruction" | "type" | "position">;

/** Plays look, plan and moves with bash and node, command by command, and scores what they leave. */
export async function play(task: Task, drawn: CaseDraft, sprung: readonly string[]): Promise<Played> {
  await using box = await openBox(drawn.input);
  const approach = await approachTo(task, drawn);
  const log: string[] = [];
  const run = async (move: Move) => {
    const seen = await box.run(move.command);
    log.push(`$ ${move.command}\n${seen}`);
    return seen;
  };
  const plan = approach.plan(approach.look === undefined ? "" : await run(approach.look));
  for (const move of plan?.moves(new Set(sprung)) ?? approach.flounder) await run(move);
  return { family: plan?.family, traps: plan?.traps ?? [], ...(await judged(box, drawn, task)), transcript: log.join("\n") };
}

/** Many solver scripts, written by their commands and run by one node process: the same verdicts as `play` at a tenth of the time. */
export async function playMany(
  jobs: readonly { readonly task: Task; readonly drawn: CaseDraft; readonly sprung: readonly string[] }[],
): Promise<readonly Played[]> {
  const opened = [];
  for (const { task, drawn, sprung } of jobs) {
    const plan = (await approachTo(task, drawn)).plan(seenBy(drawn.input));
    const box = await openBox(drawn.input);
    const write = plan?.moves(new Set(sprung))[0]?.command ?? "true";
    opened.push({ task, drawn, plan, box, transcript: `${write}\n${await box.run(write)}` });
  }
  const dirs = JSON.stringify(opened.map((o) => o.box.dir));
  const first = opened[0]?.box;
  const seen = await first?.run(
    `node -e 'for (const dir of ${dirs}) { process.chdir(dir); try { require(dir + "/solve.cjs"); } catch (e) { console.log(dir, e.message); } process.removeAllListeners("uncaughtException"); }'`,
  );
  const results: Played[] = [];
  for (const { task, drawn, plan, box, transcript } of opened) {
    await using closing = box;
    results.push({
      family: plan?.family,
      traps: plan?.traps ?? [],
      ...(await judged(closing, drawn, task)),
      transcript: `${transcript}\n${seen}`,
    });
  }
  return results;
}

async function approachTo(task: Task, drawn: CaseDraft): Promise<Approach> {
  const approach = world.playbook?.open(await messageFor(task, drawn.input));
  if (approach === undefined) throw new Error("the task message was not recognised");
  return approach;
}

async function judged(box: Box, drawn: CaseDraft, task: Task): Promise<{ passed: boolean; message: string }> {
  return verdict(await readFile(join(box.dir, "output.xlsx")).catch(() => undefined), drawn, task.position);
}
