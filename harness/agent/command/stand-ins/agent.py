"""A small agent of its own: reads its task, asks the model in a loop, runs the commands it wants, and ends when the model says so. Standard library only."""
import json
import os
import re
import subprocess
import sys
import urllib.request

task = json.load(open(os.environ["T2S_TASK"], encoding="utf-8"))
limits = task["limits"]

HOW = """You act through one tool, `bash`, whose commands start in /work. Write a thought, then on a line of its own `Action:`, then one JSON object:

Thought: what I do next
Action:
{"name": "bash", "arguments": {"command": "ls"}}

The next message brings what the command printed, after the word Observation. When the work is done, write this line and no action:

ACTION: TASK_COMPLETE"""


def system_prompt():
    parts = [task["role"], HOW]
    if "skill" in task:
        folder = task["skill"]["path"]
        body = open(f"{folder}/SKILL.md", encoding="utf-8").read().split("---\n", 2)[-1].strip()
        parts.append(f"Follow the skill in `{folder}`; its other files can be opened there.\n\n<skill_content>\n{body}\n</skill_content>")
    return "\n\n".join(parts)


def ask(messages):
    body = {"model": task["model"]["name"], "messages": messages, "stop": ["Observation:"]}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(body).encode(),
        {"content-type": "application/json", "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)["choices"][0]["message"]["content"] or ""


def command_in(reply):
    found = re.search(r"^Action:\s*(?=\{)", reply, re.MULTILINE)
    if found is None:
        return None
    try:
        action, _ = json.JSONDecoder(strict=False).raw_decode(reply, found.end())
        return action["arguments"]["command"]
    except (ValueError, KeyError, TypeError):
        return None


def run(command):
    try:
        done = subprocess.run(
            ["bash", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, timeout=limits["command_timeout_s"], check=False
        )
        text = (done.stdout + done.stderr).decode("utf-8", "replace")
        return text[:6000] + f"\n[Exit code: {done.returncode}]"
    except subprocess.TimeoutExpired:
        return "[The command took too long]"


messages = [{"role": "system", "content": system_prompt()}, {"role": "user", "content": task["instruction"]}]
for _ in range(limits["max_calls"]):
    reply = ask(messages)
    messages.append({"role": "assistant", "content": reply})
    command = command_in(reply)
    if command is not None:
        messages.append({"role": "user", "content": "Observation:\n" + run(command)})
    elif "TASK_COMPLETE" in reply:
        print(reply.split("ACTION:")[0].strip())
        sys.exit(0)
    else:
        messages.append({"role": "user", "content": "Your reply held no action that could be read. Write one in the form you were given."})
sys.exit("no more calls")
