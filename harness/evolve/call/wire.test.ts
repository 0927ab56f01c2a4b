import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { z } from "zod";
import { canonicalJson, type Json } from "../../core/json.ts";
import { createModel } from "../../model/create-model.ts";
import { canned, quick } from "../../model/test-calls.ts";
import { answerWith, completion, specFor } from "../../model/test-endpoint.ts";
import type { ReplyForm } from "../author.ts";
import { testAuthor } from "./author.fixture.ts";
import { callResultSchema, callRev } from "./call-record.ts";

/**
 * What a call sends for a fixed input, through every kind of bad reply, and the key that stands for it. Texts of roles are not here: they are part of the input and
 * so of its hash. What stands between input and wire is: how requests are built and what is said to a bad reply. When this fails, stored results no
 * longer stand for what the code does: raise `callRev`, then accept with T2S_UPDATE_WIRE=1 npx vitest run harness/evolve/call/wire.test.ts.
 */
const goldenPath = fileURLToPath(new URL("./wire.json", import.meta.url));

const form: ReplyForm<string> = {
  id: "sample",
  rev: 1,
  check(reply) {
    const read = z.object({ word: z.string() }).safeParse(reply);
    return read.success ? { ok: true, value: read.data.word } : { ok: false, problem: "word is missing; expected a text." };
  },
};

const replies: readonly Record<string, unknown>[] = [
  { message: { role: "assistant", content: "I have no idea." }, finish_reason: "stop" },
  { message: { role: "assistant", content: '```json\n{"word": "a' }, finish_reason: "length" },
  { message: { role: "assistant", content: '```json\n{"word": "a" "b"}\n```' }, finish_reason: "stop" },
  { message: { role: "assistant", content: "<think>only thought</think>" }, finish_reason: "stop" },
  { message: { role: "assistant", content: '```json\n{"wort": "a"}\n```' }, finish_reason: "stop" },
  { message: { role: "assistant", content: '```json\n{"word": "a"}\n```' }, finish_reason: "stop" },
];

async function record(): Promise<Json> {
  const server = await canned((res, n) => answerWith(200, { ...completion({}), choices: [{ index: 0, ...replies[n] }] })(res));
  const model = createModel(specFor([server.url]), quick());
  const sampling = { temperature: 0.6, top_p: 0.95, max_tokens: 1000, extra_body: { top_k: 20 } };
  await using t = await testAuthor(model, { forms: { sample: form }, rounds: replies.length, sampling });
  const answer = await t.author.ask({ role: "patch-writer", form, system: "<system>", user: "<user>", context: { known: ["a"] } });
  const unit = await t.store.units.get(answer.key);
  return {
    key: answer.key,
    unit: { ...unit?.spec, kind: unit?.spec.kind ?? "" },
    requests: server.requests.map(({ path, body }) => ({ path, body: z.json().parse(body) })),
    result: callResultSchema.parse(unit?.result),
  };
}

/** Writes a new golden, but not one that changed under the revision it had. */
function accept(now: { readonly rev: number; readonly call: Json }): void {
  if (existsSync(goldenPath)) {
    const old = JSON.parse(readFileSync(goldenPath, "utf8"));
    if (old.rev === now.rev && canonicalJson(old.call) !== canonicalJson(now.call))
      throw new Error("what a call sends has changed: raise callRev first");
  }
  writeFileSync(goldenPath, `${JSON.stringify(now, null, 1)}\n`);
}

it("is what the checked-in golden says for this revision", async () => {
  const now = { rev: callRev, call: await record() };
  if (process.env.T2S_UPDATE_WIRE === "1") accept(now);
  expect(JSON.parse(JSON.stringify(now))).toEqual(JSON.parse(readFileSync(goldenPath, "utf8")));
});
