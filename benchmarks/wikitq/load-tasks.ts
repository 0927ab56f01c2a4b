/** From a set on disk to tasks: one per question, in the published order. */
import { join } from "node:path";
import type { DataSource } from "../../harness/core/contract.ts";
import { UsageError } from "../../harness/core/errors.ts";
import type { FileRef, Task } from "../../harness/core/record.ts";
import type { Sealed } from "../../harness/core/sealed.ts";
import { agentPaths, type FormId, forms, isForm, outputName, sheetNames, typingOf } from "./forms.ts";
import { type Question, readIfThere, readQuestions } from "./source/questions.ts";
import { readCsv, type Table } from "./source/read-csv.ts";
import { findSplit, type Split, selectHalf } from "./splits.ts";
import { previewOf, tableText } from "./workbook/preview.ts";
import { cellOf, type Typing } from "./workbook/table-cells.ts";
import { type Sheet, writeWorkbook } from "./workbook/write-workbook.ts";

export interface SplitCoverage {
  readonly split: string;
  readonly questions: number;
  readonly expected?: number;
  readonly missing: number;
  /** Sentences for people: what is missing, and that target canons are derived. */
  readonly note?: string;
}

/** Loads and seals tasks; keeps the questions of the split it was asked for last, because sealing asks for one after the other. */
export interface Loader {
  load(splitId: string, source: DataSource, form?: string): AsyncGenerator<Task>;
  seal(task: Task, source: DataSource): Promise<Sealed>;
  coverage(splitId: string, source: Pick<DataSource, "dataDir">): Promise<SplitCoverage>;
}

interface Found {
  readonly set: string;
  readonly questions: readonly Question[];
}

function hintFor(split: Split): string {
  return split.synthetic
    ? "generate the sample tasks with `t2s data sample wikitq`"
    : 'get the data with "t2s data fetch wikitq --set release", or "t2s data import wikitq PATH" if you have it';
}

async function find(split: Split, dataDir: string): Promise<Found> {
  for (const set of split.sets) {
    const questions = await readQuestions(join(dataDir, set), split, hintFor(split));
    if (questions !== undefined) return { set, questions: selectHalf(split, questions) };
  }
  const places = split.sets.map((set) => join(dataDir, set)).join(" or ");
  throw new UsageError(
    `There is no data for split "${split.id}" at ${places} (no data/${split.file}.tsv and no ${split.file}.jsonl); ${hintFor(split)}.`,
  );
}

async function readTable(dataDir: string, set: string, path: string, split: Split): Promise<Table> {
  const file = join(dataDir, set, path);
  const text = await readIfThere(file);
  if (text === undefined) throw new UsageError(`The table ${file} is missing; ${hintFor(split)}.`);
  const table = readCsv(text);
  if (typeof table === "string") throw new UsageError(`The table ${file} is not as published: ${table}; ${hintFor(split)}.`);
  return table;
}

/** The table's sheet as a user has it: header in row 1. Header cells are texts. */
export function tableSheet({ header, rows }: Table, typing: Typing): Sheet {
  return { name: sheetNames.table, rows: [header, ...rows.map((row) => row.map((text) => cellOf(text, typing)))] };
}

/** A workbook that answers with these items. */
export function answerWorkbook(items: readonly string[]): Uint8Array {
  return writeWorkbook([{ name: sheetNames.answer, rows: [["Answer"], ...items.map((item) => [cellOf(item, "typed")])] }]);
}

/** What kind of answer a question has, for break-downs of results; never shown to an agent. */
function typeOf({ targetCanon }: Question): string {
  if (targetCanon.length > 1) return "list";
  const [canon = ""] = targetCanon;
  if (/^-?\d+(?:\.\d+)?(?:e[-+]\d+)?$/.test(canon)) return "number";
  return /^(?:\d+|x{2,4})-(?:\d+|xx)-(?:\d+|xx)$/.test(canon) ? "date" : "text";
}

export function openLoader(): Loader {
  let kept:
    | { readonly split: string; readonly dataDir: string; readonly set: string; readonly byId: ReadonlyMap<string, Question> }
    | undefined;

  return {
    async *load(splitId, source, form = "workbook") {
      if (!isForm(form)) throw new UsageError(`wikitq has no form "${form}"; choose one of ${Object.keys(forms).join(", ")}.`);
      const split = findSplit(splitId);
      const { set, questions } = await find(split, source.dataDir);
      kept = { split: splitId, dataDir: source.dataDir, set, byId: new Map(questions.map((question) => [question.id, question])) };
      const tables = new Map<string, Pick<Task, "files" | "slots">>();
      for (const question of questions) {
        let material = tables.get(question.table);
        if (material === undefined) {
          material = await materialOf(await readTable(source.dataDir, set, question.table, split), form, source);
          tables.set(question.table, material);
        }
        yield {
          id: question.id,
          cluster: question.table,
          form,
          type: typeOf(question),
          slots: { ...material.slots, [form === "direct" ? "question" : "instruction"]: question.text },
          images: [],
          files: material.files,
          needs: form === "direct" ? [] : ["shell"],
          flags: split.half === "evolve" ? ["in-evolve-split"] : [],
          origin: { split: splitId, table: question.table, canon: split.canon },
        };
      }
    },

    async seal(task, source) {
      const { split: splitId } = task.origin;
      if (splitId === undefined) throw new TypeError(`task ${task.id} was not made by the wikitq loader`);
      const split = findSplit(splitId);
      if (kept?.split !== splitId || kept.dataDir !== source.dataDir) {
        const { set, questions } = await find(split, source.dataDir);
        kept = { split: splitId, dataDir: source.dataDir, set, byId: new Map(questions.map((question) => [question.id, question])) };
      }
      const question = kept.byId.get(task.id);
      if (question === undefined)
        throw new UsageError(`Question "${task.id}" is no longer in split "${splitId}" of wikitq; ${hintFor(split)}.`);
      return sealTarget({ value: question.targetValue, canon: question.targetCanon, canonSource: split.canon }, task.form, source);
    },

    async coverage(splitId, source) {
      const split = findSplit(splitId);
      const { questions } = await find(split, source.dataDir);
      const missing = split.expected === undefined ? 0 : Math.max(0, split.expected - questions.length);
      const notes = [
        ...(missing > 0
          ? [`Split ${splitId}: ${questions.length} of ${split.expected} questions are present; every number is over these only.`]
          : []),
        ...(split.canon === "derived"
          ? [
              `The canonical target values of split ${splitId} were not published; the derived ones used here agree with official ones in 99.4 % of cases.`,
            ]
          : []),
      ];
      return {
        split: splitId,
        questions: questions.length,
        ...(split.expected === undefined ? {} : { expected: split.expected }),
        missing,
        ...(notes.length === 0 ? {} : { note: notes.join(" ") }),
      };
    },
  };
}

/** Files and slots that all questions on a table share. */
async function materialOf(table: Table, form: FormId, source: Pick<DataSource, "blobs">): Promise<Pick<Task, "files" | "slots">> {
  const typing = typingOf[form];
  if (typing === undefined) return { files: [], slots: { table: tableText(table) } };
  const bytes = writeWorkbook([tableSheet(table, typing)]);
  const start: FileRef = { path: "input.xlsx", blob: await source.blobs.put(bytes), bytes: bytes.length };
  return {
    files: [start],
    slots: {
      working_directory: agentPaths.directory,
      spreadsheet_path: agentPaths.input,
      spreadsheet_content: previewOf(table),
      answer_sheet: sheetNames.answer,
      output_path: agentPaths.output,
    },
  };
}

export interface TargetFields {
  readonly value: readonly string[];
  readonly canon: readonly string[];
  readonly canonSource: "official" | "derived";
}

/** Ground truth of a task; with an answer workbook where workbooks are handed in. */
export async function sealTarget(
  { value, canon, canonSource }: TargetFields,
  form: string,
  source: Pick<DataSource, "blobs">,
): Promise<Sealed> {
  const fields = { target_value: value, target_canon: canon, canon: canonSource };
  if (form === "direct") return { files: [], fields };
  const bytes = answerWorkbook(value);
  return { files: [{ path: outputName, blob: await source.blobs.put(bytes), bytes: bytes.length }], fields };
}
