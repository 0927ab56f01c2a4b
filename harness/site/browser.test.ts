import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { percent } from "../report/number-text.ts";
import { serveSite } from "./serve-site.ts";
import { exampleTrajectory, hostile, type MadeSite, makeSite } from "./site.fixture.ts";

const program = [process.env.T2S_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

describe.skipIf(program === undefined)("the report in a browser (needs Chromium)", () => {
  let browser: Browser;
  let site: MadeSite;
  let axe: string;
  const said: string[] = [];

  beforeAll(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const plan = { seed: "browser", clusters: 20, cases: 2, arms: { none: 0.3, skill: 0.7 }, seeds: [41], simulated: ["model" as const] };
    const named = (name: string): string => (name === "skill" ? hostile.markup : name);
    site = await makeSite(
      join(inject("sharedFolder"), "site-browser"),
      { one: plan, two: { ...plan, seed: "other", clusters: 6 } },
      {
        change: (row) =>
          row.task === "0-0" && row.arm === "none"
            ? { ...row, flags: [hostile.bidi], exit: "completed", outcomes: row.outcomes.map((one) => withMessage(one)) }
            : { ...row, taskType: named(row.arm) },
        trajectory: (row) =>
          row.task === "0-0"
            ? exampleTrajectory(row, {
                thought: hostile.markup,
                observation: `${"x".repeat(5_000_000)}\n${hostile.markup}`,
                action: {
                  tool: hostile.quotes,
                  arguments: JSON.parse(
                    `{"${hostile.proto}": {"polluted": true}, "file": ${JSON.stringify(hostile.terminal + hostile.bidi)}}`,
                  ),
                },
              })
            : exampleTrajectory(row),
        card: (name) => (name === "two" ? { agents: [{ id: hostile.markup, rev: 2, maxTurns: 30, options: {}, limits: {} }] } : {}),
        gridsOf: async (row) =>
          row.task === "1-0" && row.arm === "none"
            ? [
                {
                  title: hostile.markup,
                  wrong: 1,
                  compared: 12,
                  columns: ["B", hostile.bidi],
                  rows: [
                    { name: "6", cells: [{ expected: '"Mak-419"', got: hostile.quotes }, { expected: "24.36" }] },
                    { name: hostile.terminal, cells: [{ expected: hostile.markup }] },
                  ],
                },
              ]
            : [],
      },
    );
    browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
  });

  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  async function open(context: BrowserContext, url: string): Promise<Page> {
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on(
      "console",
      (message) => void (message.type() === "error" || message.type() === "warning" ? said.push(message.text()) : undefined),
    );
    page.on("pageerror", (error) => void said.push(error.message));
    page.on(
      "request",
      (request) => void (/^(?:file:|http:\/\/127\.0\.0\.1:|data:)/.test(request.url()) ? undefined : said.push(request.url())),
    );
    await page.addInitScript({ content: axe });
    await page.goto(url);
    await page.waitForSelector("main:not([aria-busy]) h1");
    return page;
  }

  async function seriousViolations(page: Page): Promise<unknown> {
    return page.evaluate(
      "axe.run(document, { resultTypes: ['violations'], preload: false }).then((r) => r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ': ' + v.nodes.map((n) => n.html).slice(0, 3).join(' ')))",
    );
  }

  const fromDisk = (): string => pathToFileURL(join(site.dir, "index.html")).href;

  test("from a number to its episodes, filtered, to a trajectory, and back, from disk", async () => {
    await using context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await open(context, fromDisk());
    const [table] = site.input.experiments[0]?.tables ?? [];
    const cell = table?.cells.find((one) => one.arm === "skill" && one.metric === "accuracy");
    await page.getByRole("link", { name: `Accuracy ${percent(cell?.estimate ?? null)}, skill, m: its episodes` }).click();
    await page.waitForSelector(".tally");
    const tally = await page.locator(".tally").innerText();
    const rows = site.input.experiments[0]?.rows.filter((row) => row.arm === "skill") ?? [];
    const passed = rows.filter((row) => row.outcomes.some(({ outcome }) => outcome.state === "graded" && outcome.score.passed)).length;
    expect(tally).toContain(`${cell?.slots.graded} episodes: ${passed} passed, ${rows.length - passed} failed`);
    await page.getByLabel("Outcome").selectOption("failed");
    await page.getByText(`${rows.length - passed} episodes: 0 passed`).waitFor();
    await page.getByLabel("Beside arm").selectOption("none");
    await page.getByLabel("Outcome").selectOption("broken");
    await page.getByRole("columnheader", { name: "In none" }).waitFor();
    const address = page.url();
    expect(address).toContain("outcome=broken");
    const first = page.locator("tbody th a").first();
    const task = await first.innerText();
    await first.click();
    await page.getByRole("heading", { name: "Turn 1" }).waitFor();
    expect(await page.locator("main").innerText()).toContain(`I look at ${task}.`);
    await page.goBack();
    await page.waitForSelector(".tally");
    expect(page.url()).toBe(address);
    expect(await page.getByLabel("Outcome").inputValue()).toBe("broken");
  });

  test("hostile texts are shown as texts, and 5 MB in a line do not stop the page", async () => {
    await using context = await browser.newContext();
    const [row] = site.input.experiments[0]?.rows.filter((one) => one.task === "0-0" && one.arm === "none") ?? [];
    const page = await open(context, `${fromDisk()}#/episode?experiment=one&key=${row?.key.slice(0, 16)}`);
    const text = await page.locator("main").innerText();
    expect(text.length).toBeLessThan(20_000);
    expect(text.includes(hostile.markup)).toBe(true);
    expect(text).toContain("\\u001b[31mred");
    expect(text).toContain("abc\\u202etxt.exe");
    expect(text.includes("G2 of sheet <b>“Q”</b>")).toBe(true);
    expect(await page.locator("code.expected").innerText()).toBe("5463.26");
    await page.getByRole("button", { name: /Show more \(4,99\d,\d{3} of 5,000,/ }).click();
    expect(
      await page.evaluate("[window.hacked, ({}).polluted, document.querySelectorAll('main img, main b, main svg, main script').length]"),
    ).toEqual([undefined, undefined, 0]);
  });

  test("a grid shows what was expected and what is there instead, as text", async () => {
    await using context = await browser.newContext();
    const [row] = site.input.experiments[0]?.rows.filter((one) => one.task === "1-0" && one.arm === "none") ?? [];
    const page = await open(context, `${fromDisk()}#/episode?experiment=one&key=${row?.key.slice(0, 16)}`);
    const grid = page.getByRole("table", { name: /1 of 12 cells differ/ });
    const text = await grid.innerText();
    for (const one of ['"Mak-419"', "24.36", hostile.markup, "abc\\u202etxt.exe", "\\u001b[31mred"]) expect(text.includes(one)).toBe(true);
    expect(await grid.locator("code.actual").count()).toBe(1);
    expect(await page.evaluate("[window.hacked, document.querySelectorAll('main img, main svg, main script, main td b').length]")).toEqual([
      undefined,
      0,
    ]);
    expect(await seriousViolations(page)).toEqual([]);
  });

  test("the leaderboard keeps experiments under unequal cards apart and names the fields, as text", async () => {
    await using context = await browser.newContext();
    const page = await open(context, `${fromDisk()}#/leaderboard`);
    await page.getByText("Not comparable with protocol 1. It differs in:").waitFor();
    const second = page.getByRole("region", { name: "Protocol 2" }).first();
    const text = await second.innerText();
    expect(text.includes(hostile.markup)).toBe(true);
    expect(text).toContain("agent");
    expect(await second.locator("tbody tr").count()).toBe(2);
    expect(
      await page.evaluate("[window.hacked, document.querySelectorAll('section[aria-label=\"Protocol 2\"] img, main script').length]"),
    ).toEqual([undefined, 0]);
  });

  test("on paper tables keep their headings, and only what can be pressed is gone", async () => {
    await using context = await browser.newContext();
    const page = await open(context, fromDisk());
    await page.emulateMedia({ media: "print" });
    const heads = await page.evaluate("[...document.querySelectorAll('main thead th')].map((one) => one.innerText.trim())");
    expect(heads).toContain("Arm");
    expect(heads).not.toContain("");
    expect(await page.locator("header nav").isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: /theme/i }).isVisible()).toBe(false);
  });

  test("by keyboard alone, in the dark, served, on a small screen", async () => {
    await using server = await serveSite(site.dir, 0);
    await using context = await browser.newContext({ viewport: { width: 390, height: 800 } });
    const page = await open(context, server.url);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to content");
    const tabTo = async (name: string): Promise<void> => {
      for (let n = 0; n < 40; n++) {
        if ((await page.evaluate("document.activeElement.textContent")) === name) return;
        await page.keyboard.press("Tab");
      }
      expect.fail(`the Tab key does not reach ${name}`);
    };
    await tabTo("Dark theme");
    await page.keyboard.press("Space");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Episodes");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".tally");
    expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
    await tabTo("0-0");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Turn 1" }).waitFor();
    await page.reload();
    await page.waitForSelector("h1");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
  });

  test("no serious axe violation and nothing wider than the window, on any page, in both themes and widths", async () => {
    const [row] = site.input.experiments[0]?.rows.filter((one) => one.task === "3-0") ?? [];
    const routes = ["overview", "leaderboard", "matrix", "episodes", `episode?experiment=one&key=${row?.key.slice(0, 16)}`];
    for (const [colorScheme, width] of [
      ["light", 1440],
      ["dark", 390],
    ] as const) {
      await using context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const page = await open(context, fromDisk());
      for (const route of routes) {
        await page.goto(`${fromDisk()}#/${route}`);
        await page.waitForSelector("main:not([aria-busy]) h1");
        expect({ route, colorScheme, violations: await seriousViolations(page) }).toEqual({ route, colorScheme, violations: [] });
        expect({ route, width: await page.evaluate("document.documentElement.scrollWidth") }).toEqual({ route, width });
        const broken =
          "[...document.images].filter((i) => i.getClientRects().length > 0 && i.complete && i.naturalWidth === 0).map((i) => i.src)";
        expect(await page.evaluate(broken)).toEqual([]);
      }
    }
  }, 120_000);

  test("nothing was said on the console, and nothing was asked of elsewhere", () => {
    expect(said).toEqual([]);
  });
});

function withMessage(one: { readonly key: string; readonly outcome: unknown }) {
  return {
    key: one.key,
    outcome: {
      state: "graded" as const,
      score: { scorer: "strict", value: 0, passed: false, message: `G2 of sheet <b>“Q”</b>: expected 5463.26, got ${hostile.quotes}` },
    },
  };
}
