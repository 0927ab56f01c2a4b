import { expect, it } from "vitest";
import { sha256 } from "../core/json.ts";
import { unitKey } from "../engine/unit.ts";
import type { RolloutSpec } from "../evaluate/rollout.ts";
import { rolloutKey } from "./slots.ts";

it("writes a rollout's key as unitKey does", () => {
  for (const rep of [
    { seed: 41, attempt: 0, replica: 0 },
    { seed: -7, attempt: 12, replica: 3 },
  ]) {
    const spec: RolloutSpec = { kind: "rollout", rev: 3, arm: sha256("a"), task: sha256("t"), rep };
    expect(rolloutKey(spec)).toBe(unitKey(spec));
    const noted = { ...spec, notes: sha256("n") };
    expect(rolloutKey(noted)).toBe(unitKey(noted));
  }
});
