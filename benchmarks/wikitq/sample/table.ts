/** One invented table before it becomes texts, and the ways in which such tables are untidy. */
import type { Domain } from "./domains.ts";
import { stems } from "./domains.ts";
import type { Random } from "./random.ts";

export interface Entry {
  readonly name: string;
  readonly category: string;
  readonly amount: number;
  readonly change: number;
  /** Days since 1970-01-01. */
  readonly date: number;
}

/** What is wrong with the data; each is what a trap of that name trips over. */
export type Hazard = "raw-match" | "text-numbers" | "short-range" | "totals-row" | "footnotes" | "repeated-header" | "minus-sign";

export interface Draft {
  readonly domain: Domain;
  readonly entries: readonly Entry[];
  /** Header first. */
  readonly rows: readonly (readonly string[])[];
}

const monthNames = "January February March April May June July August September October November December".split(" ");
const dayMs = 86_400_000;

export function dateText(day: number, spelling: number): string {
  const date = new Date(day * dayMs);
  const [d, m, y] = [date.getUTCDate(), monthNames[date.getUTCMonth()] ?? "", date.getUTCFullYear()];
  if (spelling === 0) return `${d} ${m} ${y}`;
  return spelling === 1 ? `${m} ${d}, ${y}` : date.toISOString().slice(0, 10);
}

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** The same label as somebody else typed it. */
function untidy(random: Random, label: string): string {
  return random.pick([label.toUpperCase(), label.toLowerCase(), `${label} `, label.replace(" ", "  ")].filter((form) => form !== label));
}

/** Draws a table of 9 to 15 entries with the given hazards in it. Amounts and dates are all different. */
export function drawTable(random: Random, domain: Domain, hazards: ReadonlySet<Hazard>): Draft {
  const count = random.int(9, 15);
  const names = random.shuffle(stems).slice(0, count);
  const entries: Entry[] = [];
  for (const stem of names) {
    const used = new Set(entries.flatMap(({ amount, change, date }) => [amount, change + 1e6, date + 1e7]));
    let entry: Entry;
    do {
      entry = {
        name: `${stem} ${random.pick(domain.endings)}`,
        category: random.pick(domain.categories),
        amount: random.int(1100, 48_000),
        change: random.pick([-1, 1]) * random.int(1, 90),
        date: random.int(-20_000, 14_000),
      };
    } while (used.has(entry.amount) || used.has(entry.change + 1e6) || used.has(entry.date + 1e7));
    entries.push(entry);
  }
  const spelling = random.int(0, 2);
  const written = entries.map((entry): Record<keyof Entry, string> => {
    const note = hazards.has("footnotes") && random.chance(0.5) ? random.pick(["[a]", "[2]", "†", " [note 1]"]) : "";
    const amount = hazards.has("text-numbers") && random.chance(0.7) ? grouped(entry.amount) : String(entry.amount);
    const sign = hazards.has("minus-sign") ? "−" : "-";
    return {
      name: hazards.has("footnotes") && random.chance(0.4) ? `${entry.name}${random.pick(["[1]", "‡", " [b]"])}` : entry.name,
      category: hazards.has("raw-match") && random.chance(0.4) ? untidy(random, entry.category) : entry.category,
      amount: amount + note,
      change: entry.change < 0 ? `${sign}${-entry.change}` : String(entry.change),
      date: dateText(entry.date, spelling),
    };
  });
  const columns = random.shuffle<keyof Entry>(["name", "category", "amount", "change", "date"]);
  const header = columns.map((column) => domain[column]);
  const rows = written.map((record) => columns.map((column) => record[column]));
  const middle = random.int(2, Math.max(3, count - 4));
  if (hazards.has("short-range"))
    rows.splice(
      middle,
      0,
      header.map(() => ""),
    );
  if (hazards.has("repeated-header")) rows.splice(random.int(2, count - 2), 0, [...header]);
  if (hazards.has("totals-row")) {
    const sum = (field: "amount" | "change") => entries.reduce((all, entry) => all + entry[field], 0);
    const total: Record<keyof Entry, string> = {
      name: "Total",
      category: "All",
      amount: String(sum("amount")),
      change: String(sum("change")),
      date: "",
    };
    rows.push(columns.map((column) => total[column]));
  }
  return { domain, entries, rows: [header, ...rows] };
}
