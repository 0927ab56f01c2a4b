import { expect, it } from "vitest";
import { t2sHere } from "./run-t2s.fixture.ts";

it.each(["abc", "4.5", "1e99"])("t2s skill records refuses --seed %s in one sentence", async (seed) => {
  const { code, err } = await t2sHere(["skill", "records", "exp", "arm", "--out", "out", "--seed", seed], {});
  expect(code).toBe(2);
  expect(err).toMatch(/^t2s: --seed of `t2s skill records` is not a whole number; give an evolution seed of exp, such as 41, .*\n$/);
});
