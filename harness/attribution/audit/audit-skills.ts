/** Whether evolved skills give away what belongs to single tasks: the shape of audit.json. Needs ground truth, so it is no part of report/. */
import type { Benchmark, Blobs } from "../../core/contract.ts";
import type { Task } from "../../core/record.ts";
import type { Sealed } from "../../core/sealed.ts";
import { leakMatches, type Match, type MatchKind, textOfLines, wordMatches, wordsOfLines } from "./find-matches.ts";
import type { EvolvedText, SkillLine } from "./skill-text.ts";
import { wordsOfTask } from "./task-words.ts";

/** A task an experiment learned from or measured on. */
export interface AuditedTask {
  readonly benchmark: string;
  readonly split: string;
  readonly use: "evolve" | "measure";
  readonly task: Task;
  readonly sealed: Sealed;
}

export type Severity = "high" | "medium" | "low";

/** How a finding's task stands to the line: the line was learned from it; the evolution saw it, but it is not behind this line; it is measured and no stage saw it. */
export type Relation = "learned-from" | "seen" | "measured";

export interface AuditFinding {
  readonly severity: Severity;
  readonly kind: MatchKind;
  readonly found: string;
  readonly why: string;
  readonly file: string;
  readonly line: number;
  /** The whole line, cut to 300 characters. */
  readonly text: string;
  readonly edit: string | null;
  readonly tasks: readonly { readonly benchmark: string; readonly split: string; readonly task: string; readonly relation: Relation }[];
}

export interface SkillAudit {
  readonly arm: string;
  readonly seed: string;
  readonly skill: string;
  readonly lines: { readonly learned: number; readonly start: number };
  /** In order of severity, then of the text. */
  readonly findings: readonly AuditFinding[];
  readonly counts: Readonly<Record<Severity, number>>;
  /** Findings other than `wording` in the lines of the start skill, which were there before any task was seen: as many a line are chance. */
  readonly byChance: number;
}

const longest = 300;
/** What more tasks than this share is no property of one of them. */
const commonShare = 0.03;
const fewestCommon = 3;
const order: readonly Severity[] = ["high", "medium", "low"];

/** Audits all skills against all tasks, one task at a time: what a task's kit holds is let go before the next. */
export async function auditSkills(
  skills: readonly EvolvedText[],
  tasks: readonly AuditedTask[],
  options: { readonly benchmarks: Readonly<Record<string, Benchmark>>; readonly blobs: Blobs; readonly onTask?: () => void },
): Promise<readonly SkillAudit[]> {
  const words = tasks.map(({ task, sealed }) => wordsOfTask(task, sealed));
  const frequency = new Map<string, number>();
  for (const one of words)
    for (const text of [...one.runs, ...one.tokens, ...one.secrets]) frequency.set(text, (frequency.get(text) ?? 0) + 1);
  const most = Math.max(fewestCommon, Math.floor(commonShare * tasks.length));
  const isRare = (text: string): boolean => (frequency.get(text) ?? 0) <= most;
  const parts = skills.map((skill) => {
    const texts = skill.lines.filter(({ text }) => text.trim() !== "");
    const learned = texts.filter(({ edit }) => edit !== null);
    const start = texts.filter(({ edit }) => edit === null);
    return {
      skill,
      learned,
      start,
      known: { words: wordsOfLines(start), text: textOfLines(start) },
      found: collector(skill),
      chance: collector(skill),
    };
  });
  for (const [i, one] of tasks.entries()) {
    const own = words[i];
    if (own === undefined) continue;
    const kit = await options.benchmarks[one.benchmark]?.kit?.(one.task, one.sealed, options.blobs);
    const matchesIn = (lines: readonly SkillLine[], known: { words: ReadonlySet<string>; text: string }): readonly Match[] =>
      lines.length === 0
        ? []
        : [...(kit === undefined ? [] : leakMatches(lines, kit, known.text)), ...wordMatches(lines, own, { isRare, known: known.words })];
    for (const part of parts) {
      part.found.add(one, matchesIn(part.learned, part.known));
      part.chance.add(one, matchesIn(part.start, { words: new Set(), text: "" }));
    }
    options.onTask?.();
  }
  return parts.map(({ skill, learned, start, found, chance }): SkillAudit => {
    const findings = found.findings(most);
    return {
      arm: skill.arm,
      seed: skill.seed,
      skill: skill.hash,
      lines: { learned: learned.length, start: start.length },
      findings,
      counts: countBy(findings),
      byChance: chance.findings(most).filter(({ kind }) => kind !== "wording").length,
    };
  });
}

function countBy(findings: readonly AuditFinding[]): Record<Severity, number> {
  const count = (severity: Severity): number => findings.filter((one) => one.severity === severity).length;
  return { high: count("high"), medium: count("medium"), low: count("low") };
}

/** Joins matches of one skill: equal words in one line are one finding, whatever number of tasks they belong to. */
function collector({ tasksOf }: EvolvedText) {
  const found = new Map<string, { match: Match; tasks: Map<string, AuditFinding["tasks"][number]> }>();
  return {
    add(audited: AuditedTask, matches: readonly Match[]): void {
      const { benchmark, split, task, use } = audited;
      for (const match of matches) {
        const behind = match.line.edit == null ? [] : (tasksOf.get(match.line.edit) ?? []);
        const relation: Relation = use === "measure" ? "measured" : behind.includes(task.id) ? "learned-from" : "seen";
        const key = JSON.stringify([match.line.file, match.line.line, match.found.toLowerCase(), match.kind]);
        const known = found.get(key) ?? { match, tasks: new Map() };
        found.set(key, known);
        // Talk about a reference answer belongs to nobody: one task as an example is enough.
        if (match.kind === "wording" && known.tasks.size > 0) continue;
        const id = JSON.stringify([benchmark, split, task.id]);
        if (!known.tasks.has(id)) known.tasks.set(id, { benchmark, split, task: task.id, relation });
      }
    },
    findings(most: number): readonly AuditFinding[] {
      const all = [...found.values()].map(({ match, tasks }): AuditFinding => {
        const { line, kind, found: words, why } = match;
        const list = [...tasks.values()];
        const text = line.text.length <= longest ? line.text : `${line.text.slice(0, longest - 1)}…`;
        const severity = severityOf(kind, words, list, most);
        return {
          severity,
          kind,
          found: words.slice(0, longest),
          why,
          file: line.file,
          line: line.line,
          text,
          edit: line.edit ?? null,
          tasks: list,
        };
      });
      const rank = ({ severity }: AuditFinding): number => order.indexOf(severity);
      return all.toSorted((a, b) => rank(a) - rank(b) || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
    },
  };
}

/**
 * `high`: something of the answer of a task that the line was learned from, or something long of the answer of a measured one. `medium`: something of another answer; a
 * constant or the words of a task that the line was learned from or that is measured. `low`: the rest, and whatever belongs to more than a few tasks, which is no property
 * of one.
 */
function severityOf(kind: MatchKind, found: string, tasks: AuditFinding["tasks"], most: number): Severity {
  if (kind === "wording" || tasks.length > most) return "low";
  const has = (wanted: Relation): boolean => tasks.some(({ relation }) => relation === wanted);
  if (kind === "answer") return has("learned-from") || (has("measured") && isLong(found)) ? "high" : "medium";
  return has("learned-from") || has("measured") ? "medium" : "low";
}

/** Hardly a chance among the values of hundreds of tasks: five digits that say something, two words, or letters with digits. */
function isLong(found: string): boolean {
  const digits = found.replace(/\D/g, "").replace(/^0+|0+$/g, "");
  return digits.length >= 5 || (found.match(/\p{L}{2,}/gu) ?? []).length >= 2 || (/\p{L}/u.test(found) && digits.length >= 3);
}
