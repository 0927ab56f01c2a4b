import type { SkillEdit, TracedEdit } from "../../core/evolution.ts";

const verbs: Readonly<Record<SkillEdit["op"], string>> = {
  append_to_section: "added",
  insert_after: "added",
  insert_before: "added",
  replace_in_section: "changed",
  add_section: "new section",
  delete_section: "section removed",
  create: "new file",
  delete_file: "file removed",
};

/** What was done to the skill, best supported first, as Markdown. Made from the edits that were applied: what a model says it did is not asked. */
export function writeChangelog(edits: readonly TracedEdit[]): string {
  const lines = edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => b.edit.tasks.length - a.edit.tasks.length || a.index - b.index)
    .map(({ edit }) => `- ${entry(edit)}`);
  return `# Changes\n\n${lines.length === 0 ? "None: the skill is the start skill." : lines.join("\n")}\n`;
}

function entry({ id, edit, tasks, leaves }: TracedEdit): string {
  const where = [edit.file, ...("target_section" in edit && edit.target_section !== undefined ? [edit.target_section.trim()] : [])].join(
    ", ",
  );
  const said = gist("content" in edit && edit.content.trim() !== "" ? edit.content : "old_text" in edit ? edit.old_text : "");
  const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
  return `${where} (${verbs[edit.op]})${said === "" ? "" : `: ${said}`} [${id}; ${count(tasks.length, "task")}, ${count(leaves.length, "proposal")}]`;
}

const maxGist = 120;

/** The first line with words in it, without list and heading marks. */
function gist(content: string): string {
  const line = content
    .split(/\r?\n/)
    .map((one) => one.replace(/^\s*(?:#+|[-*+>]|\d+[.)])\s+/, "").trim())
    .find((one) => /[\p{L}\p{N}]/u.test(one) && !/^(?:`{3}|~{3})/.test(one));
  const points = [...(line ?? "")];
  return points.length <= maxGist ? points.join("") : `${points.slice(0, maxGist).join("")} …`;
}
