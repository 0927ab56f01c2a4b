/** The commands the simulated solver runs in the workbook forms. */
import type { Move } from "../../../harness/core/world.ts";
import type { Job, Sprung, Understood } from "./job.ts";
import type { TaskRead } from "./reading.ts";
import { js, working } from "./working.ts";

type BookTask = Extract<TaskRead, { readonly form: "workbook" }>;

/** Loads SheetJS (its small build where present: half the start-up time) and keeps a crash to one line. */
const loading = `process.on("uncaughtException", (e) => { console.error("Error: " + e.message); process.exit(1); });
const fs = require("fs");
let X;
try { X = require("xlsx/dist/xlsx.mini.min.js"); } catch { X = require("xlsx"); }`;

/** Prints the first rows of the first sheet as one line of JSON. */
export function lookCommand(input: string, rows: number): string {
  return `node - <<'JS'
${loading}
const wb = X.read(fs.readFileSync(${js(input)}));
const name = wb.SheetNames[0], grid = X.utils.sheet_to_json(wb.Sheets[name], { header: 1, defval: null, blankrows: true });
console.log(JSON.stringify({ sheet: name, size: grid.length, rows: grid.slice(0, ${rows}).map((row) => row.map((v) => (typeof v === "string" ? v.slice(0, 60) : v))) }));
JS`;
}

/** The formula somebody writes who leaves the arithmetic to the spreadsheet program. */
function formulaOf(job: Job): string {
  const column = "column" in job ? job.column : "";
  const range = `"'" + wb.SheetNames[0] + "'!" + X.utils.encode_range({ s: { r: 1, c: at(${js(column)}) }, e: { r: grid.length - 1, c: at(${js(column)}) } })`;
  switch (job.op) {
    case "count":
      return `"COUNTIF(" + ${range} + ",\\"" + ${js(job.value)} + "\\")"`;
    case "sum":
      return `"SUM(" + ${range} + ")"`;
    case "distinct":
      return `"SUMPRODUCT(1/COUNTIF(" + ${range} + "," + ${range} + "))"`;
    default:
      return `"MAX(" + ${range} + ")-MIN(" + ${range} + ")"`;
  }
}

function writing(task: BookTask, job: Job, sprung: Sprung): string {
  const header = sprung.has("answer-in-header-cell") ? "" : '["Answer"], ';
  const block = `[${header}...items.map((item) => [item])]`;
  const formula = sprung.has("uncached-formula")
    ? `out[X.utils.encode_cell({ r: ${header === "" ? 0 : 1}, c: 0 })] = { t: "n", f: ${formulaOf(job)} };`
    : "";
  const target = sprung.has("wrong-sheet")
    ? `const out = wb.Sheets[wb.SheetNames[0]];
X.utils.sheet_add_aoa(out, ${block}, { origin: { r: 0, c: grid[0].length + 1 } });`
    : `const out = X.utils.aoa_to_sheet(${block});
X.utils.book_append_sheet(wb, out, ${js(task.sheet)});`;
  return `${target}
${formula}
fs.writeFileSync(${js(task.output)}, X.write(wb, { type: "buffer", bookType: "xlsx", compression: true }));
console.log(lines.join("\\n"));
console.log("saved ${task.output}");`;
}

/** Prints what stands in column A of the answer sheet of the saved file. */
function readBack(task: BookTask): string {
  return `node - <<'JS'
${loading}
const wb = X.read(fs.readFileSync(${js(task.output)})), ws = wb.Sheets[${js(task.sheet)}];
if (!ws) console.log("no sheet " + ${js(task.sheet)} + "; there are " + wb.SheetNames.join(", "));
else for (let r = 0; r < Math.min(20, X.utils.decode_range(ws["!ref"] || "A1").e.r + 1); r++) {
  const k = ws["A" + (r + 1)];
  console.log("A" + (r + 1) + "=" + (!k || k.v === undefined ? "(empty)" : k.v));
}
JS`;
}

export function movesOf(task: BookTask, { family, job }: Understood, sprung: Sprung): readonly Move[] {
  const script = `${loading}
const wb = X.read(fs.readFileSync(${js(task.input)}));
const grid = X.utils.sheet_to_json(wb.Sheets[wb.SheetNames[0]], { header: 1, defval: null, blankrows: true });
${working(job, sprung)}
${writing(task, job, sprung)}`;
  return [
    {
      thought: `${intents[family] ?? "I work the answer out"} and write it to the sheet ${task.sheet}.`,
      command: `cat > solve.cjs <<'JS'\n${script}\nJS`,
    },
    { thought: "The script is written; now I run it.", command: "node solve.cjs" },
    { thought: "I read the answer back from the saved file.", command: readBack(task) },
  ];
}

const intents: Readonly<Record<string, string>> = {
  count: "I count the rows that fit",
  superlative: "I look for the extreme value and take the name beside it",
  difference: "I take the two values and subtract",
  chained: "I look for the extreme value and read the other column in its row",
  neighbour: "I find the row and take the one next to it",
  sum: "I add up the figures",
  distinct: "I collect the different values",
  "yes-no": "I compare the two values",
  days: "I take the two dates and count the days",
  list: "I collect every row that fits",
};
