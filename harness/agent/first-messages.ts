import type { AgentInput, Toolchain } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import type { MessagePart } from "../core/record.ts";
import { renderNamed, type Say } from "./agent-prompts.ts";
import type { ReactOptions } from "./react-options.ts";

/** Where the sandbox shows the skill's directory. */
export const skillDir = "/skill";
/** The agent's current and only permanent directory. */
export const workDir = "/work";

/** Role, sandbox, protocol, then the skill or the notes, or without either the recommended workflow; the guidance always comes last. */
export function systemPrompt(input: AgentInput, options: ReactOptions, say: Say): string {
  return [
    renderNamed(input.prompts, "role", {}),
    say("toolchain", { seconds: String(options.command_timeout_s), tools: describeToolchain(input.toolchain) }),
    say(options.protocol === "text" ? "system-text" : "system-tools", {}),
    guidance(input, say),
  ].join("\n\n");
}

function guidance({ skill, notes }: AgentInput, say: Say): string {
  if (skill !== undefined && notes !== undefined) throw new TypeError("an agent is guided by a skill or by notes, not by both");
  if (skill !== undefined) return say("skill", { skill_dir: skillDir, skill_body: skill.body.trim() });
  return notes === undefined ? say("workflow", {}) : say(notes.kind, { notes: notes.text.trim() });
}

/** The task's own template filled with its slots; `working_directory` and `output_path` are there for templates that ask for them and tasks that lack them. */
export function userPrompt(input: AgentInput): string {
  const output = input.harvest[0];
  return renderNamed(input.prompts, "task", input.task.slots, {
    working_directory: workDir,
    ...(output === undefined ? {} : { output_path: `${workDir}/${output.path}` }),
  });
}

/** The user prompt with the task's pictures behind it; plain text when there are none. Throws UsageError for a picture no endpoint takes. */
export async function userContent(input: AgentInput, text: string): Promise<string | readonly MessagePart[]> {
  if (input.task.images.length === 0) return text;
  const parts: MessagePart[] = [{ type: "text", text }];
  for (const blob of input.task.images) parts.push({ type: "image", blob, mediaType: mediaTypeOf(await input.images(blob), blob) });
  return parts;
}

/** First bytes in hexadecimal; WebP names itself behind the length of its RIFF chunk. */
const signatures: readonly (readonly [mediaType: string, start: RegExp])[] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^47494638(?:37|39)61/],
  ["image/webp", /^52494646.{8}57454250/],
];

function mediaTypeOf(bytes: Uint8Array, blob: string): string {
  const start = Buffer.from(bytes.subarray(0, 12)).toString("hex");
  const found = signatures.find(([, pattern]) => pattern.test(start));
  if (found === undefined)
    throw new UsageError(
      `Image ${blob.slice(0, 12)} of this task is no PNG, JPEG, GIF or WebP file; convert it in the benchmark's loader.`,
    );
  return found[0];
}

function describeToolchain(tools: Toolchain): string {
  const packages = Object.entries(tools.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  const named = packages.map(([name, version]) => `\`${name}\` ${version}`).join(", ");
  const python = [
    ["openpyxl", tools.openpyxl],
    ["pandas", tools.pandas],
  ].map(([name, version]) => (version === undefined ? `without \`${name}\`` : `with \`${name}\` ${version}`));
  return [
    `- Node.js ${tools.node} (\`node\`)${named === "" ? "" : `, with the packages ${named}, which \`import\` and \`require\` find from any directory`}`,
    tools.python === undefined ? "- Python: not installed" : `- Python ${tools.python} (\`python3\`), ${python.join(", ")}`,
    tools.libreoffice === undefined ? "- LibreOffice: not installed" : `- LibreOffice ${tools.libreoffice} (\`soffice --headless\`)`,
  ].join("\n");
}
