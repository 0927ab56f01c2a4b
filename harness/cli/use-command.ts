import { join } from "node:path";
import { skillFiles } from "../attribution/subject.ts";
import { commonTerms, type EpisodeUse, readUse } from "../attribution/use/read-use.ts";
import { marksOf, type SectionMarks } from "../attribution/use/section-marks.ts";
import { UsageError } from "../core/errors.ts";
import { type LedgerEpisode, type TrajectoryRecord, trajectorySchema } from "../core/record.ts";
import { outcomeOf } from "../report/collect-cells.ts";
import { renderGridsMarkdown } from "../report/render-markdown.ts";
import { renderGrids } from "../report/render-terminal.ts";
import { type ArmUse, countUse, type UsedEpisode, type UsedItem } from "../report/use/build-use.ts";
import { usePage } from "../report/use/use-page.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { replaceFile } from "../store/durable.ts";
import { openStore, type Store } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { readStored, type StoredExperiment } from "./stored-experiment.ts";

export interface UseOptions {
  readonly results: string;
  readonly json?: boolean;
}

/** A term that this share of the baseline's episodes use is no sign of the skill. */
const commonShare = 0.02;

const method: readonly string[] = [
  "A file counts as opened when a command names it or an observation shows one of its own lines; a section of it as displayed when one of its lines is shown. SKILL.md stands in the system prompt, so its sections are always displayed.",
  "A section counts as acted on when, after it was displayed, a command holds a code word, or thoughts and commands hold two words, of five letters or more that stand in this section of the skill only, not in the task's prompt, not in what the agent had read from its data, and hardly ever in episodes of the baseline.",
  "Limits: a lesson that is followed in other words is missed, and a word may come from elsewhere. Read the numbers beside each other, not alone.",
];

/** `t2s use EXPERIMENT`: which files and sections of their skills agents used, and how that goes with success, from stored trajectories. Writes report/section-use.json and .md. */
export async function useCommand(name: string, options: UseOptions, context: CliContext): Promise<void> {
  const stored = await readStored(options.results, name);
  const store = openStore(options.results);
  const cards = stored.lock.card.arms.filter(({ record }) => record?.skill != null);
  if (cards.length === 0) throw new UsageError(`no arm of ${name} is guided by a skill, so there is no use to count`);
  const arms: ArmUse[] = [];
  const seen = new Set<string>();
  for (const { name: arm, solver, record } of cards) {
    for (const { id, split, scorer } of stored.design.benchmarks) {
      const rows = stored.measured.filter((row) => row.arm === arm && row.solver === solver && row.benchmark === id && row.split === split);
      const cell = JSON.stringify([arm, solver, id, split]);
      if (record?.skill == null || rows.length === 0 || seen.has(cell)) continue;
      seen.add(cell);
      const common = await baselineTerms(stored, store, rows[0]);
      const files = await skillFiles(store, record.skill);
      const marks = marksOf(files);
      const others = files.map(({ path }) => path).filter((path) => path !== "SKILL.md");
      const episodes: UsedEpisode[] = [];
      for (const row of rows) {
        const outcome = outcomeOf(row, scorer);
        const trajectory = await trajectoryOf(store, row);
        if (outcome?.state !== "graded" || trajectory === undefined) continue;
        const use = readUse(trajectory, { files, marks, loaded: true }, common);
        episodes.push({ cluster: row.cluster, passed: outcome.score.passed, ...flagsOf(use, others) });
      }
      const simulated = rows.some((row) => row.simulated.length > 0);
      const head = { arm, solver, benchmark: id, split, skill: record.skill.hash, unread: rows.length - episodes.length, simulated };
      arms.push(countUse(head, itemsOf(others, marks), episodes));
    }
  }
  const page = usePage(name, arms, method);
  const json = { format: "t2s-section-use", v: 1, experiment: name, method, arms };
  await replaceFile(join(stored.dir, "report", "section-use.json"), `${JSON.stringify(json, null, 1)}\n`);
  await replaceFile(join(stored.dir, "report", "section-use.md"), renderGridsMarkdown(page));
  if (options.json === true) context.out(`${JSON.stringify(json)}\n`);
  else context.out(renderGrids(page, { width: context.terminal.columns, color: context.terminal.color }));
}

function itemsOf(others: readonly string[], marks: readonly SectionMarks[]): UsedItem[] {
  return [
    ...others.map((file): UsedItem => ({ kind: "file", file, title: file, from: 0, to: 0 })),
    ...marks.map(
      ({ section }): UsedItem => ({ kind: "section", file: section.file, title: section.heading, from: section.from, to: section.to }),
    ),
  ];
}

function flagsOf(use: EpisodeUse, others: readonly string[]): Pick<UsedEpisode, "displayed" | "used"> {
  const opened = others.map((path) => use.opened.includes(path));
  return {
    displayed: [...opened, ...use.sections.map(({ displayed }) => displayed)],
    used: [...opened, ...use.sections.map(({ actedOn }) => actedOn)],
  };
}

async function trajectoryOf(store: Store, row: LedgerEpisode): Promise<TrajectoryRecord | undefined> {
  return row.trajectory == null ? undefined : trajectorySchema.parse(await readJsonBlob(store.blobs, row.trajectory));
}

/** Terms that agents without a skill use on the same benchmark; none where the baseline has a skill of its own. */
async function baselineTerms(
  { design, lock, measured }: StoredExperiment,
  store: Store,
  like: LedgerEpisode | undefined,
): Promise<ReadonlySet<string>> {
  const plain = lock.card.arms
    .filter((one) => one.agent === "react" && one.record?.skill == null && one.record?.notes === undefined)
    .map((one) => one.name);
  const name = design.baseline !== undefined && plain.includes(design.baseline) ? design.baseline : plain[0];
  const rows = measured.filter(
    (row) => row.arm === name && row.solver === like?.solver && row.benchmark === like.benchmark && row.split === like.split,
  );
  const trajectories = await Promise.all(rows.map((row) => trajectoryOf(store, row)));
  const there = trajectories.filter((one) => one !== undefined);
  return commonTerms(there, Math.max(1, Math.ceil(commonShare * there.length)));
}
