/** Which number formats turn a serial number into a date or a duration: the rule of openpyxl 3.1.3 (`styles/numbers.py`). */

/** Built-in formats by id (ECMA-376 Part 1, 18.8.30) as far as they decide about dates. The CJK ids 27–36 and 50–58 are deliberately not here. */
const BUILTIN: ReadonlyMap<number, string> = new Map([
  [14, "mm-dd-yy"],
  [15, "d-mmm-yy"],
  [16, "d-mmm"],
  [17, "mmm-yy"],
  [18, "h:mm AM/PM"],
  [19, "h:mm:ss AM/PM"],
  [20, "h:mm"],
  [21, "h:mm:ss"],
  [22, "m/d/yy h:mm"],
  [45, "mm:ss"],
  [46, "[h]:mm:ss"],
  [47, "mmss.0"],
]);

const LITERALS = /"[^\n]*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]/g;
const DATE_LETTER = /(?<![_\\])[dmhysDMHYS]/;
const ELAPSED = /\[hh?\](:mm(:ss(\.0*)?)?)?|\[mm?\](:ss(\.0*)?)?|\[ss?\](\.0*)?/i;

export type FormatKind = "number" | "date" | "duration";

/** Kind of a format code. Only the first section (up to ";") counts; elapsed-time groups such as [h] make a duration. */
export function formatKind(code: string): FormatKind {
  const section = code.split(";", 1)[0] ?? "";
  if (!DATE_LETTER.test(section.replace(LITERALS, ""))) return "number";
  return ELAPSED.test(section) ? "duration" : "date";
}

/** Kind of a cell style's number format id: a custom format of the workbook wins over the built-in one; unknown ids are numbers. */
export function formatKindOf(id: number, custom: ReadonlyMap<number, string>): FormatKind {
  const code = custom.get(id) ?? BUILTIN.get(id);
  return code === undefined ? "number" : formatKind(code);
}
