import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { act } from "../../agent/episode.fixture.ts";
import { slotsOf } from "../../agent/render-prompt.ts";
import { scriptedModel } from "../../agent/scripted-model.ts";
import type { Blobs, Box, CommandResult, Sandbox } from "../../core/contract.ts";
import { canonicalJson, hashJson, type Json, sha256 } from "../../core/json.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { openStore } from "../../store/store.ts";
import { analysisDeps, done, hand, honestFix, report, sumSpec } from "./analysis.fixture.ts";
import { type AnalysisSpec, analysisRev, analystRecordSchema } from "./analysis-record.ts";
import { analysisKind } from "./analysis-unit.ts";

/**
 * What an analysis sends to models and does to sandboxes for fixed replies. Prompts are replaced by their names and slots, because their texts are hashed into the analyst's
 * record. When this fails, stored analyses no longer stand for what the code does: raise `analysisRev`, then accept with
 * T2S_UPDATE_WIRE=1 npx vitest run harness/evolve/analysis/wire.test.ts.
 */
const goldenPath = fileURLToPath(new URL("./wire.json", import.meta.url));

/** A sandbox that writes down what is asked of it. Scripts succeed and leave what the fixture's task asks for. */
function recordingSandbox(log: Json[]): Sandbox {
  const ran: CommandResult = { stdout: "", stderr: "", exitCode: 0, timedOut: false, dropped: { stdout: 0, stderr: 0 } };
  return {
    id: "none",
    manifest: async () => ({ node: "20.20.0", packages: {} }),
    async open({ limits, skill }) {
      const files = new Map<string, Uint8Array>();
      log.push({ open: { ...limits }, skill: skill?.map(({ path, mode }) => ({ path, mode })) });
      const box: Box = {
        async exec(command, { timeoutMs }) {
          log.push({ exec: command, timeoutMs });
          for (const [, path = "", text = ""] of command.matchAll(/cat > (\S+) <<'\w+'\n([\s\S]*?)\nEND_OF_\w+/g))
            files.set(`/work/${path}`, Buffer.from(`${text}\n`));
          const input = Buffer.from(files.get("/work/input.txt") ?? "").toString("utf8");
          const total = (input.match(/^\d+$/gm) ?? []).reduce((sum, number) => sum + Number(number), 0);
          if (command.endsWith("fix.sh")) files.set("/work/output.txt", Buffer.from(`total=${total}\n`));
          return ran;
        },
        async put(path, bytes, mode) {
          files.set(path, bytes);
          log.push({ put: path, mode: mode ?? null, content: `${bytes.length} bytes, sha256 ${sha256(bytes).slice(0, 12)}` });
        },
        exists: async (path) => files.has(path),
        async harvest(path, maxBytes) {
          log.push({ harvest: path, maxBytes });
          const bytes = files.get(path);
          return bytes === undefined ? { path, missing: true } : { path, bytes };
        },
        [Symbol.asyncDispose]: async () => {
          log.push("destroy");
        },
      };
      return box;
    },
  };
}

/** The same analyst with its prompts reduced to names and slots. */
async function skeleton(blobs: Blobs, spec: AnalysisSpec): Promise<AnalysisSpec> {
  const record = analystRecordSchema.parse(await readJsonBlob(blobs, spec.analyst));
  const prompts: Record<string, string> = {};
  for (const [name, hash] of Object.entries(record.prompts)) {
    const slots = slotsOf(Buffer.from(await blobs.get(hash)).toString("utf8")).map((slot) => `${slot}={{${slot}}}`);
    prompts[name] = await blobs.put(Buffer.from([`<${name}>`, ...slots].join(" ")));
  }
  return { ...spec, analyst: await blobs.put(Buffer.from(canonicalJson({ ...record, prompts }))) };
}

async function recordAnalysis(blobs: Blobs, form: "file" | "words"): Promise<Json> {
  const log: Json[] = [];
  const { fix: _, ...rest } = report();
  const back = hand(undefined, { ...rest, restart: { turn: 2, correction: "Look at the whole file." } });
  const spoiled = hand("echo", '{"causes": []}');
  const said = form === "file" ? [act("ls"), spoiled, done, hand(honestFix), done] : [spoiled, done, back, done];
  const models = { analyst: scriptedModel(said), solver: scriptedModel([act("cat input.txt"), "342\nACTION: TASK_COMPLETE"]) };
  const sandbox = recordingSandbox(log);
  const spec = await skeleton(blobs, await sumSpec(blobs, sandbox, { form, maxTurns: 6 }));
  const { result } = await analysisKind(analysisDeps(blobs, sandbox, models)).run(spec, new AbortController().signal);
  const requests = Object.values(models).flatMap((model) =>
    model.requests.map((request, i, all) => ({
      ...request,
      // A request repeats its predecessor's messages; only what is new is kept.
      messages: request.messages.filter((message, at) => hashJson(message) !== hashJson(all[i - 1]?.messages[at] ?? null)),
    })),
  );
  return JSON.parse(JSON.stringify({ log, requests, result })) as Json;
}

it("sends and does what its rev says", async () => {
  const root = await mkdtemp(join(tmpdir(), "t2s-analysis-wire-"));
  try {
    const { blobs } = openStore(root);
    const wire = { file: await recordAnalysis(blobs, "file"), words: await recordAnalysis(blobs, "words") };
    const golden = existsSync(goldenPath) ? (JSON.parse(readFileSync(goldenPath, "utf8")) as { rev: number; wire: Json }) : undefined;
    if (process.env.T2S_UPDATE_WIRE === "1" && (golden === undefined || hashJson(golden.wire) !== hashJson(wire))) {
      if (golden !== undefined && golden.rev >= analysisRev)
        throw new Error("the wire changed: raise analysisRev before the golden is renewed");
      writeFileSync(goldenPath, `${JSON.stringify({ rev: analysisRev, wire }, null, 1)}\n`);
      return;
    }
    expect(wire, "the wire changed; see the comment at the top of this file").toEqual(golden?.wire);
    expect(analysisRev).toBe(golden?.rev);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
