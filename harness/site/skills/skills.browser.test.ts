import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentName, writeSmallExperiment } from "../../bundle/small-experiment.fixture.ts";
import { t2sHere } from "../../cli/run-t2s.fixture.ts";
import { lineageSchema, type MergeNode, mergeTreeSchema, skillPatchSchema } from "../../core/evolution.ts";

const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
const executablePath = (await Promise.all(browsers.map(async (path) => ((await isThere(path)) ? [path] : [])))).flat()[0];

describe.skipIf(executablePath === undefined)("skill and merge pages in a browser, from disk", () => {
  let home: string;
  let browser: Browser;
  let index: string;
  const errors: string[] = [];

  const open = async (address: string, viewport = { width: 1440, height: 900 }): Promise<Page> => {
    const page = await browser.newPage({ viewport });
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(`${index}${address}`);
    return page;
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "t2s-skills-"));
    const { dir } = await writeSmallExperiment(join(home, "results"));
    // Many patches, as a large evolution has them.
    const evolution = join(dir, "evolutions/evolved/s41");
    const patch = skillPatchSchema.parse(JSON.parse(await readFile(join(evolution, "patches/p000.json"), "utf8")));
    for (let i = 2; i < 200; i++) {
      const id = `p${String(i).padStart(3, "0")}`;
      const one = { ...patch, id, edits: patch.edits.map((edit) => ({ ...edit, id: `${id}e1`, leaves: [`${id}e1`] })) };
      await writeFile(join(evolution, `patches/${id}.json`), JSON.stringify(one));
    }
    const tree = mergeTreeSchema.parse(JSON.parse(await readFile(join(evolution, "merge-tree.json"), "utf8")));
    const lost: MergeNode["departures"] = [
      { edit: "p007e1", stage: "merge", reason: "lost", note: "<img src=x onerror=alert(1)> said nothing of it" },
    ];
    const nodes = tree.nodes.map((node) => ({ ...node, departures: lost }));
    await writeFile(join(evolution, "merge-tree.json"), JSON.stringify({ ...tree, nodes }));
    await writeFindings(dir);
    const { code, err } = await t2sHere(["report", experimentName, "--html", "--results", join(home, "results")]);
    expect([code, err]).toEqual([0, expect.any(String)]);
    index = pathToFileURL(join(dir, "report/index.html")).href;
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(home, { recursive: true, force: true });
  });

  it("leads from a line of a skill to its lessons and its episodes, with the keyboard", async () => {
    const page = await open("#/skills");
    const row = page.locator(".skill-row.edited", { hasText: "Count the carry <b>always</b>." });
    await row.getByRole("button", { name: /support 2/ }).press("Enter");
    const evidence = row.locator(".evidence");
    await expect.poll(() => evidence.innerText()).toMatch(/Edit m1\.1e1: append_to_section "## Checks", support 2/);
    await evidence.locator("summary", { hasText: "Carry 0" }).press("Enter");
    await expect.poll(() => evidence.innerText()).toContain("Forgot <script>alert(1)</script>");
    await evidence.getByRole("link", { name: /^task t0, / }).press("Enter");
    await page.getByRole("heading", { name: "Trajectory" }).waitFor();
    expect(await page.locator("dl.facts").innerText()).toMatch(/t0 \(cluster c0\)/);
    await page.close();
  }, 30_000);

  it("shows single lines and the changes to the start skill, on a narrow screen without scrolling sideways", async () => {
    const page = await open("#/skills?view=lines", { width: 390, height: 844 });
    await expect.poll(() => page.locator(".skill-row").count()).toBe(14);
    expect(await page.locator(".skill-row.edited").count()).toBeGreaterThan(0);
    await page.getByRole("link", { name: "Changes to the start skill" }).click();
    await expect.poll(() => page.locator(".diff .added").allInnerTexts()).toContain("+Count the carry <b>always</b>.");
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    await page.close();
  }, 30_000);

  it("shows use and audit of its parts, hostile texts as text", async () => {
    const page = await open("#/skills", { width: 390, height: 844 });
    const use = page.getByRole("region", { name: "Use of parts", exact: true });
    await expect.poll(() => use.innerText()).toContain("notes/<img src=x onerror=alert(1)>.md");
    expect(await use.locator("tbody tr").nth(1).innerText()).toMatch(
      /## Checks <script>.*6 of 6, 100 %.*2 of 6, 33 %.*\+50\.0 \[-10\.0, \+90\.0\]/s,
    );
    const audit = page.getByRole("region", { name: "Audit", exact: true });
    expect(await audit.innerText()).toContain(`"><svg onload=alert(1)>`);
    expect(await audit.innerText()).toContain("t0 (learned-from), t1 (seen), t2 (seen), and 1 more");
    await audit.getByRole("link", { name: "SKILL.md:3" }).click();
    await expect.poll(() => page.locator(".skill-row").count()).toBe(14);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    expect(errors).toEqual([]);
    await page.close();
  }, 30_000);

  it("stays quick with 200 patches, and says what was lost and why", async () => {
    const page = await open("#/merge?node=m1.1");
    await expect.poll(() => page.locator("main").innerText()).toMatch(/200 patches with 200 edits, up to 2 a merge/);
    expect(await page.locator("table >> nth=1").locator("tbody tr").count()).toBe(200);
    await expect.poll(() => page.locator("#level-1").innerText()).toContain("<img src=x onerror=alert(1)> said nothing of it");
    const before = Date.now();
    await page.getByRole("button", { name: "Show Patch p150" }).click();
    await expect.poll(() => page.locator("#patch").innerText()).toContain("p150e1");
    expect(Date.now() - before).toBeLessThan(5000);
    await page.getByRole("link", { name: "The skill that came out" }).click();
    await page.locator(".skill-row").first().waitFor();
    expect(errors).toEqual([]);
    await page.close();
  }, 30_000);
});

/** What `t2s use` and `t2s audit` leave behind, with texts that would act where they are not shown as text. */
async function writeFindings(dir: string): Promise<void> {
  const { skill } = lineageSchema.parse(JSON.parse(await readFile(join(dir, "evolutions/evolved/s41/lineage.json"), "utf8")));
  const counts = { displayed: 6, used: 2, passedUsed: 2, passedUnused: 2, association: { difference: 0.5, low: -0.1, high: 0.9 } };
  const items = [
    { kind: "file", file: "notes/<img src=x onerror=alert(1)>.md", title: "notes", from: 0, to: 0, ...counts, association: null },
    { kind: "section", file: "SKILL.md", title: "## Checks <script>alert(1)</script>", from: 3, to: 5, ...counts },
  ];
  const arms = [{ arm: "evolved", solver: "m", benchmark: "bench", split: "sample", skill, episodes: 6, items }];
  await writeFile(join(dir, "report/section-use.json"), JSON.stringify({ format: "t2s-section-use", arms }));
  const tasks = ["t0", "t1", "t2", "t3"].map((task, i) => ({ task, relation: i === 0 ? "learned-from" : "seen" }));
  const findings = [{ severity: "high", file: "SKILL.md", line: 3, found: `"><svg onload=alert(1)>`, why: "an answer", tasks }];
  const skills = [{ arm: "evolved", seed: "s41", findings }];
  await writeFile(join(dir, "report/audit.json"), JSON.stringify({ format: "t2s-audit", skills }));
}
