import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startSimulation } from "../../cli/start-simulation.ts";
import { modelSpecSchema } from "../../core/spec.ts";
import { createModel } from "../../model/create-model.ts";
import { readSkill } from "../../skill/read-skill.ts";
import { testAuthor } from "../call/author.fixture.ts";
import { callResultSchema } from "../call/call-record.ts";
import { draftSkill } from "../draft/draft-skill.ts";
import { analyseByCall } from "./analyse-by-call.ts";
import { writePatch } from "./write-patch.ts";

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const sizes = { skill_lines: 500, reference_lines: 300, references: 5 };

it("the shipped prompts are understood by the simulated model, and its answers are taken at once", async () => {
  const spec = modelSpecSchema.parse({ name: "sim-large", provider: "simulated", persona: "sim-large" });
  const simulation = await startSimulation(at("configs/personas"), { personas: [spec] });
  try {
    const model = createModel(spec, { env: {}, simulatedUrl: simulation.server?.url });
    await using t = await testAuthor(model);
    const skill = (await readSkill(at("skills/xlsx-human"))).files;
    const log =
      "Task:\nSum column B of the workbook per region.\nThought: use SheetJS\nAction: node step.mjs\nObservation: TypeError: x is no function\n";
    const drafted = await draftSkill(t.author, { name: "xlsx-draft", tasks: ["Change an Excel workbook as an instruction asks"], sizes });
    expect(drafted).toMatchObject({ state: "drafted", files: [{ path: "SKILL.md" }] });
    let patched = 0;
    for (const source of ["error", "success"] as const)
      for (let n = 0; n < 4; n += 1) {
        const analysed = await analyseByCall(t.author, { source, log: `${log}${n}`, skill, maxLessons: 3 });
        if (analysed.state !== "analysed") throw new Error(analysed.message);
        const { outcome } = analysed.result;
        if (outcome.state === "rejected") expect(outcome.reason).toBe("no-lessons");
        else {
          const { lessons, path } = outcome;
          const ids = { id: `p00${n}`, task: `t${n}`, episode: "0".repeat(64), analysis: analysed.key };
          const written = await writePatch(t.author, { ...ids, source, lessons, path, skill, sizes });
          expect(["patched", "no-edits"]).toContain(written.state);
          if (written.state === "patched") patched += 1;
        }
      }
    expect(patched).toBeGreaterThan(3);
    for await (const key of t.store.units.keys())
      expect(callResultSchema.parse((await t.store.units.get(key))?.result)).toMatchObject({ state: "read", rounds: 1 });
  } finally {
    await simulation.server?.close();
  }
});
