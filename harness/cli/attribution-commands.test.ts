import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { t2sHere } from "./run-t2s.fixture.ts";

let results = "";
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), "t2s-attribution-"));
  await mkdir(join(results, "broken"));
  await writeFile(join(results, "broken/lock.json"), "{");
});
afterAll(() => rm(results, { recursive: true }));

describe("wrong input of the attribution commands", () => {
  it.each([
    { args: ["attribute", "nothing", "arm"], code: 2, says: /has no experiment "nothing"/ },
    { args: ["attribute", "broken", "arm"], code: 4, says: /lock\.json is damaged; run the experiment's config again/ },
    { args: ["attribute", "broken", "arm", "--by", "lines"], code: 2, says: /--by lines is not known; choose one of all, sections, edits/ },
    { args: ["attribute", "broken", "arm", "--hold-out", "1"], code: 2, says: /expected a share from 0/ },
    { args: ["attribute", "broken", "arm", "--max-arms", "0"], code: 2, says: /expected a whole number from 1/ },
    { args: ["attribute", "broken", "arm", "--max-cost", "cheap"], code: 2, says: /expected a number from 0/ },
    { args: ["audit", "nothing"], code: 2, says: /has no experiment "nothing"/ },
    { args: ["audit", "broken", "--fail-on", "worst"], code: 2, says: /--fail-on worst is not known; choose one of high, medium, low/ },
    { args: ["failures", "nothing"], code: 2, says: /has no experiment "nothing"/ },
    { args: ["use", "broken"], code: 4, says: /lock\.json is damaged/ },
  ])("$args", async ({ args, code, says }) => {
    const found = await t2sHere([...args, "--results", results]);
    expect(found.err).toMatch(says);
    expect(found.err).not.toContain("    at ");
    expect(found).toMatchObject({ code, out: "" });
  });
});
