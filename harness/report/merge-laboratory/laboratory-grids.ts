import { count, fixed, percent, percentRange } from "../number-text.ts";
import { oneLine } from "../plain-text.ts";
import type { Grid, Section } from "../section.ts";
import type { MergeLaboratory, OrderSensitivity } from "./merge-laboratory.ts";

/** A laboratory as text. */
export function laboratorySection(laboratory: MergeLaboratory): Section {
  const { experiment, arm, seed, patches, proposedEdits, sensitivity } = laboratory;
  return {
    title: `${oneLine(experiment)}, ${oneLine(arm)}, evolution seed ${seed}: merging of ${patches} patches with ${proposedEdits} edits`,
    grids: [
      levelGrid(laboratory),
      survivalGrid(laboratory),
      ...(laboratory.losses.length === 0 ? [] : [lossGrid(laboratory)]),
      ...(laboratory.variants === undefined ? [] : [variantGrid(laboratory)]),
      ...(sensitivity === undefined ? [] : [supportGrid(sensitivity)]),
    ],
    notes: [
      "Support: most tasks behind any edit a lesson was part of. A lesson that is lost early meets fewer of its like, so part of the difference between rows is where they were lost.",
      "Intervals: Wilson, 95 %, lessons taken as independent.",
      ...(sensitivity === undefined ? [] : [orderText(sensitivity)]),
    ],
  };
}

function levelGrid({ levels }: MergeLaboratory): Grid {
  return {
    title: "Merge tree",
    head: ["level", "nodes", "merged", "passed on", "unreadable", "inputs a node", "edits in", "edits out", "left here"],
    rows: levels.map((one) => [
      String(one.level),
      count(one.nodes),
      count(one.merged),
      count(one.passedOn),
      count(one.unreadable),
      one.inputs.least === one.inputs.most ? String(one.inputs.most) : `${one.inputs.least} to ${one.inputs.most}`,
      count(one.editsIn),
      count(one.editsOut),
      count(one.left),
    ]),
  };
}

function survivalGrid({ survival, levels }: MergeLaboratory): Grid {
  return {
    title: "Lessons, by support",
    head: ["support", "proposed", ...levels.map(({ level }) => `after level ${level}`), "in SKILL.md", "in references", "applied"],
    rows: survival.map((one) => [
      one.support,
      count(one.lessons),
      ...one.afterLevel.map(count),
      count(one.inSkill),
      count(one.inReferences),
      one.lessons === 0 ? "-" : `${percent(one.share)} ${percentRange(one.interval)}`,
    ]),
  };
}

function lossGrid({ losses }: MergeLaboratory): Grid {
  return {
    title: "What left, and why",
    head: ["stage", "reason", "edits", "of proposed", "lessons lost by it"],
    rows: losses.map((one) => [one.stage, one.reason, count(one.edits), percent(one.share), count(one.lessons)]),
  };
}

function variantGrid({ variants = [], proposedEdits }: MergeLaboratory): Grid {
  return {
    title: "The same patches, merged otherwise",
    head: ["merge", "levels", "calls", "edits kept", "lessons", "applied edits", "lines", "references", "skill"],
    rows: variants.map((one) => [
      oneLine(one.name),
      String(one.levels),
      count(one.calls),
      `${count(one.kept.length)} of ${count(proposedEdits)}`,
      count(one.lessons),
      count(one.appliedEdits),
      count(one.lines),
      count(one.references),
      one.state === "evolved" ? one.skill.slice(0, 8) : one.state,
    ]),
  };
}

function supportGrid({ bySupport }: OrderSensitivity): Grid {
  return {
    title: "How often an edit is kept over the orders, by support",
    head: ["support", "edits", "orders that keep it"],
    rows: bySupport.map((one) => [one.support, count(one.edits), percent(one.kept)]),
  };
}

function orderText({ orders, skills, always, sometimes, never, overlap, lessons, lines }: OrderSensitivity): string {
  const shared =
    overlap === null
      ? ""
      : ` Two orders share ${percent(overlap.mean, 0)} of what either keeps on average, ${percent(overlap.least, 0)} at least.`;
  return `Over ${orders} orders, the stored one among them: ${skills} different skills; of the proposed edits ${always} are always kept, ${sometimes} sometimes, ${never} never.${shared} Lessons ${lessons.least} to ${lessons.most}, lines of SKILL.md ${fixed(lines.least, 0)} to ${fixed(lines.most, 0)}. What an order is worth on tasks only measuring tells: write it as a sweep over evolution.merge.grouping.`;
}
