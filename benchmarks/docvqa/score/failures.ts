/** What a failed answer got wrong, as far as its words tell. */
import type { FailureKinds } from "../../../harness/core/contract.ts";
import { plain, wordsOf } from "../kit/plain-text.ts";
import { finalAnswer } from "./final-answer.ts";
import { goldsOf } from "./golds.ts";

const shown = 80;
const cut = (text: string): string => JSON.stringify(text.length <= shown ? text : `${text.slice(0, shown - 1)}…`);

export const failures: FailureKinds = {
  kinds: {
    "longer-text": "the answer inside a longer text",
    "part-of-answer": "only a part of the answer",
    "another-text": "another text of the page or of its own",
  },
  async classify(task, sealed, submission) {
    const answer = finalAnswer(submission.answer ?? "");
    const words = ` ${wordsOf(plain(answer)).join(" ")} `;
    if (words.trim() === "") return undefined;
    const golds = goldsOf(task, sealed).map((gold) => ` ${wordsOf(plain(gold)).join(" ")} `);
    const detail = `answered ${cut(answer)}`;
    const known = golds.filter((gold) => gold.trim() !== "");
    if (known.some((gold) => words.includes(gold))) return { kind: "longer-text", detail };
    return { kind: known.some((gold) => gold.includes(words)) ? "part-of-answer" : "another-text", detail };
  },
};
