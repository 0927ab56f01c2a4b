/** What `t2s verify` found wrong. */
export interface Finding {
  readonly check: "digest" | "files" | "ledger" | "tables" | "skills" | "scores";
  /** One sentence that names the file, the place in it, what it says and what was expected. */
  readonly text: string;
}

/** Result of one check: what was looked at, in words, and what did not hold. */
export interface Checked {
  readonly check: Finding["check"];
  /** What was compared, with counts: "151 rows against 609 units". */
  readonly looked: string;
  readonly findings: readonly Finding[];
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
}

/** A value as a sentence shows it: short, on one line. Whoever prints it makes it harmless. */
export function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value));
  return text.length <= 160 ? text : `${text.slice(0, 110)}…${text.slice(-40)}`;
}
