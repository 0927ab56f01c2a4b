/** Stages 2 and 3 in memory, for tests: edits applied in the plainest way, merges in a tree, supports recounted. No part of the harness. */
import type { SkillEdit } from "../core/evolution.ts";
import { type Answer, ask, jsonLines, skillFile, systems, tag } from "./asking.fixture.ts";
import type { Brain } from "./contract.ts";

export interface Proposal {
  readonly id: string;
  readonly edits: readonly { readonly id: string; readonly edit: SkillEdit; readonly tasks: ReadonlySet<string> }[];
}

/** Applies edits one after the other; those whose anchor is not there are left out, as are new files. */
export function applied(skill: string, edits: readonly SkillEdit[]): string {
  return edits.reduce(apply, skill);
}

function apply(skill: string, edit: SkillEdit): string {
  const lines = skill.split("\n");
  const at = "target_section" in edit && edit.target_section !== undefined ? lines.indexOf(edit.target_section) : -1;
  const nextHeading = lines.findIndex((l, i) => i > at && /^#{1,6} /.test(l));
  const end = nextHeading < 0 ? lines.length : nextHeading;
  switch (edit.op) {
    case "append_to_section": {
      if (at < 0) return skill;
      let last = end;
      while (last > at + 1 && lines[last - 1]?.trim() === "") last--;
      return [...lines.slice(0, last), edit.content, ...lines.slice(last)].join("\n");
    }
    case "insert_after":
    case "insert_before": {
      const hit = lines.findIndex((l) => l.includes(edit.target_text));
      const cut = edit.op === "insert_after" ? hit + 1 : hit;
      return hit < 0 ? skill : [...lines.slice(0, cut), edit.content, ...lines.slice(cut)].join("\n");
    }
    case "add_section":
      return `${skill.trimEnd()}\n\n${edit.target_section}\n\n${edit.content}\n`;
    case "replace_in_section":
      return skill.replace(edit.old_text, () => edit.content);
    case "delete_section":
      return at < 0 ? skill : [...lines.slice(0, at), ...lines.slice(end)].join("\n");
    case "create":
    case "delete_file":
      return skill;
  }
}

/** What a patch writer makes of lessons, as a proposal of one task. */
export function proposed(
  brain: Brain,
  skill: string,
  id: string,
  lessons: readonly { readonly title: string; readonly description: string; readonly content: string }[],
  seed = 41,
): Proposal {
  const numbered = lessons.map((l, i) => ({ n: i + 1, type: "failure-lesson", ...l }));
  const answer = ask(brain, systems.patch, `${skillFile("SKILL.md", skill)}\n\n${tag("lessons", jsonLines(numbered))}`, { seed });
  const edits = (answer.edits ?? []).map(({ lessons: _, from: __, ...edit }, i) => ({
    id: `${id}e${i + 1}`,
    edit: edit as SkillEdit,
    tasks: new Set([id]),
  }));
  return { id, edits };
}

/** The message of one merge call. */
export function patchesMessage(skill: string, patches: readonly Proposal[]): string {
  const shown = patches.map((p) => ({
    id: p.id,
    source: "error",
    support: new Set(p.edits.flatMap((e) => [...e.tasks])).size,
    reasoning: "…",
    edits: p.edits.map(({ id, edit, tasks }) => ({ id, support: tasks.size, ...edit })),
  }));
  return `${skillFile("SKILL.md", skill)}\n\n${tag("patches", jsonLines(shown))}`;
}

/** Merges in a tree of `batch` patches a call until one is left. Supports are recounted from what edits cite. */
export function mergedInTree(brain: Brain, skill: string, patches: readonly Proposal[], batch: number, seed: number): Proposal {
  let level = 1;
  let current = patches;
  while (current.length > 1) {
    const next: Proposal[] = [];
    for (let at = 0; at < current.length; at += batch) {
      const group = current.slice(at, at + batch);
      const [only] = group;
      next.push(group.length === 1 && only !== undefined ? only : mergedOnce(brain, skill, group, `m${level}.${next.length + 1}`, seed));
    }
    current = next;
    level++;
  }
  const [root] = current;
  if (root === undefined) throw new Error("nothing to merge");
  return root;
}

function mergedOnce(brain: Brain, skill: string, group: readonly Proposal[], id: string, seed: number): Proposal {
  const answer: Answer = ask(brain, systems.merge, patchesMessage(skill, group), { seed });
  const known = new Map(group.flatMap((p) => p.edits.map((e) => [e.id, e.tasks] as const)));
  const edits = (answer.edits ?? []).map(({ from = [], lessons: _, ...edit }, i) => ({
    id: `${id}e${i + 1}`,
    edit: edit as SkillEdit,
    tasks: new Set(from.flatMap((one) => [...(known.get(one) ?? [])])),
  }));
  return { id, edits };
}
