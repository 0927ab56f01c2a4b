/** What the simulated solver makes of a task's text and of its first look at the workbook. */

export type TaskRead =
  | { readonly form: "workbook"; readonly question: string; readonly input: string; readonly output: string; readonly sheet: string }
  | { readonly form: "direct"; readonly question: string; readonly grid: readonly (readonly string[])[] };

const headings = [
  "working_directory",
  "instruction",
  "spreadsheet_path",
  "spreadsheet_content",
  "answer_sheet",
  "output_path",
  "table",
  "question",
];

/** Fields of a rendered task prompt, also inside a log; undefined when it is not one of this benchmark's. */
export function readTask(message: string): TaskRead | undefined {
  const field = (name: string): string | undefined => {
    const start = new RegExp(`^#{2,4} ${name}[ \\t]*$`, "m").exec(message);
    if (start === null) return undefined;
    const rest = message.slice(start.index + start[0].length);
    const end = new RegExp(`^#{2,4} (?:${headings.join("|")})[ \\t]*$|^---+$`, "m").exec(rest);
    return (end === null ? rest : rest.slice(0, end.index)).trim();
  };
  const fileName = (name: string): string | undefined =>
    /([\w.-]+\.xlsx)\b/.exec(field(name)?.split("\n")[0]?.split("/").at(-1) ?? "")?.[1];
  const sheet = field("answer_sheet");
  if (sheet !== undefined) {
    const [question, input, output] = [field("instruction"), fileName("spreadsheet_path"), fileName("output_path")];
    return question === undefined || input === undefined || output === undefined
      ? undefined
      : { form: "workbook", question, input, output, sheet };
  }
  const [table, question] = [field("table"), field("question")];
  if (table === undefined || question === undefined || !table.startsWith("| ")) return undefined;
  return { form: "direct", question, grid: readGrid(table) };
}

/** Rows of a table between bars; the line of dashes below the header is left out. */
function readGrid(table: string): readonly (readonly string[])[] {
  const lines = table.split("\n").filter((line, i) => line.startsWith("|") && !(i === 1 && /^[| -]+$/.test(line)));
  return lines.map((line) =>
    line
      .replace(/^\|/, "")
      .replace(/\|\s*$/, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|")),
  );
}

/** The header row in the look command's output; undefined when it was cut or is something else. */
export function readLook(observation: string): readonly string[] | undefined {
  for (const line of observation.split("\n")) {
    if (!line.trim().startsWith('{"sheet":')) continue;
    try {
      const seen: unknown = JSON.parse(line.trim());
      if (typeof seen !== "object" || seen === null || !("rows" in seen) || !Array.isArray(seen.rows)) return undefined;
      const [header]: unknown[] = seen.rows;
      return Array.isArray(header) ? header.map((cell) => String(cell ?? "")) : undefined;
    } catch {
      return undefined; // cut in the middle: the caller asks for less
    }
  }
  return undefined;
}
