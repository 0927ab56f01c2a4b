import type { AgentInput } from "../core/contract.ts";
import type { MessagePart } from "../core/record.ts";
import { renderNamed, type Say } from "./agent-prompts.ts";
import { taskPictures } from "./pictures/task-pictures.ts";
import type { ReactOptions } from "./react-options.ts";

/** Where the sandbox shows the skill's directory. */
export const skillDir = "/skill";
/** The agent's current and only permanent directory. */
export const workDir = "/work";

/** Role, sandbox, protocol, then the skill or the notes, or without either the recommended workflow; the guidance always comes last. Without bash there is no sandbox and no workflow. */
export function systemPrompt(input: AgentInput, options: ReactOptions, say: Say): string {
  const bash = options.tools !== "none";
  const seconds = String(options.command_timeout_s);
  const sections = [
    renderNamed(input.prompts, "role", {}),
    ...(bash ? [say("toolchain", { seconds, tools: describeToolchain(input) })] : []),
    !bash && options.view !== true ? say("answer", {}) : say(options.protocol === "text" ? "system-text" : "system-tools", {}),
    ...(bash && options.view === true ? [say("view", {})] : []),
    ...guidance(input, bash, say),
  ];
  return sections.join("\n\n");
}

function guidance({ skill, notes }: AgentInput, bash: boolean, say: Say): readonly string[] {
  if (skill !== undefined && notes !== undefined) throw new TypeError("an agent is guided by a skill or by notes, not by both");
  if (skill !== undefined) return [say("skill", { ...(bash ? { skill_dir: skillDir } : {}), skill_body: skill.body.trim() })];
  if (notes !== undefined) return [say(notes.kind, { notes: notes.text.trim() })];
  return bash ? [say("workflow", {})] : [];
}

/** The task's own template filled with its slots; `working_directory` and `output_path` are there for templates that ask for them and tasks that lack them. */
export function userPrompt(input: AgentInput): string {
  const output = input.harvest[0];
  return renderNamed(input.prompts, "task", input.task.slots, {
    working_directory: workDir,
    ...(output === undefined ? {} : { output_path: `${workDir}/${output.path}` }),
  });
}

/** The user prompt with the task's pictures behind it; plain text when there are none. Throws as `taskPictures` does. */
export async function userContent(input: AgentInput, options: ReactOptions, text: string): Promise<string | readonly MessagePart[]> {
  return input.task.images.length === 0 ? text : [{ type: "text", text }, ...(await taskPictures(input, options))];
}

function describeToolchain({ toolchain: tools }: Pick<AgentInput, "toolchain">): string {
  if (tools === undefined) throw new TypeError("an agent with bash was started without the toolchain of its box");
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
