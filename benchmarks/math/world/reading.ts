/** What a solver reads in its first message: the problem's text, with the mathematics in plain letters. */

/** The problem in a rendered task.md, also where other text stands around it; undefined where there is none. */
export function readProblem(message: string): string | undefined {
  if (!message.includes("\\boxed{")) return undefined;
  return /^### problem\s*?\n([\s\S]*?)\n+---\s*?\n\*\*Remember:\*\*/m.exec(message)?.[1]?.trim();
}

/** The text on one line, without dollar signs and with signs for LaTeX commands. */
export function plainOf(problem: string): string {
  return problem
    .replace(/\\text\{([^{}]*)\}/g, "$1")
    .replace(/\\(?:leq?)\b/g, "<=")
    .replace(/\\(?:cdots|ldots|dots)\b/g, "...")
    .replace(/\\pmod\{(\d+)\}/g, "(mod $1)")
    .replace(/\\equiv\b/g, "=")
    .replace(/\\pi\b/g, "pi")
    .replace(/\\[dt]?frac\{m\}\{n\}/g, "m/n")
    .replace(/\\%/g, "%")
    .replace(/\{,\}/g, "")
    .replace(/\$|\\[,;! ]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
