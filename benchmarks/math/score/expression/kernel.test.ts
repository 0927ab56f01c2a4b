import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { strict } from "../strict.ts";
import { kernel } from "./kernel.ts";

const root = new URL("../", import.meta.url).pathname;
const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
  (path) => path.endsWith(".ts") && !path.includes(".test.") && !path.includes(".fixture."),
);

it("exports no way from text to code", () => {
  expect(Object.isFrozen(kernel())).toBe(true);
  expect(Object.keys(kernel()).filter((name) => /eval|parse|compile|import|create|parser|chain|config/i.test(name))).toEqual([]);
});

it("is the only file that names mathjs, but for its types", () => {
  const naming = sources.filter((path) =>
    /^import (?!type ).*"mathjs"|from "mathjs"|require\("mathjs/m.test(
      readFileSync(join(root, path), "utf8").replace(/^import type .*$/gm, ""),
    ),
  );
  expect(naming).toEqual(["expression/kernel.ts"]);
});

it("no source evaluates code", () => {
  const evaluating = sources.filter((path) => /\beval\(|new Function\(|\.evaluate\(|node:vm/.test(readFileSync(join(root, path), "utf8")));
  expect(evaluating).toEqual([]);
});

it("text that is code is text", () => {
  for (const attack of ["import({pi: 4}, {override: true})", 'evaluate("2+2")', 'cos.constructor("return 4")()', "f(x) = 4; f(1)"])
    expect(strict("4", `\\boxed{${attack}}`).verdict).toBe(false);
});
