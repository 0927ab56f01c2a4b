/** The skill editor: lessons into edits at fitting places, with the slips of a writer who sees one run and a whole skill. */
import { z } from "zod";
import type { SkillEdit } from "../../core/evolution.ts";
import { answerJson, askedOf, atALoss } from "../asked.ts";
import type { BrainReply, BrainRequest } from "../contract.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { blocksOf, jsonBlock, type SkillFileText, skillFilesIn } from "../reading/data-blocks.ts";
import { bulletOf } from "../writing/write-lesson.ts";
import { driftedEdit } from "./drift.ts";
import { overrulingEdit } from "./overrule.ts";
import { placeFor } from "./place-edit.ts";
import { tidied } from "./tidy-skill.ts";
import type { Writer } from "./writer.ts";

const lessonsSchema = z.array(
  z.looseObject({ n: z.number().int(), type: z.string(), title: z.string(), description: z.string(), content: z.string() }),
);
type ShownLesson = z.infer<typeof lessonsSchema>[number];
type WrittenEdit = SkillEdit & { readonly lessons: readonly number[] };

export function patchWriterRole(knowledge: Knowledge): (request: BrainRequest, persona: Persona) => BrainReply {
  return (request, persona) => {
    const asked = askedOf(request, persona, "patch-writer");
    const lessons = lessonsSchema.safeParse(asked === undefined ? undefined : jsonBlock(asked.data, "lessons"));
    const files = skillFilesIn(asked?.data ?? "");
    if (asked !== undefined && !lessons.success && files.length > 0 && blocksOf(asked.data, "changes").length > 0)
      return answerJson(asked, persona, "I looked for what is said twice and for what contradicts itself.", {
        reasoning: "What was said twice is said once, and rules have their conditions.",
        edits: tidied(knowledge, asked, persona.patch_writer.tidies, files),
        changelog_entries: [],
      });
    if (asked === undefined || !lessons.success) return atALoss("There are no lessons to work in.");
    const main = files.find((f) => f.path === "SKILL.md") ?? { path: "SKILL.md", text: "" };
    const writer: Writer = { asked, rates: persona.patch_writer, main, knowledge, mayCreate: mayCreate(asked.data) };
    const written = lessons.data.filter((l) => l.type !== "failure-cause" && !leftOut(writer, files, l));
    const edits = written.flatMap((lesson) => editsFor(writer, lesson, numbersOf(lesson, lessons.data)));
    const drifted = driftedEdit(
      writer,
      lessons.data.find((l) => l.type !== "failure-cause"),
      edits.flatMap((edit) => ("target_text" in edit ? [edit.target_text] : "old_text" in edit ? [edit.old_text] : [])),
    );
    if (drifted !== undefined) edits.push(drifted);
    return answerJson(asked, persona, "I looked where the skill speaks of this and chose the smallest edits.", {
      reasoning:
        edits.length === 0
          ? "The skill says all of this already."
          : "The run shows what the skill leaves open; the edits say it where it is needed.",
      edits,
      changelog_entries: written.map((l) => `Added: ${l.title.replace(/\.$/, "")}.`),
    });
  };
}

function mayCreate(message: string): boolean {
  return !/\bnone may be created\b/i.test(blocksOf(message, "budget")[0]?.text ?? "");
}

/** The causes that led to a lesson are carried out with it. */
function numbersOf(lesson: ShownLesson, all: readonly ShownLesson[]): readonly number[] {
  const causes = all.filter((l) => l.type === "failure-cause");
  const lessons = all.filter((l) => l.type !== "failure-cause");
  const cause = causes[lessons.indexOf(lesson)];
  return [...(cause === undefined ? [] : [cause.n]), lesson.n].sort((a, b) => a - b);
}

/** Whether the writer notices that the skill states the lesson already; less surely the longer the skill. A rule that lost its condition is not the same as one that has it. */
function leftOut({ asked, rates, knowledge }: Writer, files: readonly SkillFileText[], lesson: ShownLesson): boolean {
  const skill = files.map((f) => f.text).join("\n\n");
  const wanted = [...knowledge.lessonsIn(bulletOf(lesson))];
  const taught = knowledge.lessonsIn(skill);
  const stated =
    wanted.length > 0 ? wanted.every(([id, how]) => taught.get(id) === how || taught.get(id) === "taught") : skill.includes(lesson.content);
  return stated && asked.draw("notice", lesson.n) < rates.notice * 2 ** (-skill.length / 1000 / rates.notice_half_kchars);
}

function editsFor(writer: Writer, lesson: ShownLesson, lessons: readonly number[]): WrittenEdit[] {
  const { asked, rates, main } = writer;
  const { draw } = asked;
  const content = bulletOf(lesson);
  const name = fileNameFor(lesson.title);
  if (draw("outside", lesson.n) < rates.out_of_tree) return [{ op: "create", file: `../notes/${name}.md`, content, lessons }];
  const page = `# ${lesson.title.replace(/\.$/, "")}\n\n${lesson.description}\n\n${content}`;
  if (writer.mayCreate && draw("unlinked", lesson.n) < rates.unlinked_reference)
    return [{ op: "create", file: `references/${name}.md`, content: page, lessons }];
  const place = placeFor(writer, lesson);
  if (writer.mayCreate && draw("reference", lesson.n) < rates.reference) {
    const link = `- See [${lesson.title.replace(/\.$/, "")}](references/${name}.md) before such data is worked on.`;
    return [
      { op: "create", file: `references/${name}.md`, content: page, lessons },
      { ...place(link), lessons },
    ];
  }
  const edit = overrulingEdit(writer, lesson, content) ?? place(content);
  if (draw("anchor", lesson.n) < rates.paraphrased_anchor && main.text !== "") return [{ ...fromMemory(edit), lessons }];
  return [{ ...edit, lessons }];
}

function fileNameFor(title: string): string {
  const words = title.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.slice(0, 5).join("-") || "notes";
}

/** The edit with its anchor as somebody remembers it. */
function fromMemory(edit: SkillEdit): SkillEdit {
  if (edit.op === "append_to_section") return { ...edit, target_section: `${edit.target_section} and more` };
  if (edit.op === "insert_after")
    return { ...edit, target_text: edit.target_text.replace(/\b(?:the|a|an) /i, "").replace(/[.:]?$/, " as well.") };
  return edit;
}
