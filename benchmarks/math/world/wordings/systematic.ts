/** Lessons against systematic traps as analysts word them. None holds a number or a name from a problem. */
import type { Wording } from "../../../../harness/core/world.ts";
import { wordings } from "../trap-draft.ts";

export const systematicWordings: Readonly<Record<string, readonly Wording[]>> = {
  "inclusive-plus-one": wordings([
    [
      "Difference plus one",
      "A difference counts steps, not members.",
      "When both ends are included, the size of the range is the difference plus one.",
    ],
    [
      "Fencepost check",
      "Subtracting loses the first member.",
      "If the range runs from one number through another, add one after subtracting.",
    ],
    [
      "Keep both endpoints",
      "One of the two limits had been lost.",
      "If the first and the last are included, keep both limits in the count.",
    ],
    [
      "Terms are one more than steps",
      "Between the first and the last term there are only the steps.",
      "Where the first and the last member belong to a list, its length is one more than the difference of their positions.",
    ],
    [
      "The word through",
      "The word through changes a count.",
      "Where a range goes from one number through another, take the difference of the bounds and add one.",
    ],
  ]),
  "strict-minus-one": wordings([
    [
      "Strictly between",
      "The limits themselves do not belong to it.",
      "When numbers have to lie strictly between two limits, use the difference minus one.",
    ],
    [
      "Neither limit counts",
      "Two members too many had been counted.",
      "If the inequalities are strict, leave out both limits before counting.",
    ],
    ["Exclude the ends of an open range", "Open ranges have no ends.", "For an exclusive range, exclude both endpoints from the count."],
    [
      "After and before",
      "Words such as after and before shut the limits out.",
      "Where members must be beyond one bound and short of the other, subtract one from the difference of the bounds.",
    ],
  ]),
  "subtract-overlap": wordings([
    ["Subtract the overlap", "Members of both groups came in twice.", "Add the sizes of the two groups and subtract the overlap once."],
    ["Inclusion and exclusion", "A sum of two counts is too large.", "Use inclusion-exclusion for the union of two groups."],
    ["Members of both", "Whoever is in both lists stands in both totals.", "Count what is shared by both groups once only."],
    ["Nothing twice", "Totals of groups overlap.", "Never count a member of both groups twice. Take the intersection off the sum once."],
  ]),
  "least-common-multiple": wordings([
    [
      "Least common multiple",
      "The product is a common multiple, but seldom the least.",
      "Use the least common multiple for events that happen together or numbers divisible by both.",
    ],
    ["The product is too large", "Shared divisors enter a product twice.", "Divide the product of both periods by their common divisor."],
    [
      "Do not multiply periods",
      "Periods with a shared divisor meet earlier.",
      "Never multiply the two numbers when divisibility by both is wanted and they share a divisor; find the lcm.",
    ],
    [
      "Factor first",
      "Divisibility by both depends on prime powers.",
      "Factor both numbers and take the highest power of each prime to get what is divisible by both.",
    ],
  ]),
  "answer-what-is-asked": wordings([
    [
      "Reread the question",
      "A value on the way was taken for the answer.",
      "Reread the last sentence of the question before the box is written.",
    ],
    [
      "Is that what is asked?",
      "The work stopped one step early.",
      "Check that the value in the box is the quantity asked in the question.",
    ],
    [
      "Name the wanted quantity",
      "Several quantities come up on the way.",
      "Write down which quantity is wanted before the first line of work.",
    ],
    [
      "No halfway answers",
      "An intermediate value looked like a result.",
      "Never box an intermediate quantity. Go back to the question and finish its last step.",
    ],
  ]),
  "nonnegative-remainder": wordings([
    [
      "Remainders are nonnegative",
      "The sign of the dividend had been kept.",
      "A remainder must lie between zero and the divisor, also when the dividend is negative.",
    ],
    [
      "Add the modulus",
      "Computers and habits give signed remainders.",
      "If a division leaves something negative, add the modulus to get the remainder.",
    ],
    [
      "No sign on residues",
      "A negative leftover is no residue.",
      "Never give a negative residue. Bring the result back into the range from zero up to the modulus.",
    ],
    [
      "Lift into range",
      "The leftover of a negative dividend lies below zero.",
      "Shift the remainder above zero with one more multiple of the divisor.",
    ],
  ]),
  "divide-out-identical": wordings([
    [
      "Divide by factorials",
      "Swapping like letters gives nothing new.",
      "Divide the factorial of the total by the factorial of each number of identical objects.",
    ],
    ["Multinomial count", "Some objects are alike.", "Use the multinomial coefficient when objects are repeated."],
    [
      "Alike is not distinct",
      "The count treated copies as different things.",
      "Never treat identical objects as distinct when they are lined up.",
    ],
    ["Divide out the swaps", "Copies can be swapped unseen.", "Divide out the swaps of repeated letters, one factorial for each letter."],
  ]),
  "chain-percent-factors": wordings([
    ["Multiply the factors", "The second percentage has another base.", "Turn each percentage into a factor and multiply the factors."],
    [
      "Percentages do not add",
      "The changes were put together as if they had one base.",
      "Never add percentages of changes that follow each other.",
    ],
    [
      "Use the current base",
      "Every change refers to what is there at that moment.",
      "Apply each percent change to the current value, one step after the other.",
    ],
    [
      "Chain the changes",
      "A rise and a fall of one size do not cancel.",
      "Write every percent change as a multiplier, and chain the multipliers.",
    ],
  ]),
  "convert-units-first": wordings([
    [
      "Convert units first",
      "Minutes had been used with a rate per hour.",
      "Convert the time into the unit of the rate before multiplying.",
    ],
    ["One set of units", "Units that do not fit give nonsense.", "Bring every quantity to the same unit before the first equation."],
    ["Do not mix minutes and hours", "The rate and the time had different units.", "Never mix hours and minutes in one product."],
    [
      "Carry the units along",
      "Numbers alone hide a mismatch.",
      "Write the unit next to each number and check that the units cancel before the result is taken.",
    ],
  ]),
  "halve-the-diameter": wordings([
    ["Halve the diameter", "The formula wants the other length.", "Halve a given diameter before it is squared."],
    ["Radius, not diameter", "Area formulas hold the radius.", "Never put the diameter into the area formula. Determine the radius first."],
    ["Which length is given?", "Diameter and radius were confused.", "If a diameter is given, take half of it for the formula."],
    [
      "From diameter to radius",
      "An area came out four times too large.",
      "Convert the diameter to the radius before any area or volume is worked out.",
    ],
  ]),
  "shrink-the-pool": wordings([
    [
      "The pool shrinks",
      "Nothing was put back between the draws.",
      "Reduce the total and the favourable number after each draw when nothing is put back.",
    ],
    [
      "Second draw, new odds",
      "Both draws had been given one probability.",
      "Recompute the probability for the second draw from what the first one left.",
    ],
    [
      "Do not square the first probability",
      "Draws without putting back depend on each other.",
      "Never reuse the first probability for a later draw unless the object is put back.",
    ],
    ["Count what is left", "The denominator stayed the same.", "Before each draw, count what is left in the pool."],
  ]),
  "reduce-before-summing": wordings([
    [
      "Reduce first",
      "The parts of a fraction that can be reduced have another sum.",
      "Reduce the fraction to lowest terms before the numerator and the denominator are added.",
    ],
    [
      "Relatively prime means reduced",
      "The wording asks for lowest terms.",
      "Cancel the common divisor so that numerator and denominator are relatively prime.",
    ],
    [
      "Lowest terms",
      "A common divisor was still in the fraction.",
      "Bring the fraction into lowest terms; the parts are summed afterwards.",
    ],
    [
      "No unreduced sums",
      "The sum was too large.",
      "Never add the parts of an unreduced fraction. Divide numerator and denominator by their gcd.",
    ],
  ]),
  "exact-not-decimal": wordings([
    ["Stay exact", "A rounded value is another value.", "If a fraction is asked for, hand in the exact fraction."],
    [
      "No decimals for fractions",
      "A decimal had been rounded.",
      "Where a common fraction is wanted, never turn the result into a decimal.",
    ],
    ["Exact unless told otherwise", "Rounding throws accuracy away.", "Leave the result as a fraction unless rounding is asked."],
    ["Do not approximate", "The exact form was wanted.", "Never approximate a fraction unless the problem says so: keep it exact."],
  ]),
  "round-as-asked": wordings([
    [
      "Round where it is asked",
      "The exact value has not the form that was wanted.",
      "When the nearest tenth or hundredth is asked, round to that place.",
    ],
    [
      "Decimal places as told",
      "The problem names its accuracy.",
      "If the problem speaks of rounding, give the answer as a decimal with that many places.",
    ],
    [
      "No fraction when rounding is wanted",
      "A fraction had been handed in.",
      "Whenever the text asks for a certain accuracy, convert the quotient to a decimal.",
    ],
    [
      "Nearest means decimal",
      "The word nearest tells the form of the answer.",
      "Where the text says to the nearest place, write the rounded decimal into the box.",
    ],
  ]),
  "divide-by-orders": wordings([
    ["Combinations for groups", "Each group had been counted in all its orders.", "When the order is irrelevant, use combinations."],
    [
      "Divide by the orders",
      "One group comes up in several orders.",
      "If swapping two members changes nothing, divide the count by the number of orders.",
    ],
    ["Unordered pairs", "A pair and its mirror image are one.", "For unordered pairs, count each pair once."],
    [
      "Committees have no order",
      "Members of a committee have no ranks.",
      "Where the members of a selection are interchangeable, count every selection once.",
    ],
  ]),
  "keep-the-order": wordings([
    [
      "Roles make a difference",
      "Two people who trade their roles give another outcome.",
      "When the chosen ones get different roles, use permutations.",
    ],
    ["Ordered pairs", "Turned round, a pair is another pair.", "For ordered pairs, count both orders as different."],
    [
      "Multiply falling choices",
      "Places were filled one after the other.",
      "Where ranks are given, multiply the numbers of choices place by place.",
    ],
    [
      "Do not divide the orders out",
      "The orders had been taken for one.",
      "If different offices are filled, never divide by the number of orders.",
    ],
  ]),
};

/** Wordings that have lost their condition. */
export const sloppyWordings: Readonly<Record<string, readonly Wording[]>> = {
  "inclusive-plus-one": wordings([
    ["Always add one", "Counts tend to come out short.", "To count the numbers of a range, take the difference and add one."],
    ["Both ends belong to it", "An end was lost.", "In every range, keep both limits."],
  ]),
  "strict-minus-one": wordings([
    ["Ends are outside", "Counts tend to come out large.", "Leave out both limits of every range."],
    ["Minus one", "The limits had been counted.", "The size of a range is its difference minus one."],
  ]),
  "exact-not-decimal": wordings([
    ["Fractions only", "Decimals lose accuracy.", "Always hand in the exact fraction."],
    ["No decimals", "Rounding had spoilt a result.", "Never turn a fraction into a decimal."],
  ]),
  "round-as-asked": wordings([
    ["A few places will do", "Long results are hard to read.", "Round every result to a few places."],
    ["Decimals", "A fraction was not accepted.", "Give results as decimals rounded to the nearest hundredth."],
  ]),
  "divide-by-orders": wordings([
    ["Combinations", "The count was too large.", "Use combinations for every choice of people or things."],
    ["Divide by orders", "The count was too large.", "Always divide the choices by the number of orders."],
  ]),
  "keep-the-order": wordings([
    ["Permutations", "The count was too small.", "Use permutations for every choice of people or things."],
    ["Orders differ", "The count was too small.", "Count all orders of a choice as different."],
  ]),
};
