import type { Lineage } from "../../core/evolution.ts";
import type { Finding } from "../../skill/finding.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { skillHash } from "../../skill/read-skill.ts";
import { validateFiles } from "../../skill/validate-skill.ts";
import type { Subject } from "./candidates.ts";
import { leaveOutEdits } from "./leave-out-edits.ts";
import { leaveOutSection, sectionsOf } from "./leave-out-section.ts";
import type { AblationPart } from "./plan.ts";

/** A part with its effect (whole minus without, a fraction), averaged over solvers and benchmarks; null when nothing could be judged. */
export interface MeasuredPart {
  readonly part: AblationPart;
  readonly effect: number | null;
  /** The effect in words with its interval, for the change log. */
  readonly said: string;
}

/** A skill without the parts whose removal did not hurt. A proposal: nothing has measured it. */
export interface PrunedSkill {
  readonly files: readonly SkillFile[];
  readonly hash: string;
  readonly removed: readonly MeasuredPart[];
  /** Edits that had to leave with them. */
  readonly along: readonly string[];
  readonly kept: readonly MeasuredPart[];
  /** Present where the skill is made of edits. */
  readonly lineage?: Lineage;
  /** What the format check says of it and not of the whole skill. */
  readonly findings: readonly Finding[];
}

/**
 * Leaves out every measured part whose effect is `atMost` or less: edits where there are any, else sections. What was not measured stays. Null when there is nothing to leave
 * out; a sentence when the rest is no skill. Effects were measured one part at a time, so what parts do together is not known.
 */
export function pruneSkill(
  subject: Subject,
  measured: readonly MeasuredPart[],
  atMost: number,
): PrunedSkill | { readonly problem: string } | null {
  const kind = subject.start !== undefined && measured.some(({ part }) => part.kind === "edit") ? "edit" : "section";
  const own = measured.filter(({ part }) => part.kind === kind);
  const removed = own.filter(({ effect }) => effect !== null && effect <= atMost);
  if (removed.length === 0) return null;
  const kept = own.filter((one) => !removed.includes(one));
  const done = kind === "edit" ? withoutEdits(subject, removed) : { files: withoutSections(subject.files, removed), along: [] };
  if ("problem" in done) return done;
  const before = new Set(validateFiles(subject.files, "skill").map(sameFinding));
  const findings = validateFiles(done.files, "skill").filter((one) => !before.has(sameFinding(one)));
  const error = findings.find(({ severity }) => severity === "error");
  if (error !== undefined) return { problem: `without them the format check fails: ${error.file}:${error.line}: ${error.message}` };
  return { hash: skillHash(done.files), removed, kept, findings, ...done };
}

function withoutEdits({ start, lineage }: Subject, removed: readonly MeasuredPart[]) {
  if (start === undefined || lineage === undefined) throw new TypeError("withoutEdits: a subject without edits");
  const rest = leaveOutEdits(start, lineage.edits, new Set(removed.map(({ part }) => part.id)));
  if ("problem" in rest) return rest;
  const left = new Map(rest.edits.map((one) => [one.id, one.edit]));
  const edits = lineage.edits.flatMap((one) => {
    const edit = left.get(one.id);
    return edit === undefined ? [] : [{ ...one, edit }];
  });
  return {
    files: rest.files,
    along: rest.along,
    lineage: { ...lineage, skill: skillHash(rest.files), files: rest.spans, edits } satisfies Lineage,
  };
}

/** Files first: with one go its links, which moves lines. The others from the bottom up, so that line numbers stay true. */
function withoutSections(files: readonly SkillFile[], removed: readonly MeasuredPart[]): readonly SkillFile[] {
  const gone = new Set(removed.map(({ part }) => `${part.file}\n${part.from}`));
  const sections = sectionsOf(files).filter(({ file, from }) => gone.has(`${file}\n${from}`));
  const main = sections.filter(({ file }) => file === "SKILL.md").toSorted((a, b) => b.from - a.from);
  const others = sections.filter(({ file }) => file !== "SKILL.md");
  return [...main, ...others].reduce(leaveOutSection, files);
}

const sameFinding = ({ file, rule, message }: Finding): string => `${file}\n${rule}\n${message}`;

/** The change log of a pruned skill, Markdown: what was left out with its measured effect, and that the result itself was not measured. */
export function writePruneLog(
  pruned: PrunedSkill,
  about: { readonly experiment: string; readonly arm: string; readonly atMost: number; readonly measured: string },
): string {
  const line = ({ part, said }: MeasuredPart): string => `- \`${part.id}\` ${quote(part.title)} (${part.file}): ${said}\n`;
  const list = (title: string, lines: readonly string[]): string => (lines.length === 0 ? "" : `\n## ${title}\n\n${lines.join("")}`);
  return [
    `# Pruned skill: a proposal\n\n`,
    `Made from the skill of arm \`${about.arm}\` of experiment \`${about.experiment}\` by leaving out every measured part whose effect (pass rate of the whole skill minus pass rate\n`,
    `without the part) was ${(about.atMost * 100).toFixed(1)} pp or less. **Whether it is better has not been measured.** Parts were left out one at a time: two that say the same may each look\n`,
    `dispensable. ${about.measured}\n`,
    list("Left out", pruned.removed.map(line)),
    list(
      "Left with them",
      pruned.along.map((id) => `- \`${id}\`: it made no sense without one of the above.\n`),
    ),
    list("Measured and kept", pruned.kept.map(line)),
    list(
      "New findings of the format check",
      pruned.findings.map(({ file, line: at, message }) => `- ${file}:${at}: ${message}\n`),
    ),
  ].join("");
}

/** A title as code that nothing in it can end. */
function quote(title: string): string {
  const plain = title.replace(/[\p{Cc}\p{Cf}]/gu, " ");
  const fence = "`".repeat(Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return `${fence} ${plain} ${fence}`;
}
