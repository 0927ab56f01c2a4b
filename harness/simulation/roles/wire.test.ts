/** One request a role through the real server, and every system prompt of the harness against the roles. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logOf, sampleTasks } from "../../../benchmarks/spreadsheetbench/world/episodes.fixture.ts";
import { world } from "../../../benchmarks/spreadsheetbench/world.ts";
import type { Role } from "../../core/spec.ts";
import { brainWith, jsonLines, requestOf, skillFile, systems, tag, user } from "../asking.fixture.ts";
import { steadyPersona } from "../persona.fixture.ts";
import { type SimulatedServer, startSimulatedServer } from "../server.ts";
import { recogniseRole } from "./recognise-role.ts";

let server: SimulatedServer;
let log: string;
beforeAll(async () => {
  server = await startSimulatedServer({ brain: brainWith(steadyPersona(), [world]) });
  const [task] = await sampleTasks(3, 2);
  if (task === undefined) throw new Error("no task");
  log = logOf(task, task.plan.traps.slice(0, 1));
});
afterAll(() => server.close());

async function post(path: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const res = await fetch(`${server.url}${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  return { status: res.status, json: await res.json() };
}

const skill = skillFile("SKILL.md", "# S\n\n## Dates\n\n- Look at dates.\n");
const edit = { op: "append_to_section", file: "SKILL.md", target_section: "## Dates", content: "- Parse dates that are text." };
const lesson = { n: 1, type: "failure-lesson", title: "Parse", description: "…", content: "Parse dates that are text." };
const questions: Readonly<Record<Exclude<Role, "rollout" | "embedder">, () => { system: string; message: string }>> = {
  "error-analyst": () => ({ system: systems.error, message: `${skill}\n\n${tag("log", log, ' outcome="failed"')}` }),
  "success-analyst": () => ({ system: systems.success, message: `${skill}\n\n${tag("log", log, ' outcome="passed"')}` }),
  "patch-writer": () => ({ system: systems.patch, message: `${skill}\n\n${tag("lessons", jsonLines([lesson]))}` }),
  merger: () => ({
    system: systems.merge,
    message: tag(
      "patches",
      jsonLines([{ id: "p000", source: "error", support: 1, reasoning: "…", edits: [{ id: "p000e1", support: 1, ...edit }] }]),
    ),
  }),
  translator: () => ({ system: systems.translate, message: `${tag("edit", JSON.stringify(edit))}\n\n${tag("problem", "…")}\n\n${skill}` }),
  validator: () => ({ system: systems.repair, message: `${skill}\n\n${tag("findings", "SKILL.md:5: error: … (dead-link)")}` }),
  drafter: () => ({ system: systems.draft, message: tag("tasks", '[\n"Change an Excel workbook."\n]') }),
};
const firstKey: Readonly<Record<keyof typeof questions, string>> = {
  "error-analyst": "causes",
  "success-analyst": "path",
  "patch-writer": "reasoning",
  merger: "reasoning",
  translator: "edit",
  validator: "reasoning",
  drafter: "files",
};

describe("over HTTP", () => {
  it.each(Object.entries(questions))("%s answers with its JSON in a fence", async (role, question) => {
    const { system, message } = question();
    const messages = [
      { role: "system", content: system },
      { role: "user", content: message },
    ];
    const { status, json } = await post("/chat/completions", { model: "m", seed: 41, messages });
    expect(status).toBe(200);
    const text = (json as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? "";
    const object = JSON.parse(/```json\n([\s\S]*?)\n```$/.exec(text)?.[1] ?? "{}") as object;
    expect(Object.keys(object)[0]).toBe(Object.entries(firstKey).find(([name]) => name === role)?.[1]);
  });

  it("the agentic analyst acts", async () => {
    const messages = [
      { role: "system", content: systems.agentic },
      { role: "user", content: `${tag("log", log)}\n\nCompare with \`node /work/kit/compare.cjs /work/agent/output.xlsx\`.` },
    ];
    const { json } = await post("/chat/completions", { model: "m", seed: 41, messages });
    expect(JSON.stringify(json)).toContain("node /work/kit/compare.cjs /work/agent/output.xlsx");
  });

  it("embeddings come in equal lengths", async () => {
    const { status, json } = await post("/embeddings", { model: "m", input: ["a text", "another"] });
    const [a, b] = (json as { data: { embedding: number[] }[] }).data;
    expect([status, a?.embedding.length]).toEqual([200, b?.embedding.length]);
  });
});

describe("a reply that cannot be read", () => {
  it("comes at the rate of the persona, and a good one when it is sent back", () => {
    const brain = brainWith(steadyPersona({ replies: { unreadable: 0.5 } }), [world]);
    const parses = (seed: number) => {
      const { system, message } = questions["success-analyst"]();
      const given = brain.reply(requestOf(system, [user(message)], { seed }));
      const text = "text" in given ? given.text : "";
      try {
        JSON.parse(/```json\n([\s\S]*?)\n```$/.exec(text)?.[1] ?? "");
        return true;
      } catch {
        return false;
      }
    };
    const read = Array.from({ length: 40 }, (_, seed) => parses(seed)).filter((ok) => ok).length;
    expect(read).toBeGreaterThan(10);
    expect(read).toBeLessThan(30);
  });
});

/** Roles of system prompts whose file is not named after them. */
const named: Readonly<Record<string, Role>> = {
  role: "error-analyst",
  merge: "merger",
  synthesis: "merger",
  translate: "translator",
  repair: "validator",
  edit: "patch-writer",
  consolidate: "patch-writer",
  "drafter-from-logs": "drafter",
};

describe("prompts of the harness", () => {
  const folder = fileURLToPath(new URL("../../evolve", import.meta.url));

  it("that open with who the model is are recognised as their role", async () => {
    const files = (await readdir(folder, { recursive: true })).filter((f) => /prompts\/[\w-]+\.md$/.test(f));
    const texts = await Promise.all(files.map(async (f) => ({ name: basename(f, ".md"), text: await readFile(join(folder, f), "utf8") })));
    const systemPrompts = texts.filter(({ text }) => /^You (?:are an? |draft|mend|translate)/.test(text));
    expect(systemPrompts.length).toBeGreaterThan(5);
    for (const { name, text } of systemPrompts) {
      const found = recogniseRole(requestOf(text, [user("…")]));
      expect(found, `${name}.md`).toBeDefined();
      expect(found, `${name}.md`).toBe(named[name] ?? name);
    }
  });
});
