/** The benchmark to the world in miniature: tasks of shelf-world.fixture.ts with a scorer and an analyst's kit. */
import type { Benchmark } from "../core/contract.ts";
import { lastLine } from "./shelf-world.fixture.ts";

/** Holds the last line of a file against the answer and prints the verdict as kits do. */
const compare = `got=$(tail -n 1 "$1" 2>/dev/null | sed 's/^Answer: //')
if [ ! -f "$1" ]; then echo "FAIL: no file $1"; exit 1; fi
expected=$(cat "$(dirname "$0")/expected.txt")
if [ "$got" = "$expected" ]; then echo PASS; else echo "FAIL: the answer differs"; echo "  expected $expected, got $got"; exit 1; fi
`;

export const shelfBench: Benchmark = {
  id: "shelf",
  rev: 1,
  title: "Shelves",
  forms: {},
  splits: [],
  async *load() {},
  seal: () => Promise.reject(new Error("shelves are sealed by their tests")),
  scorers: {
    last: {
      id: "last",
      rev: 1,
      metrics: [],
      toolchain: async () => ({ reader: "shelf" }),
      async score(_, sealed, submission) {
        const passed = submission.answer !== undefined && lastLine(submission.answer) === sealed.fields.answer;
        return { state: "graded", score: { scorer: "last", value: passed ? 1 : 0, passed } };
      },
    },
  },
  defaultScorer: "last",
  oracle: (_, sealed) => ({ answer: `Answer: ${sealed.fields.answer}`, files: [], exit: "oracle" }),
  nop: () => ({ files: [], exit: "nop" }),
  async kit(_, sealed) {
    return {
      files: [
        { path: "compare.sh", bytes: Buffer.from(compare) },
        { path: "expected.txt", bytes: Buffer.from(`${sealed.fields.answer}\n`) },
      ],
      command: "bash /work/kit/compare.sh {{candidate}}",
      about: "It compares the last line with the one that is right.",
      leaks: (text) => {
        const found = String(sealed.fields.answer);
        return text.split(/[^\w]+/).includes(found) ? [{ found, why: "is the answer of this task" }] : [];
      },
    };
  },
};
