/** The `.tsv` and `.tagged` files of the published archive: a header line, tab-separated fields, three escapes. */

/** One row by the names in the header line. */
export type Row = Readonly<Record<string, string>>;

const ESCAPE = /\\[np\\]/g;
const MEANING: Readonly<Record<string, string>> = { "\\n": "\n", "\\p": "|", "\\\\": "\\" };

/** A field as text: `\n` is a line break, `\p` a bar, `\\` a backslash; any other backslash stands for itself. */
export function unescapeField(field: string): string {
  return field.includes("\\") ? field.replace(ESCAPE, (found) => MEANING[found] ?? found) : field;
}

/** A list field: items are set apart by bars, which inside an item are escaped. */
export const unescapeList = (field: string): readonly string[] => field.split("|").map(unescapeField);

/** Rows in file order, fields as they stand. A row with another number of fields than the header gives its 1-based line number instead. */
export function readTsv(text: string): readonly (Row | number)[] {
  const [header = "", ...lines] = text.split("\n");
  const names = header.split("\t");
  return lines.flatMap((line, i): (Row | number)[] => {
    if (line === "") return [];
    const fields = line.split("\t");
    return fields.length === names.length ? [Object.fromEntries(names.map((name, c) => [name, fields[c] ?? ""]))] : [i + 2];
  });
}
