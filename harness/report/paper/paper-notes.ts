import type { ProtocolCard } from "../../core/protocol-card.ts";
import { studentQuantile } from "../../stats/distributions.ts";
import { plannedDetectable } from "../../stats/minimum-detectable.ts";
import { count, fixed } from "../number-text.ts";
import type { ResultTable } from "../result-table.ts";
import { numberKey, type PaperDesign } from "./paper-design.ts";
import type { PaperTable } from "./paper-table.ts";

/** What the reference answers (oracle) or the untouched start files (nop) scored on tasks of a split, in some experiment. */
export interface ReferenceRun {
  readonly experiment: string;
  readonly agent: "oracle" | "nop";
  readonly benchmark: string;
  readonly split: string;
  readonly tasks: number;
  readonly passed: number;
}

/** What a reader of a published table with our numbers beside it should know; everything in it is computed from results. */
export function writePaperNotes(
  table: Omit<PaperTable, "notes">,
  design: PaperDesign,
  tables: readonly ResultTable[],
  references: readonly ReferenceRun[],
): readonly string[] {
  const { average } = design;
  const measured = measuredOf(design, table.cards);
  return [
    ...judgementNotes(table, design),
    ...measured.flatMap(({ subset }) => (subset === null ? [] : [`A part was measured: ${subset}.`])),
    ...measured.flatMap((one) => evolveNote(one, design)),
    ...typeNotes(measured, table.cards),
    ...measured.flatMap(flagNote),
    ...references.filter((one) => design.columns.some((c) => c.benchmark === one.benchmark && c.split === one.split)).map(referenceNote),
    ...detectableNotes(design, tables, measured),
    ...furtherNote(design),
    ...(average === undefined
      ? []
      : [
          `${average.label}: mean of ${average.groups.map((group) => `(${group.join(", ")} over ${design.models.length === 1 ? "the model" : "the models"})`).join(" and ")}, the publication's formula; ${table.rows.some((row) => row.average?.interval != null) ? "95 % interval over clusters that carry all their columns with them, benchmarks independent" : "no interval is given for it"}.`,
        ]),
  ];
}

type Measured = ProtocolCard["measured"][number];

function measuredOf({ columns }: PaperDesign, cards: readonly ProtocolCard[]): readonly Measured[] {
  const all = cards
    .flatMap((card) => card.measured)
    .filter((one) => columns.some((c) => c.benchmark === one.benchmark && c.split === one.split));
  return [...new Map(all.map((one) => [`${one.benchmark} ${one.split}`, one])).values()];
}

function judgementNotes({ margin }: Omit<PaperTable, "notes">, { protocol }: PaperDesign): string[] {
  const seeds = protocol === undefined ? "several" : String(protocol.seeds);
  return [
    `The published numbers are means of ${seeds} seeds; no variance was published with them, so they are taken to spread as ours do. Prediction: where a second run of ours would land with 95 % probability, on the same tasks (on further ones where a random part was measured), for the skill that was measured; evolution noise is in it only where every evolution seed was measured.`,
    `"differs": the published number lies outside of the prediction. "agrees": inside, and a difference of more than ${fixed(margin * 100, 0)} pp would have been detected. Otherwise no difference was detected, which is no agreement; detectable: found with 80 % power at 5 %. Nothing is adjusted for the number of cells.`,
  ];
}

/** Evolve tasks among the measured ones. */
function evolveNote({ benchmark, split, mix }: Measured, { columns }: PaperDesign): string[] {
  const tasks = mix.flags["in-evolve-split"] ?? 0;
  const labels = columns.filter((c) => c.benchmark === benchmark && c.split === split).map(({ label }) => label);
  if (tasks === 0) return [];
  const clusters = mix.flaggedClusters["in-evolve-split"] ?? 0;
  const apart = columns.filter(({ besides }) => besides !== undefined && labels.includes(besides)).map(({ label }) => `"${label}"`);
  const beside = apart.length === 0 ? "no column without them was measured" : `without them: ${apart.join(", ")}`;
  return [
    `${labels.join(" and ")}: ${count(clusters)} of the ${count(mix.clusters)} instances of ${benchmark} ${split} (${count(tasks)} of ${count(mix.tasks)} test cases) are among the tasks that skills are evolved on; ${beside}.`,
  ];
}

/** Types of tasks that are learned from and not measured, or the other way round. */
function typeNotes(measured: readonly Measured[], cards: readonly ProtocolCard[]): string[] {
  const sources = new Map(cards.flatMap((card) => card.learnedFrom).map((one) => [`${one.benchmark} ${one.split}`, one]));
  return [...sources.values()].flatMap((source) =>
    measured.flatMap((one) => {
      if (one.benchmark !== source.benchmark) return [];
      const [there, here] = [source.mix.types, one.mix.types];
      const only = Object.entries(there).filter(([type]) => here[type] === undefined);
      const never = Object.entries(here).filter(([type]) => there[type] === undefined);
      const list = (types: readonly (readonly [string, number])[]): string => types.map(([type, n]) => `${count(n)} ${type}`).join(", ");
      if (Object.keys(there).length === 0 || Object.keys(here).length === 0) return [];
      return [
        ...(only.length === 0
          ? []
          : [
              `Skills are learned from ${source.split} with ${list(only)} tasks among ${count(source.mix.tasks)}; ${one.split} has none of that kind (${list(Object.entries(here))}).`,
            ]),
        ...(never.length === 0
          ? []
          : [`${one.split} has ${list(never)} tasks, a kind that ${source.split}, which skills are learned from, does not have.`]),
      ];
    }),
  );
}

function flagNote({ benchmark, split, mix }: Measured): string[] {
  const untouched = mix.flags["passes-untouched"] ?? 0;
  const hopeless = mix.flags["cannot-pass"] ?? 0;
  const parts = [
    ...(untouched > 0 ? [`${count(untouched)} pass with the untouched start file`] : []),
    ...(hopeless > 0 ? [`${count(hopeless)} cannot pass at all`] : []),
  ];
  return parts.length === 0 ? [] : [`${benchmark} ${split}: of ${count(mix.tasks)} tasks ${parts.join(" and ")}, whatever the skill.`];
}

function referenceNote({ experiment, agent, benchmark, split, tasks, passed }: ReferenceRun): string {
  return agent === "nop"
    ? `Doing nothing passes ${count(passed)} of ${count(tasks)} tasks of ${benchmark} ${split} (measured in ${experiment}).`
    : `The reference answers themselves fail on ${count(tasks - passed)} of ${count(tasks)} tasks of ${benchmark} ${split} (measured in ${experiment}).`;
}

/** What difference a column could have shown at all: from the observed spread, else from the published rates. */
function detectableNotes(design: PaperDesign, tables: readonly ResultTable[], measured: readonly Measured[]): string[] {
  const seen: string[] = [];
  const expected: string[] = [];
  for (const column of design.columns) {
    const own = tables.filter((table) => table.benchmark === column.benchmark && table.split === column.split);
    const found = own
      .flatMap(({ comparisons }) => comparisons)
      .filter((one) => one.metric === column.metric && one.verdict !== "same-episodes")
      .flatMap(({ detectable }) => (detectable === null || !Number.isFinite(detectable) ? [] : [detectable]));
    if (found.length > 0) {
      const [low, high] = [Math.min(...found), Math.max(...found)].map((one) => fixed(Math.min(one, 1) * 100, 1));
      seen.push(`${column.label} ${low === high ? `${low} pp` : `${low} to ${high} pp`}`);
    } else expected.push(...plannedText(design, column, measured));
  }
  return [
    ...(seen.length === 0
      ? []
      : [
          `Differences between two arms that this table could have detected (80 % power at 5 %, unadjusted, observed spread): ${seen.join("; ")}.`,
        ]),
    ...(expected.length === 0 ? [] : [`Not measured yet; what to expect: ${expected.join("; ")}.`]),
  ];
}

function plannedText(design: PaperDesign, column: PaperDesign["columns"][number], measured: readonly Measured[]): string[] {
  const set = measured.find((one) => one.benchmark === column.benchmark && one.split === column.split);
  const [first] = design.rows;
  const rates = design.models.flatMap(({ published }) => first?.numbers[numberKey(published, column.label)] ?? []);
  if (set === undefined || set.mix.clusters < 2 || rates.length === 0) return [];
  const n = set.mix.clusters;
  const margin = studentQuantile(0.975, n - 1) * Math.sqrt(0.25 / n);
  const found = rates.map((rate) =>
    plannedDetectable({ betweenClusters: 2 * rate * (1 - rate), withinClusters: 0, clusters: n }, { clusters: n, repetitions: 1 }),
  );
  const range = [...new Set([Math.min(...found), Math.max(...found)].map((one) => fixed(one * 100, 0)))].join(" to ");
  return [
    `${column.label} (${count(n)}): one mean is known to ± ${fixed(margin * 100, 0)} pp at worst, two independent arms at the published rates of ${first?.published} differ visibly from ${range} pp on, less where their episodes go together`,
  ];
}

function furtherNote({ rows }: PaperDesign): string[] {
  const names = [...new Set(rows.flatMap(({ further = {} }) => Object.keys(further)))];
  return names.map(
    (name) =>
      `Also published, without a counterpart here: ${name} (${rows.flatMap(({ published, further = {} }) => (further[name] === undefined ? [] : [`${published} ${further[name]}`])).join(", ")}).`,
  );
}
