/** A merge that is asked for a second time because edits vanished from the first reply. */
import { z } from "zod";
import type { Asked } from "../asked.ts";
import type { Knowledge } from "../knowledge.ts";
import type { Persona } from "../persona.ts";
import { jsonBlock } from "../reading/data-blocks.ts";
import { editOf, type ShownEdit } from "../reading/edits.ts";
import type { MergeReply } from "./merge-reply.ts";
import { meaningOf } from "./merge-unite.ts";

const earlierReply = z.looseObject({
  reasoning: z.string(),
  edits: z.array(z.looseObject({ from: z.array(z.string()) })),
  dropped: z.array(z.object({ id: z.string(), reason: z.string() })).default([]),
});

/** The earlier reply with each vanished edit joined, kept, or dropped with a reason; a few vanish again. Undefined when this is no second asking. */
export function mergeAgain(
  knowledge: Knowledge,
  asked: Asked,
  rates: Persona["merger"],
  edits: readonly ShownEdit[],
): MergeReply | undefined {
  const vanished = z.array(z.string()).safeParse(jsonBlock(asked.data, "vanished"));
  const earlier = earlierReply.safeParse(jsonBlock(asked.data, "earlier_reply"));
  if (!vanished.success || !earlier.success) return undefined;
  const kept = earlier.data.edits.flatMap((value) => {
    const edit = editOf(value);
    return edit === undefined ? [] : [{ edit, from: [...value.from] }];
  });
  const dropped = [...earlier.data.dropped];
  for (const id of vanished.data) {
    const shown = edits.find((e) => e.id === id);
    if (shown === undefined || asked.draw("vanishes again", id) < rates.vanishes_again) continue;
    const twin = kept.find(({ edit }) => meaningOf(knowledge, edit) === meaningOf(knowledge, shown.edit));
    if (twin !== undefined) twin.from.push(id);
    else if (asked.draw("taken back", id) < rates.taken_back) kept.push({ edit: shown.edit, from: [id] });
    else dropped.push({ id, reason: "Left out because there is little room." });
  }
  return { reasoning: earlier.data.reasoning, edits: kept.map(({ edit, from }) => ({ ...edit, from })), dropped, changelog_entries: [] };
}
