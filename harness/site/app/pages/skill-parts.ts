/** What is known of a skill's parts: what they do, how they are used, and what they give away. */
import { count, percent, points } from "../../../report/number-text.ts";
import type { LeakFinding, PartUse, SectionEffect } from "../../skills/skill-data.ts";
import { type Column, dataTable } from "../data-table.ts";
import { type Child, h } from "../element.ts";
import type { At } from "./skill-text.ts";

/** Effects of sections and edits. */
export function effectsTable(effects: readonly SectionEffect[]): Child {
  const columns: readonly Column<SectionEffect>[] = [
    { head: "Part", heading: true, cell: ({ kind, title, file, from, to }) => `${kind} ${title} (${file}:${from}–${to})` },
    { head: "Benchmark", cell: ({ benchmark }) => benchmark },
    { head: "Solver", cell: ({ solver }) => solver },
    { head: "Effect (pp)", number: true, cell: ({ effect }) => (effect === null ? "-" : points(effect)), sort: ({ effect }) => effect },
    {
      head: "95 % interval",
      number: true,
      cell: ({ low, high }) => (low === null || high === null ? "-" : `[${points(low)}, ${points(high)}]`),
    },
    { head: "Conclusion", cell: ({ conclusion }) => conclusion },
  ];
  return h(
    "section",
    { "aria-label": "Effects of parts" },
    h("h2", {}, "What its parts do"),
    dataTable("Skill minus skill without the part", columns, effects),
  );
}

/** Use of files and sections, benchmark by benchmark. */
export function useTable(use: readonly PartUse[]): Child {
  const share = (n: number, of: number): string => (of === 0 ? "-" : `${count(n)} of ${count(of)}, ${percent(n / of, 0)}`);
  const columns: readonly Column<PartUse>[] = [
    { head: "Part", heading: true, cell: ({ title, file, from, to }) => (title === "" ? file : `${title} (${file}:${from}–${to})`) },
    { head: "Benchmark", cell: ({ benchmark }) => benchmark },
    { head: "Solver", cell: ({ solver }) => solver },
    { head: "Displayed", number: true, cell: ({ displayed, episodes }) => share(displayed, episodes), sort: ({ displayed }) => displayed },
    { head: "Opened or acted on", number: true, cell: ({ used, episodes }) => share(used, episodes), sort: ({ used }) => used },
    { head: "Passed with", number: true, cell: ({ passedUsed, used }) => share(passedUsed, used) },
    { head: "Passed without", number: true, cell: ({ passedUnused, used, episodes }) => share(passedUnused, episodes - used) },
    {
      head: "Association (pp)",
      number: true,
      cell: ({ difference, low, high }) =>
        difference === null || low === null || high === null ? "-" : `${points(difference)} [${points(low)}, ${points(high)}]`,
      sort: ({ difference }) => difference,
    },
  ];
  return h(
    "section",
    { "aria-label": "Use of parts" },
    h("h2", {}, "How its parts were used"),
    h(
      "p",
      {},
      "An association, no effect: hard tasks make agents open what they seem to need. A part counts as acted on when a command or thoughts hold words of this part alone; a lesson followed in other words is missed.",
    ),
    dataTable("Use of files and sections", columns, use),
  );
}

/** What single lines give away of single tasks. */
export function findingsTable(findings: readonly LeakFinding[], at: At): Child {
  const columns: readonly Column<LeakFinding>[] = [
    { head: "Severity", heading: true, cell: ({ severity }) => severity },
    {
      head: "Line",
      cell: ({ file, line }) => h("a", { href: at({ view: "lines", file }) }, `${file}:${line}`),
    },
    { head: "Found", cell: ({ found }) => found },
    { head: "Why", cell: ({ why }) => why },
    {
      head: "Tasks",
      cell: ({ tasks }) => [...tasks.slice(0, 3), ...(tasks.length > 3 ? [`and ${tasks.length - 3} more`] : [])].join(", "),
    },
  ];
  return h(
    "section",
    { "aria-label": "Audit" },
    h("h2", {}, "What it gives away of single tasks"),
    findings.length === 0
      ? h("p", {}, "The audit found no answer, constant or wording of a single task in its learned lines.")
      : dataTable("Findings of the audit", columns, findings),
  );
}
