import type { EpisodeIndex } from "../site-data.ts";
import { append, h } from "./element.ts";
import { type EpisodeFilter, filterNames, outcomes } from "./episode-filter.ts";

/** The form that begins with `first` and tells every change. */
export function filterForm(index: EpisodeIndex, first: EpisodeFilter, change: (filter: EpisodeFilter) => void): HTMLElement {
  const form = h("form", { class: "filters", "aria-label": "Filter episodes" });
  const controls = new Map<string, HTMLSelectElement | HTMLInputElement>();
  const read = (): EpisodeFilter => {
    const [benchmark = "", split = ""] = (controls.get("benchmark")?.value ?? "").split("\t");
    const values = Object.fromEntries(filterNames.map((name) => [name, controls.get(name)?.value ?? first[name]]));
    return { ...first, ...values, benchmark, split };
  };
  const changed = (): void => change(read());
  const select = (name: string, label: string, value: string, options: readonly (readonly [string, string])[]): void => {
    const known = options.some(([option]) => option === value) ? options : [...options, [value, `${value} (none here)`] as const];
    const control = h("select", { name, on: { change: changed } });
    for (const [option, text] of known) control.append(h("option", { selected: option === value }, text));
    // Values are set as properties: as attributes they would be shown texts, in which acting characters become escapes.
    [...control.options].forEach((option, at) => {
      option.value = known[at]?.[0] ?? "";
    });
    controls.set(name, control);
    append(form, [h("label", {}, h("span", {}, label), control)]);
  };
  const all = (list: readonly string[], everything: string): (readonly [string, string])[] => [
    ["", everything],
    ...list.map((text) => [text, text] as const),
  ];
  select("benchmark", "Benchmark", first.benchmark === "" ? "" : `${first.benchmark}\t${first.split}`, [
    ["", "all"],
    ...index.benchmarks.map(({ id, split }) => [`${id}\t${split}`, `${id} ${split}`] as const),
  ]);
  select("arm", "Arm", first.arm, all(index.arms, "all"));
  select("solver", "Solver", first.solver, all(index.solvers, "all"));
  select(
    "scorer",
    "Scorer",
    first.scorer,
    index.scorers.map((text) => [text, text] as const),
  );
  select("versus", "Beside arm", first.versus, all(index.arms, "no other arm"));
  select("outcome", "Outcome", first.outcome, [["", "all"], ...Object.entries(outcomes)]);
  select("exit", "Exit", first.exit, all(index.exits, "all"));
  if (index.types.length > 0) select("type", "Task type", first.type, all(index.types, "all"));
  if (index.purposes.length > 1)
    select("purpose", "Purpose", first.purpose, [...index.purposes.map((text) => [text, text] as const), ["all", "all"]]);
  const search = h("input", { type: "search", name: "search", on: { input: changed } });
  search.value = first.search;
  controls.set("search", search);
  append(form, [
    h("label", {}, h("span", {}, "Task, cluster or key"), search),
    h(
      "button",
      {
        type: "button",
        on: {
          click: () => {
            for (const [name, control] of controls) control.value = name === "scorer" ? first.scorer : name === "purpose" ? "measure" : "";
            changed();
          },
        },
      },
      "Clear filters",
    ),
  ]);
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}
