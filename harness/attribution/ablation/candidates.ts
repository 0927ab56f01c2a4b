import type { Lineage, SkillEdit } from "../../core/evolution.ts";
import { splitLines } from "../../skill/edit/text-lines.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { skillHash, skillOfFiles } from "../../skill/read-skill.ts";
import { leaveOutEdits } from "./leave-out-edits.ts";
import { leaveOutSection, sectionsOf } from "./leave-out-section.ts";
import type { AblationPart, NotAblated } from "./plan.ts";

/** A skill to take apart. Without edits anchored in `start` (human skills, sequential evolutions) only its sections can be left out. */
export interface Subject {
  readonly files: readonly SkillFile[];
  readonly start?: readonly SkillFile[];
  readonly lineage?: Lineage;
}

/** One thing left out, or several that leave the same skill, and that skill. */
export interface Candidate {
  readonly parts: readonly AblationPart[];
  readonly files: readonly SkillFile[];
  readonly hash: string;
}

export interface Candidates {
  /** What is asked first comes first: evolved sections, edits, then sections that no edit touched; each by support. */
  readonly candidates: readonly Candidate[];
  readonly impossible: readonly NotAblated[];
}

const shown = 90;

/** Every section and edit that can be left out alone, with the skill that is left. Two that leave the same skill are one candidate; what leaves the skill as it is, or no skill, is told apart. */
export function findCandidates(subject: Subject, by: "sections" | "edits" | "all"): Candidates {
  const whole = skillHash(subject.files);
  const found = new Map<string, { parts: AblationPart[]; files: readonly SkillFile[] }>();
  const impossible: NotAblated[] = [];
  const take = (part: AblationPart, files: readonly SkillFile[] | { readonly problem: string }): void => {
    if ("problem" in files) return void impossible.push({ part, why: files.problem });
    const hash = skillHash(files);
    const same = found.get(hash);
    if (hash === whole) impossible.push({ part, why: "Without it the skill is the same." });
    else if (same !== undefined) same.parts.push(part);
    else if (!isUsable(files)) impossible.push({ part, why: "Without it no usable skill is left." });
    else found.set(hash, { parts: [part], files });
  };
  const parts = [...(by === "edits" ? [] : sectionParts(subject)), ...(by === "sections" ? [] : editParts(subject))];
  for (const { part, files } of parts.toSorted((a, b) => rank(a.part) - rank(b.part) || b.part.support - a.part.support)) take(part, files);
  return { candidates: [...found].map(([hash, one]) => ({ hash, ...one })), impossible };
}

/** Evolved sections answer the most for the least; what nobody changed was not learned. */
const rank = (part: AblationPart): number => (part.kind === "edit" ? 1 : part.edits.length > 0 ? 0 : 2);

interface Ablated {
  readonly part: AblationPart;
  readonly files: readonly SkillFile[] | { readonly problem: string };
}

function sectionParts({ files, lineage }: Subject): Ablated[] {
  return sectionsOf(files).map((section, i) => {
    const spans = lineage?.files.find(({ path }) => path === section.file)?.spans ?? [];
    const lines = linesOf(files, section.file);
    // The blank line that an edit brings along for the next section says nothing here.
    const wrote = ({ from, to }: { readonly from: number; readonly to: number }): boolean =>
      lines.slice(Math.max(from, section.from) - 1, Math.min(to, section.to)).some((line) => line.trim() !== "");
    const edits = [...new Set(spans.flatMap((span) => (span.edit !== null && wrote(span) ? [span.edit] : [])))];
    const tasks = new Set(lineage?.edits.flatMap(({ id, tasks }) => (edits.includes(id) ? tasks : [])));
    const { file, from, to } = section;
    const id = `s${String(i + 1).padStart(2, "0")}`;
    const part: AblationPart = { kind: "section", id, file, from, to, title: section.heading, edits, support: tasks.size, along: [] };
    return { part, files: leaveOutSection(files, section) };
  });
}

function editParts({ start, lineage }: Subject): Ablated[] {
  if (start === undefined || lineage === undefined) return [];
  return lineage.edits.map((traced) => {
    const rest = leaveOutEdits(start, lineage.edits, new Set([traced.id]));
    const span = lineage.files.flatMap(({ path, spans }) => spans.map((one) => ({ path, ...one }))).find(({ edit }) => edit === traced.id);
    const part: AblationPart = {
      kind: "edit",
      id: traced.id,
      file: traced.edit.file,
      from: span?.from ?? 0,
      to: span?.to ?? 0,
      title: titleOf(traced.edit),
      edits: [traced.id],
      support: traced.tasks.length,
      along: "problem" in rest ? [] : [...rest.along],
    };
    return { part, files: "problem" in rest ? rest : rest.files };
  });
}

function linesOf(files: readonly SkillFile[], path: string): string[] {
  const file = files.find((one) => one.path === path);
  return splitLines(new TextDecoder().decode(file?.bytes ?? new Uint8Array())).map(({ text }) => text);
}

/** What an edit does, in a line. */
function titleOf(edit: SkillEdit): string {
  const text =
    "content" in edit
      ? (splitLines(edit.content)
          .find((line) => line.text.trim() !== "")
          ?.text.trim() ?? "")
      : "";
  const where = "target_section" in edit && edit.target_section !== undefined ? ` ${edit.target_section}` : "";
  const whole = `${edit.op}${where}${text === "" ? "" : `: ${text}`}`;
  return whole.length <= shown ? whole : `${whole.slice(0, shown - 1)}…`;
}

function isUsable(files: readonly SkillFile[]): boolean {
  try {
    skillOfFiles(files, "without a part");
    return true;
  } catch {
    return false;
  }
}
