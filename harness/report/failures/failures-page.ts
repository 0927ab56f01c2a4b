import { simulatedMark } from "../cell-text.ts";
import { count, percent, percentRange } from "../number-text.ts";
import { oneLine } from "../plain-text.ts";
import type { Grid } from "../section.ts";
import type { ArmFailures, ArmFlips, FailureReport } from "./build-failures.ts";

const listed = 15;

/** How arms fail and what they repair and break, as text. */
export function failuresPage(report: FailureReport): {
  readonly title: string;
  readonly grids: readonly Grid[];
  readonly notes: readonly string[];
} {
  const cells = [...new Set(report.arms.map((one) => `${one.benchmark}\n${one.split}`))];
  return {
    title: `How arms fail: ${report.experiment}`,
    grids: [
      ...cells.map((cell) =>
        kindGrid(
          report,
          report.arms.filter((one) => `${one.benchmark}\n${one.split}` === cell),
        ),
      ),
      toolGrid(report.arms),
      ...(report.flips.length === 0 ? [] : [flipGrid(report)]),
      ...report.flips.filter(({ tasks }) => tasks.length > 0).map(taskGrid),
    ],
    notes: [
      "Shares are of the judged episodes of an arm, with 95 % intervals over clusters. One kind an episode: how it ended where nothing was handed in, else what its benchmark says of the answer.",
      "Repaired and broken: episodes of equal task, seed, attempt and replica that passed here and failed in the baseline, and the other way round. Seeds are draws: a part of both is chance, so read them against each other.",
      "A failed command is no failed episode: agents look for things that are not there.",
    ],
  };
}

const columnOf = ({ arm, solver }: Pick<ArmFailures, "arm" | "solver">): string => oneLine(solver === "-" ? arm : `${arm}, ${solver}`);

function kindGrid({ kinds }: FailureReport, arms: readonly ArmFailures[]): Grid {
  const [first] = arms;
  return {
    title: `Kinds of failure, ${first?.benchmark} ${first?.split}`,
    head: ["kind", ...arms.map(columnOf)],
    rows: [
      [
        "judged",
        ...arms.map((one) => `${count(one.judged)}${simulatedMark(one.simulated)}${one.unjudged > 0 ? `\n${one.unjudged} unjudged` : ""}`),
      ],
      ["passed", ...arms.map((one) => (one.judged === 0 ? "-" : `${one.passed}: ${percent(one.passed / one.judged)}`))],
      ...kinds
        .filter(({ id }) => arms.some((one) => one.kinds.some(({ kind }) => kind === id)))
        .map(({ id, label }) => [
          oneLine(label),
          ...arms.map((one) => {
            const found = one.kinds.find(({ kind }) => kind === id);
            return found === undefined ? "0" : `${found.episodes}: ${percent(found.share)} ${percentRange(found.interval)}`;
          }),
        ]),
    ],
  };
}

function toolGrid(arms: readonly ArmFailures[]): Grid {
  const passShare = (one: ArmFailures, name: string): string => {
    const found = one.symptoms.find(({ symptom }) => symptom === name);
    return found === undefined || found.episodes === 0 ? "0" : `${found.episodes}, passed ${percent(found.passed / found.episodes)}`;
  };
  return {
    title: "Commands and replies",
    head: ["arm", "commands", "failed", "timed out", "episodes with a failed command", "with a bad reply"],
    rows: arms.map((one) => [
      `${columnOf(one)}\n${one.benchmark}`,
      count(one.commands.run),
      one.commands.run === 0 ? "-" : `${count(one.commands.failed)} (${percent(one.commands.failed / one.commands.run)})`,
      count(one.commands.timedOut),
      passShare(one, "failed-command"),
      passShare(one, "bad-reply"),
    ]),
  };
}

function flipGrid({ flips, kinds }: FailureReport): Grid {
  const label = (id: string): string => oneLine(kinds.find((one) => one.id === id)?.label ?? id);
  const most = (list: ArmFlips["repairedKinds"]): string =>
    list
      .slice(0, 3)
      .map(({ kind, episodes }) => `${episodes} ${label(kind)}`)
      .join("\n");
  return {
    title: `Repaired and broken against ${flips[0]?.reference ?? ""}`,
    head: ["arm", "pairs", "repaired", "most of them were", "broken", "most of them are"],
    rows: flips.map((one) => [
      `${columnOf(one)}\n${one.benchmark}`,
      count(one.slots),
      `${one.repaired.slots}\n${percent(one.repaired.share)} ${percentRange(one.repaired.interval)}`,
      most(one.repairedKinds),
      `${one.broken.slots}\n${percent(one.broken.share)} ${percentRange(one.broken.interval)}`,
      most(one.brokenKinds),
    ]),
  };
}

function taskGrid(flips: ArmFlips): Grid {
  const left = flips.tasks.length - listed;
  return {
    title: `Tasks that ${columnOf(flips)} changes most against ${flips.reference} (${flips.benchmark})${left > 0 ? `, ${left} more in failures.json` : ""}`,
    head: ["task", "cluster", `passed, ${oneLine(flips.reference)}`, `passed, ${oneLine(flips.arm)}`, "repaired", "broken"],
    rows: flips.tasks
      .slice(0, listed)
      .map((one) => [
        oneLine(one.task),
        oneLine(one.cluster),
        `${one.referencePassed} of ${one.slots}`,
        `${one.passed} of ${one.slots}`,
        String(one.repaired),
        String(one.broken),
      ]),
  };
}
