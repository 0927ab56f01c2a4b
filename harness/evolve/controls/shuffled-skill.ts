/** The control "same sentences, other order": what remains of a skill's effect when its arrangement is gone. */
import type { SkillFile } from "../../skill/read-directory.ts";
import type { Skill } from "../../skill/read-skill.ts";
import { skillWith, splitText, textOf } from "./assemble-skill.ts";
import { type Block, blocksOf, renderBlock } from "./markdown-blocks.ts";
import { seededOrder } from "./seeded.ts";

/** Draws until one differs from the original; a text of one piece has only one order. */
const draws = 8;

/**
 * The skill with the text of every Markdown file shuffled within that file, so that what was in the system prompt stays there. Pieces (sentences, list items,
 * code blocks, tables) keep their words, links and bytes; their order, their grouping into paragraphs and lists, and the heading they stand under are drawn.
 * Front matter, the title and link definitions keep their places, numbered lists lose their numbers, other files stay as they are.
 */
export function shuffledSkill(of: Skill, seed: number): Skill {
  return skillWith(of.files.map((file) => (file.path.endsWith(".md") ? shuffledFile(file, seed) : file)));
}

function shuffledFile(file: SkillFile, seed: number): SkillFile {
  const { head, body } = splitText(textOf(file));
  const blocks = blocksOf(body).map(({ block }) => block);
  const asIs = JSON.stringify(blocks);
  let shuffled = shuffleBlocks(blocks, seed, `${file.path} 0`);
  for (let draw = 1; draw < draws && JSON.stringify(shuffled) === asIs; draw++)
    shuffled = shuffleBlocks(blocks, seed, `${file.path} ${draw}`);
  return { ...file, bytes: Buffer.from(`${head}${layOut(shuffled)}`) };
}

function shuffleBlocks(blocks: readonly Block[], seed: number, label: string): Block[] {
  const order = <T>(items: readonly T[], what: string): T[] => seededOrder(items, seed, `${label} ${what}`);
  const isTitle = (block: Block, index: number): boolean => index === 0 && block.kind === "heading" && block.depth === 1;
  const isFixed = (block: Block): boolean => block.kind === "definition";
  const swallows = (block: Block): boolean => block.kind === "whole" && block.last;
  const title = blocks.filter(isTitle);
  const fixed = blocks.filter(isFixed);
  const swallowing = blocks.filter(swallows);
  const rest = blocks.filter((block, index) => !isTitle(block, index) && !isFixed(block) && !swallows(block));

  const headings = rest.filter((block) => block.kind === "heading");
  const names = order(
    headings.map((heading) => heading.text),
    "headings",
  );
  const outline = headings.map((heading, index): Block => ({ ...heading, text: names[index] ?? heading.text }));
  const content = order(
    refill(
      rest.filter((block) => block.kind !== "heading"),
      order,
    ),
    "blocks",
  );
  // How many blocks stand under each heading; the first figure is for what comes before any heading.
  const sizes = order(sectionSizes(rest), "sizes");
  const dealt = sizes.flatMap((size, index) => {
    const from = sizes.slice(0, index).reduce((sum, one) => sum + one, 0);
    return [...outline.slice(index - 1, index === 0 ? 0 : index), ...content.slice(from, from + size)];
  });
  return [...title, ...dealt, ...fixed, ...swallowing];
}

/** The same blocks with all sentences and all list items dealt anew among paragraphs and lists of the sizes they had. */
function refill(blocks: readonly Block[], order: <T>(items: readonly T[], what: string) => T[]): Block[] {
  const sentences = order(
    blocks.flatMap((block) => (block.kind === "paragraph" ? block.sentences : [])),
    "sentences",
  );
  const items = order(
    blocks.flatMap((block) => (block.kind === "list" ? block.items : [])),
    "items",
  );
  return blocks.map((block) => {
    if (block.kind === "paragraph") return { ...block, sentences: sentences.splice(0, block.sentences.length) };
    if (block.kind === "list") return { ...block, items: items.splice(0, block.items.length) };
    return block;
  });
}

function sectionSizes(blocks: readonly Block[]): number[] {
  const sizes = [0];
  for (const block of blocks) {
    if (block.kind === "heading") sizes.push(0);
    else sizes.push((sizes.pop() ?? 0) + 1);
  }
  return sizes;
}

/** Blocks as a file. Lists that come to stand side by side take turns with their marks, else they would become one. */
export function layOut(blocks: readonly Block[]): string {
  let bullet: "-" | "*" = "*";
  const texts = blocks.map((block, index) => {
    const followsList = blocks[index - 1]?.kind === "list";
    if (block.kind === "list") bullet = followsList && bullet === "-" ? "*" : "-";
    return renderBlock(block, bullet);
  });
  const text = texts.filter((one) => one !== "").join("\n\n");
  return text === "" ? "" : `${text}\n`;
}
