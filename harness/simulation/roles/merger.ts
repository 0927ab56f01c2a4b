/** The edit coordinator: joins what says the same, loses some of what is said once, settles contradictions; asked about one conflict, it writes one edit. */
import { type Asked, answerJson, askedOf, atALoss } from "../asked.ts";
import type { BrainReply, BrainRequest } from "../contract.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { blocksOf, jsonBlock } from "../reading/data-blocks.ts";
import { patchedEdits, shownEdits } from "../reading/edits.ts";
import { mergeAgain } from "./merge-again.ts";
import { keptEdits } from "./merge-recall.ts";
import type { MergeReply } from "./merge-reply.ts";
import { type MergedEdit, settled, united } from "./merge-unite.ts";
import { synthesised } from "./synthesis.ts";

export function mergerRole(knowledge: Knowledge): (request: BrainRequest, persona: Persona) => BrainReply {
  return (request, persona) => {
    const asked = askedOf(request, persona, "merger");
    if (asked === undefined) return atALoss("There is nothing to merge.");
    if (blocksOf(asked.data, "conflict").length > 0) {
      const edit = synthesised(knowledge, asked, persona.merger, shownEdits(jsonBlock(asked.data, "conflict")));
      return edit === undefined
        ? atALoss("I see no edits in conflict.")
        : answerJson(asked, persona, "I asked when each of them is right.", { edit });
    }
    if (blocksOf(asked.data, "patches").length === 0) return atALoss("I see no patches.");
    const edits = patchedEdits(jsonBlock(asked.data, "patches"));
    const reply = mergeAgain(knowledge, asked, persona.merger, edits) ?? merged(knowledge, asked, persona.merger, edits);
    return answerJson(asked, persona, "I joined what says the same and kept what is unique.", withSlip(reply, asked, persona.merger));
  };
}

export function merged(knowledge: Knowledge, asked: Asked, rates: Persona["merger"], edits: ReturnType<typeof patchedEdits>): MergeReply {
  const { kept, lost } = keptEdits(edits, asked.draw, rates);
  const { edits: joined, dropped } = settled(knowledge, united(knowledge, kept, asked.draw, rates), asked.draw, rates);
  return {
    reasoning: `${edits.length} edits came in; what recurs leads, and what says the same was joined.`,
    edits: joined.map(({ edit, from }: MergedEdit) => ({ ...edit, from })),
    dropped: [
      ...dropped,
      ...lost
        .filter(({ id }) => asked.draw("stated", id) < rates.stated_loss)
        .map(({ id }) => ({ id, reason: "Of little use beyond its own task." })),
    ],
    changelog_entries: [],
  };
}

/** By a small rate one id is forgotten or made up; told so, the coordinator puts it right. */
function withSlip(reply: MergeReply, { draw, round }: Asked, rates: Persona["merger"]): MergeReply {
  const first = reply.edits[0];
  if (round > 0 || first === undefined || draw("slip") >= rates.bad_ids) return reply;
  const from = draw("slip kind") < 0.5 ? [] : [...first.from, `${first.from[0] ?? "e"}x`];
  return { ...reply, edits: [{ ...first, from }, ...reply.edits.slice(1)] };
}
