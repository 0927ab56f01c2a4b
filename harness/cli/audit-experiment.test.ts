import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { experimentName, sealedOf, taskOf, writeSmallExperiment } from "../bundle/small-experiment.fixture.ts";
import { canonicalJson } from "../core/json.ts";
import { buildBank, renderBank } from "../evolve/bank/bank.ts";
import { lexicalEmbedder } from "../evolve/bank/lexical-embedder.ts";
import { openStore } from "../store/store.ts";
import { auditAfterRun } from "./audit-experiment.ts";
import { readBankTexts } from "./bank-text.ts";

let home: string;
let dir: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-audit-"));
  ({ dir } = await writeSmallExperiment(join(home, "results")));
  const { blobs } = openStore(join(home, "results"));
  for (const i of Array(6).keys()) {
    await blobs.put(Buffer.from(canonicalJson(taskOf(i))));
    await blobs.put(Buffer.from(canonicalJson(sealedOf(i))));
  }
  const lesson = (content: string) => ({ title: "Carry", description: "What helped", content });
  const item = { task: "t0", taskText: "What is 0 + 1?", episode: "0".repeat(64), source: "error" as const };
  const bank = await buildBank(
    [
      {
        ...item,
        position: 0,
        lessons: [{ type: "failure-lesson", ...lesson("It is counted on the abacus of house 017 by the eldest.\nCount twice.") }],
      },
    ],
    lexicalEmbedder,
  );
  const folder = join(dir, "evolutions/bank/s41");
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(renderBank(bank))) await writeFile(join(folder, name), text);
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function audited(): Promise<string> {
  const said: string[] = [];
  await auditAfterRun(join(home, "results"), experimentName, { err: (text) => said.push(text) });
  return said.join("");
}

it("a bank: every line of its lessons, by entry, from the task behind it", async () => {
  const [bank] = await readBankTexts(dir);
  expect(bank).toMatchObject({ arm: "bank", seed: "s41" });
  expect(bank?.lines.map(({ line, text, edit }) => [line, text, edit])).toEqual([
    [1, "Carry", "m000"],
    [1, "What helped", "m000"],
    [1, "It is counted on the abacus of house 017 by the eldest.", "m000"],
    [1, "Count twice.", "m000"],
  ]);
  expect(bank?.tasksOf.get("m000")).toEqual(["t0"]);
});

it("after a run: one line says how many findings there are and where, the files hold skills and banks", async () => {
  expect(await audited()).toMatch(/^audit: evolved skills and banks give away .* in \d+ places \(.*\): .*audit\.md\n$/);
  const { skills } = JSON.parse(await readFile(join(dir, "report/audit.json"), "utf8"));
  expect(skills.map((one: { arm: string }) => one.arm)).toEqual(["evolved", "bank"]);
});

it("after a run: what cannot be audited is said in one line, and the run does not fail by it", async () => {
  await appendFile(join(dir, "evolutions/bank/s41/bank.jsonl"), "{}\n");
  expect(await audited()).toMatch(/^audit: bank\.jsonl line 2 .*\n$/);
});
