import type { Departure } from "../../core/evolution.ts";
import { wilsonInterval } from "../../stats/wilson.ts";
import type { LevelRow, LossRow, MergeLaboratory, StoredEvolution, SurvivalRow } from "./merge-laboratory.ts";
import { carriedByLevel, lastOfLevel, supportClass, supportClasses, type TracedLesson, tracedLessons } from "./trace-lessons.ts";

/** What the stored files of an evolution say of merging. Spends nothing. */
export function buildLaboratory(evolution: StoredEvolution): MergeLaboratory {
  const { experiment, arm, seed, patches } = evolution;
  const proposedEdits = patches.reduce((sum, { edits }) => sum + edits.length, 0);
  return {
    v: 1,
    experiment,
    arm,
    seed,
    patches: patches.length,
    proposedEdits,
    survival: survivalRows(evolution),
    losses: lossRows(evolution, proposedEdits),
    levels: levelRows(evolution),
  };
}

function survivalRows(evolution: StoredEvolution): SurvivalRow[] {
  const { tree, lineage } = evolution;
  const lessons = tracedLessons(evolution);
  const carried = carriedByLevel(tree.nodes);
  const standing = (inMain: boolean): ReadonlySet<string> =>
    new Set(lineage.edits.flatMap(({ edit, leaves }) => ((edit.file === "SKILL.md") === inMain ? leaves : [])));
  const [main, aside] = [standing(true), standing(false)];
  const row = (support: string, own: readonly TracedLesson[]): SurvivalRow => {
    const count = (leaves: ReadonlySet<string>): number => own.filter((one) => one.leaves.some((leaf) => leaves.has(leaf))).length;
    const applied = count(new Set([...main, ...aside]));
    return {
      support,
      lessons: own.length,
      afterLevel: carried.map(count),
      inSkill: count(main),
      inReferences: count(aside),
      applied,
      share: own.length === 0 ? 0 : applied / own.length,
      interval: wilsonInterval(applied, own.length),
    };
  };
  const classes = supportClasses.flatMap((name) => {
    const own = lessons.filter(({ support }) => supportClass(support) === name);
    return own.length === 0 ? [] : [row(name, own)];
  });
  return [...classes, row("all", lessons)];
}

function lossRows({ coverage }: StoredEvolution, proposed: number): LossRow[] {
  const rows = new Map<string, { readonly departure: Departure; readonly edits: Set<string>; lessons: number }>();
  const rowOf = (departure: Departure) => {
    const name = `${departure.stage}\n${departure.reason}`;
    const known = rows.get(name) ?? { departure, edits: new Set<string>(), lessons: 0 };
    rows.set(name, known);
    return known;
  };
  for (const { edits, state } of coverage.lessons) {
    const left = edits.flatMap(({ edit, departure, appliedAs }) => (departure === null || appliedAs !== null ? [] : [{ edit, departure }]));
    for (const { edit, departure } of left) rowOf(departure).edits.add(edit);
    const last = left.at(-1);
    if (state === "not-applied" && last !== undefined) rowOf(last.departure).lessons += 1;
  }
  return [...rows.values()]
    .map(({ departure, edits, lessons }) => ({
      stage: departure.stage,
      reason: departure.reason,
      edits: edits.size,
      share: proposed === 0 ? 0 : edits.size / proposed,
      lessons,
      example: departure.note,
    }))
    .sort((a, b) => b.edits - a.edits || (`${a.stage} ${a.reason}` < `${b.stage} ${b.reason}` ? -1 : 1));
}

function levelRows({ patches, tree }: StoredEvolution): LevelRow[] {
  const sizes = new Map([...patches, ...tree.nodes].map(({ id, edits }) => [id, edits.length]));
  return [...new Set(tree.nodes.map(({ level }) => level))]
    .sort((a, b) => a - b)
    .map((level) => {
      const nodes = tree.nodes.filter((node) => node.level === level);
      const own = new Set(nodes.map(({ id }) => id));
      const count = (state: string): number => nodes.filter((node) => node.state === state).length;
      const inputs = nodes.map((node) => node.inputs.length);
      const from = nodes.flatMap((node) => node.inputs).filter((id) => !own.has(id));
      return {
        level,
        nodes: nodes.length,
        merged: count("merged"),
        passedOn: count("passed-on"),
        unreadable: count("unreadable"),
        inputs: { least: Math.min(...inputs), most: Math.max(...inputs) },
        editsIn: from.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0),
        editsOut: lastOfLevel(tree.nodes, level).reduce((sum, { edits }) => sum + edits.length, 0),
        left: nodes.reduce((sum, { departures }) => sum + departures.length, 0),
      };
    });
}
