import type { Benchmark, Blobs, Recheck } from "../../core/contract.ts";
import { type Outcome, type Submission, type Task, taskSchema } from "../../core/record.ts";
import type { Sealed } from "../../core/sealed.ts";

/**
 * A benchmark in miniature: add up the numbers of input.txt. The reference file is written as nobody would write it ("total   =  60"), so that a result that was worked out
 * is never the same to the byte. `words`: the sum is answered in words instead of in output.txt.
 */
export const sums: Benchmark = {
  id: "sums",
  rev: 1,
  title: "Sums",
  forms: {},
  splits: [],
  async *load() {},
  seal: () => Promise.reject(new Error("sums are sealed by their tests")),
  scorers: {
    exact: {
      id: "exact",
      rev: 3,
      metrics: [],
      toolchain: async () => ({ reader: "sums" }),
      async score(task, sealed, submission, blobs): Promise<Outcome> {
        if (sealed.fields.range === "") return { state: "ungraded", scorer: "exact", reason: "the range is empty" };
        const file = submission.files.find(({ path }) => path === "output.txt");
        const text = task.form === "words" ? submission.answer : file && Buffer.from(await blobs.get(file.blob)).toString("utf8");
        const found = /(?:total\s*=\s*)?(\d+)\s*$/.exec(text ?? "")?.[1];
        const passed = found !== undefined && Number(found) === sealed.fields.total;
        const message = passed ? undefined : `total is ${found ?? "missing"}, not ${JSON.stringify(sealed.fields.total)}`;
        return { state: "graded", score: { scorer: "exact", value: passed ? 1 : 0, passed, message } };
      },
    },
  },
  defaultScorer: "exact",
  oracle: (task, sealed): Submission =>
    task.form === "words"
      ? { answer: String(sealed.fields.total), files: [], exit: "oracle" }
      : { files: sealed.files.map((file) => ({ ...file, path: "output.txt" })), exit: "oracle" },
  nop: (task): Submission => ({ files: task.files.map((file) => ({ ...file, path: "output.txt" })), exit: "nop" }),
  async kit(task, sealed, blobs) {
    const reference = sealed.files[0];
    const compare =
      'if diff <(tr -d " " < /work/kit/reference.txt) <(tr -d " " < "$1") > /dev/null || [ -z "$1" ]; then echo PASS; else echo FAIL; fi\n';
    return {
      files: [
        { path: "compare.sh", bytes: Buffer.from(compare), mode: 0o755 },
        ...(reference === undefined ? [] : [{ path: "reference.txt", bytes: await blobs.get(reference.blob) }]),
      ],
      command: "bash /work/kit/compare.sh {{candidate}}",
      about: "It compares the total with the one that is right.",
      leaks: (text) =>
        [String(sealed.fields.total), task.slots.shop ?? ""]
          .filter((word) => word !== "" && text.includes(word))
          .map((found) => ({ found, why: "is a constant of this task" })),
    };
  },
};

/** A task over these numbers with its truth; the numbers must not be what the total consists of, or leaks would be found everywhere. */
export async function sumTask(
  blobs: Blobs,
  numbers: readonly number[],
  form: "file" | "words" = "file",
  note = "",
): Promise<{ task: Task; sealed: Sealed }> {
  const text = `${note}${numbers.join("\n")}\n`;
  const total = numbers.reduce((sum, number) => sum + number, 0);
  const reference = `total   =  ${total}\n`;
  const stored = async (path: string, bytes: string) => ({ path, blob: await blobs.put(Buffer.from(bytes)), bytes: bytes.length });
  return {
    task: taskSchema.parse({
      id: `sum-${numbers.join("-")}`,
      cluster: "sum",
      form,
      slots: { instruction: "Add up the numbers in input.txt.", shop: "Acme" },
      images: [],
      files: [await stored("input.txt", text)],
      needs: ["shell"],
      flags: [],
      origin: {},
    }),
    sealed: { files: form === "file" ? [await stored("reference.txt", reference)] : [], fields: { total } },
  };
}

/** The numbers of the task that is analysed; the agent of the fixture added up the first three. */
export const numbers = [10, 20, 5, 307] as const;

/** Further inputs: another case of the same work; a remark in front; other numbers. */
export async function sumRechecks(
  blobs: Blobs,
): Promise<{ readonly sibling: Recheck; readonly remark: Recheck; readonly changed: Recheck }> {
  const changed = await sumTask(blobs, [11, 21, 6, 308]);
  const { sealed } = await sumTask(blobs, numbers);
  return {
    sibling: { expect: "pass", what: "case 2", ...(await sumTask(blobs, [1, 2, 3, 4, 900])) },
    remark: { expect: "pass", what: "a remark in front", ...(await sumTask(blobs, numbers, "file", "# a remark\n")) },
    changed: { expect: "differ", what: "numbers changed", task: changed.task, sealed },
  };
}
