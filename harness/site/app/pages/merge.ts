import type { Departure } from "../../../core/evolution.ts";
import { count } from "../../../report/number-text.ts";
import type { MergeData, MergeEdit, SkillsData } from "../../skills/skill-data.ts";
import { type Column, dataTable } from "../data-table.ts";
import { type Child, h } from "../element.ts";
import { lazyDetails } from "../lazy-details.ts";
import { loadData } from "../load-data.ts";
import { longText } from "../long-text.ts";
import type { Page } from "../page.ts";
import { panelTable } from "../panel-table.ts";
import { routeHash } from "../route.ts";

/** How patches became a skill, level by level: what went in, what came out, and what was withheld or lost and why. */
export const mergePage: Page = {
  id: "merge",
  nav: "Merging",
  needs: "skills",
  title: ({ experiment }) => `Merging in ${experiment.name}`,
  async render({ experiment, params }) {
    const { skills } = await loadData<SkillsData>(`${experiment.id}/skills`);
    const merged = skills.filter((skill) => skill.merged);
    const chosen = merged.find(({ n }) => String(n) === params.skill) ?? merged.find(({ selected }) => selected) ?? merged[0];
    if (chosen === undefined)
      return h("p", {}, "Nothing was merged in this experiment: its skills were edited step by step, or written in one go.");
    const data = await loadData<MergeData>(`${experiment.id}/merge-${chosen.n}`);
    const choice =
      merged.length < 2
        ? null
        : h(
            "nav",
            { "aria-label": "Evolutions", class: "choice" },
            h(
              "ul",
              {},
              merged.map((one) =>
                h(
                  "li",
                  {},
                  h(
                    "a",
                    {
                      href: routeHash("merge", { experiment: experiment.name, skill: String(one.n) }),
                      "aria-current": one === chosen ? "true" : undefined,
                    },
                    `${one.arm}, seed ${one.seed}`,
                  ),
                ),
              ),
            ),
          );
    return [
      choice,
      h("h2", {}, `${chosen.arm}, evolution seed ${chosen.seed}${chosen.simulated ? " (SIMULATED author)" : ""}`),
      h(
        "p",
        {},
        h("a", { href: routeHash("skills", { experiment: experiment.name, skill: String(chosen.n) }) }, "The skill that came out"),
      ),
      summary(data),
      losses(data),
      h("h2", {}, "Patches in"),
      patchTable(experiment.name, data),
      levels(data).map((level) => [h("h2", {}, `Level ${level}`), nodeTable(data, level, params.node)]),
      h("h2", {}, "After merging"),
      data.after.length === 0 ? h("p", {}, "Everything that was merged was applied.") : departures("Withheld after merging", data.after),
      lazyDetails(`${count(data.applied.length)} edits in the skill`, () => edits("Edits in the skill", data.applied)),
    ];
  },
};

const levels = ({ nodes }: MergeData): number[] => [...new Set(nodes.map(({ level }) => level))].sort((a, b) => a - b);

function summary(data: MergeData): Child {
  const proposed = data.patches.reduce((sum, { edits: own }) => sum + own.length, 0);
  return h(
    "p",
    {},
    `${count(data.patches.length)} patches with ${count(proposed)} edits, ${data.batchSize === "all" ? "all" : `up to ${count(data.batchSize)}`} a merge, ${count(data.levels)} ${data.levels === 1 ? "level" : "levels"}, ${count(data.calls)} ${data.calls === 1 ? "call" : "calls"}: ${count(data.applied.length)} edits in the skill.`,
  );
}

/** Every edit that left, by where and why. */
function losses(data: MergeData): Child {
  const all = [...data.patches.flatMap((one) => one.departures), ...data.nodes.flatMap((one) => one.departures), ...data.after];
  if (all.length === 0) return h("p", {}, "No edit was withheld or lost.");
  const counts = new Map<string, { stage: string; reason: string; edits: number }>();
  for (const { stage, reason } of all) {
    const key = `${stage}\u0000${reason}`;
    counts.set(key, { stage, reason, edits: (counts.get(key)?.edits ?? 0) + 1 });
  }
  return dataTable<{ stage: string; reason: string; edits: number }>(
    "Edits withheld or lost, by stage and reason",
    [
      { head: "Stage", heading: true, cell: ({ stage }) => stage, sort: ({ stage }) => stage },
      { head: "Reason", cell: ({ reason }) => reason, sort: ({ reason }) => reason },
      { head: "Edits", number: true, cell: (one) => count(one.edits), sort: (one) => one.edits },
    ],
    [...counts.values()].sort((a, b) => b.edits - a.edits),
  );
}

type Patch = MergeData["patches"][number];

function patchTable(experiment: string, { patches }: MergeData): Child {
  const columns: readonly Column<Patch>[] = [
    { head: "Patch", heading: true, cell: ({ id }) => id },
    { head: "From", cell: ({ source }) => source, sort: ({ source }) => source },
    {
      head: "Episode",
      cell: ({ task, episode }) =>
        episode === null ? `task ${task} (imported)` : h("a", { href: routeHash("episode", { experiment, key: episode }) }, `task ${task}`),
    },
    { head: "Edits", number: true, cell: (one) => count(one.edits.length), sort: (one) => one.edits.length },
    { head: "Not taken", number: true, cell: (one) => count(one.departures.length), sort: (one) => one.departures.length },
  ];
  return panelTable("Patches", columns, patches, {
    id: "patch",
    name: ({ id }) => `Patch ${id}`,
    content: (one) => [edits(`Edits of ${one.id}`, one.edits), departures(`Not taken from ${one.id}`, one.departures)],
  });
}

type Node = MergeData["nodes"][number];
const states: Readonly<Record<Node["state"], string>> = {
  merged: "merged",
  "passed-on": "passed on",
  unreadable: "reply unreadable, split",
};

function nodeTable({ nodes }: MergeData, level: number, open: string | undefined): Child {
  const lost = ({ departures: all }: Node): number => all.filter(({ reason }) => reason === "lost").length;
  const columns: readonly Column<Node>[] = [
    { head: "Merge", heading: true, cell: ({ id }) => id },
    { head: "Inputs", cell: ({ inputs }) => inputs.join(", ") },
    { head: "State", cell: ({ state }) => states[state] },
    { head: "Edits in", number: true, cell: (one) => count(one.editsIn), sort: (one) => one.editsIn },
    { head: "Edits out", number: true, cell: (one) => count(one.edits.length), sort: (one) => one.edits.length },
    {
      head: "Dropped",
      number: true,
      cell: (one) => count(one.departures.length - lost(one)),
      sort: (one) => one.departures.length - lost(one),
    },
    { head: "Lost", number: true, cell: (one) => count(lost(one)), sort: lost },
  ];
  const own = nodes.filter((one) => one.level === level);
  const first = own.find(({ id }) => id === open);
  return panelTable(`Level ${level}`, columns, own, {
    id: `level-${level}`,
    name: ({ id }) => `Merge ${id}`,
    content: (one) => [
      one.reasoning === "" ? null : longText(one.reasoning, `Reasoning of ${one.id}`),
      departures(`Withheld or lost in ${one.id}`, one.departures),
      edits(`Edits out of ${one.id}`, one.edits),
    ],
    ...(first === undefined ? {} : { open: first }),
  });
}

function departures(caption: string, rows: readonly Departure[]): Child {
  if (rows.length === 0) return null;
  const columns: readonly Column<Departure>[] = [
    { head: "Edit", heading: true, cell: ({ edit }) => edit },
    { head: "Stage", cell: ({ stage }) => stage, sort: ({ stage }) => stage },
    { head: "Reason", cell: ({ reason }) => reason, sort: ({ reason }) => reason },
    { head: "In favour of", cell: ({ inFavourOf }) => inFavourOf ?? "-" },
    { head: "In words", cell: ({ note }) => (note.length > 600 ? longText(note, "In words") : note) },
  ];
  return dataTable(caption, columns, rows);
}

function edits(caption: string, rows: readonly MergeEdit[]): Child {
  if (rows.length === 0) return h("p", {}, "No edits.");
  const columns: readonly Column<MergeEdit>[] = [
    { head: "Edit", heading: true, cell: ({ id }) => id },
    { head: "Support", number: true, cell: ({ support }) => count(support), sort: ({ support }) => support },
    { head: "Operation", cell: ({ op, file, section }) => `${op} in ${file}${section === null ? "" : `, ${section}`}` },
    { head: "Text", cell: ({ content, id }) => (content === "" ? "-" : longText(content, `Text of ${id}`)) },
  ];
  return dataTable(caption, columns, rows);
}
