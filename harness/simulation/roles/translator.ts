/** The translator: finds the place that an edit means and copies its anchor from the file. */
import type { SkillEdit } from "../../core/evolution.ts";
import { answerJson, askedOf, atALoss } from "../asked.ts";
import type { BrainReply, BrainRequest } from "../contract.ts";
import type { Persona } from "../persona.ts";
import { jsonBlock, skillFilesIn } from "../reading/data-blocks.ts";
import { contentOf, editOf, withContent } from "../reading/edits.ts";
import { countOf, sectionsOf } from "../reading/sections.ts";
import { nearest } from "../reading/word-overlap.ts";

export function translatorRole(): (request: BrainRequest, persona: Persona) => BrainReply {
  return (request, persona) => {
    const asked = askedOf(request, persona, "translator");
    const edit = asked === undefined ? undefined : editOf(jsonBlock(asked.data, "edit"));
    if (asked === undefined || edit === undefined) return atALoss("I see no edit to translate.");
    const files = skillFilesIn(asked.data);
    const text = (files.find((f) => f.path === edit.file) ?? files[0])?.text;
    const { finds, changes_content } = persona.translator;
    const placed = text === undefined || asked.draw("finds", asked.round) >= finds ? edit : anchored(edit, text);
    const altered = asked.draw("changes", asked.round) < changes_content;
    const content = contentOf(placed);
    return answerJson(asked, persona, "I looked for the place that is meant.", {
      edit: altered && content !== "" ? withContent(placed, `${content.trimEnd()} Keep this in mind.`) : placed,
    });
  };
}

/** The edit with every anchor that does not stand in the text exactly once replaced by the nearest that does. */
function anchored(edit: SkillEdit, text: string): SkillEdit {
  const heading = (wanted: string) =>
    nearestOnce(
      wanted,
      sectionsOf(text).map((s) => s.heading),
    );
  const line = (wanted: string) => (countOf(text, wanted) === 1 ? wanted : nearestLine(wanted, text));
  switch (edit.op) {
    case "append_to_section":
    case "delete_section":
      return { ...edit, target_section: heading(edit.target_section) };
    case "add_section":
      return edit.after_section === undefined ? edit : { ...edit, after_section: heading(edit.after_section) };
    case "replace_in_section":
      return { ...edit, ...sectionOf(edit.target_section, heading), old_text: line(edit.old_text) };
    case "insert_after":
    case "insert_before":
      return { ...edit, ...sectionOf(edit.target_section, heading), target_text: line(edit.target_text) };
    case "create":
    case "delete_file":
      return edit;
  }
}

function sectionOf(section: string | undefined, heading: (wanted: string) => string): { readonly target_section?: string } {
  return section === undefined ? {} : { target_section: heading(section) };
}

function nearestOnce(wanted: string, candidates: readonly string[]): string {
  const single = candidates.filter((c) => candidates.filter((o) => o === c).length === 1);
  return single.includes(wanted) ? wanted : (nearest(wanted, single, (c) => c) ?? wanted);
}

function nearestLine(wanted: string, text: string): string {
  const lines = text
    .split("\n")
    .map((l) => l.trim())
    .filter((l) => l.length > 3 && !/^(?:#{1,6} |```|~~~)/.test(l) && countOf(text, l) === 1);
  return nearest(wanted, lines, (l) => l) ?? wanted;
}
