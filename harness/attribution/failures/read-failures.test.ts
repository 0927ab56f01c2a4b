import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spreadsheetbench } from "../../../benchmarks/spreadsheetbench/index.ts";
import { StoreError } from "../../core/errors.ts";
import { canonicalJson, hashJson, type Json } from "../../core/json.ts";
import type { Exit, LedgerEpisode } from "../../core/record.ts";
import { openStore, type Store } from "../../store/store.ts";
import { harnessKinds } from "./kinds.ts";
import { readFailures } from "./read-failures.ts";

let dir = "";
let store: Store;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "t2s-failures-"));
  store = openStore(dir);
});
afterAll(() => rm(dir, { recursive: true }));

const put = (value: unknown): Promise<string> => store.blobs.put(Buffer.from(canonicalJson(value as Json)));

interface Ending {
  readonly exit: Exit;
  readonly passed?: boolean;
  readonly files?: readonly { readonly path: string; readonly blob: string; readonly bytes: number }[];
  readonly refused?: readonly { readonly path: string; readonly reason: string }[];
  readonly exitCodes?: readonly number[];
}

/** A judged episode as a run leaves it in the store. */
async function episode({ exit, passed = false, files = [], refused, exitCodes = [0] }: Ending): Promise<LedgerEpisode> {
  const usage = { calls: 1, promptTokens: 0, completionTokens: 0, reasoningTokens: 0, cachedTokens: 0 };
  const steps = exitCodes.map((exitCode, i) => ({
    turn: i + 1,
    reply: "",
    finishReason: "stop",
    usage,
    command: { exitCode, timedOut: false, droppedBytes: 0, elidedChars: 0 },
  }));
  const submission = await put({ files, exit, ...(refused === undefined ? {} : { refused }) });
  const task = await put({ id: "1", cluster: "1", form: "workbook", slots: {}, images: [], files: [], needs: [], flags: [], origin: {} });
  const sealed = await put({ files: [], fields: { answer_position: "A1" } });
  const spec = { kind: "score", rev: 1, task, sealed, submission };
  const key = hashJson(spec);
  const score = { scorer: "trace2skill", value: Number(passed), passed, ...(passed ? {} : { message: "said by the scorer" }) };
  const outcome = { state: "graded" as const, score };
  await store.units.putIfAbsent({ v: 1, key, spec, result: outcome, blobs: [], volatile: { startedAt: "", ms: 0, host: "", attempts: 1 } });
  return {
    type: "episode",
    v: 1,
    key,
    arm: "a",
    guidance: "none",
    solver: "m",
    benchmark: "spreadsheetbench",
    split: "s",
    task: "1",
    cluster: "1",
    flags: [],
    rep: { seed: 1, attempt: 0, replica: 0 },
    simulated: [],
    state: "graded",
    exit,
    trajectory: await put({ v: 1, agent: "react", system: "", user: "", steps }),
    submission,
    outcomes: [{ key, outcome }],
  };
}

const read = async (rows: readonly LedgerEpisode[]) =>
  readFailures(store, rows, { benchmarks: { spreadsheetbench }, scorerOf: () => "trace2skill" });
const kindOf = async (ending: Ending): Promise<string | null | undefined> => (await read([await episode(ending)]))[0]?.kind;

describe("kinds of failure from what is stored", () => {
  const output = { path: "output.xlsx", blob: "0".repeat(64), bytes: 1 };
  it.each([
    { ending: { exit: "turn-limit" }, kind: "out-of-turns" },
    { ending: { exit: "time-limit" }, kind: "out-of-time" },
    { ending: { exit: "context-overflow" }, kind: "out-of-tokens" },
    { ending: { exit: "format-errors" }, kind: "unreadable-replies" },
    { ending: { exit: "sandbox-killed" }, kind: "sandbox-killed" },
    { ending: { exit: "refused" }, kind: "refused" },
    { ending: { exit: "completed" }, kind: "no-artifact" },
    { ending: { exit: "completed", exitCodes: [0, 1] }, kind: "gave-up-after-error" },
    { ending: { exit: "completed", refused: [{ path: "output.xlsx", reason: "it is a link" }] }, kind: "artifact-refused" },
    // Without a reference the benchmark cannot say more.
    { ending: { exit: "turn-limit", files: [output] }, kind: "wrong" },
    { ending: { exit: "completed", passed: true, files: [output] }, kind: null },
  ] satisfies { ending: Ending; kind: string | null }[])("$kind", async ({ ending, kind }) => {
    expect(await kindOf(ending)).toBe(kind);
    if (kind !== null) expect(Object.keys(harnessKinds)).toContain(kind);
  });

  it("come with the scorer's words and with what the commands met", async () => {
    const [one] = await read([await episode({ exit: "completed", exitCodes: [0, 2, 0] })]);
    expect(one).toMatchObject({ detail: "said by the scorer", tools: { commands: 3, failed: 1, lastFailed: false } });
  });

  it("leave out what nobody judged, and name a score that is gone", async () => {
    const row = await episode({ exit: "completed" });
    expect(await read([{ ...row, state: "errored", outcomes: [] }])).toEqual([]);
    const gone = row.outcomes.map(({ outcome }) => ({ key: "f".repeat(64), outcome }));
    await expect(read([{ ...row, outcomes: gone }])).rejects.toThrow(StoreError);
  });
});
