/** What the simulated solver makes of a task: its fields, what the first look showed, and which sheets, headers and values its text mentions. */

export interface TaskFields {
  readonly instruction: string;
  readonly type: string;
  readonly position: string;
  /** File names relative to the working directory. */
  readonly input: string;
  readonly output: string;
}

const headings = [
  "working_directory",
  "instruction",
  "spreadsheet_path",
  "spreadsheet_content",
  "instruction_type",
  "answer_position",
  "output_path",
];

/** Fields of a rendered task prompt; undefined when it is not one of SpreadsheetBench's. */
export function readTask(message: string): TaskFields | undefined {
  const field = (name: string): string | undefined => {
    const start = new RegExp(`^#{2,4} ${name}[ \\t]*$`, "m").exec(message);
    if (start === null) return undefined;
    const rest = message.slice(start.index + start[0].length);
    const end = new RegExp(`^#{2,4} (?:${headings.join("|")})[ \\t]*$|^---+$`, "m").exec(rest);
    return (end === null ? rest : rest.slice(0, end.index)).trim();
  };
  const instruction = field("instruction");
  const position = field("answer_position");
  const input = fileName(field("spreadsheet_path"));
  const output = fileName(field("output_path"));
  if (instruction === undefined || position === undefined || input === undefined || output === undefined) return undefined;
  return { instruction, position, input, output, type: field("instruction_type") ?? "" };
}

/** The file's own name: commands run in the working directory, so nothing depends on where that is. */
function fileName(field: string | undefined): string | undefined {
  return field === undefined ? undefined : /([\w.-]+\.xlsx)\b/.exec(field.split("\n")[0]?.split("/").at(-1) ?? "")?.[1];
}

export type CellSeen = string | number | boolean | null;
export interface SheetSeen {
  readonly name: string;
  /** The first rows from row 1, column A; short rows end early. */
  readonly rows: readonly (readonly CellSeen[])[];
}

/** The look command's JSON inside an observation; undefined when it was cut or is something else. */
export function readLook(observation: string): readonly SheetSeen[] | undefined {
  const line = observation.split("\n").find((l) => l.trim().startsWith('{"sheets":'));
  if (line === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.trim());
  } catch {
    return undefined; // cut in the middle: the caller asks for less
  }
  const sheets = (parsed as { sheets?: unknown }).sheets;
  if (!Array.isArray(sheets)) return undefined;
  const seen: SheetSeen[] = [];
  for (const sheet of sheets as unknown[]) {
    const { name, rows } = (sheet ?? {}) as { name?: unknown; rows?: unknown };
    if (typeof name !== "string" || !Array.isArray(rows) || !rows.every(Array.isArray)) return undefined;
    seen.push({ name, rows: rows as CellSeen[][] });
  }
  return seen;
}

/** Header texts of a sheet, each once: the first of its rows that has the most text cells and nothing else. */
export function headersOf(sheet: SheetSeen): readonly string[] {
  let best: readonly string[] = [];
  for (const row of sheet.rows) {
    const filled = row.filter((c): c is Exclude<CellSeen, null> => c !== null && c !== "");
    const texts = filled.filter((c): c is string => typeof c === "string").map((t) => t.trim());
    if (texts.length === filled.length && texts.length > best.length) best = texts;
  }
  return [...new Set(best)];
}

export interface Mention {
  readonly kind: "header" | "sheet" | "value" | "cell" | "column";
  readonly text: string;
}

/** The instruction with every mention replaced by ⟨h0⟩, ⟨s1⟩, ⟨v2⟩, ⟨c3⟩, ⟨k4⟩ (header, sheet, value, cell or range, column letter). */
export interface Marked {
  readonly text: string;
  readonly mentions: readonly Mention[];
}

/** Finds mentions: quoted things first, then names of sheets and headers as they are spelled in the workbook, then cell references. */
export function mark(instruction: string, sheets: readonly SheetSeen[]): Marked {
  const mentions: Mention[] = [];
  const put = (kind: Mention["kind"], text: string): string => {
    mentions.push({ kind, text });
    return `⟨${{ header: "h", sheet: "s", value: "v", cell: "c", column: "k" }[kind]}${mentions.length - 1}⟩`;
  };
  const headers = [...new Set(sheets.flatMap(headersOf))].sort((a, b) => b.length - a.length);
  const names = sheets.map((s) => s.name).sort((a, b) => b.length - a.length);
  const same = (a: string) => (b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();
  let text = instruction.replace(/(?<!\w)["“”']([^"“”'\n]{1,60})["“”'](?![a-z])/g, (_, inner: string) => {
    const sheet = names.find(same(inner));
    const header = headers.find(same(inner));
    return header !== undefined ? put("header", header) : sheet !== undefined ? put("sheet", sheet) : put("value", inner);
  });
  const unquoted = (name: string) => new RegExp(`(?<![\\w⟨])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w⟩])`, "g");
  const known = [...names.map((name) => ({ kind: "sheet" as const, name })), ...headers.map((name) => ({ kind: "header" as const, name }))];
  for (const { kind, name } of known.filter((k) => k.name.length > 1).sort((a, b) => b.name.length - a.name.length))
    text = text.replace(unquoted(name), () => put(kind, name));
  text = text.replace(/(?<![\w⟨$])\$?[A-Z]{1,2}\$?\d{1,4}(?::\$?[A-Z]{1,2}\$?\d{1,4})?(?![\w⟩])/g, (ref) =>
    put("cell", ref.replaceAll("$", "")),
  );
  text = text.replace(/\b([Cc]olumns?) ([A-Z]{1,2})(?![\w⟩])/g, (_, word: string, letter: string) => `${word} ${put("column", letter)}`);
  return { text, mentions };
}

/** Texts of the mentions of a kind in the order of the instruction. */
export function mentioned(marked: Marked, kind: Mention["kind"]): readonly string[] {
  const letter = { header: "h", sheet: "s", value: "v", cell: "c", column: "k" }[kind];
  return [...marked.text.matchAll(new RegExp(`⟨${letter}(\\d+)⟩`, "g"))].map((m) => marked.mentions[Number(m[1])]?.text ?? "");
}

/** The mention that a pattern's first group `⟨x(\d+)⟩` points at; undefined when the pattern does not occur. */
export function pick(marked: Marked, pattern: RegExp, group = 1): string | undefined {
  const found = pattern.exec(marked.text)?.[group];
  return found === undefined ? undefined : marked.mentions[Number(found)]?.text;
}

export interface Area {
  readonly sheet: string | undefined;
  /** First and last cell such as B2 and B20. */
  readonly from: string;
  readonly to: string;
}

/** Areas of an answer position such as `'Sheet 1'!B2:B20,D4`; undefined when a part has no plain cell or range. */
export function areasOf(position: string): readonly Area[] | undefined {
  const areas: Area[] = [];
  for (const part of position.split(",")) {
    const match = /^\s*'?(?:([^!]*?)'?!)?'?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?'?\s*$/.exec(part);
    if (match === null) return undefined;
    const [, sheet, column, row, lastColumn, lastRow] = match;
    areas.push({ sheet, from: `${column}${row}`, to: `${lastColumn ?? column}${lastRow ?? row}` });
  }
  return areas;
}
