// The items of an answer workbook: column A of the sheet Answer from row 2 down. Runs in the scorer's worker and in an analyst's sandbox.
const X = require("xlsx");

const SHEET = "Answer";
/** Rows that are read; the answer ends above them or is none. */
const ROWS = 20_002;

const two = (n) => String(n).padStart(2, "0");

/** Numbers in their shortest form, dates as year-month-day, times of day and lengths of time as they are shown. */
function textOf(cell, date1904) {
  if (cell === undefined || cell.t === "z" || cell.v === undefined || cell.v === null) return "";
  if (cell.t === "b") return cell.v ? "TRUE" : "FALSE";
  if (cell.t === "e") return String(cell.w);
  if (cell.t !== "n") return String(cell.v);
  const format = String(cell.z === undefined ? "General" : cell.z);
  if (!X.SSF.is_date(format)) return String(cell.v);
  const date = X.SSF.parse_date_code(cell.v, { date1904 });
  if (date === null || /\[(?:h+|m+|s+)\]/i.test(format) || cell.v < 1) return String(cell.w === undefined ? cell.v : cell.w);
  const day = `${String(date.y).padStart(4, "0")}-${two(date.m)}-${two(date.d)}`;
  return date.H + date.M + date.S === 0 ? day : `${day} ${two(date.H)}:${two(date.M)}:${two(date.S)}`;
}

/** { items } in the order of the rows, blank cells left out, or { fault } with a sentence. */
function itemsOf(bytes) {
  const names = X.read(bytes, { type: "buffer", bookSheets: true }).SheetNames;
  const like = names.filter((name) => name.trim().toLowerCase() === SHEET.toLowerCase());
  const name = names.includes(SHEET) ? SHEET : like.length === 1 ? like[0] : undefined;
  if (name === undefined)
    return {
      fault: `there is no sheet ${SHEET}; the workbook has ${
        names
          .slice(0, 10)
          .map((n) => JSON.stringify(n.slice(0, 40)))
          .join(", ") || "no sheet"
      }`,
    };
  const book = X.read(bytes, {
    type: "buffer",
    sheets: [name],
    cellNF: true,
    cellHTML: false,
    cellFormula: true,
    sheetRows: ROWS,
    dense: true,
  });
  const sheet = book.Sheets[name];
  const date1904 = book.Workbook?.WBProps?.date1904 === true;
  const items = [];
  let uncalculated = 0;
  const rows = (sheet && (sheet["!data"] || sheet)) || [];
  for (let r = 1; r < rows.length; r += 1) {
    const cell = rows[r]?.[0];
    const text = textOf(cell, date1904);
    if (text.trim() !== "") items.push(text);
    else if (cell !== undefined && cell.f !== undefined) uncalculated += 1;
  }
  return { items, uncalculated };
}

module.exports = { itemsOf };
