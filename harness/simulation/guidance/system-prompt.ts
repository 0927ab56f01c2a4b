/** What a system prompt gives an agent to go by: the skill's body and the references it links, or notes in its place. */

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
  // Agents without a shell are told that what the skill links cannot be opened.
  if (/\bcannot be opened\b/.test(system.slice(0, open))) return { body, dir, references: [] };
  const references = [...body.matchAll(/\breferences\/[\w-][\w./-]*\.md\b/g)].map((m) => m[0]).filter((path) => !path.includes(".."));
  return { body, dir, references: [...new Set(references)] };
}

export interface Notes {
  readonly kind: "lessons" | "trajectories";
  readonly text: string;
}

/** Notes in a system prompt: lessons of earlier tasks, or whole trajectories; undefined when there are none. */
export function notesIn(system: string): Notes | undefined {
  const inside = (tag: string) => {
    const open = system.indexOf(`<${tag}>`);
    const close = system.lastIndexOf(`</${tag}>`);
    return open < 0 || close < open ? undefined : system.slice(open + tag.length + 2, close).trim();
  };
  const lessons = inside("lessons_from_earlier_tasks");
  const trajectories = inside("earlier_trajectories");
  if (lessons !== undefined) return { kind: "lessons", text: lessons };
  return trajectories === undefined ? undefined : { kind: "trajectories", text: trajectories };
}
