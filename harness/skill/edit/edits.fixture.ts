import type { SkillEdit, TracedEdit } from "../../core/evolution.ts";
import type { SkillFile } from "../read-directory.ts";

export const front = "---\nname: my-skill\ndescription: Does things.\n---\n\n";

/** Files of a skill from their texts; SKILL.md gets front matter unless it has its own. */
export function skillOf(files: Readonly<Record<string, string | Uint8Array>>): SkillFile[] {
  return Object.entries(files)
    .map(([path, content]) => {
      const text = typeof content === "string" && path === "SKILL.md" && !content.startsWith("---") ? frontFor(content) + content : content;
      return {
        path,
        bytes: typeof text === "string" ? new TextEncoder().encode(text) : text,
        mode: path.startsWith("scripts/") ? 0o755 : 0o644,
      };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** An edit on its way, backed by as many tasks as `support` says. */
export function traced(id: string, edit: SkillEdit, support = 1): TracedEdit {
  return { id, edit, leaves: [id], tasks: Array.from({ length: support }, (_, i) => `task-${i}`) };
}

/** Text of a file, without the front matter that `skillOf` gave it. */
export function textOf(files: readonly SkillFile[], path = "SKILL.md"): string {
  const text = new TextDecoder().decode(files.find((file) => file.path === path)?.bytes);
  const head = frontFor(text);
  return text.startsWith(head) ? text.slice(head.length) : text;
}

function frontFor(text: string): string {
  return text.includes("\r\n") ? front.replaceAll("\n", "\r\n") : front;
}
