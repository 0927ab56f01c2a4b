import Table from "cli-table3";
import { UsageError } from "../core/errors.ts";
import type { Lineage, SkillEdit } from "../core/evolution.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { type EvolvedSkill, readAsked, readEvolvedSkill } from "./find-lineage.ts";

/** One stretch of lines, or one edit of the summary, with everything that is known of it. `edit` null: as in the start skill. */
interface Explained {
  readonly file: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly edit: string | null;
  readonly op: string | null;
  readonly target: string | null;
  readonly support: number;
  readonly tasks: readonly string[];
  readonly patches: readonly {
    readonly id: string;
    readonly source: string;
    readonly task: string;
    readonly episode: string;
    /** The log the episode was read from, where it was brought along. */
    readonly log?: string;
  }[];
  readonly nodes: readonly string[];
  readonly lessons: readonly string[];
}

/**
 * `t2s skill explain DIR[:LINE]` (a line of SKILL.md) or `DIR/references/x.md[:LINE]`: for a line the edit that put it there, for a file every stretch of lines, for a
 * folder a table of all edits by support. `--json`: one object a line.
 */
export async function skillExplain(place: string, options: { readonly json?: boolean }, context: CliContext): Promise<number> {
  const asked = await readAsked(place, context.cwd);
  const evolved = await readEvolvedSkill(asked.dir);
  const { lineage } = evolved;
  const rows = asked.file === undefined ? summary(evolved) : stretches(evolved, asked.file, asked.line);
  if (options.json === true) for (const row of rows) context.out(`${JSON.stringify(row)}\n`);
  else context.out(asked.file === undefined ? renderSummary(rows, lineage) : rows.map(renderStretch).join(""));
  return exitCodes.ok;
}

type Known = Pick<EvolvedSkill, "lineage" | "coverage" | "logOf">;

function stretches(known: Known, file: string, line: number | undefined): Explained[] {
  const { lineage } = known;
  const found = lineage.files.find((one) => one.path === file);
  if (found === undefined)
    throw new UsageError(`The lineage says nothing of ${file}; it knows ${lineage.files.map((one) => one.path).join(", ")}.`);
  const spans = line === undefined ? found.spans : found.spans.filter((span) => span.from <= line && line <= span.to);
  if (line !== undefined && spans.length === 0)
    throw new UsageError(`${file} has no line ${line}; its lines go from 1 to ${found.spans.at(-1)?.to ?? 0}.`);
  return spans.map((span) => ({ ...explain(known, span.edit, file), from: span.from, to: span.to }));
}

/** By support, then in the order of the lineage. Edits that only took something away have no lines. */
function summary(known: Known): Explained[] {
  const { lineage } = known;
  return lineage.edits
    .map(({ id, edit }) => {
      const spans = lineage.files.find((file) => file.path === edit.file)?.spans.filter((span) => span.edit === id) ?? [];
      return { ...explain(known, id, edit.file), from: spans[0]?.from ?? null, to: spans.at(-1)?.to ?? null };
    })
    .toSorted((a, b) => b.support - a.support);
}

function explain({ lineage, coverage, logOf }: Known, id: string | null, file: string): Explained {
  const nothing = {
    file,
    from: null,
    to: null,
    edit: id,
    op: null,
    target: null,
    support: 0,
    tasks: [],
    patches: [],
    nodes: [],
    lessons: [],
  };
  if (id === null) return nothing;
  const edit = lineage.edits.find((one) => one.id === id);
  if (edit === undefined)
    throw new UsageError(`The lineage names the edit ${id} but does not describe it; it is damaged, so run the evolution again.`);
  const lessons = coverage?.lessons.filter((lesson) => lesson.edits.some((one) => one.appliedAs === id)) ?? [];
  return {
    ...nothing,
    op: edit.edit.op,
    target: targetOf(edit.edit),
    support: edit.tasks.length,
    tasks: edit.tasks,
    patches: edit.patches.map((patch) => {
      const known = lineage.patches.find((one) => one.id === patch);
      const log = known === undefined ? null : logOf(known.episode);
      return {
        id: patch,
        source: known?.source ?? "unknown",
        task: known?.task ?? "unknown",
        episode: known?.episode.slice(0, 12) ?? "unknown",
        ...(log === null ? {} : { log }),
      };
    }),
    nodes: edit.nodes,
    lessons: [...new Set(lessons.map((lesson) => lesson.title))],
  };
}

function targetOf(edit: SkillEdit): string | null {
  const found = "target_section" in edit && edit.target_section !== undefined ? edit.target_section : null;
  const text = found ?? ("target_text" in edit ? edit.target_text : "old_text" in edit ? edit.old_text : null);
  return text === null ? null : firstLine(text);
}

function firstLine(text: string): string {
  const line = text.trim().split(/\r\n|\n|\r/, 1)[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function linesText(row: Explained): string {
  if (row.from === null || row.to === null) return "none left";
  return row.from === row.to ? `${row.from}` : `${row.from}–${row.to}`;
}

function renderStretch(row: Explained): string {
  const where = `${row.file}:${linesText(row)}`;
  if (row.edit === null) return `${where}  as in the start skill\n`;
  const target = row.target === null ? "" : ` "${row.target}"`;
  const lines = [
    `${where}  ${row.edit}: ${row.op}${target}, support ${row.support}`,
    `  tasks    ${row.tasks.join(", ")}`,
    ...row.patches.map(
      (patch, i) =>
        `  ${i === 0 ? "patches" : "       "}  ${patch.id} (${patch.source}, task ${patch.task}, episode ${patch.episode}${patch.log === undefined ? "" : `, log ${patch.log}`})`,
    ),
    ...(row.nodes.length === 0 ? [] : [`  merged   ${row.nodes.join(", ")}`]),
    ...row.lessons.map((title, i) => `  ${i === 0 ? "lessons" : "       "}  ${title}`),
  ];
  return `${lines.join("\n")}\n`;
}

function renderSummary(rows: readonly Explained[], lineage: Lineage): string {
  const table = new Table({
    head: ["support", "edit", "what", "where", "lines", "patches", "lessons"],
    style: { head: [], border: [] },
    wordWrap: true,
  });
  for (const row of rows)
    table.push([
      row.support,
      row.edit ?? "",
      row.op ?? "",
      row.target === null ? row.file : `${row.file} "${row.target}"`,
      linesText(row),
      row.patches.length,
      row.lessons.length === 0 ? "–" : row.lessons.join("\n"),
    ]);
  const all = lineage.files.flatMap((file) => file.spans);
  const count = (spans: typeof all): number => spans.reduce((sum, span) => sum + span.to - span.from + 1, 0);
  const ours = count(all.filter((span) => span.edit !== null));
  return `${table.toString()}\n${rows.length} edits from ${lineage.patches.length} patches; ${ours} of ${count(all)} lines are theirs, the others are as in the start skill ${lineage.start.slice(0, 12)}\n`;
}
