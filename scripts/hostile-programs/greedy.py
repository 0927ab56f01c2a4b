"""An agent, analyst or merge step that asks the model without end, whatever it is told."""
import json
import os
import sys
import urllib.error
import urllib.request

if "T2S_TASK" in os.environ:
    task = json.load(open(os.environ["T2S_TASK"], encoding="utf-8"))
    system, user = task["role"] + "\n\nAct through the tool `bash`.", task["instruction"]
else:
    prompt = json.load(sys.stdin)["prompt"]
    system, user = prompt["system"], prompt["user"]
messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
body = json.dumps({"model": os.environ["T2S_MODEL"], "messages": messages}).encode()
while True:
    try:
        urllib.request.urlopen(urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/chat/completions", body)).read()
    except urllib.error.URLError:
        pass
