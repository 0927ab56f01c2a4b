/** The control "text about something else": what remains of a skill's effect when only its bulk and its form are there. */
import type { SkillFile } from "../../skill/read-directory.ts";
import type { Skill } from "../../skill/read-skill.ts";
import { skillWith, splitText, textOf } from "./assemble-skill.ts";
import { frontMatter, headings, references } from "./bicycle-repair.ts";
import { createFiller, type Filler, wording } from "./filler.ts";
import { type Block, blocksOf, type PlacedBlock } from "./markdown-blocks.ts";
import { seededOrder } from "./seeded.ts";

/**
 * A skill on the care of bicycles in the form of another: as many characters (within 2 %, from some hundred characters on), about as many lines, and block for
 * block headings, paragraphs, lists, tables and code of the same size; as many references of the same sizes, linked from the same places. Scripts and other
 * files have no counterpart: they are not in the model's context. Equal arguments give equal bytes.
 */
export function irrelevantSkill(like: Skill, seed: number): Skill {
  const filler = createFiller(seed);
  const originals = like.files.filter((file) => /^references\/.+\.md$/.test(file.path)).map((file) => file.path);
  const targets = originals.map((original, index): Target => {
    const material = references[index] ?? { name: `more-on-bicycles-${index + 1}`, leads: "There is more on this in {link}." };
    const path = `references/${material.name}.md`;
    return { original, path, leads: material.leads.replace("{link}", `[${path}](${path})`) };
  });
  const files = like.files.flatMap((file): SkillFile[] => {
    const target = targets.find((one) => one.original === file.path);
    if (file.path !== "SKILL.md" && target === undefined) return [];
    const { head, body } = splitText(textOf(file));
    const text = write(body, file.path === "SKILL.md" ? targets : [], filler, seed);
    return [
      target === undefined
        ? { path: "SKILL.md", mode: 0o644, bytes: Buffer.from(`${ownHead(like, filler)}${text}`) }
        : { path: target.path, mode: 0o644, bytes: Buffer.from(`${head === "" ? "" : filledLines(head, filler)}${text}`) },
    ];
  });
  return skillWith(files);
}

interface Target {
  /** Path of the reference in the skill that is imitated. */
  readonly original: string;
  readonly path: string;
  /** Sentence with the link. */
  readonly leads: string;
}

function ownHead(like: Skill, filler: Filler): string {
  const more = filler.prose(like.description.length - frontMatter.description.length - 1);
  // Quoted: a sentence may hold a colon.
  return `---\nname: ${frontMatter.name}\ndescription: ${JSON.stringify([frontMatter.description, more].filter((s) => s !== "").join(" "))}\n---\n\n`;
}

/** Front matter of a reference says something about the original; a paragraph of its size takes its place. */
function filledLines(head: string, filler: Filler): string {
  return `${wrap(filler.prose(head.length - 2), head.split("\n").length - 2)}\n\n`;
}

/** Most rounds of writing shorter; each takes away what the one before had too much. */
const rounds = 4;

/**
 * A body of the same length. Small blocks at the end (headings, tables, short entries) cannot always be written small enough; then everything before them is
 * written a little shorter, from the same stock.
 */
function write(body: string, targets: readonly Target[], filler: Filler, seed: number): string {
  const blocks = blocksOf(body);
  const length = body.trimEnd().length;
  let less = 0;
  for (let round = 1; ; round++) {
    const excess = draft(blocks, less, targets, filler.fork(), createHeadings(seed)).length - length;
    if (excess > 0 && round < rounds) less += excess;
    else {
      const text = draft(blocks, less, targets, filler, createHeadings(seed));
      const rest = filler.prose(length - text.length - 2, 5);
      return `${text}${rest === "" ? "" : `\n\n${rest}`}\n`;
    }
  }
}

/** The blocks one after the other, each measured against its place in the original, so that what one misses the next makes good. */
function draft(
  blocks: readonly PlacedBlock[],
  less: number,
  targets: readonly Target[],
  filler: Filler,
  heading: (length: number) => string,
): string {
  const mentions = (placed: PlacedBlock, target: Target): boolean => placed.raw.includes(target.original);
  const carries = (placed: PlacedBlock): boolean => placed.block.kind === "paragraph" || placed.block.kind === "list";
  const firstCarrier = blocks.find(carries);
  let waiting = [...targets];
  let text = "";
  for (const placed of blocks) {
    const gap = text === "" ? 0 : 2;
    const here = carries(placed)
      ? waiting.filter((one) => mentions(placed, one) || (placed === firstCarrier && !blocks.some((b) => carries(b) && mentions(b, one))))
      : [];
    waiting = waiting.filter((target) => !here.includes(target));
    const leads = here.map((target) => target.leads);
    const written = imitate(placed, placed.to - less - text.length - gap, leads, filler, heading);
    if (written !== "") text += `${"\n".repeat(gap)}${written}`;
  }
  if (waiting.length > 0) text += `${text === "" ? "" : "\n\n"}${waiting.map((target) => target.leads).join(" ")}`;
  return text;
}

function imitate(
  placed: PlacedBlock,
  budget: number,
  leads: readonly string[],
  filler: Filler,
  heading: (length: number) => string,
): string {
  const { block, raw } = placed;
  const lines = raw.split("\n").length;
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.depth)} ${heading(budget - block.depth - 1)}`;
    case "list":
      return imitateList(block, budget, leads, filler);
    case "code":
      return imitateCode(block, budget, filler);
    case "table":
      return block.text.replace(/[^|\n]+/g, (cell) => (/^[\s:-]*$/.test(cell) ? cell : ` ${filler.phrase(cell.trim().length)} `));
    case "definition":
      return "";
    case "paragraph":
    case "whole":
      if (raw === "***" || raw === "---") return "***";
      return wrap(proseWith(leads, budget, filler), lines);
  }
}

function imitateList(list: Extract<Block, { kind: "list" }>, budget: number, leads: readonly string[], filler: Filler): string {
  const marks = list.items.reduce((sum, item) => sum + 3 + 2 * (item.split("\n").length - 1), -1);
  const whole = list.items.reduce((sum, item) => sum + item.length, 0);
  let room = Math.max(0, budget - marks);
  let left = whole;
  const items = list.items.map((item, index) => {
    const share = left === 0 ? 0 : Math.round((room * item.length) / left);
    // The leads stand in the first entries, one in each; what is over goes into the last.
    const own = index < list.items.length - 1 ? leads.slice(index, index + 1) : leads.slice(index);
    const text = own.length === 0 && share < 40 ? filler.phrase(share) : proseWith(own, share, filler);
    room -= text.length;
    left -= item.length;
    return `- ${wrap(text === "" ? filler.phrase(share) : text, item.split("\n").length).replaceAll("\n", "\n  ")}`;
  });
  return items.join("\n");
}

function imitateCode(code: Extract<Block, { kind: "code" }>, budget: number, filler: Filler): string {
  const lines = code.value.split("\n");
  let room = budget - "```text\n\n```".length - (lines.length - 1);
  let left = lines.reduce((sum, line) => sum + line.length, 0);
  const written = lines.map((line) => {
    const text = line.trim() === "" || left === 0 ? "" : filler.cardLine(Math.round((room * line.length) / left));
    room -= text.length;
    left -= line.length;
    return text;
  });
  return ["```text", ...written, "```"].join("\n");
}

function proseWith(leads: readonly string[], budget: number, filler: Filler): string {
  const links = leads.join(" ");
  return [links, filler.prose(budget - (links === "" ? 0 : links.length + 1))].filter((part) => part !== "").join(" ");
}

/** The words on at most `lines` lines, as even as they go. Blanks become line breaks, so the length stays the same. */
function wrap(text: string, lines: number): string {
  if (lines < 2) return text;
  for (let width = Math.ceil(text.length / lines); ; width++) {
    const wrapped: string[] = [];
    for (const word of text.split(" ")) {
      const last = wrapped.at(-1);
      if (last === undefined || last.length + 1 + word.length > width) wrapped.push(word);
      else wrapped[wrapped.length - 1] = `${last} ${word}`;
    }
    if (wrapped.length <= lines || wrapped.length <= 1) return wrapped.join("\n");
  }
}

/** Headings of about a wanted length, each once in a file. */
function createHeadings(seed: number): (length: number) => string {
  let stock = seededOrder(headings, seed, "headings");
  let round = 1;
  return (length) => {
    if (stock.length === 0) {
      stock = seededOrder(headings, seed, "headings");
      round++;
    }
    const wordingsOf = (template: string): string[] =>
      [wording(template, 0), wording(template, 1)].map((text) => (round === 1 ? text : `${text} (${round})`));
    const distance = (text: string): number => Math.abs(text.length - length);
    const [template, text] = stock
      .flatMap((one) => wordingsOf(one).map((wanted) => [one, wanted] as const))
      .reduce((best, next) => (distance(next[1]) < distance(best[1]) ? next : best));
    stock = stock.filter((one) => one !== template);
    return text;
  };
}
