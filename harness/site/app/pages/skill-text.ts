/** The text of a skill with the evidence behind every passage, and its changes. */
import type { SkillData, SkillEditData, SkillFileData, SkillPatchData, SkillSummary } from "../../skills/skill-data.ts";
import { type Column, dataTable } from "../data-table.ts";
import { append, type Child, h } from "../element.ts";
import { lazyDetails } from "../lazy-details.ts";
import { longText } from "../long-text.ts";
import { markdownBlock } from "../markdown.ts";
import type { PageContext } from "../page.ts";
import { routeHash } from "../route.ts";

/** Address of this page with some parameters changed. */
export type At = (more: Readonly<Record<string, string | undefined>>) => string;

/** One file, rendered or line by line. */
export function fileView(
  context: PageContext,
  skill: SkillData,
  file: SkillFileData,
  view: "rendered" | "lines",
  at: At,
  chosen: SkillSummary,
): Child {
  const edits = new Map(skill.edits.map((edit) => [edit.id, edit]));
  const patches = new Map(skill.patches.map((patch) => [patch.id, patch]));
  const linkTo = (url: string): string | undefined => {
    const path = url.replace(/^\.\//, "").replace(/#.*$/s, "");
    return skill.files.some((one) => one.path === path) ? at({ file: path }) : undefined;
  };
  const rowOf = (from: number, to: number, content: Child): Child => {
    const origins = file.spans.filter((span) => span.from <= to && from <= span.to);
    const own = [...new Set(origins.flatMap(({ edit }) => (edit === null ? [] : [edit])))];
    return originRow(
      { context, chosen, patches },
      from,
      to,
      content,
      own.flatMap((id) => edits.get(id) ?? []),
      origins.length === 0,
    );
  };
  const legend =
    file.spans.length === 0
      ? h("p", {}, "No lineage is stored for this file.")
      : h(
          "p",
          {},
          "A number beside a passage is its support: the distinct tasks behind it. It opens the lessons and episodes it comes from. Passages without one are from the start skill.",
        );
  if (view === "lines" || file.rows === null) {
    const lines = file.text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    return [legend, h("div", { class: "skill lines" }, inParts(lines.map((line, i) => () => rowOf(i + 1, i + 1, lineText(line, i + 1)))))];
  }
  return [
    legend,
    h(
      "div",
      { class: "skill" },
      inParts(
        file.rows.map(
          ({ from, to, block }) =>
            () =>
              rowOf(from, to, markdownBlock(block, linkTo)),
        ),
      ),
    ),
  ];
}

const lineText = (line: string, number: number): Child =>
  line.length > 2000 ? longText(line, `Line ${number}`) : h("code", { class: "line" }, line === "" ? " " : line);

/** Rows of a long file come in parts, so that the first are there at once. */
const partRows = 400;
function inParts(makers: readonly (() => Child)[]): Child {
  const frame = h("div");
  let shown = 0;
  const show = (): void => {
    append(
      frame,
      makers.slice(shown, shown + partRows).map((make) => make()),
    );
    shown = Math.min(makers.length, shown + partRows);
  };
  show();
  if (shown >= makers.length) return frame;
  const button = h("button", { type: "button", on: { click: () => press() } }, "Show more lines");
  const press = (): void => {
    show();
    if (shown >= makers.length) button.remove();
  };
  return [frame, button];
}

interface Behind {
  readonly context: PageContext;
  readonly chosen: SkillSummary;
  readonly patches: ReadonlyMap<string, SkillPatchData>;
}

/** A passage with its lines and support beside it, and under it what it comes from, once it is asked for. */
function originRow(behind: Behind, from: number, to: number, content: Child, edits: readonly SkillEditData[], unknown: boolean): Child {
  const lines = from === to ? `${from}` : `${from}–${to}`;
  const row = h("div", { class: edits.length > 0 ? "skill-row edited" : "skill-row", id: `line-${from}` });
  const panel = h("div", { class: "evidence", id: `evidence-${from}`, hidden: true });
  const support = Math.max(0, ...edits.map(({ tasks }) => tasks.length));
  const button =
    edits.length === 0
      ? null
      : h(
          "button",
          {
            type: "button",
            class: "support",
            "aria-expanded": "false",
            "aria-controls": `evidence-${from}`,
            "aria-label": `Lines ${lines}: support ${support}, show where they come from`,
            on: { click: () => toggle() },
          },
          `support ${support}`,
        );
  const toggle = (): void => {
    if (panel.childNodes.length === 0)
      append(
        panel,
        edits.map((edit) => evidence(behind, edit)),
      );
    panel.hidden = !panel.hidden;
    button?.setAttribute("aria-expanded", String(!panel.hidden));
  };
  append(row, [
    h("div", { class: "gutter" }, h("span", { class: "line-number", title: unknown ? "no lineage" : undefined }, lines), button),
    h("div", { class: "skill-content" }, content),
    edits.length === 0 ? null : panel,
  ]);
  return row;
}

function evidence({ context, chosen, patches }: Behind, edit: SkillEditData): Child {
  const { experiment } = context;
  const own = edit.patches.flatMap((id) => patches.get(id) ?? []);
  const columns: readonly Column<SkillPatchData>[] = [
    { head: "Patch", heading: true, cell: ({ id, source }) => `${id} (${source})` },
    {
      head: "Episode",
      cell: ({ task, episode }) =>
        episode === null
          ? `task ${task} (imported)`
          : h("a", { href: routeHash("episode", { experiment: experiment.name, key: episode }) }, `task ${task}, ${episode.slice(0, 12)}`),
    },
    {
      head: "Lessons",
      cell: ({ lessons }) =>
        lessons.length === 0
          ? "-"
          : lessons.map(({ title, description, content }) =>
              lazyDetails(title, () => [h("p", {}, description), longText(content, `Lesson: ${title}`)]),
            ),
    },
  ];
  return h(
    "section",
    { "aria-label": `Edit ${edit.id}` },
    h(
      "p",
      {},
      h("strong", {}, `Edit ${edit.id}`),
      `: ${edit.op}${edit.section === null ? "" : ` "${edit.section}"`}, support ${edit.tasks.length}`,
    ),
    h("p", {}, `Tasks: ${edit.tasks.join(", ")}`),
    edit.nodes.length === 0
      ? null
      : h(
          "p",
          {},
          "Merged in: ",
          edit.nodes.map((node) => [
            h("a", { href: routeHash("merge", { experiment: experiment.name, skill: String(chosen.n), node }) }, node),
            " ",
          ]),
        ),
    dataTable(`Patches behind ${edit.id}`, columns, own, { hideCaption: true }),
  );
}

/** A unified diff from the start skill. */
export function diffView(diff: string): Child {
  if (diff === "") return h("p", {}, "Nothing differs from the start skill, or no diff is stored.");
  const lines = diff.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const kind = (line: string): string =>
    /^(?:\+\+\+|---|diff |Index)/.test(line)
      ? "file"
      : line.startsWith("+")
        ? "added"
        : line.startsWith("-")
          ? "removed"
          : line.startsWith("@@")
            ? "place"
            : "same";
  return h(
    "div",
    { class: "diff", role: "region", "aria-label": "Changes to the start skill", tabindex: 0 },
    inParts(lines.map((line) => () => h("code", { class: `line ${kind(line)}` }, line === "" ? " " : line))),
  );
}
