import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Model } from "../core/contract.ts";
import { ModelError, SandboxError } from "../core/errors.ts";
import { noUsage } from "../core/record.ts";
import { openStore, type Store } from "../store/store.ts";
import { openBudget, withinBudget } from "./budget.ts";
import { createEngine } from "./engine.ts";
import { anyKind, localExecutor } from "./executor.ts";
import { interruptible } from "./interruptible-kind.ts";
import { createStopOrder, Stopped } from "./stop.ts";
import { FailedAttempt, type UnitSpec, unitKey } from "./unit.ts";

const questions = ["a", "b", "b", "c", "d"];
const spec = { kind: "talk", rev: 1 };
const key = unitKey(spec);

describe("a unit that is cut short", () => {
  let home: string;
  let store: Store;
  let asked: string[];
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "t2s-interrupted-"));
    store = openStore(home);
    asked = [];
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  /** A run whose unit asks five questions, two of them equal, and embeds 100 texts; every answer is another one. */
  const runOnce = async (options: { maxCalls?: number; ask?: readonly string[]; before?: (question: string) => void } = {}) => {
    const stop = createStopOrder();
    const budget = openBudget({ maxCalls: options.maxCalls }, stop);
    const gate = withinBudget(undefined, budget.refusal);
    const answered = async (question: string): Promise<string> => {
      options.before?.(question);
      (await gate.admit(undefined, 0)).end({});
      asked.push(question);
      budget.add({ tokens: 1, costUsd: 1 });
      return `${question}${asked.length}`;
    };
    const model: Model = {
      name: "m",
      simulated: true,
      vision: false,
      complete: async ({ messages }) => ({
        text: await answered(String(messages[0]?.content)),
        toolCalls: [],
        finishReason: "stop",
        usage: { ...noUsage, calls: 1 },
        call: { ms: 1, attempts: 1, endpoint: "e", costUsd: 1 },
      }),
      embed: async (texts) => {
        await answered(`${texts.length} texts`);
        return texts.map((text) => [text.length, asked.length]);
      },
    };
    const kind = interruptible(store.journals, (keep) => ({
      kind: "talk",
      rev: 1,
      spec: z.object({ kind: z.literal("talk"), rev: z.literal(1) }) as z.ZodType<UnitSpec>,
      result: z.array(z.string()),
      async run(_, signal) {
        const used = keep(model);
        const texts: string[] = [];
        try {
          for (const content of options.ask ?? questions)
            texts.push((await used.complete({ messages: [{ role: "user", content }], sampling: {} }, signal)).text);
          const vectors = await used.embed(Array.from({ length: 100 }, (_, i) => "x".repeat(i)));
          return { result: [...texts, String(vectors.length), String(vectors.at(-1))], blobs: [] };
        } catch (cause) {
          throw new FailedAttempt(cause, { costUsd: texts.length });
        }
      },
    }));
    const executor = localExecutor(new Map([["talk", anyKind(kind)]]));
    const engine = createEngine({ store, executor, stop, sleep: async () => undefined });
    const end = await engine.run(spec).catch((error: unknown) => error);
    return { end, stop };
  };

  it("by a ceiling is pending, and makes only the calls it was not answered yet, however often it is cut", async () => {
    const first = await runOnce({ maxCalls: 2 });
    expect(first.end).toBeInstanceOf(Stopped);
    expect(first.stop.reason).toBe("the budget of 2 model calls is used up");
    expect(await store.errors.of(key)).toEqual([]);
    expect((await runOnce({ maxCalls: 2 })).end).toBeInstanceOf(Stopped);
    expect((await runOnce({ maxCalls: 2 })).end).toBeInstanceOf(Stopped);
    const last = await runOnce({ maxCalls: 2 });
    expect(last.end).toMatchObject({ state: "done", record: { result: ["a1", "b2", "b3", "c4", "d5", "100", "99,7"] } });
    expect(asked).toEqual([...questions, "64 texts", "36 texts"]);
    expect(await store.journals.read(key)).toEqual([]);
  });

  it("by a stop order keeps its answers as well; one that asks something else now pays for that and uses the rest", async () => {
    const { stop, end } = await runOnce({
      before(question) {
        if (question === "d") throw new Stopped("cut off");
      },
    });
    expect(end).toBeInstanceOf(Stopped);
    expect(stop.reason).toBe("cut off");
    await runOnce({ ask: ["a", "other", "b", "c"] });
    expect(asked).toEqual(["a", "b", "b", "c", "other", "64 texts", "36 texts"]);
  });

  it("by an error of the infrastructure is no interruption: its next attempt is a new sample", async () => {
    await runOnce({ maxCalls: 3 });
    let broken = true;
    const { end } = await runOnce({
      before(question) {
        if (question !== "d" || !broken) return;
        broken = false;
        throw new SandboxError("gone");
      },
    });
    expect(end).toMatchObject({ state: "done" });
    expect(asked).toEqual(["a", "b", "b", "c", ...questions, "64 texts", "36 texts"]);
  });

  it("before its first answer leaves no journal behind", async () => {
    const before = (): never => {
      throw new ModelError("the budget is used up", "budget");
    };
    expect((await runOnce({ before })).end).toBeInstanceOf(Stopped);
    expect((await readdir(home, { recursive: true })).filter((name) => name.endsWith(".gz"))).toEqual([]);
    await runOnce();
    expect(asked).toHaveLength(questions.length + 2);
  });

  it("with a journal that is damaged pays again", async () => {
    await runOnce({ maxCalls: 3 });
    await writeFile(join(store.root, "journals", key.slice(0, 2), `${key}.json.gz`), "not gzip");
    expect((await runOnce()).end).toMatchObject({ state: "done" });
    expect(asked).toHaveLength(3 + 7);
  });

  it("is refused by the class of error that says so", async () => {
    const gate = withinBudget(undefined, async () => "enough");
    const refused = await gate.admit(undefined, 0).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ModelError);
    expect(refused).toMatchObject({ errorClass: "budget", message: "enough" });
  });
});
