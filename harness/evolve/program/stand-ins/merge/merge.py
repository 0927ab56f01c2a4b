"""A small merge step of its own: joins edits at one place that say much the same, keeps the longest text of them, and needs no model. Standard library only."""
import json
import re
import sys

ALIKE = 0.5
ANCHORS = ("target_section", "target_text", "old_text", "after_section")


def words(edit):
    return set(re.findall(r"\w+", edit.get("content", "").lower()))


def alike(a, b):
    if a["op"] == "create":
        return True
    mine, other = words(a), words(b)
    return not mine and not other or len(mine & other) / max(1, len(mine | other)) >= ALIKE


def place(edit):
    # A file can be made once, whatever is to stand in it.
    return (edit["op"], edit["file"]) + tuple(edit.get(anchor) for anchor in ANCHORS if edit["op"] != "create")


step = json.load(sys.stdin)
joined = []
for patch in step["patches"]:
    for edit in patch["edits"]:
        own = {key: value for key, value in edit.items() if key not in ("id", "support")}
        same = next((one for one in joined if place(one) == place(own) and alike(one, own)), None)
        if same is None:
            joined.append({**own, "from": [edit["id"]]})
        else:
            same["from"].append(edit["id"])
            if len(own.get("content", "")) > len(same.get("content", "")):
                same["content"] = own["content"]
count = sum(len(patch["edits"]) for patch in step["patches"])
print(f"{count} edits became {len(joined)}", file=sys.stderr)
json.dump({"reasoning": f"{count} edits, of which those alike at one place were joined to {len(joined)}.", "edits": joined}, sys.stdout)
