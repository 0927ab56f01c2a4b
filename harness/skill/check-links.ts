import type { Root } from "mdast";
import { linkTarget, mentionsIn } from "./find-links.ts";
import type { Finding } from "./finding.ts";
import { allNodes, lineOf, plainText } from "./parse-markdown.ts";

/** A parsed Markdown file of the skill. */
export interface MarkdownFile {
  readonly path: string;
  readonly text: string;
  readonly root: Root;
}

/**
 * Checks links and plain mentions between the files of a skill: dead ones, ones that leave the directory, headings that do not exist, and Markdown files
 * that cannot be reached from SKILL.md. `paths` are all files of the skill.
 */
export function checkLinks(files: readonly MarkdownFile[], paths: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const known = new Set(paths);
  const anchors = new Map(files.map((file) => [file.path, anchorsOf(file.root)]));
  const reached = new Map<string, Set<string>>();

  for (const file of files) {
    const targets = new Set<string>();
    reached.set(file.path, targets);
    for (const node of allNodes(file.root)) {
      if (node.type === "link" || node.type === "image" || node.type === "definition") {
        const finding = linkFinding(file.path, node.url, known, anchors, targets);
        if (finding !== null) findings.push({ file: file.path, line: lineOf(node), ...finding });
      }
    }
    // Commands in code blocks name files without linking them; an agent will run what they say.
    for (const [index, line] of file.text.split("\n").entries()) {
      for (const { named, inside } of mentionsIn(line)) {
        targets.add(inside);
        const isLink = line.includes(`](${named}`) || line.includes(`](./${named}`);
        if (!known.has(inside) && !isLink)
          findings.push({
            file: file.path,
            line: index + 1,
            severity: "warning",
            rule: "dead-mention",
            message: `The text names ${named}, which is not in the skill.`,
          });
      }
    }
  }

  const reachable = new Set<string>();
  const queue = ["SKILL.md"];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (reachable.has(next)) continue;
    reachable.add(next);
    queue.push(...(reached.get(next) ?? []));
  }
  for (const file of files)
    if (!reachable.has(file.path))
      findings.push({
        file: file.path,
        line: 1,
        severity: "warning",
        rule: "unlinked",
        message: "No link leads here from SKILL.md, so agents will not find the file; link it with a line that says when to read it.",
      });
  return findings;
}

function linkFinding(
  from: string,
  url: string,
  known: ReadonlySet<string>,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
  targets: Set<string>,
): Pick<Finding, "severity" | "rule" | "message"> | null {
  const led = linkTarget(from, url);
  if (led.kind === "external") return null;
  if (led.kind === "absolute")
    return { severity: "error", rule: "link-outside", message: `The link ${url} is absolute; write it relative to the file it stands in.` };
  if (led.kind === "outside")
    return {
      severity: "error",
      rule: "link-outside",
      message: `The link ${url} leaves the skill's folder; copy what is needed into the skill.`,
    };
  const { path: target, anchor } = led;
  const folder = `${target.replace(/\/$/, "")}/`;
  if (!known.has(target) && ![...known].some((file) => file.startsWith(folder)))
    return { severity: "error", rule: "dead-link", message: `The link ${url} leads to ${target}, which is not in the skill.` };
  targets.add(target);
  if (anchor !== "" && anchors.has(target) && !anchors.get(target)?.has(anchor))
    return { severity: "warning", rule: "dead-anchor", message: `The link ${url} names a heading that ${target} does not have.` };
  return null;
}

/** Anchors as common renderers make them: lower case, punctuation dropped, blanks to dashes, repeated ones numbered. */
function anchorsOf(root: Root): Set<string> {
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  for (const node of allNodes(root)) {
    if (node.type !== "heading") continue;
    const slug = plainText(node)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-");
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}
