/** What the validator says about a skill directory. `error` = agents or tools will stumble over it; `warning` = it works, but badly. */
export interface Finding {
  /** Path inside the skill directory; "." for the directory itself. */
  readonly file: string;
  /** 1-based; 1 when the finding is about the whole file. */
  readonly line: number;
  readonly severity: "error" | "warning";
  /** Stable name of the rule, for gates and counts. */
  readonly rule: string;
  /** One sentence: what is wrong and what is expected. */
  readonly message: string;
}

/** Findings in the order of a reader: by file, then line, then rule. Does not change its argument. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...findings].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule) || compare(a.message, b.message),
  );
}

/** One line a finding: `SKILL.md:12: error: There is … (dead-link)`. "" when there is none. */
export function renderFindings(findings: readonly Finding[]): string {
  return sortFindings(findings)
    .map((f) => `${f.file}:${f.line}: ${f.severity}: ${f.message} (${f.rule})`)
    .join("\n");
}
