// A small agent of its own in Node, with native tool calls: the same loop as agent.py.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

// biome-ignore lint/style/noProcessEnv: a program of its own, started in a sandbox
const { OPENAI_BASE_URL, OPENAI_API_KEY, T2S_TASK } = process.env;
const task = JSON.parse(readFileSync(T2S_TASK, "utf8"));
const tools = [
  {
    type: "function",
    function: {
      name: "bash",
      description: "Runs a command in /work",
      parameters: { type: "object", properties: { command: { type: "string" } }, required: ["command"] },
    },
  },
  {
    type: "function",
    function: {
      name: "complete",
      description: "Ends the task",
      parameters: { type: "object", properties: { answer: { type: "string" } } },
    },
  },
];

const skill = () => {
  if (task.skill === undefined) return "";
  const body = readFileSync(`${task.skill.path}/SKILL.md`, "utf8").replace(/^---\n[\s\S]*?\n---\n/, "");
  return `\n\nFollow the skill in \`${task.skill.path}\`.\n\n<skill_content>\n${body}\n</skill_content>`;
};

async function ask(messages) {
  const reply = await fetch(`${OPENAI_BASE_URL}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${OPENAI_API_KEY}` },
    body: JSON.stringify({ model: task.model.name, messages, tools }),
  });
  const body = await reply.json();
  if (!reply.ok) throw new Error(body.error.message);
  return body.choices[0].message;
}

function run(command) {
  const timeout = task.limits.command_timeout_s * 1000;
  const { stdout, stderr, status } = spawnSync("bash", ["-c", command], { encoding: "utf8", timeout, maxBuffer: 64 * 1024 * 1024 });
  return `${`${stdout}${stderr}`.slice(0, 6000)}\n[Exit code: ${status}]`;
}

const messages = [
  { role: "system", content: `${task.role}\n\nYou act by calling the tool bash, and end by calling complete.${skill()}` },
  { role: "user", content: task.instruction },
];
for (let call = 0; call < task.limits.max_calls; call++) {
  const message = await ask(messages);
  messages.push(message);
  const calls = message.tool_calls ?? [];
  if (calls.length === 0) messages.push({ role: "user", content: "Call a tool." });
  for (const { id, function: wanted } of calls) {
    const given = JSON.parse(wanted.arguments);
    if (wanted.name === "complete") {
      if (given.answer !== undefined) writeFileSync(task.answer.path, given.answer);
      process.exit(0);
    }
    messages.push({ role: "tool", tool_call_id: id, content: run(given.command) });
  }
}
throw new Error("no more calls");
