/** Real-looking skills and edits of them, from a seed. Edits are anchored at what stands in the skill, now and then at what does not; contents are now and then broken. */
import type { SkillEdit, TracedEdit } from "../../core/evolution.ts";
import type { SkillFile } from "../read-directory.ts";
import { skillOf, traced } from "./edits.fixture.ts";

export interface Random {
  /** 0 to n - 1. */
  below(n: number): number;
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (n: number): number => Math.floor(next() * n);
  return {
    below,
    chance: (share) => next() < share,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
  };
}

const words =
  "save workbook formula rows column value check größe data 表格 sheet output header blank — ‘date’ recalc type 🙂 verify input".split(" ");
const titles = [
  "Checks",
  "Order of work",
  "Formeln & Größen",
  "Dates",
  "Common mistakes",
  "表格",
  "Output",
  "Reading",
  "Tools `x`",
  "Which tool?",
  "A / B",
  "Notes #1",
];

function sentence(random: Random): string {
  const text = Array.from({ length: 2 + random.below(4) }, () => random.pick(words)).join(" ");
  return `${text[0]?.toUpperCase()}${text.slice(1)} ${random.below(10_000)}.`;
}

function block(random: Random): string {
  const n = 1 + random.below(2);
  const many = (make: (i: number) => string, count = n + 1): string => Array.from({ length: count }, (_, i) => make(i)).join("\n");
  switch (random.below(13)) {
    case 0:
      return many(
        (i) =>
          `- ${sentence(random)}${random.chance(0.3) ? `\n  goes on ${sentence(random)}` : ""}${i === 1 && random.chance(0.5) ? `\n  - nested ${sentence(random)}` : ""}`,
      );
    case 1:
      return many((i) => `${i + 1}. ${sentence(random)}`);
    case 2:
      return `\`\`\`python\n# ${sentence(random)}\nx = ${random.below(1000)}\n\n## not a heading\nprint(x)\n\`\`\``;
    case 3:
      return `~~~sh\n# comment ${random.below(1000)}\nls | head\n~~~`;
    case 4:
      return `| a | b |\n|---|:-:|\n${many(() => `| ${random.below(999)} | ${random.pick(words)} |`)}`;
    case 5:
      return many(() => `> ${sentence(random)}`);
    case 6:
      return `1. ${sentence(random)}\n\n   \`\`\`\n   # inside ${random.below(99)}\n   \`\`\`\n\n2. ${sentence(random)}`;
    case 7:
      return `<!-- ${sentence(random)}\n## Hidden\n-->`;
    case 8:
      return `    indented code ${random.below(999)}\n    # more`;
    default:
      return many(() => sentence(random));
  }
}

function markdown(random: Random, title: string, links: readonly string[]): string {
  const parts = [random.chance(0.2) ? `${title}\n${"=".repeat(title.length)}` : `# ${title}`];
  const free = [...titles].sort(() => random.below(3) - 1);
  let level = 1;
  for (let i = random.below(5); i >= 0; i--) {
    if (random.chance(0.8)) parts.push(block(random));
    if (random.chance(0.15)) parts.push(block(random));
    level = Math.min(level + 1, 2 + random.below(3));
    const heading = `${free.pop()} ${i}`;
    parts.push(
      level === 2 && random.chance(0.15) ? `${heading}\n---` : `${"#".repeat(level)} ${heading}${random.chance(0.1) ? " ##" : ""}`,
    );
  }
  parts.push(block(random));
  for (const link of links) parts.splice(1 + random.below(parts.length), 0, `Read [${sentence(random)}](${link}) first.`);
  const gap = (): string => (random.chance(0.06) ? "\n\n\n" : "\n\n");
  const joined = parts.reduce((text, part) => text + gap() + part);
  return joined + random.pick(["\n", "\n", "\n", "", "\n\n"]);
}

export function randomSkill(random: Random): SkillFile[] {
  const names = ["a", "b", "c"].slice(0, random.below(3)).map((name) => `references/${name}.md`);
  const crlf = (text: string): string => (random.chance(0.15) ? text.replaceAll("\n", "\r\n") : text);
  return skillOf({
    "SKILL.md": crlf(markdown(random, "The skill", names)),
    "scripts/run.py": "# a comment\nprint(1)\n",
    LICENSE: "free\n",
    ...Object.fromEntries(
      names.map((name) => [name, crlf(markdown(random, `On ${name.slice(11, 12)}`, random.chance(0.2) ? ["b.md#x", "https://x.y"] : []))]),
    ),
  });
}

const broken = [
  "```python\nnever closed",
  "---\nname: other\n---\n",
  "Text.## Glued heading",
  "<!-- open",
  "[out](../../x.md)",
  "[etc](/etc/passwd)",
  "## New Section\n\nx",
  "~~~~\nx\n~~~",
];

function content(random: Random, level: number): string {
  if (random.chance(0.04)) return random.pick(broken);
  let text = random.chance(0.03) ? "The same words." : block(random);
  if (random.chance(0.15)) text += `\n\n${block(random)}`;
  if (random.chance(0.15)) text = `${"#".repeat(level)} ${random.pick(titles)} ${random.below(9)}\n\n${text}`;
  else if (random.chance(0.05)) text += `\n\n${"#".repeat(level)} Sub ${random.below(9)}\n\n${block(random)}`;
  if (random.chance(0.05)) text += `\n\nSee [c](${random.pick(["references/a.md", "references/new.md", "references/c.md"])}).`;
  if (random.chance(0.1)) text = `\n\n${text}\n\n`;
  if (random.chance(0.05)) text = text.replaceAll("\n", "\r\n");
  return text;
}

/** A stretch of the text: a line, part of one, or some lines. */
function stretch(random: Random, text: string): string {
  const lines = text.split(/\r?\n/).filter((line, i, all) => line !== "" || (all[i - 1] !== "" && random.chance(0.2)));
  const at = random.below(lines.length);
  const line = lines[at] ?? "";
  if (random.chance(0.3)) return lines.slice(at, at + 1 + random.below(4)).join("\n");
  if (random.chance(0.3)) return line.slice(random.below(Math.max(1, line.length >> 1)));
  return line;
}

export function randomEdit(random: Random, start: readonly SkillFile[]): SkillEdit {
  const editable = start.filter((one) => one.path.endsWith(".md"));
  const target = random.chance(0.6) ? (editable[0] ?? random.pick(editable)) : random.pick(editable);
  const file = random.chance(0.02)
    ? random.pick(["scripts/run.py", "../SKILL.md", "references/none.md", "/etc/x.md", "LICENSE"])
    : target.path;
  const text = new TextDecoder().decode(target.bytes);
  const headings = [...text.matchAll(/^(#{1,6} .*?)\r?$|^(.+?)\r?\n(=+|---)\r?$/gm)].map(
    (found) => found[1] ?? `${found[3]?.[0] === "=" ? "#" : "##"} ${found[2]}`,
  );
  const heading = random.pick([...headings, ...headings, "## Nowhere"]);
  const within = random.chance(0.2) ? { target_section: heading } : {};
  const level = 2 + random.below(3);
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return { op: "append_to_section", file, target_section: heading, content: content(random, level) };
    case 4:
    case 5:
    case 6:
      return { op: "insert_after", file, ...within, target_text: stretch(random, text), content: content(random, level) };
    case 7:
    case 8:
      return { op: "insert_before", file, ...within, target_text: stretch(random, text), content: content(random, level) };
    case 9:
    case 10:
    case 11:
      return {
        op: "replace_in_section",
        file,
        ...within,
        old_text: stretch(random, text),
        content: random.chance(0.2) ? "" : random.chance(0.5) ? sentence(random) : content(random, level),
      };
    case 12:
    case 13:
      return {
        op: "add_section",
        file,
        target_section: `${"#".repeat(level)} ${random.pick(titles)} new ${random.below(4)}`,
        ...(random.chance(0.7) ? { after_section: heading } : {}),
        content: content(random, level + 1),
      };
    case 14:
      return { op: "delete_section", file, target_section: heading };
    default:
      return random.chance(0.5)
        ? {
            op: "create",
            file: random.pick(["references/new.md", "references/a.md", "references/x/y.md", "scripts/z.md"]),
            content: `# New\n\n${block(random)}`,
          }
        : { op: "delete_file", file };
  }
}

/** Edits of a pool under new ids and supports, each at most once. */
export function randomPatch(random: Random, pool: readonly SkillEdit[]): TracedEdit[] {
  const chosen = new Set(Array.from({ length: 1 + random.below(6) }, () => random.pick(pool)));
  return [...chosen].map((edit, i) => traced(`p${random.below(3)}e${i}`, edit, 1 + random.below(4)));
}
