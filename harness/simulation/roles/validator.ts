/** The mender: small edits against what a format check names. */
import type { SkillEdit } from "../../core/evolution.ts";
import { answerJson, askedOf, atALoss } from "../asked.ts";
import type { BrainReply, BrainRequest } from "../contract.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { blocksOf, type SkillFileText, skillFilesIn } from "../reading/data-blocks.ts";
import { listItems, repeatedItems } from "../reading/repeated-items.ts";
import { countOf } from "../reading/sections.ts";

export function validatorRole(knowledge: Knowledge): (request: BrainRequest, persona: Persona) => BrainReply {
  return (request, persona) => {
    const asked = askedOf(request, persona, "validator");
    const findings = asked === undefined ? undefined : blocksOf(asked.data, "findings")[0]?.text;
    if (asked === undefined || findings === undefined) return atALoss("I see no findings.");
    const files = skillFilesIn(asked.data);
    const able = asked.draw("mends", asked.round) < persona.validator.mends;
    const found = able ? findings.split("\n").flatMap((finding) => mending(knowledge, finding, files)) : [];
    const edits = found.filter((e, i) => found.findIndex((o) => sameAnchor(o, e)) === i);
    return answerJson(asked, persona, "I change what the findings name and nothing else.", {
      reasoning: edits.length === 0 ? "I found nothing that could be mended by an edit." : "Each edit answers one finding.",
      edits,
      changelog_entries: edits.map(({ file }) => `Mended ${file}.`),
    });
  };
}

function sameAnchor(a: SkillEdit, b: SkillEdit): boolean {
  return a.op === "replace_in_section" && b.op === a.op && a.file === b.file && a.old_text === b.old_text;
}

/** Edits against one line of findings, such as `SKILL.md:12: error: The link … (dead-link)`. */
function mending(knowledge: Knowledge, finding: string, files: readonly SkillFileText[]): readonly SkillEdit[] {
  const file = files.find((f) => finding.startsWith(`${f.path}:`)) ?? files.find((f) => finding.includes(f.path));
  if (file === undefined) return [];
  const at = Number(/^[^:]+:(\d+):/.exec(finding)?.[1] ?? 0);
  const length =
    /\bhas (\d+) lines; (?:fewer|less) than (\d+)/.exec(finding) ?? /\bhas (\d+) lines\b.*?\b(?:than|most|of) (\d+)/.exec(finding);
  if (length !== null) return shortened(knowledge, file, Number(length[1]) - Number(length[2]) + 1);
  const target = /\blink (\S+)/.exec(finding)?.[1] ?? /\bnames (\S+?),? /.exec(finding)?.[1];
  if (target !== undefined) return unlinked(file, target);
  return fenced(file, at, finding);
}

/** Lines taken out: first items that repeat a lesson or their own words, then the last items of the file. */
function shortened(knowledge: Knowledge, file: SkillFileText, excess: number): readonly SkillEdit[] {
  const items = listItems(file.text);
  const repeated = repeatedItems(knowledge, file.text);
  const silent = items.filter((line) => !repeated.includes(line) && knowledge.lessonsIn(line).size === 0).reverse();
  const rest = items.filter((line) => !repeated.includes(line) && !silent.includes(line)).reverse();
  return [...repeated, ...silent, ...rest]
    .slice(0, excess)
    .map((line) => ({ op: "replace_in_section", file: file.path, old_text: `${line}\n`, content: "" }));
}

/** Lines with a link that leads nowhere keep their words. */
function unlinked(file: SkillFileText, target: string): readonly SkillEdit[] {
  const bare = target.replace(/[.,;]$/, "");
  return file.text
    .split("\n")
    .filter((line) => line.includes(bare) && countOf(file.text, line) === 1)
    .map((line) => {
      const content = line
        .replace(/\[([^\]]*)\]\(([^)]*)\)/g, (all, words: string, to: string) => (to.startsWith(bare) ? words : all))
        .replaceAll(bare, "the notes");
      return { op: "replace_in_section", file: file.path, old_text: line, content };
    });
}

/** A fence left open is closed where the finding points at, a heading glued to a text put on a line of its own. */
function fenced(file: SkillFileText, at: number, finding: string): readonly SkillEdit[] {
  const line = file.text.split("\n")[at - 1] ?? "";
  if (line.trim() === "" || countOf(file.text, line) !== 1) return [];
  if (/fence/.test(finding) && /^\s*(?:```|~~~)/.test(line))
    return [{ op: "replace_in_section", file: file.path, old_text: line, content: "" }];
  const glued = /^(.*\S)(#{1,6} .*)$/.exec(line);
  return glued === null ? [] : [{ op: "replace_in_section", file: file.path, old_text: line, content: `${glued[1]}\n\n${glued[2]}` }];
}
