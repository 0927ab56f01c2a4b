import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";
import { decodeUtf8 } from "../front-matter.ts";
import type { SkillFile } from "../read-directory.ts";

/**
 * Unified diff with three lines of context of all files that differ, by path; "" when none does. New and deleted files stand against /dev/null; files that are no text
 * are named only. `patch -p1` and `git apply` take it.
 */
export function diffSkills(before: readonly SkillFile[], after: readonly SkillFile[]): string {
  const paths = [...new Set([...before, ...after].map((file) => file.path))].sort();
  const find = (files: readonly SkillFile[], path: string): SkillFile | undefined => files.find((file) => file.path === path);
  return paths.map((path) => diffFile(path, find(before, path), find(after, path))).join("");
}

function diffFile(path: string, before: SkillFile | undefined, after: SkillFile | undefined): string {
  const [left, right] = [before === undefined ? "/dev/null" : `a/${path}`, after === undefined ? "/dev/null" : `b/${path}`];
  const modes = modeLines(path, before, after);
  if (before !== undefined && after !== undefined && Buffer.compare(before.bytes, after.bytes) === 0) return modes;
  const [old, now] = [textOf(before), textOf(after)];
  if (old === null || now === null) return `${modes}Binary files ${left} and ${right} differ\n`;
  return modes + formatPatch(structuredPatch(left, right, old, now, undefined, undefined, { context: 3 }), FILE_HEADERS_ONLY);
}

/** Git's own lines for what has no place in a plain unified diff: modes, and files that come or go. */
function modeLines(path: string, before: SkillFile | undefined, after: SkillFile | undefined): string {
  if (before?.mode === after?.mode) return "";
  const octal = (file: SkillFile): string => `100${file.mode.toString(8)}`;
  const head = `diff --git a/${path} b/${path}\n`;
  if (before === undefined) return after === undefined ? "" : `${head}new file mode ${octal(after)}\n`;
  if (after === undefined) return `${head}deleted file mode ${octal(before)}\n`;
  return `${head}old mode ${octal(before)}\nnew mode ${octal(after)}\n`;
}

function textOf(file: SkillFile | undefined): string | null {
  if (file === undefined) return "";
  const decoded = decodeUtf8(file.bytes);
  return "text" in decoded && !decoded.text.includes("\0") ? decoded.text : null;
}
