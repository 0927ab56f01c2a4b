import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { skeletonPrompts } from "../agent/episode.fixture.ts";
import { reactAgent } from "../agent/react-agent.ts";
import { resolveReactOptions } from "../agent/react-options.ts";
import type { Box, Sandbox, Toolchain } from "../core/contract.ts";
import { canonicalJson, type Hash, type Json, sha256 } from "../core/json.ts";
import { limitsSpecSchema, modelSpecSchema, reactSpecSchema } from "../core/spec.ts";
import { unitKey } from "../engine/unit.ts";
import { createModel } from "../model/create-model.ts";
import { openStore, type Store } from "../store/store.ts";
import { type ArmRecord, armKey } from "./arm.ts";
import { recalculateKind, recalculateRev } from "./recalculate-submission.ts";
import { type RolloutSpec, rolloutKind, rolloutRev } from "./rollout.ts";
import { type ScoreSpec, scoreRev } from "./score.ts";

/**
 * What goes over the wire for a fixed arm and task: HTTP requests, everything done to the sandbox, and the keys that stand for it. Prompts are skeletons,
 * because their texts are hashed into the arm. When this fails, stored results no longer stand for what the code does: raise the `rev` of the kind whose part
 * changed (rollout, recalculate, score), then accept with T2S_UPDATE_WIRE=1 npx vitest run harness/evaluate/wire.test.ts.
 */
const goldenPath = fileURLToPath(new URL("./wire.json", import.meta.url));

let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-wire-"));
  store = openStore(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const put = (value: unknown): Promise<Hash> => store.blobs.put(Buffer.from(typeof value === "string" ? value : canonicalJson(value)));

/** A sandbox that writes down what is asked of it and answers from a script. */
function recordingSandbox(log: Json[], written: Uint8Array, toolchain: Toolchain): Sandbox {
  const brief = (bytes: Uint8Array): string => `${bytes.length} bytes, sha256 ${sha256(bytes).slice(0, 12)}`;
  return {
    id: "none",
    manifest: async () => toolchain,
    async open({ limits, skill }) {
      log.push({
        open: { limits: { ...limits }, skill: skill?.map((file) => ({ path: file.path, mode: file.mode, content: brief(file.bytes) })) },
      });
      const box: Box = {
        async exec(command, { timeoutMs }) {
          log.push({ exec: command, timeoutMs });
          return { stdout: "seen\n", stderr: "", exitCode: 0, timedOut: false, dropped: { stdout: 0, stderr: 0 } };
        },
        async put(path, bytes, mode) {
          log.push({ put: path, mode: mode ?? null, content: brief(bytes) });
        },
        async exists(path) {
          log.push({ exists: path });
          return true;
        },
        async harvest(path, maxBytes) {
          log.push({ harvest: path, maxBytes });
          return { path, bytes: written };
        },
        async [Symbol.asyncDispose]() {
          log.push("destroy");
        },
      };
      return box;
    },
  };
}

/** A real HTTP endpoint that keeps what it is sent, byte for byte where it matters. */
async function recordingEndpoint(log: Json[], replies: readonly string[]): Promise<AsyncDisposable & { readonly url: string }> {
  let turn = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    log.push({ request: `${request.method} ${request.url}`, contentType: request.headers["content-type"] ?? null, body: JSON.parse(body) });
    response.setHeader("content-type", "application/json");
    const message = { role: "assistant", content: replies[turn++] ?? "" };
    response.end(
      JSON.stringify({
        id: "x",
        object: "chat.completion",
        model: "m",
        choices: [{ index: 0, message, finish_reason: "stop" }],
        usage: { prompt_tokens: 10, completion_tokens: 2 },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function recordRollout(): Promise<Json> {
  const log: Json[] = [];
  const react = reactSpecSchema.parse({ kind: "react" });
  const limits = limitsSpecSchema.parse({});
  const replies = ['Thought: look\nAction:\n{"name": "bash", "arguments": {"command": "ls"}}', "It is done.\nACTION: TASK_COMPLETE"];
  await using endpoint = await recordingEndpoint(log, replies);
  const spec = modelSpecSchema.parse({
    name: "m",
    served_name: "served/m",
    endpoints: [{ base_url: endpoint.url }],
    sampling: { default: { temperature: 1, top_p: 0.9, extra_body: { top_k: 40 } } },
  });
  const prompts: Record<string, Hash> = {};
  for (const [name, text] of Object.entries(await skeletonPrompts(react))) prompts[name] = await put(text);
  const toolchain = { node: "20.20.0", packages: { xlsx: "0.20.3" } };
  const arm: ArmRecord = {
    v: 1,
    agent: { id: reactAgent.id, rev: reactAgent.rev, options: resolveReactOptions(react, limits) },
    prompts,
    skill: {
      name: "s",
      hash: sha256("s"),
      body: await put("Rules."),
      files: [{ path: "SKILL.md", blob: await put("---\nname: s\n---\nRules."), bytes: 22, mode: 0o644 }],
    },
    model: { name: "m", provider: "openai-compatible" },
    sampling: spec.sampling.default ?? {},
    box: { memoryMb: 1, diskMb: 2, processes: 3, cpuSeconds: 4, outputBytes: 5, wallSeconds: 6 },
    toolchain,
    harvest: [{ path: "output.xlsx", maxBytes: 1000 }],
  };
  await put(arm);
  const input = await put("input bytes");
  const task = await put({
    form: "workbook",
    slots: { instruction: "Sum up.", output_path: "/work/output.xlsx" },
    images: [],
    files: [{ path: "input.xlsx", blob: input, bytes: 11 }],
    needs: ["shell"],
  });
  const unit: RolloutSpec = { kind: "rollout", rev: rolloutRev, arm: armKey(arm), task, rep: { seed: 41, attempt: 1, replica: 0 } };
  const model = createModel(spec, { env: {} });
  const kind = rolloutKind({
    blobs: store.blobs,
    sandbox: recordingSandbox(log, Buffer.from("result"), toolchain),
    agents: { react: reactAgent },
    model: () => model,
    identity: () => arm.model,
    slot: (work) => work(),
  });
  const { result } = await kind.run(unit, new AbortController().signal);
  return { unit: { ...unit }, key: unitKey(unit), log, result };
}

async function recordRecalculation(): Promise<Json> {
  const log: Json[] = [];
  const kind = recalculateKind({
    blobs: store.blobs,
    sandbox: recordingSandbox(log, Buffer.from("recalculated"), { node: "20.20.0", libreoffice: "7.4", packages: {} }),
    timeoutMs: 60_000,
  });
  const unit = { kind: "recalculate" as const, rev: recalculateRev, file: await put("workbook"), libreoffice: "7.4" };
  const { result } = await kind.run(unit, new AbortController().signal);
  return { unit, key: unitKey(unit), log, result };
}

function recordScore(): Json {
  const unit: ScoreSpec = {
    kind: "score",
    rev: scoreRev,
    benchmark: "b",
    scorer: "s",
    scorerRev: 1,
    toolchain: sha256("t"),
    task: sha256("a"),
    sealed: sha256("b"),
    submission: sha256("c"),
  };
  return { unit: { ...unit }, key: unitKey(unit) };
}

/** Writes a new golden, but not one in which a part changed under the revision it had. */
function accept(now: {
  readonly revs: Readonly<Record<string, number>>;
  readonly rollout: Json;
  readonly recalculate: Json;
  readonly score: Json;
}): void {
  if (existsSync(goldenPath)) {
    const old = JSON.parse(readFileSync(goldenPath, "utf8"));
    for (const part of ["rollout", "recalculate", "score"] as const) {
      const sameRev = old.revs[part] === now.revs[part] && (part !== "rollout" || old.revs.agent === now.revs.agent);
      if (sameRev && canonicalJson(old[part]) !== canonicalJson(now[part]))
        throw new Error(`what ${part} sends has changed: raise its rev first`);
    }
  }
  writeFileSync(goldenPath, `${JSON.stringify(now, null, 1)}\n`);
}

it("is what the checked-in golden says for these revisions", async () => {
  const now = {
    revs: { rollout: rolloutRev, agent: reactAgent.rev, recalculate: recalculateRev, score: scoreRev },
    rollout: await recordRollout(),
    recalculate: await recordRecalculation(),
    score: recordScore(),
  };
  if (process.env.T2S_UPDATE_WIRE === "1") accept(now);
  expect(JSON.parse(JSON.stringify(now))).toEqual(JSON.parse(readFileSync(goldenPath, "utf8")));
});
