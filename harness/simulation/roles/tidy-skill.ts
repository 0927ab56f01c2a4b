/** The skill editor who tidies up after many small edits: repeated statements go, rules that lost their condition get it back. */
import type { SkillEdit } from "../../core/evolution.ts";
import { type Asked, pickAt } from "../asked.ts";
import type { Knowledge } from "../knowledge.ts";
import type { SkillFileText } from "../reading/data-blocks.ts";
import { listItems, repeatedItems } from "../reading/repeated-items.ts";
import { bulletOf } from "../writing/write-lesson.ts";

export type TidyEdit = SkillEdit & { readonly because: string };

/** Each edit by the rate `tidies`. */
export function tidied(knowledge: Knowledge, { draw }: Asked, tidies: number, files: readonly SkillFileText[]): readonly TidyEdit[] {
  return files.flatMap(({ path, text }) => {
    const repeated = repeatedItems(knowledge, text);
    const twice = repeated.map((line): TidyEdit => {
      return { op: "replace_in_section", file: path, old_text: `${line}\n`, content: "", because: "It is said already." };
    });
    const loose = listItems(text).flatMap((line): TidyEdit[] => {
      const opposed = [...knowledge.lessonsIn(line)].find(
        ([id, how]) => how === "always" && knowledge.lessonsIn(text).has(knowledge.lesson(id)?.contradicts ?? ""),
      );
      const wording = opposed === undefined ? undefined : pickAt(knowledge.lesson(opposed[0])?.wordings ?? [], draw("wording", line));
      if (wording === undefined || repeated.includes(line)) return [];
      return [
        { op: "replace_in_section", file: path, old_text: line, content: bulletOf(wording), because: "It contradicts another line." },
      ];
    });
    return [...twice, ...loose].filter((edit) => edit.op === "replace_in_section" && draw("tidies", path, edit.old_text) < tidies);
  });
}
