import type { Code, Root } from "mdast";
import type { Finding } from "./finding.ts";
import { allNodes, lineOf, parseMarkdown, plainText } from "./parse-markdown.ts";

/** Checks one Markdown file's own form: line ends, byte order mark, fences, headings. Links are checked across files elsewhere. */
export function checkMarkdown(file: string, text: string, root: Root = parseMarkdown(text)): Finding[] {
  const findings: Finding[] = [];
  function add(line: number, severity: Finding["severity"], rule: string, message: string): void {
    findings.push({ file, line, severity, rule, message });
  }

  if (text.startsWith("\uFEFF"))
    add(1, "error", "byte-order-mark", "The file begins with a byte order mark; save it as UTF-8 without one.");
  const crlf = text.indexOf("\r\n");
  if (crlf >= 0)
    add(lineAt(text, crlf), file === "SKILL.md" ? "error" : "warning", "crlf", "Lines end in CR LF; save the file with LF line ends.");
  const nul = text.indexOf("\0");
  if (nul >= 0) add(lineAt(text, nul), "error", "nul", "The file contains a NUL character; remove it.");

  const lines = text.split(/\r?\n/);
  const seen = new Map<string, number>();
  for (const node of allNodes(root)) {
    if (node.type === "code") {
      for (const [line, rule, message] of fenceFindings(node, lines))
        add(line, rule === "unbalanced-fence" ? "error" : "warning", rule, message);
    } else if (node.type === "heading") {
      const title = plainText(node).trim();
      const first = seen.get(title.toLowerCase());
      if (title === "") add(lineOf(node), "warning", "empty-heading", "The heading has no text.");
      else if (first !== undefined)
        add(
          lineOf(node),
          "warning",
          "duplicate-heading",
          `The heading "${title}" already stands in line ${first}; edits cannot tell the two apart.`,
        );
      else seen.set(title.toLowerCase(), lineOf(node));
    } else if (node.type === "text") {
      // A heading mark inside running text is what a badly anchored insertion leaves: "…sentence.## Next section".
      for (const glued of node.value.matchAll(/(?:(?:[^\s#]|[.:;!?)][ \t]+)(?=##)|[.!?][ \t]+(?=# [A-Z]))(#{1,6} \S[^\n]{0,40})/g)) {
        const line = lineOf(node) + node.value.slice(0, glued.index).split("\n").length - 1;
        add(line, "error", "glued-heading", `The heading "${glued[1]}" is glued to the text before it; start it on a line of its own.`);
      }
      for (const bare of node.value.matchAll(/^#{2,6}[A-Za-z][^\n]{0,40}/gm)) {
        const line = lineOf(node) + node.value.slice(0, bare.index).split("\n").length - 1;
        add(line, "warning", "heading-without-blank", `"${bare[0]}" is not a heading; put a blank after the # marks.`);
      }
    }
  }
  return findings;
}

/** 1-based line of an offset. */
function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

type FenceFinding = readonly [line: number, rule: "unbalanced-fence" | "heading-in-fence", message: string];

function fenceFindings(node: Code, lines: readonly string[]): FenceFinding[] {
  const start = lineOf(node);
  const end = node.position?.end.line ?? start;
  // An indented block holds all its lines; a fenced one lacks at least the line of its opening fence.
  if (node.value !== "" && node.value.split("\n").length === end - start + 1) return [];
  const mark = /(`{3,}|~{3,})/.exec(lines[start - 1] ?? "")?.[1] ?? "```";
  const closing = new RegExp(`^[\\s>]*\\${mark[0]}{${mark.length},}\\s*$`);
  if (start === end || !closing.test(lines[end - 1] ?? ""))
    return [[start, "unbalanced-fence", "The code fence opened here is never closed; everything after it reads as code."]];
  if (["markdown", "md", "text", "diff"].includes(node.lang ?? "")) return [];
  // An insertion made without regard to fences leaves whole sections inside a code block.
  const inside = node.value.split("\n").findIndex((line) => /^#{2,4} [A-Z][A-Za-z]+/.test(line));
  return inside < 0
    ? []
    : [
        [
          start + 1 + inside,
          "heading-in-fence",
          "A heading stands inside a code block; close the fence before it, or use a plain comment.",
        ],
      ];
}
