import { describe, expect, it } from "vitest";
import { finalAnswer, replyWith } from "./final-answer.ts";

describe("the answer in a reply", () => {
  it.each([
    ["Answer: March 2, 1951", "March 2, 1951"],
    ["I read the date line.\n\nAnswer: March 2, 1951\n", "March 2, 1951"],
    ["Answer: 1950\nNo, it is the other one.\nAnswer: 1951", "1951"],
    ["**Answer:** 2,485", "2,485"],
    ["**Answer: 2,485**", "2,485"],
    ["**Answer**: **2,485**", "2,485"],
    ["### Answer: `0.24`", "0.24"],
    ["- Final answer: Dr. Schaefer", "Dr. Schaefer"],
    ["The answer is: 25", "25"],
    ["ANSWER： 25", "25"],
    ['Answer: "Zero Span"', "Zero Span"],
    ["Answer: “Zero Span”", "Zero Span"],
    ["Answer:\n\nZero Span", "Zero Span"],
    ["**Answer:**\n```\nZero Span\n```", "Zero Span"],
    ["```\nAnswer: 7\n```", "7"],
    ["The form gives it. Answer: 4/29/2005", "4/29/2005"],
    ["The form gives it. Answer: 4/29/2005\nThat was all.", "4/29/2005"],
    ["Answer: 5\r\nwith care", "5"],
    ["March 2, 1951", "March 2, 1951"],
    ["It is near the top.\n\nMarch 2, 1951\n\n", "March 2, 1951"],
    ["*Mr. Douglas*", "Mr. Douglas"],
    ["Answer: 5 * 3", "5 * 3"],
    ["Answer: Q: and A: forms", "Q: and A: forms"],
    ["Answer: it's", "it's"],
    ["Answer: The answer key: page 3", "The answer key: page 3"],
    ["The answering machine: model 3", "The answering machine: model 3"],
    ["Answer:", ""],
    ["", ""],
    ["\n \n", ""],
  ])("%j", (reply, expected) => expect(finalAnswer(reply)).toBe(expected));

  it("is read in no time from hostile replies", () => {
    for (const part of ["*", "Answer:", "Answer: ", ") ", "answer ", "_*`", '"', "\n", "the ", ". answer is "]) {
      const reply = part.repeat(Math.ceil(200_000 / part.length));
      expect(typeof finalAnswer(reply)).toBe("string");
    }
  });
});

describe("a reply made for an answer", () => {
  it.each([
    "March 2, 1951",
    '"Zero Span"',
    "**bold**",
    "'",
    '"',
    "",
    "*",
    "Answer: 5",
    "`x`",
    "“A”",
    "_",
    "a\nb",
    "__init__",
    "answer:",
    "``` x",
  ])("gives %j back", (answer) => expect(finalAnswer(replyWith(answer))).toBe(answer.replace(/\s+/g, " ")));
});
