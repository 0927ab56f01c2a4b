/** Traps that recur over many pages: the answer is read in the wrong place. */
import type { TrapDraft } from "./trap-draft.ts";

export const placeTraps: readonly TrapDraft[] = [
  {
    id: "value-below",
    fault: "The entry on the line below the label is taken instead of the one beside it.",
    prevalence: "systematic",
    signs: ["lower", "higher", "cents", "off-by-one", "other"],
    lesson: {
      id: "read-beside-the-label",
      title: "An entry stands on the same line as its label, to the right of it.",
      groups: [
        { role: "topic", anyOf: ["label|field|form"] },
        {
          role: "advice",
          anyOf: [
            "read|take|use|look|find|pick|copy .. same|own|label line|row",
            "value|entry|entries .. on|along the same|own line|row",
            "read|look|go|move|stay .. right|across|beside|along|sideways",
            "beside|right of .. label|name",
            "label .. belong* .. same line|row",
            "label .. belong* .. right|beside",
          ],
          orNever: ["take|read|use|pick|copy|drop|slip .. below|beneath|under|underneath|lower|next line|row|entry|label|value|field"],
        },
      ],
    },
  },
  {
    id: "shifted-column",
    fault: "Figures of a row are counted without its empty cell, so that each seems to belong to the column before.",
    prevalence: "systematic",
    signs: ["lower", "higher", "cents", "off-by-one", "other"],
    lesson: {
      id: "align-figures-with-headings",
      title: "A figure belongs to the heading it stands under; empty cells keep their column.",
      groups: [
        { role: "topic", anyOf: ["column|table|heading"] },
        { role: "topic", anyOf: ["figure|cell|gap|entry|entries|printed"] },
        {
          role: "advice",
          anyOf: [
            "align|line|trace|follow*|drop|go .. straight|vertical*|edge|heading|position|plumb",
            "empty|blank|missing cell|gap|entry .. keep*|hold*|occup*|still|own|count* .. column|place|position|one",
            "count* .. empty|blank|missing cell|gap|entry|entries|one",
            "straight|directly below|under|beneath .. heading|title",
          ],
          orNever: ["count* .. figure|printed|filled|number|entries", "close .. gap"],
        },
      ],
    },
  },
  {
    id: "other-year",
    fault: "The first column of figures is read although the question asks for another year.",
    prevalence: "systematic",
    signs: ["lower", "higher", "cents", "off-by-one", "other"],
    lesson: {
      id: "read-the-asked-year",
      title: "Read the column of the year that the question names.",
      groups: [
        { role: "topic", anyOf: ["year"] },
        {
          role: "advice",
          anyOf: [
            "read|take|use|pick|choose|select|find|locate|search|go .. column|figure|heading .. year",
            "find|locate|search|match|compare|check|confirm|verify .. year .. question|column|heading|head|asked|table",
            "check|confirm|verify .. column|heading .. year|question",
            "year .. question|asked .. decid*|column|choos*|head*",
          ],
          orNever: [
            "take|use|read|trust|assume|settle|start|go .. first|leftmost|nearest|neighbouring|neighboring|adjacent column|year|figure",
          ],
        },
      ],
    },
  },
  {
    id: "subtotal-for-total",
    fault: "The subtotal is given for the total, because it comes first.",
    prevalence: "systematic",
    signs: ["lower"],
    lesson: {
      id: "read-the-amount-due",
      title: "The total of an invoice is its last line, not the subtotal.",
      groups: [
        { role: "topic", anyOf: ["invoice|bill|due|payable|subtotal*"] },
        {
          role: "advice",
          anyOf: [
            "read|take|use|find|look|choose|pick|go|give|answer .. last|final|bottom|lowest|grand .. line|total|amount|sum|figure",
            "total|amount|sum|line .. last|final|bottom|below|behind .. tax*|freight|charge*|invoice|block|column",
          ],
          orNever: [
            "take|read|use|stop|give|mistake|answer|settle|confuse .. subtotal*",
            "take|read|use|stop|give|answer|settle .. first total|sum",
            "subtotal* is .. total|answer|amount|due|wanted",
          ],
        },
      ],
    },
  },
  {
    id: "signature-name",
    fault: "The scrawl of a signature is given, a familiar name, instead of the full name typed below it.",
    prevalence: "systematic",
    signs: ["other"],
    lesson: {
      id: "give-the-typed-name",
      title: "Who signed is named in full by the typed line below the signature.",
      groups: [
        { role: "topic", anyOf: ["sign*|scrawl*|scribbl*"] },
        {
          role: "advice",
          anyOf: [
            "take|use|give|read|copy|prefer|answer|write|quote .. typed|typewritten|printed|full .. name|line|form",
            "typed|typewritten|printed name|line .. below|beneath|under|counts|wins|full|wanted|answer",
            "name .. typed|typewritten|printed .. below|beneath|under",
          ],
          orNever: ["take|use|give|read|copy|answer|rely|transcrib*|quote|decipher* .. scrawl*|scribbl*|handwrit*|nickname|signature"],
        },
      ],
    },
  },
  {
    id: "running-head",
    fault: "The running head at the top of the page is taken for the title.",
    prevalence: "systematic",
    signs: ["other"],
    lesson: {
      id: "title-is-not-the-running-head",
      title: "The title stands above the author's name; the line at the top edge is a running head.",
      groups: [
        { role: "topic", anyOf: ["title"] },
        {
          role: "advice",
          anyOf: [
            "take|read|use|find|pick|choose|look|search .. title|words|block|line .. above|over .. author|byline|name",
            "title .. above|over .. author|byline|name",
            "title .. below|under|beneath .. running|top head|line|edge|header",
          ],
          orNever: [
            "take|use|read|mistake|give|copy|answer|confuse .. running head|heads|header|line",
            "take|use|read|mistake|give|copy .. top|topmost|uppermost line",
            "running head|heads|header|line is .. title",
          ],
        },
      ],
    },
  },
];
