/** Lessons against rare traps as analysts word them. */
import type { Wording } from "../../../../harness/core/world.ts";
import { wordings } from "../trap-draft.ts";

export const idiosyncraticWordings: Readonly<Record<string, readonly Wording[]>> = {
  "ring-posts-equal-gaps": wordings([
    ["Posts on a ring", "On a closed way the last post is the first one.", "Around a closed loop there are as many posts as gaps."],
    ["No extra post", "The row had been closed to a ring.", "Never add an extra post when the row closes to a circle."],
    ["Gaps tell the posts", "Start and finish fall together.", "On a circular way, count the gaps alone: each has its own post."],
    [
      "Closed ways",
      "What holds for a straight row does not hold here.",
      "For a ring, set the number of posts equal to the number of gaps.",
    ],
  ]),
  "cycle-end": wordings([
    [
      "Zero means the last one",
      "The pattern has no place zero.",
      "In a repeating pattern, read remainder zero as the last position of the block.",
    ],
    ["End of the block", "An even division points to the end.", "When the division is even, take the last member of the pattern."],
    ["Places of a cycle", "Remainders begin at zero and places do not.", "Treat a zero in a cycle as its final member."],
    [
      "Nothing left over",
      "The block had just been finished.",
      "If nothing is left over in a repeating pattern, zero stands for the end of the block.",
    ],
  ]),
  "no-zero-in-front": wordings([
    ["No zero in front", "Such numbers have fewer digits.", "Subtract the arrangements of the digits that begin with zero."],
    [
      "Fill the front place first",
      "The front place is the restricted one.",
      "Choose the first digit before the others and make it nonzero.",
    ],
    ["Front digit", "A number of full length was wanted.", "The front digit has to be nonzero."],
    ["Zero cannot lead", "Strings of digits are more than numbers.", "Never let zero stand in front of the digits."],
  ]),
  "steps-before-term": wordings([
    ["One step fewer", "The first term needs no step.", "To reach a term of a sequence, take one step fewer than its number."],
    ["Steps, not terms", "Steps lie between the terms.", "In an arithmetic sequence, count the steps between the terms."],
    [
      "Lower the index",
      "The sequence starts at its first term.",
      "Lower the index by one before it is multiplied with the difference of the sequence.",
    ],
    ["Index and steps", "One difference too many was added.", "In a sequence, never multiply the difference by the index itself."],
  ]),
  "undo-discount-by-dividing": wordings([
    [
      "Undo by dividing",
      "The percentage belongs to the old price.",
      "To undo a discount, divide the reduced price by the share that is left.",
    ],
    ["Not back on top", "The reduced price is another base.", "Never add the discount back onto the reduced price."],
    [
      "Let the original be unknown",
      "The old price is what the rate refers to.",
      "Set up an equation with the original price as the unknown, and solve it.",
    ],
    ["Reverse with division", "Taking off and putting on are no opposites.", "Reverse a markdown by division, not by addition."],
  ]),
  "whole-way-over-whole-time": wordings([
    ["Whole way over whole time", "The slower part takes longer.", "For an average speed divide the total distance by the total time."],
    ["No mean of speeds", "Equal distances are not equal times.", "Never use the arithmetic mean for the speed of a trip there and back."],
    ["Harmonic mean", "The two ways are of equal length.", "Over equal distances the average speed is the harmonic mean."],
    ["Do not average speeds", "Speeds count by their times.", "Never average the two speeds of a trip."],
  ]),
  "square-the-factor": wordings([
    ["Square the factor", "Areas have two directions.", "Square the conversion factor when an area is converted."],
    ["Twice for areas", "Length and width both change.", "Apply the factor for lengths twice to an area."],
    ["Not the plain factor", "The factor was that of lengths.", "Never use the length factor for an area."],
    ["Squared factors", "A surface scales otherwise than an edge.", "A surface needs the squared factor."],
  ]),
  "complement-for-at-least-one": wordings([
    ["Use the complement", "At least one is the opposite of none.", "If at least one is wanted, compute the complement."],
    ["One minus none", "Several successes count as well.", "At least one has probability one minus the probability of none."],
    ["Not exactly one", "Both had been forgotten.", "When at least one is asked for, never stop at exactly one."],
    ["Subtract none", "Whatever is not none is fine.", "Subtract the chance of none from the certain event to get at least one."],
  ]),
  "drain-subtracts": wordings([
    ["A drain works against", "Its rate has the other sign.", "Subtract the rate of the drain from the rate of the inflow."],
    ["Negative rates", "What empties is no help in filling.", "Give the outlet a negative rate."],
    ["Do not add an outflow", "The tank filled too fast.", "Never add the outflow to the inflow."],
    [
      "Signs for a leak",
      "A leak slows the filling.",
      "Count a leak with a minus in the balance of rates; a leak has a negative contribution.",
    ],
  ]),
  "fix-one-seat": wordings([
    ["Fix one person", "Turning the table changes nothing.", "At a round table fix one person and arrange the others."],
    [
      "Divide by the rotations",
      "Each way to sit comes up once for every turn.",
      "For a circular seating, divide the seatings by the number of rotations.",
    ],
    ["Rotated is the same", "Turned ways to sit had been counted apart.", "Never count rotated seatings as new ones."],
    ["Pin down a seat", "Only the neighbours matter.", "Pin one guest to a seat of the round table; permute the rest."],
  ]),
};
