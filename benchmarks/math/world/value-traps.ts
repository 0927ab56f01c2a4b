/** Systematic traps of amounts and of what is handed in, each with the wordings by which its lesson is known. */
import type { TrapDraft } from "./trap-draft.ts";

const asked = "when|if|where|whenever|unless|only";

export const valueTraps: readonly TrapDraft[] = [
  {
    id: "last-step",
    fault: "A quantity on the way is handed in instead of the one that the last sentence asks for.",
    prevalence: "systematic",
    signs: ["lower", "higher", "off-by-one"],
    lesson: {
      id: "answer-what-is-asked",
      title: "Read the last sentence again and hand in the quantity it asks for.",
      groups: [
        { role: "topic", anyOf: ["question|asked|asks|quantity|wanted|intermediate", "last sentence"] },
        {
          role: "advice",
          anyOf: [
            "reread .. question|sentence|end",
            "read .. sentence|question .. again|once|twice",
            "check|verify|confirm .. value|result|number|quantity .. asked|asks|question|wanted",
            "return|go|turn back .. question|sentence",
            "go on .. quantity|asked|wanted|question",
            "name|write|note .. quantity .. asked|wanted|first|before",
          ],
          orNever: ["stop|box|submit|report .. intermediate|halfway|auxiliary"],
        },
      ],
    },
  },
  {
    id: "percent-adds",
    fault: "Percentages that follow each other are added up.",
    prevalence: "systematic",
    signs: ["higher", "lower"],
    lesson: {
      id: "chain-percent-factors",
      title: "Percentages one after the other multiply as factors; they do not add.",
      groups: [
        { role: "topic", anyOf: ["percent*|percentage"] },
        {
          role: "advice",
          anyOf: [
            "multiply* .. factor|multiplier",
            "take|apply|compute|base|work .. percent*|change|step .. current|latest|new|updated|changed",
            "turn|convert|translate|write|express .. percent*|change .. factor|multiplier",
            "factor|multiplier .. multiply*",
          ],
          orNever: ["add|sum|total .. percentages|percents"],
        },
      ],
    },
  },
  {
    id: "unit-mix",
    fault: "Quantities in units that do not fit are multiplied or divided as they stand.",
    prevalence: "systematic",
    signs: ["higher", "lower", "cents", "off-by-one", "other"],
    lesson: {
      id: "convert-units-first",
      title: "Bring all quantities to fitting units before calculating.",
      groups: [
        { role: "topic", anyOf: ["unit|minute|hour"] },
        {
          role: "advice",
          anyOf: [
            "convert* .. unit|hour|minute|time",
            "bring|put|express|state .. same|matching|common|fitting|one .. unit",
            "check|match|align|write|carry|compare .. unit .. before|cancel|match|agree|fit|alongside|each",
            "unit .. agree|match|cancel|fit .. before",
          ],
          orNever: ["mix .. unit|hour|minute"],
        },
      ],
    },
  },
  {
    id: "diameter-as-radius",
    fault: "A diameter is put into a formula that wants the radius.",
    prevalence: "systematic",
    signs: ["higher", "other"],
    lesson: {
      id: "halve-the-diameter",
      title: "Halve a diameter before it goes into a formula.",
      groups: [
        { role: "topic", anyOf: ["diameter"] },
        {
          role: "advice",
          anyOf: [
            "halve",
            "halving",
            "divide .. diameter|it .. two|half",
            "take|use half",
            "use|find|compute|get|derive|determine .. radius",
            "turn|convert .. diameter .. radius",
          ],
          orNever: ["use|put|insert|plug|substitut*|square .. diameter"],
        },
      ],
    },
  },
  {
    id: "unreduced",
    fault: "Numerator and denominator are added before the fraction is in lowest terms.",
    prevalence: "systematic",
    signs: ["higher"],
    lesson: {
      id: "reduce-before-summing",
      title: "Bring the fraction to lowest terms before its parts are added.",
      groups: [
        { role: "topic", anyOf: ["fraction|numerator|relatively|coprime|denominator"] },
        {
          role: "advice",
          anyOf: [
            "reduce|simplify .. before|first|lowest|fraction|fully|completely|until",
            "cancel|divide .. gcd|common|shared",
            "lowest|simplest terms|form .. before|first",
            "bring .. lowest|simplest terms|form",
          ],
          orNever: ["add|sum .. unreduced|uncancelled|unsimplified"],
        },
      ],
    },
  },
  {
    id: "rounded-decimal",
    fault: "A rounded decimal is handed in where an exact fraction is asked for.",
    prevalence: "systematic",
    signs: ["other", "cents"],
    lesson: {
      id: "exact-not-decimal",
      title: "Hand in the exact fraction unless rounding is asked for.",
      contradicts: "round-as-asked",
      groups: [
        { role: "topic", anyOf: ["decimal|fraction|root"] },
        {
          role: "advice",
          anyOf: ["keep|give|leave|write|state|hand|report|express|box|present .. exact*|fraction|unrounded", "stick .. fraction|exact*"],
          orNever: ["round|approximate .. result|fraction|value", "turn|convert|change .. decimal", "write|give|use .. decimal"],
        },
        {
          role: "condition",
          anyOf: [`${asked} .. asked|asks|wanted|called|says|requested|told|demanded`, "common fraction", "unless .. rounding|nearest"],
        },
      ],
    },
  },
  {
    id: "exact-for-rounded",
    fault: "An exact fraction is handed in where a rounded decimal is asked for.",
    prevalence: "systematic",
    signs: ["other", "cents"],
    lesson: {
      id: "round-as-asked",
      title: "Round the final value where the problem asks for it.",
      contradicts: "exact-not-decimal",
      groups: [
        { role: "topic", anyOf: ["nearest|tenth|hundredth|place|accuracy"] },
        {
          role: "advice",
          anyOf: [
            "round .. place|nearest|tenth|hundredth|accuracy",
            "give|write|state|hand|report|box|present .. rounded|decimal|places",
            "turn|convert|change .. decimal",
          ],
          orNever: ["leave|give|keep|hand|box .. fraction|unrounded"],
        },
        { role: "condition", anyOf: [`${asked} .. asked|asks|wanted|called|says|requested|told|demanded|speaks|names`] },
      ],
    },
  },
];
