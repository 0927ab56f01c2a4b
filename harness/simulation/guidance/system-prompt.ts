/** What a system prompt gives an agent to go by: the skill's body and the references it links. */

export interface SkillText {
  readonly body: string;
  readonly dir: string;
  /** Paths of linked references relative to the skill, in order of first mention. */
  readonly references: readonly string[];
}

/** The skill in a system prompt; undefined when there is none. */
export function skillIn(system: string): SkillText | undefined {
  const open = system.indexOf("<skill_content>");
  const close = system.lastIndexOf("</skill_content>");
  if (open < 0 || close < open) return undefined;
  const body = system.slice(open + "<skill_content>".length, close).trim();
  const dir = /(?<![\w/.])(\/[\w.-]*skill[\w.-]*)(?=[`"'\s/),])/.exec(system.slice(0, open))?.[1] ?? "/skill";
  const references = [...body.matchAll(/\breferences\/[\w-][\w./-]*\.md\b/g)].map((m) => m[0]).filter((path) => !path.includes(".."));
  return { body, dir, references: [...new Set(references)] };
}
