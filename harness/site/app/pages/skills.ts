import { count } from "../../../report/number-text.ts";
import type { SkillData, SkillSummary, SkillsData } from "../../skills/skill-data.ts";
import { type Column, dataTable } from "../data-table.ts";
import { type Child, h } from "../element.ts";
import { loadData } from "../load-data.ts";
import type { Page, PageContext } from "../page.ts";
import { routeHash } from "../route.ts";
import { effectsTable, findingsTable, useTable } from "./skill-parts.ts";
import { type At, diffView, fileView } from "./skill-text.ts";

const views = { rendered: "Rendered", lines: "Lines", diff: "Changes to the start skill" } as const;
type View = keyof typeof views;
const isView = (text: string): text is View => text in views;

/** Evolved skills: the text with the evidence behind every line, the changes, and what sections do. */
export const skillsPage: Page = {
  id: "skills",
  nav: "Skills",
  needs: "skills",
  title: ({ experiment }) => `Skills of ${experiment.name}`,
  async render(context) {
    const { experiment, params } = context;
    const { skills } = await loadData<SkillsData>(`${experiment.id}/skills`);
    const chosen = skills.find(({ n }) => String(n) === params.skill) ?? skills.find(({ selected }) => selected) ?? skills[0];
    if (chosen === undefined) return h("p", {}, "No skill was evolved in this experiment.");
    const skill = await loadData<SkillData>(`${experiment.id}/skill-${chosen.n}`);
    return [skills.length > 1 ? skillTable(context, skills, chosen) : null, skillView(context, chosen, skill)];
  },
};

function skillTable({ experiment }: PageContext, skills: readonly SkillSummary[], chosen: SkillSummary): Child {
  const columns: readonly Column<SkillSummary>[] = [
    {
      head: "Arm and evolution seed",
      heading: true,
      cell: (one) =>
        h(
          "a",
          {
            href: routeHash("skills", { experiment: experiment.name, skill: String(one.n) }),
            "aria-current": one === chosen ? "true" : undefined,
          },
          `${one.arm}, seed ${one.seed}`,
        ),
    },
    { head: "Kind", cell: ({ kind, simulated }) => `${kind ?? "-"}${simulated ? " (sim)" : ""}` },
    { head: "Selected", cell: ({ selected }) => (selected ? "yes" : "-") },
    { head: "Lines", number: true, cell: ({ lines }) => count(lines), sort: ({ lines }) => lines },
    { head: "Edits", number: true, cell: ({ edits }) => count(edits), sort: ({ edits }) => edits },
    { head: "Patches", number: true, cell: ({ patches }) => count(patches), sort: ({ patches }) => patches },
  ];
  return dataTable("Evolved skills", columns, skills);
}

function skillView(context: PageContext, chosen: SkillSummary, skill: SkillData): Child {
  const { experiment, params } = context;
  const view: View = isView(params.view ?? "") ? (params.view as View) : "rendered";
  const file =
    skill.files.find(({ path }) => path === params.file) ?? skill.files.find(({ path }) => path === "SKILL.md") ?? skill.files[0];
  const at: At = (more) => routeHash("skills", { experiment: experiment.name, skill: String(chosen.n), file: file?.path, view, ...more });
  const links = (label: string, items: readonly { readonly text: string; readonly href: string; readonly here: boolean }[]): Child =>
    h(
      "nav",
      { "aria-label": label, class: "choice" },
      h(
        "ul",
        {},
        items.map(({ text, href, here }) => h("li", {}, h("a", { href, "aria-current": here ? "true" : undefined }, text))),
      ),
    );
  return h(
    "section",
    { "aria-label": `Skill of ${chosen.arm}` },
    h("h2", {}, `${chosen.arm}, evolution seed ${chosen.seed}${chosen.simulated ? " (SIMULATED author)" : ""}`),
    h(
      "p",
      {},
      `${count(chosen.lines)} lines in ${count(chosen.files)} files; ${count(chosen.edits)} edits from ${count(chosen.patches)} patches. `,
      chosen.merged
        ? h("a", { href: routeHash("merge", { experiment: experiment.name, skill: String(chosen.n) }) }, "How they were merged")
        : null,
    ),
    skill.problems.length === 0
      ? null
      : h(
          "div",
          { class: "warnings" },
          h(
            "ul",
            {},
            skill.problems.map((text) => h("li", {}, text)),
          ),
        ),
    links(
      "View",
      Object.entries(views).map(([id, text]) => ({ text, href: at({ view: id }), here: id === view })),
    ),
    view === "diff" || skill.files.length < 2
      ? null
      : links(
          "Files",
          skill.files.map(({ path }) => ({ text: path, href: at({ file: path }), here: path === file?.path })),
        ),
    view === "diff"
      ? diffView(skill.diff)
      : file === undefined
        ? h("p", {}, "The skill has no files.")
        : fileView(context, skill, file, view, at, chosen),
    skill.effects.length === 0 ? null : effectsTable(skill.effects),
    skill.use.length === 0 ? null : useTable(skill.use),
    skill.findings === null ? null : findingsTable(skill.findings, at),
  );
}
