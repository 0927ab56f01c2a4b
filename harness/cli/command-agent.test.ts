import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LedgerEpisode, ledgerEpisodeSchema, trajectorySchema } from "../core/record.ts";
import { loadExperiment } from "../experiment/config/load-experiment.ts";
import type { Parts } from "../experiment/parts.ts";
import { isSolverArm } from "../experiment/resolve-arms.ts";
import { resolveExperiment } from "../experiment/resolve-experiment.ts";
import { unsandboxed } from "../sandbox/unsandboxed.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { readContext } from "./context.ts";
import { runInProcess } from "./experiment.fixture.ts";
import { schemaCommand } from "./schema-command.ts";
import { openWorkshop, type Workshop } from "./workshop.fixture.ts";

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
}, 60_000);
afterAll(() => workshop[Symbol.asyncDispose]());

const standIns = "harness/agent/command/stand-ins";
const python = `{ command: [python3, agent.py], files: ${standIns} }`;
const node = `{ command: [node, agent.mjs], files: ${standIns} }`;
const base = ["seeds.rollout=[41]", "benchmarks.0.limit=1", "solvers=[sim-large]", "baseline=python"];
const arms = `arms=[{name: python, agent: ${python}}, {name: skill, guidance: {kind: skill, path: skills/xlsx-human}, agent: ${node}}]`;
const specWith = async (...set: string[]) => (await loadExperiment("quickstart", { set: [...base, arms, ...set] })).spec;

describe("programs as agents in an experiment", { timeout: 120_000 }, () => {
  it("are scored, marked as simulated, resumed, and run again when one of their files changes", async ({ skip }) => {
    await using open = await workshop.open("programs");
    const { parts } = open;
    if (parts.sandbox.id === "none") skip("no sandbox works here");
    const spec = await specWith();
    const first = await runInProcess(spec, parts);
    expect(first.summary).toMatchObject({ slots: 2, made: 2, errored: 0 });
    const rows = first.rows.map((row): LedgerEpisode => ledgerEpisodeSchema.parse(JSON.parse(row)));
    for (const row of rows) {
      expect(row).toMatchObject({
        state: "graded",
        exit: "completed",
        simulated: ["model", "tasks"],
        outcomes: expect.arrayContaining([expect.anything()]),
      });
      const { agent, user, steps } = trajectorySchema.parse(await readJsonBlob(parts.store.blobs, row.trajectory ?? ""));
      expect({ agent, calls: row.usage?.calls, turns: row.turns }).toEqual({ agent: "command", calls: steps.length, turns: steps.length });
      expect(user).toContain("instruction");
      expect(steps[0]).toMatchObject({
        action: { tool: "bash", arguments: { command: expect.any(String) } },
        observation: expect.stringContaining("[Exit code: 0]"),
      });
      expect(steps.at(-1)?.observation).toContain("[The program ended with exit code 0.]");
    }
    expect(await readSystem(rows, "skill", parts)).toContain("<skill_content>");
    const again = await runInProcess(spec, parts);
    expect(again).toMatchObject({ ran: {}, rows: first.rows });

    const keys = async (changed = parts) => (await resolveExperiment(spec, changed)).arms.map((arm) => (isSolverArm(arm) ? arm.key : ""));
    const edited = async (path: string) =>
      (await parts.readProgram(path)).map((file) => (file.path === "agent.py" ? { ...file, bytes: Buffer.from("# edited") } : file));
    const [before, after] = [await keys(), await keys({ ...parts, readProgram: edited })];
    expect(after[0]).not.toBe(before[0]);
    await expect(resolveExperiment(spec, { ...parts, sandbox: await unsandboxed({}) })).rejects.toThrow(
      /^arm python has a program of its own as its agent, which needs a sandbox/,
    );
  });

  it("find the schema of their task under its name", async () => {
    let text = "";
    const context = { ...readContext(), out: (part: string) => (text += part) };
    await schemaCommand("agent-task", {}, context);
    expect(JSON.parse(text)).toMatchObject({ type: "object", required: expect.arrayContaining(["instruction", "model", "limits"]) });
    await expect(schemaCommand("agent-tsak", {}, context)).rejects.toThrow('there is no schema "agent-tsak"; did you mean "agent-task"?');
  });

  it("are refused in one sentence when the config cannot mean them", async () => {
    await using open = await workshop.open("refused");
    const complaint = async (agent: string): Promise<string> => {
      const failure = await specWith(`arms.0.agent=${agent}`)
        .then((spec) => resolveExperiment(spec, open.parts))
        .catch((error: Error) => error.message);
      return typeof failure === "string" ? failure : "accepted";
    };
    expect(await complaint("{ command: [] }")).toMatch(/agent\.command: expected at least 1/);
    expect(await complaint("{ command: [x], env: { 1A: b } }")).toMatch(/agent\.env\.1A.*expected the name of an environment variable/s);
    expect(await complaint("{ command: [x], files: no/such/folder }")).toMatch(
      /no\/such\/folder of the agent's program \(agent\.files\) is not there/,
    );
    expect(await complaint("{ command: [x], files: package.json }")).toMatch(/agent\.files\) is not there; expected a folder/);
    expect(await complaint("{ command: [x], protocol: tools }")).toMatch(/agent\.protocol: unknown key/);
  });
});

async function readSystem(rows: readonly LedgerEpisode[], arm: string, { store }: Pick<Parts, "store">): Promise<string> {
  const row = rows.find((one) => one.arm === arm);
  return trajectorySchema.parse(await readJsonBlob(store.blobs, row?.trajectory ?? "")).system;
}
