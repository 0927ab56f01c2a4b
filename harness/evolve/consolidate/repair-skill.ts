import type { Departure, Lineage, TracedEdit } from "../../core/evolution.ts";
import { applyEdits } from "../../skill/edit/apply-edits.ts";
import { resolveEdit } from "../../skill/edit/resolve-edit.ts";
import { lineIndexAt, splitLines } from "../../skill/edit/text-lines.ts";
import { type Finding, renderFindings } from "../../skill/finding.ts";
import { decodeUtf8 } from "../../skill/front-matter.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { dataBlock } from "../propose/data-block.ts";
import { type SkillSizes, showSkill } from "../propose/show-skill.ts";
import type { CountingAuthor } from "./ask-author.ts";
import { carrySpans, originsOf } from "./carry-spans.ts";
import { repairPrompt } from "./consolidation-prompt.ts";
import { repairForm } from "./edit-forms.ts";
import { freshFindings } from "./fresh-findings.ts";
import { behind } from "./support.ts";
import { settle, withhold } from "./withhold.ts";

/** A skill in the making with the origin of its lines. */
export interface Draft {
  readonly files: readonly SkillFile[];
  readonly spans: Lineage["files"];
  readonly edits: readonly TracedEdit[];
}

export interface Repair {
  /** The mended skill, or the draft as it was when mending failed. */
  readonly draft: Draft;
  readonly mended: boolean;
  readonly departures: readonly Departure[];
}

/** Leaf and task of a repair that touches no evolved line. */
export const repairLeaf = "repair";

/**
 * Asks the validator to mend a draft that failed the check, round by round; each round sees the text as it then is and, after a round that was no use, why. Edits of files
 * without a finding are not taken, and neither is a round after which there are as many errors as before. A repair stands on the leaves of the lines it touches.
 * `mended` only when no error is left. Throws UnansweredCall.
 */
export async function repairSkill(
  start: readonly SkillFile[],
  draft: Draft,
  options: { readonly sizes: SkillSizes; readonly rounds: number; readonly author: CountingAuthor },
): Promise<Repair> {
  const errorsOf = (files: readonly SkillFile[]): Finding[] =>
    freshFindings(start, files, options.sizes).filter(({ severity }) => severity === "error");
  const departures: Departure[] = [];
  let current = draft;
  let errors = errorsOf(current.files);
  let trouble = "";
  for (let round = 1; round <= options.rounds && errors.length > 0; round++) {
    const answer = await options.author.ask({
      role: "validator",
      form: repairForm,
      system: repairPrompt,
      user: messageOf(current, errors, trouble),
      context: {},
    });
    if (answer.state !== "read") break;
    const proposed = answer.value.edits.map((edit, index): TracedEdit => {
      const touched = touchedBy(current, edit);
      const stands = touched.length === 0 ? { leaves: [repairLeaf], tasks: [repairLeaf] } : behind(touched);
      return { id: `r${round}e${index + 1}`, edit, ...stands };
    });
    const taken = takeRepairs(current, proposed, errors);
    departures.push(...taken.departures);
    const left = taken.draft === null ? errors : errorsOf(taken.draft.files);
    if (taken.draft !== null && left.length < errors.length) {
      current = taken.draft;
      errors = left;
      trouble = "";
    } else {
      trouble = [
        ...taken.departures.map(({ note }) => note),
        "The skill is as it was: the edits of your last reply left as many errors.",
      ].join("\n");
      for (const { id } of taken.draft === null ? [] : taken.kept)
        departures.push({
          edit: id,
          stage: "repair",
          reason: "broke-validation",
          note: `After it there were ${left.length} errors, before ${errors.length}.`,
        });
    }
  }
  if (errors.length === 0) return { draft: current, mended: true, departures };
  const taken = current.edits.slice(draft.edits.length);
  const note = "Other errors could not be mended, so no repair is kept.";
  return {
    draft,
    mended: false,
    departures: [...departures, ...taken.map(({ id }): Departure => ({ edit: id, stage: "repair", reason: "broke-validation", note }))],
  };
}

function messageOf(draft: Draft, errors: readonly Finding[], trouble: string): string {
  const blocks = [showSkill(draft.files), dataBlock("findings", renderFindings(errors))];
  return (trouble === "" ? blocks : [...blocks, dataBlock("problem", trouble)]).join("\n\n");
}

/** Evolved edits whose lines an edit of the draft changes or stands beside. */
function touchedBy(draft: Draft, edit: TracedEdit["edit"]): TracedEdit[] {
  const resolution = resolveEdit(draft.files, edit);
  const file = draft.spans.find(({ path }) => path === edit.file);
  if (!resolution.ok || file === undefined) return [];
  const { from, to } = resolution.place;
  const lines = splitLines(textOf(draft.files, edit.file));
  const ids = new Set(originsOf(file).slice(lineIndexAt(lines, from), lineIndexAt(lines, Math.max(from, to - 1)) + 1));
  return draft.edits.filter(({ id }) => ids.has(id));
}

function takeRepairs(draft: Draft, proposed: readonly TracedEdit[], errors: readonly Finding[]) {
  const files = new Set(errors.map(({ file }) => file));
  const unsound = proposed.flatMap(({ id, edit }) => {
    const resolution = resolveEdit(draft.files, edit);
    if (!resolution.ok) return [{ edit: id, reason: resolution.reason, note: `${id}: ${resolution.note}` }];
    return files.has(edit.file) || files.has(".")
      ? []
      : [{ edit: id, reason: "invalid" as const, note: `${id}: no finding names ${edit.file}.` }];
  });
  const sound = withhold(proposed, unsound, "repair");
  const { kept, departures } = settle(draft.files, sound.kept, "repair");
  const applied = kept.length === 0 ? null : applyEdits(draft.files, kept);
  const departed: Departure[] = [...sound.departures, ...departures.map((one): Departure => ({ ...one, stage: "repair" }))];
  if (applied === null) return { draft: null, kept, departures: departed };
  if (!applied.ok) return { draft: null, kept, departures: [...departed, ...withhold(kept, applied.problems, "repair").departures] };
  const spans = spansAfter(draft, applied);
  return { draft: { files: applied.files, spans, edits: [...draft.edits, ...kept] }, kept, departures: departed };
}

/** Origins of lines after edits were applied to a draft: a line that no edit touched keeps its own. */
export function spansAfter(
  draft: Draft,
  applied: { readonly files: readonly SkillFile[]; readonly spans: Lineage["files"] },
): Lineage["files"] {
  const before = new Map(draft.spans.map((file) => [file.path, file]));
  return applied.spans.map((file) => {
    const earlier = before.get(file.path);
    return earlier === undefined ? file : carrySpans(earlier, linesOf(draft.files, file.path), file, linesOf(applied.files, file.path));
  });
}

function linesOf(files: readonly SkillFile[], path: string): string[] {
  return splitLines(textOf(files, path)).map(({ text }) => text);
}

function textOf(files: readonly SkillFile[], path: string): string {
  const file = files.find((one) => one.path === path);
  const decoded = file === undefined ? { badLine: 1 } : decodeUtf8(file.bytes);
  return "text" in decoded ? decoded.text : "";
}
