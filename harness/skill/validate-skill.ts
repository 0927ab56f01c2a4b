import path from "node:path";
import { checkFrontMatter } from "./check-front-matter.ts";
import { checkLinks, type MarkdownFile } from "./check-links.ts";
import { checkMarkdown } from "./check-markdown.ts";
import { type Finding, sortFindings } from "./finding.ts";
import { decodeUtf8, splitFrontMatter } from "./front-matter.ts";
import { parseMarkdown } from "./parse-markdown.ts";
import { readSkillDirectory, type SkillFile } from "./read-directory.ts";

/** Sizes of the Agent Skills format: a SKILL.md has fewer lines than the first, a reference fewer than the second. Larger Markdown is not even parsed. */
export const skillSizes = { mainLines: 500, referenceLines: 300, references: 5, markdownBytes: 512 * 1024 } as const;

/**
 * Checks a directory against the Agent Skills format and against the damage that automatic editing is known to do.
 * Returns findings in reading order, [] for a clean skill; throws UsageError only when the directory itself cannot be read.
 */
export async function validateSkill(dir: string): Promise<Finding[]> {
  const { files, problems, dir: absolute } = await readSkillDirectory(dir);
  return sortFindings([...problems, ...validateFiles(files, path.basename(absolute))]);
}

/** The same over files in memory, for skills that are not on disk yet. `folder` is the name the directory will have. */
export function validateFiles(files: readonly SkillFile[], folder: string): Finding[] {
  const findings: Finding[] = [];
  const markdown: MarkdownFile[] = [];
  for (const file of files.filter((f) => f.path.endsWith(".md"))) {
    if (file.bytes.byteLength > skillSizes.markdownBytes) {
      const message = `The file has ${file.bytes.byteLength} bytes; no agent can use more than ${skillSizes.markdownBytes}, so cut it down.`;
      findings.push({ file: file.path, line: 1, severity: "error", rule: "too-large", message });
      continue;
    }
    const decoded = decodeUtf8(file.bytes);
    if (!("text" in decoded)) {
      findings.push({
        file: file.path,
        line: decoded.badLine,
        severity: "error",
        rule: "not-utf8",
        message: "The line is not UTF-8; save the file as UTF-8.",
      });
      continue;
    }
    const root = parseMarkdown(decoded.text);
    markdown.push({ path: file.path, text: decoded.text, root });
    findings.push(...checkMarkdown(file.path, decoded.text, root), ...sizeFindings(file.path, decoded.text));
    if (file.path === "SKILL.md") findings.push(...mainFindings(decoded.text, folder));
  }
  if (!files.some((file) => file.path === "SKILL.md"))
    findings.push({
      file: ".",
      line: 1,
      severity: "error",
      rule: "no-skill-md",
      message: "There is no SKILL.md; expected one with front matter and instructions.",
    });
  const references = markdown.filter((file) => isReference(file.path));
  if (references.length > skillSizes.references)
    findings.push({
      file: ".",
      line: 1,
      severity: "warning",
      rule: "too-many-references",
      message: `There are ${references.length} references; more than ${skillSizes.references} are hard to choose from, so join or drop some.`,
    });
  const paths = files.map((file) => file.path);
  return sortFindings([...findings, ...checkLinks(markdown, paths)]);
}

function mainFindings(text: string, folder: string): Finding[] {
  const front = splitFrontMatter(text);
  if (!("body" in front)) return [{ file: "SKILL.md", line: front.line, severity: "error", rule: "front-matter", message: front.message }];
  const findings = checkFrontMatter(front, folder);
  if (front.body.trim() === "")
    findings.push({
      file: "SKILL.md",
      line: 1,
      severity: "error",
      rule: "empty-body",
      message: "There is no text after the front matter; expected instructions.",
    });
  return findings;
}

function sizeFindings(file: string, text: string): Finding[] {
  const limit = file === "SKILL.md" ? skillSizes.mainLines : isReference(file) ? skillSizes.referenceLines : Number.POSITIVE_INFINITY;
  const lines = text.replace(/\n$/, "").split("\n").length;
  if (lines < limit) return [];
  const advice = file === "SKILL.md" ? "move detail into references" : "split it or cut it down";
  return [
    {
      file,
      line: limit,
      severity: "error",
      rule: "too-long",
      message: `The file has ${lines} lines; fewer than ${limit} are allowed, so ${advice}.`,
    },
  ];
}

function isReference(file: string): boolean {
  return file.startsWith("references/") && file.endsWith(".md");
}
