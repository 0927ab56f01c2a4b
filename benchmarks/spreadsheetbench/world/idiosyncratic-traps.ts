/** Traps that hit one or two tasks of a half, each with the wordings by which its lesson is known. */
import type { TrapDraft } from "./trap-draft.ts";

export const idiosyncraticTraps: readonly TrapDraft[] = [
  {
    id: "subtotal-rows",
    fault: "Subtotal rows inside the data are added as if they were records.",
    prevalence: "idiosyncratic",
    signs: ["higher"],
    lesson: {
      id: "leave-subtotals-out",
      title: "Leave subtotal and total rows inside the data out of sums.",
      groups: [
        { role: "topic", anyOf: ["subtotal*", "sub total*", "total|summary|totals row|line"] },
        {
          role: "advice",
          anyOf: [
            "skip*|exclud*|ignor*|omit*|filter*|leav*|drop*|disregard*|discard* .. subtotal*|total|summary",
            "skip*|exclud*|ignor*|omit*|filter*|drop* .. sub total*",
            "leave|keep them|it|those|these|such out",
          ],
          orNever: [
            "includ*|add*|count*|sum*|double|aggregat* .. subtotal*|total row|line|rows|lines",
            "count*|add* .. twice|double .. subtotal*|total",
          ],
        },
      ],
    },
  },
  {
    id: "repeated-header",
    fault: "Header rows that a paged export repeats inside the data are taken for records.",
    prevalence: "idiosyncratic",
    signs: ["extra", "other"],
    lesson: {
      id: "skip-repeated-headers",
      title: "Skip header rows repeated inside the data.",
      groups: [
        { role: "topic", anyOf: ["header*|heading|caption"] },
        {
          role: "advice",
          anyOf: [
            "skip*|drop*|ignor*|remov*|filter*|exclud*|discard*|disregard* .. repeat*|duplicat*|embedded|second|later|further|recurring|extra|stray|inner header*|heading|caption",
            "skip*|drop*|ignor*|remov*|filter*|exclud* .. header*|heading .. repeat*|again|inside|middle|within|between|recur*",
          ],
          orNever: ["treat*|tak*|count*|read* .. repeat*|second|embedded header*|heading .. data|record|row"],
        },
      ],
    },
  },
  {
    id: "accounting-negatives",
    fault: "Amounts in parentheses are read as positive.",
    prevalence: "idiosyncratic",
    signs: ["higher", "lower", "other"],
    lesson: {
      id: "parentheses-mean-minus",
      title: "An amount in parentheses is negative.",
      groups: [
        { role: "topic", anyOf: ["parenthes*|bracket*|accounting|accountanc*"] },
        {
          role: "advice",
          anyOf: [
            "treat*|read*|interpret*|convert*|pars*|count*|regard*|turn* .. negative|minus|below",
            "parenthes*|bracket* .. mean*|denot*|indicat*|are|is|signif*|stand .. negative|minus",
            "negative|minus .. in|by|with parenthes*|bracket*",
            "in parenthes*|bracket* .. as negative|minus",
          ],
        },
      ],
    },
  },
  {
    id: "error-cells",
    fault: "Cells that hold an error are added as if they were numbers.",
    prevalence: "idiosyncratic",
    signs: ["higher", "lower", "other"],
    lesson: {
      id: "skip-error-cells",
      title: "Leave cells with error values out of calculations.",
      groups: [
        { role: "topic", anyOf: ["error*", "#na|#ref|#value|#div"] },
        {
          role: "advice",
          anyOf: [
            "skip*|ignor*|exclud*|guard*|filter*|omit*|drop*|leav*|disregard*|catch*|handl* .. error*|#na|#ref|#value|#div",
            "error*|#na|#ref|#value|#div .. be|are|is|get skipped|ignored|excluded|omitted|left|guarded|dropped",
          ],
        },
      ],
    },
  },
  {
    id: "hard-blanks",
    fault: "Non-breaking spaces stay in the text because an ordinary trim does not know them.",
    prevalence: "idiosyncratic",
    signs: ["spelling"],
    lesson: {
      id: "replace-hard-blanks",
      title: "Replace non-breaking spaces before trimming.",
      groups: [
        {
          role: "topic",
          anyOf: [
            "non|no breaking|break",
            "nonbreaking|nbsp|xa0|u00a0|invisible|160",
            "hard space|blank",
            "unicode space*|blank|whitespace",
          ],
        },
        {
          role: "advice",
          anyOf: [
            "remov*|replac*|strip*|normali*|convert*|handl*|clean*|swap*|turn*|substitut*|trim* .. breaking|break|nonbreaking|nbsp|xa0|u00a0|invisible|160|hard|unicode",
            "breaking|nonbreaking|nbsp|hard|unicode .. be|are|is|get removed|replaced|stripped|normalised|normalized|converted|cleaned",
          ],
        },
      ],
    },
  },
  {
    id: "first-match",
    fault: "The first of several matching entries is taken although the most recent one holds.",
    prevalence: "idiosyncratic",
    signs: ["lower", "higher", "other"],
    lesson: {
      id: "take-the-latest-match",
      title: "When a key has several entries, take the most recent one.",
      groups: [
        {
          role: "topic",
          anyOf: [
            "several|multiple|repeat*|duplicat*|more|many|twice .. match*|key|entr*|row|record|price|hit|once",
            "match*|lookup|look|key",
          ],
        },
        {
          role: "advice",
          anyOf: [
            "take|use|pick|return|choose|keep|prefer|select|want .. latest|newest|recent",
            "latest|newest|recent .. wins|win|counts|holds|applies|valid|one",
          ],
          orNever: ["take|use|pick|return|choose|stop|settle .. first match|hit|entry|row|one|found"],
        },
      ],
    },
  },
];
