import type { Finding } from "./finding.ts";
import type { FrontMatter } from "./front-matter.ts";

/** Keys of the Agent Skills format. */
const allowedKeys = ["name", "description", "license", "allowed-tools", "metadata", "compatibility"];

/** Checks the keys of a SKILL.md's front matter against the Agent Skills format; `folder` is the name the directory has. */
export function checkFrontMatter(front: FrontMatter, folder: string): Finding[] {
  const findings: Finding[] = [];
  function add(severity: Finding["severity"], key: string, rule: string, message: string): void {
    findings.push({ file: "SKILL.md", line: front.line(key), severity, rule, message });
  }

  for (const key of Object.keys(front.value))
    if (!allowedKeys.includes(key))
      add("error", key, "unknown-key", `The key "${key}" is not part of the format; expected one of ${allowedKeys.join(", ")}.`);

  const { name, description, compatibility, license, metadata } = front.value;
  if (typeof name !== "string" || name === "")
    add("error", "name", "name", "The front matter has no name; expected a text in kebab-case, for example `name: my-skill`.");
  else {
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))
      add("error", "name", "name", `The name "${name}" must be lower-case letters and digits with single dashes between words.`);
    if (name.length > 64) add("error", "name", "name", `The name has ${name.length} characters; at most 64 are allowed.`);
    if (name !== folder)
      add(
        "warning",
        "name",
        "name-differs-from-folder",
        `The name "${name}" differs from the folder "${folder}"; give both the same name.`,
      );
  }

  if (typeof description !== "string" || description.trim() === "")
    add(
      "error",
      "description",
      "description",
      "The front matter has no description; expected a text that says what the skill does and when to use it.",
    );
  else {
    // Code points, so that a sign outside the basic plane counts once.
    const length = [...description].length;
    if (length > 1024) add("error", "description", "description", `The description has ${length} characters; at most 1024 are allowed.`);
    if (/[<>]/.test(description))
      add("error", "description", "description", "The description contains an angle bracket; write it without < and >.");
  }

  if (compatibility !== undefined && (typeof compatibility !== "string" || [...compatibility].length > 500))
    add("error", "compatibility", "compatibility", "The key compatibility must be a text of at most 500 characters.");
  if (license !== undefined && typeof license !== "string") add("error", "license", "license", "The key license must be a text.");
  if (metadata !== undefined && (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)))
    add("error", "metadata", "metadata", "The key metadata must be a mapping of names to texts.");
  const tools = front.value["allowed-tools"];
  if (tools !== undefined && typeof tools !== "string" && !(Array.isArray(tools) && tools.every((tool) => typeof tool === "string")))
    add("error", "allowed-tools", "allowed-tools", "The key allowed-tools must be a text or a list of texts.");
  return findings;
}
