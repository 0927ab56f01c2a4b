import { type Finding, sortFindings } from "../../skill/finding.ts";
import { decodeUtf8, splitFrontMatter } from "../../skill/front-matter.ts";
import type { SkillFile } from "../../skill/read-directory.ts";
import { validateFiles } from "../../skill/validate-skill.ts";
import type { SkillSizes } from "../propose/show-skill.ts";
import { excessOf } from "./fit-sizes.ts";

/** Sizes are judged by the evolution's own limits, not by the format's. */
const sizeRules = new Set(["too-long", "too-many-references"]);

/**
 * What the format check holds against an evolved skill and not against S0, in reading order: errors close the gate, warnings are only told. A changed front matter is an
 * error of its own, because the name and description of a skill decide when it is used.
 */
export function freshFindings(start: readonly SkillFile[], files: readonly SkillFile[], sizes: SkillSizes): Finding[] {
  const folder = nameOf(start);
  const old = new Map<string, number>();
  for (const finding of validateFiles(start, folder)) old.set(keyOf(finding), (old.get(keyOf(finding)) ?? 0) + 1);
  const fresh = validateFiles(files, folder).filter((finding) => {
    const left = old.get(keyOf(finding)) ?? 0;
    old.set(keyOf(finding), left - 1);
    return left <= 0 && !sizeRules.has(finding.rule);
  });
  if (frontMatterOf(start) !== frontMatterOf(files))
    fresh.push({
      file: "SKILL.md",
      line: 1,
      severity: "error",
      rule: "front-matter-changed",
      message: "The front matter is not that of the start skill.",
    });
  for (const { file, by } of excessOf(start, files, sizes))
    fresh.push(
      file === null
        ? { file: ".", line: 1, severity: "error", rule: "too-many-references", message: `There are ${by} more references than allowed.` }
        : { file, line: 1, severity: "error", rule: "too-long", message: `The file has ${by} more lines than allowed.` },
    );
  return sortFindings(fresh);
}

/** Line numbers in messages move with every insertion; they do not make a finding another. */
function keyOf(finding: Finding): string {
  return JSON.stringify([finding.file, finding.rule, finding.message.replace(/\d+/g, "0")]);
}

function mainText(files: readonly SkillFile[]): string {
  const main = files.find(({ path }) => path === "SKILL.md");
  const decoded = main === undefined ? { badLine: 1 } : decodeUtf8(main.bytes);
  return "text" in decoded ? decoded.text : "";
}

function frontMatterOf(files: readonly SkillFile[]): string {
  return /^---[ \t]*\r?\n[\s\S]*?\r?\n---/.exec(mainText(files))?.[0] ?? "";
}

/** The name a skill gives itself stands in for the folder it will lie in, so that the two do not differ. */
function nameOf(files: readonly SkillFile[]): string {
  const front = splitFrontMatter(mainText(files));
  return "body" in front && typeof front.value.name === "string" ? front.value.name : "skill";
}
