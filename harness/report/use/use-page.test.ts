import { expect, it } from "vitest";
import { renderGridsMarkdown } from "../render-markdown.ts";
import { renderGrids } from "../render-terminal.ts";
import { countUse, type UsedEpisode } from "./build-use.ts";
import { usePage } from "./use-page.ts";

const hostile = "\u001b[2J<script>alert(1)</script>\u202e|`x`\nnext";
const episode = (cluster: number, used: boolean, passed: boolean): UsedEpisode => ({
  cluster: `c${cluster}`,
  passed,
  displayed: [true, used],
  used: [used, false],
});
const arm = countUse(
  { arm: hostile, solver: "m", benchmark: "b", split: "s", skill: "0".repeat(64), unread: 0, simulated: true },
  [
    { kind: "section", file: "SKILL.md", title: hostile, from: 3, to: 9 },
    { kind: "file", file: `references/${hostile}`, title: hostile, from: 0, to: 0 },
  ],
  Array.from({ length: 24 }, (_, i) => episode(i, i % 3 === 0, i % 3 === 0 ? i % 2 === 0 : i % 4 === 0)),
);

it("counts use and success by part, and gives no association where nobody used it", () => {
  expect(arm).toMatchObject({ episodes: 24, passed: 8 });
  const [section, file] = arm.items;
  expect(section).toMatchObject({ displayed: 24, used: 8, passedUsed: 4, passedUnused: 4 });
  expect(section?.association?.difference).toBeCloseTo(4 / 8 - 4 / 16, 12);
  expect(file).toMatchObject({ displayed: 8, used: 0, passedUsed: 0, passedUnused: 8, association: null });
});

it("shows hostile names of arms, files and sections as text, one line each", () => {
  const page = usePage("x", [arm], ["method"]);
  const text = renderGrids(page, { width: 160, color: false });
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  expect(text).toContain("\\u001b[2J");
  expect(text).toContain("(sim)");
  const markdown = renderGridsMarkdown(page);
  expect(markdown).not.toMatch(/(?<!\\)<script|[^\P{Cc}\n]|\p{Bidi_Control}/u);
  expect(markdown.split("\n").filter((line) => line.startsWith("next"))).toEqual([]);
});
