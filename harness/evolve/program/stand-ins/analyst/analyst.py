"""A small analyst of its own: asks the model what our own analyst asks, once more where the reply cannot be read, and keeps what has all its fields. Standard library only."""
import json
import os
import re
import sys
import urllib.request

step = json.load(sys.stdin)
FIELDS = ("title", "description", "content")


def ask(messages):
    body = {"model": step["model"]["name"], "messages": messages}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(body).encode(),
        {"content-type": "application/json", "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)["choices"][0]["message"]["content"] or ""


def object_in(reply):
    """The last JSON object of a reply that begins a line; None where there is none."""
    found = None
    for start in re.finditer(r"^\s*\{", reply, re.MULTILINE):
        try:
            found, _ = json.JSONDecoder(strict=False).raw_decode(reply, start.end() - 1)
            break
        except ValueError:
            continue
    return found


def kept(items):
    whole = [item for item in items or [] if all(str(item.get(field, "")).strip() for field in FIELDS)]
    return [{**{field: item[field] for field in FIELDS}, "relation": item.get("relation")} for item in whole]


messages = [{"role": "system", "content": step["prompt"]["system"]}, {"role": "user", "content": step["prompt"]["user"]}]
if "problem" in step:
    messages += [
        {"role": "assistant", "content": json.dumps(step.get("earlier", {}))},
        {"role": "user", "content": f"This could not be used:\n{step['problem']}\nAnswer again with the whole object."},
    ]
answer = None
for _ in range(2):
    reply = ask(messages)
    answer = object_in(reply)
    if answer is not None:
        break
    print("no object in the reply, asking again", file=sys.stderr)
    messages += [{"role": "assistant", "content": reply}, {"role": "user", "content": "Answer with the JSON object alone."}]
if answer is None:
    sys.exit("the model gave no object")
lessons = kept(answer.get("lessons"))[: step["max_lessons"]]
if step["outcome"] == "failed":
    json.dump({"causes": kept(answer.get("causes")), "lessons": lessons}, sys.stdout)
else:
    json.dump({"path": answer.get("path"), "lessons": lessons}, sys.stdout)
