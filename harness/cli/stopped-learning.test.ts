import { expect, it } from "vitest";
import { experimentSpecSchema } from "../core/spec.ts";
import { runInProcess } from "./experiment.fixture.ts";
import { openWorkshop } from "./workshop.fixture.ts";

it("names every arm that a stop left unlearned, with what is known of the others", { timeout: 60_000 }, async () => {
  const spec = experimentSpecSchema.parse({
    name: "stopped",
    benchmarks: [{ id: "spreadsheetbench", split: "sample/test", limit: 1 }],
    arms: [
      { name: "none" },
      { name: "bank", guidance: { kind: "bank" } },
      { name: "evolved", guidance: { kind: "evolved" } },
      { name: "shuffled", guidance: { kind: "shuffled", of: "evolved" } },
    ],
    solvers: ["sim-large"],
    evolution: { author: "sim-large", start: { skill: "skills/xlsx-parametric" }, limit: 2 },
    seeds: { rollout: [41], evolution: [41] },
  });
  await using workshop = await openWorkshop();
  await using open = await workshop.open("stopped");
  const { summary, rows } = await runInProcess(spec, open.parts, undefined, 4, 1);
  expect(summary).toMatchObject({ stopped: "cut off by the test", slots: 1, reused: 0, made: 0, errored: 0 });
  const why = "the run was stopped before it was";
  expect(summary.unlearned).toEqual(["bank", "evolved", "shuffled"].map((arm) => ({ arm, why })));
  expect(rows).toEqual([]);
});
