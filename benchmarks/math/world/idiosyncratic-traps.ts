/** Traps that one or two problems of the evolve half have. */
import type { TrapDraft } from "./trap-draft.ts";

export const idiosyncraticTraps: readonly TrapDraft[] = [
  {
    id: "ring-of-posts",
    fault: "On a closed way one post more than gaps is counted.",
    prevalence: "idiosyncratic",
    signs: ["off-by-one"],
    lesson: {
      id: "ring-posts-equal-gaps",
      title: "On a closed way there are as many posts as gaps.",
      groups: [
        { role: "topic", anyOf: ["ring|circle|circular|closed|loop"] },
        {
          role: "advice",
          anyOf: [
            "as many post|points|trees|objects .. as|gap|space",
            "equal* .. gaps|spaces",
            "count|take .. gaps|spaces .. alone|only|themselves",
          ],
          orNever: ["add .. extra|further|post", "count .. post|point .. twice"],
        },
      ],
    },
  },
  {
    id: "cycle-zero",
    fault: "In a repeating pattern remainder zero is taken for position zero.",
    prevalence: "idiosyncratic",
    signs: ["lower"],
    lesson: {
      id: "cycle-end",
      title: "In a repeating pattern remainder zero means the last place.",
      groups: [
        { role: "topic", anyOf: ["cycle|cyclic*|pattern|repeating|block"] },
        {
          role: "advice",
          anyOf: [
            "zero .. last|final|end",
            "read|take|treat|interpret|translate .. zero|nothing .. last|end|final",
            "even|evenly|exactly .. last|end|final",
          ],
        },
      ],
    },
  },
  {
    id: "leading-zero",
    fault: "Numbers with a zero in front are counted as numbers of full length.",
    prevalence: "idiosyncratic",
    signs: ["higher"],
    lesson: {
      id: "no-zero-in-front",
      title: "A number of so many digits does not begin with zero.",
      groups: [
        { role: "topic", anyOf: ["digit"] },
        {
          role: "advice",
          anyOf: [
            "subtract|exclude|discard|remove|drop|deduct .. zero|begin*|front",
            "fill|choose|settle|decide .. first|front|leading .. first|nonzero|before",
            "front|first|leading digit|place .. nonzero",
          ],
          orNever: ["allow|let|accept|put|count .. zero"],
        },
      ],
    },
  },
  {
    id: "terms-for-steps",
    fault: "As many steps as terms are made from the first term of a sequence.",
    prevalence: "idiosyncratic",
    signs: ["higher", "off-by-one"],
    lesson: {
      id: "steps-before-term",
      title: "From the first term there is one step fewer than the number of the term.",
      groups: [
        { role: "topic", anyOf: ["sequence|progression"] },
        {
          role: "advice",
          anyOf: [
            "one step|difference fewer|less",
            "one fewer|less step|jump|difference",
            "count|take .. steps|jumps .. between|not|instead|rather",
            "lower|reduce|decrease .. index .. one",
          ],
          orNever: ["multiply .. index|position", "use .. index|position .. itself|unchanged|directly"],
        },
      ],
    },
  },
  {
    id: "percent-base",
    fault: "A discount is undone by adding its percentage of the reduced price.",
    prevalence: "idiosyncratic",
    signs: ["lower", "other", "cents"],
    lesson: {
      id: "undo-discount-by-dividing",
      title: "To go back to the price before a discount, divide by what was left of it.",
      groups: [
        { role: "topic", anyOf: ["discount|reduction|markdown|original|rebate"] },
        {
          role: "advice",
          anyOf: [
            "divide* .. share|remaining|left|fraction|factor",
            "solve|set .. equation .. original|unknown|old",
            "undo|reverse .. division|dividing",
          ],
          orNever: ["add .. percentage|discount .. back|again|reduced", "put .. discount|percentage back"],
        },
      ],
    },
  },
  {
    id: "mean-of-speeds",
    fault: "The average speed is taken as the mean of two speeds.",
    prevalence: "idiosyncratic",
    signs: ["higher", "cents", "other", "off-by-one"],
    lesson: {
      id: "whole-way-over-whole-time",
      title: "The average speed is the whole distance over the whole time.",
      groups: [
        { role: "topic", anyOf: ["speed|velocity|velocities"] },
        {
          role: "advice",
          anyOf: [
            "divide .. total|whole|entire|full distance|way|length",
            "total|whole|entire distance|way .. over|by .. time",
            "harmonic mean",
          ],
          orNever: ["average|take|use|compute .. two speeds|velocities", "arithmetic mean", "mean .. speeds"],
        },
      ],
    },
  },
  {
    id: "area-conversion",
    fault: "An area is converted with the factor for lengths.",
    prevalence: "idiosyncratic",
    signs: ["lower"],
    lesson: {
      id: "square-the-factor",
      title: "Areas convert with the square of the factor for lengths.",
      groups: [
        { role: "topic", anyOf: ["area|surface"] },
        {
          role: "advice",
          anyOf: [
            "square .. factor|conversion",
            "apply|use|multiply .. factor .. twice|each|both",
            "squared factor|conversion",
            "factor .. squared",
          ],
          orNever: ["use|apply|take .. length|linear|plain|simple factor"],
        },
      ],
    },
  },
  {
    id: "at-least-one",
    fault: "Exactly one is counted where at least one is asked for.",
    prevalence: "idiosyncratic",
    signs: ["lower", "other"],
    lesson: {
      id: "complement-for-at-least-one",
      title: "At least one: take the probability of none away from one.",
      groups: [
        { role: "topic", anyOf: ["least one", "complement*|none"] },
        {
          role: "advice",
          anyOf: [
            "take|use|compute|go|switch .. complement*|opposite",
            "subtract .. none|opposite|complement*",
            "one minus .. none|opposite|complement*|probab*",
            "include .. both|several|all|more",
          ],
          orNever: ["count|compute|take|stop .. exactly one|single"],
        },
      ],
    },
  },
  {
    id: "drain-adds",
    fault: "The rate of a drain is added to the rate of the inflow.",
    prevalence: "idiosyncratic",
    signs: ["lower", "other"],
    lesson: {
      id: "drain-subtracts",
      title: "What works against the others has a negative rate.",
      groups: [
        { role: "topic", anyOf: ["drain*|leak*|outflow|outlet|emptying"] },
        {
          role: "advice",
          anyOf: [
            "subtract .. rate|drain*|outflow|leak*|outlet|it",
            "negative rate|sign|contribution",
            "give|enter|take|count .. drain*|outflow|outlet|leak* .. negative|minus",
          ],
          orNever: ["add .. rate|outflow|drain*|outlet"],
        },
      ],
    },
  },
  {
    id: "round-table",
    fault: "Ways to sit at a round table that only differ by turning are counted apart.",
    prevalence: "idiosyncratic",
    signs: ["higher"],
    lesson: {
      id: "fix-one-seat",
      title: "At a round table fix one person and arrange the others.",
      groups: [
        { role: "topic", anyOf: ["round|circular|rotat*|turning|seat*"] },
        {
          role: "advice",
          anyOf: [
            "fix|pin|anchor|nail .. one|person|somebody|guest|seat",
            "divide .. rotation*|turns|turning|seats|chairs",
            "arrange|permute .. others|rest|remaining",
            "identify|merge .. rotation*|turn*",
          ],
          orNever: ["count .. rotation*|turning|rotated"],
        },
      ],
    },
  },
];
