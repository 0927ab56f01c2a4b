/** Systematic traps of counting, dividing and drawing, each with the wordings by which its lesson is known. */
import type { TrapDraft } from "./trap-draft.ts";

const ends = "end|endpoint|boundary|boundaries|bound|limit";
const openers = "when|if|where|whenever|unless|for|as";

export const countingTraps: readonly TrapDraft[] = [
  {
    id: "ends-left-out",
    fault: "A count over a range that includes both ends is taken as the plain difference.",
    prevalence: "systematic",
    signs: ["off-by-one", "lower"],
    lesson: {
      id: "inclusive-plus-one",
      title: "Where both ends belong to a range, its size is the difference plus one.",
      contradicts: "strict-minus-one",
      groups: [
        { role: "topic", anyOf: ["range|list|terms|member|endpoint|bound|limit"] },
        {
          role: "advice",
          anyOf: [
            "add one",
            "difference|subtraction plus|and one",
            "plus one",
            `count|include|keep both .. ${ends}`,
            "one more than .. difference",
          ],
        },
        {
          role: "condition",
          anyOf: [`${openers} .. inclusive*|included|through|belong*|closed|least`, "inclusive range|interval|list|count|wording"],
        },
      ],
    },
  },
  {
    id: "ends-counted",
    fault: "A count strictly between two numbers includes the two numbers.",
    prevalence: "systematic",
    signs: ["off-by-one", "higher"],
    lesson: {
      id: "strict-minus-one",
      title: "Strictly between two limits neither limit counts: the difference minus one.",
      contradicts: "inclusive-plus-one",
      groups: [
        { role: "topic", anyOf: [ends, "range|interval|strict*"] },
        {
          role: "advice",
          anyOf: [
            "subtract one",
            "difference minus one",
            "minus one",
            "one less than .. difference",
            `leave|keep|drop|throw .. ${ends} .. out|off|away`,
            `leave out .. ${ends}`,
            `exclude .. ${ends}`,
          ],
          orNever: [`count|include .. ${ends}`],
        },
        {
          role: "condition",
          anyOf: [
            `${openers} .. strict*|between|exclusive*|open|excluded|greater|beyond`,
            "strict|exclusive|open range|interval|inequality|inequalities|wording",
          ],
        },
      ],
    },
  },
  {
    id: "overlap-twice",
    fault: "What belongs to both of two groups is counted twice.",
    prevalence: "systematic",
    signs: ["higher", "off-by-one"],
    lesson: {
      id: "subtract-overlap",
      title: "Subtract once what belongs to both groups.",
      groups: [
        { role: "topic", anyOf: ["overlap*|both|union|either|inclusion|twice|intersection|group"] },
        {
          role: "advice",
          anyOf: [
            "subtract* .. overlap*|intersection|both|shared",
            "take|remove .. overlap*|both|intersection|shared .. once|off|away|out",
            "count .. both|overlap*|shared .. once|single",
            "inclusion exclusion",
          ],
          orNever: ["count .. twice", "add .. group|set|total .. overlap*"],
        },
      ],
    },
  },
  {
    id: "product-for-lcm",
    fault: "The product of two numbers with a common divisor is used where their least common multiple belongs.",
    prevalence: "systematic",
    signs: ["higher", "lower", "off-by-one"],
    lesson: {
      id: "least-common-multiple",
      title: "What is divisible by both is a multiple of the least common multiple, not of the product.",
      groups: [
        { role: "topic", anyOf: ["multiple|divisib*|period*|coincid*|lcm|together|simultaneous*|factor*"] },
        {
          role: "advice",
          anyOf: [
            "use|take|work|compute|find|need|want .. least|smallest|lowest common multiple",
            "use|take|compute|find|need .. lcm",
            "divide .. product .. common|gcd|shared",
            "factor* .. highest|larger|largest|greatest power",
          ],
          orNever: ["multiply* .. two|both|number|period*", "use|take .. product"],
        },
      ],
    },
  },
  {
    id: "negative-remainder",
    fault: "The remainder of a negative number keeps its sign.",
    prevalence: "systematic",
    signs: ["lower"],
    lesson: {
      id: "nonnegative-remainder",
      title: "A remainder lies between zero and the divisor, also for negative numbers.",
      groups: [
        { role: "topic", anyOf: ["remainder|residue|modulo|modulus"] },
        {
          role: "advice",
          anyOf: [
            "add .. divisor|modulus",
            "bring|shift|move|lift|raise .. remainder|residue|result|it .. nonnegative|range|zero|above",
            "remainder|residue must|should|has|lie* .. nonnegative|between|zero",
            "keep|make|take .. remainder|residue .. nonnegative",
            "nonnegative remainder|residue",
          ],
          orNever: ["leave|accept|give|report|carry|keep .. negative", "sign .. remainder|residue"],
        },
      ],
    },
  },
  {
    id: "identical-distinct",
    fault: "Things that are alike are arranged as if they were all different.",
    prevalence: "systematic",
    signs: ["higher"],
    lesson: {
      id: "divide-out-identical",
      title: "Divide by the factorial of each group of things that are alike.",
      groups: [
        { role: "topic", anyOf: ["identical|alike|repeated|indistinguishable|copies|repetition"] },
        {
          role: "advice",
          anyOf: [
            "divide* .. factorial*",
            "divide* .. swap*|repet*|copies|duplicate",
            "multinomial",
            "treat|regard|count .. identical|alike|repeated|copies .. interchangeable|same|one",
          ],
          orNever: ["treat|count|take|arrange .. identical|repeated|alike|copies .. distinct|different"],
        },
      ],
    },
  },
  {
    id: "order-counted",
    fault: "Orders of the same choice are counted as different choices although order does not matter.",
    prevalence: "systematic",
    signs: ["higher", "off-by-one"],
    lesson: {
      id: "divide-by-orders",
      title: "Where order does not matter, count each group once: combinations.",
      contradicts: "keep-the-order",
      groups: [
        { role: "topic", anyOf: ["order*|committee|pair|choice|selection|combination|group|permutation|unordered"] },
        {
          role: "advice",
          anyOf: [
            "divide* .. order*|permutation",
            "use|count|take|want .. combination|binomial*",
            "count .. group|pair|selection|set|choice .. once",
          ],
          orNever: ["count .. repeatedly", "use|count .. permutation"],
        },
        {
          role: "condition",
          anyOf: [
            "when|if|where|whenever .. unordered|irrelevant|immaterial|swap*|same|interchang*",
            "order .. not|no|nothing|irrelevant|immaterial|hardly",
            "unordered pair|choice|group|selection",
          ],
        },
      ],
    },
  },
  {
    id: "order-ignored",
    fault: "Different orders of a choice are counted once although order matters.",
    prevalence: "systematic",
    signs: ["lower"],
    lesson: {
      id: "keep-the-order",
      title: "Where order or roles matter, count every arrangement on its own: permutations.",
      contradicts: "divide-by-orders",
      groups: [
        { role: "topic", anyOf: ["order*|role|office|rank*|permutation|arrangement|position"] },
        {
          role: "advice",
          anyOf: [
            "use|take|want .. permutation",
            "count .. order*|arrangement|permutation .. separately|own|apart|distinct|different",
            "keep|treat .. order*|arrangement .. apart|distinct|different|separate*|own",
            "multiply* .. choices|options|candidates",
          ],
          orNever: ["divide .. order*", "use .. combination|binomial*", "merge|identify .. order*|arrangement"],
        },
        {
          role: "condition",
          anyOf: [
            "when|if|where|whenever .. role*|office|rank*|ordered|position|titles|places|matters",
            "ordered pair|choice|selection",
            "distinct|different|named role|office|position",
          ],
        },
      ],
    },
  },
  {
    id: "with-replacement",
    fault: "A second draw is given the probability of the first one although nothing was put back.",
    prevalence: "systematic",
    signs: ["higher", "lower", "other", "off-by-one"],
    lesson: {
      id: "shrink-the-pool",
      title: "Without putting back, later draws come from a smaller pool.",
      groups: [
        { role: "topic", anyOf: ["draw*|drawn|pool|replac*|withdraw*"] },
        {
          role: "advice",
          anyOf: [
            "reduce*|lower|shrink|decrease|update|adjust .. total|pool|denominator|numbers|counts|remaining",
            "count .. what|items|those .. left|remain*",
            "recompute|recalculate .. probab*|chance|odds",
            "later|second|next draw .. smaller|fewer|reduced",
          ],
          orNever: ["reuse|repeat|square|keep .. first|same|original"],
        },
      ],
    },
  },
];
