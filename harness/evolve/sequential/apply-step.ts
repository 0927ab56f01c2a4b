/** The edits of one step on the skill as it stands: what cannot be applied is withheld with its reason, the rest is applied as a whole or not at all. */

import type { Departure, Lineage, TracedEdit } from "../../core/evolution.ts";
import type { EvolutionSettings } from "../../core/evolution-presets.ts";
import { applyEdits } from "../../skill/edit/apply-edits.ts";
import { resolveBySupport } from "../../skill/edit/find-conflicts.ts";
import { unpaired } from "../../skill/edit/pair-edits.ts";
import type { Withheld } from "../../skill/edit/place.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import { type Finding, renderFindings } from "../../skill/finding.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { validateFiles } from "../../skill/validate-skill.ts";
import { linesOf } from "./line-origins.ts";

type Sizes = EvolutionSettings["sizes"];

export type StepOutcome = { readonly departures: readonly Departure[] } & (
  | {
      readonly state: "edited";
      readonly files: readonly SkillFile[];
      readonly spans: Lineage["files"];
      readonly applied: readonly TracedEdit[];
    }
  | { readonly state: "no-edits" }
  | { readonly state: "rolled-back"; readonly note: string }
);

/**
 * Applies edits made against `files`. Departures name every edit that was not applied: invalid or unresolved anchors, the weaker of two that conflict (support, then
 * id), halves of a pair, and all of them when the result has findings of severity error that the skill did not have before, or outgrows its sizes. `folder` is the
 * skill's name.
 */
export function applyStep(files: readonly SkillFile[], edits: readonly TracedEdit[], sizes: Sizes, folder: string): StepOutcome {
  const departures: Departure[] = [];
  const leave = (stage: Departure["stage"], gone: readonly Withheld[], from: readonly TracedEdit[]): TracedEdit[] => {
    departures.push(...gone.map((one) => ({ ...one, stage })));
    return from.filter((edit) => !gone.some((one) => one.edit === edit.id));
  };
  const pairOff = (from: readonly TracedEdit[]): TracedEdit[] => {
    let left = [...from];
    for (let gone = unpaired(files, left); gone.length > 0; gone = unpaired(files, left)) left = leave("patch", gone, left);
    return left;
  };

  const unresolved = edits.flatMap((edit): Withheld[] => {
    const resolved = resolveEdit(files, edit.edit);
    return resolved.ok ? [] : [{ edit: edit.id, reason: resolved.reason, note: resolved.note }];
  });
  // Pairs first: an edit that cannot stay must not push another out. And once more: the other half of a pair may have lost a conflict.
  const { kept, departures: lost } = resolveBySupport(files, pairOff(leave("apply", unresolved, edits)));
  departures.push(...lost);
  let left = pairOff(kept);
  let applied = applyEdits(files, left);
  while (!applied.ok && left.length > 0) {
    const fewer = leave("apply", applied.problems, left);
    if (fewer.length === left.length) throw new TypeError(`edits are refused without a name: ${JSON.stringify(applied.problems)}`);
    left = pairOff(fewer);
    applied = applyEdits(files, left);
  }
  if (!applied.ok || left.length === 0) return { state: "no-edits", departures };

  const problems = [...newErrors(files, applied.files, folder), ...outgrown(files, applied.files, sizes)];
  if (problems.length === 0) return { state: "edited", files: applied.files, spans: applied.spans, applied: left, departures };
  const note = renderFindings(problems);
  leave(
    "apply",
    left.map((edit) => ({ edit: edit.id, reason: "broke-validation" as const, note: `the step was rolled back: ${note}` })),
    left,
  );
  return { state: "rolled-back", note, departures };
}

/** Errors of the format check that were not there before. Lines shift with every edit, so errors are told apart by file, rule and words, and counted. */
export function newErrors(before: readonly SkillFile[], after: readonly SkillFile[], folder: string): Finding[] {
  const errors = (files: readonly SkillFile[]): Finding[] => validateFiles(files, folder).filter((finding) => finding.severity === "error");
  const name = (finding: Finding): string => JSON.stringify([finding.file, finding.rule, finding.message.replace(/\d+/g, "#")]);
  const known = new Map<string, number>();
  for (const finding of errors(before)) known.set(name(finding), (known.get(name(finding)) ?? 0) + 1);
  return errors(after).filter((finding) => {
    const left = known.get(name(finding)) ?? 0;
    known.set(name(finding), left - 1);
    return left <= 0;
  });
}

/** Sizes of the evolution, which may be tighter than the format's. A file that is too long already may stay so, but not grow. */
function outgrown(before: readonly SkillFile[], after: readonly SkillFile[], sizes: Sizes): Finding[] {
  const isReference = (file: SkillFile): boolean => /^references\/.+\.md$/.test(file.path);
  const findings = after.flatMap((file): Finding[] => {
    const limit = file.path === "SKILL.md" ? sizes.skill_lines : isReference(file) ? sizes.reference_lines : Number.POSITIVE_INFINITY;
    const lines = linesOf(file)?.length ?? 0;
    const old = before.find((other) => other.path === file.path);
    if (lines < limit || (old !== undefined && lines <= (linesOf(old)?.length ?? 0))) return [];
    const message = `The file would have ${lines} lines; fewer than ${limit} are allowed.`;
    return [{ file: file.path, line: limit, severity: "error", rule: "size-budget", message }];
  });
  const [had, has] = [before.filter(isReference).length, after.filter(isReference).length];
  if (has > sizes.references && has > had) {
    const message = `There would be ${has} references; at most ${sizes.references} are allowed.`;
    findings.push({ file: ".", line: 1, severity: "error", rule: "size-budget", message });
  }
  return findings;
}
