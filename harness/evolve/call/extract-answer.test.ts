import { describe, expect, it } from "vitest";
import { extractAnswer } from "./extract-answer.ts";

const fence = (body: string, tag = "json"): string => `\`\`\`${tag}\n${body}\n\`\`\``;
const value = (reply: string): unknown => {
  const read = extractAnswer(reply);
  return read.ok ? read.value : read.kind;
};

describe("extractAnswer", () => {
  it.each([
    ["a fence among prose", `Here it is:\n\n${fence('{"a": 1}')}\n\nDone.`, { a: 1 }],
    ["the last of two json fences", `${fence('{"a": 1}')}\nBetter:\n${fence('{"a": 2}')}`, { a: 2 }],
    ["a json fence before one of another language", `${fence('{"a": 1}')}\n${fence('{"b": 2}', "python")}`, { a: 1 }],
    ["a fence without a language", fence('{"a": 1}', ""), { a: 1 }],
    ["the last untagged fence that is readable", `${fence('{"a": 1}', "")}\n${fence("{'b': 2}", "js")}`, { a: 1 }],
    ["a fence in capitals, with tildes", '~~~JSON\n{"a": 1}\n~~~', { a: 1 }],
    ["a fence on one line", '```json {"a": 1}```', { a: 1 }],
    ["a fence glued to its object", '```json\n{"a": 1}```\nDone.', { a: 1 }],
    ["a fence that was never closed, its object whole", '```json\n{"a": 1}\n', { a: 1 }],
    ["an object alone", '  {"a": 1}  ', { a: 1 }],
    ["an object in prose, past braces that are no object", 'Use {name}. So: {"a": {"b": 1}} and more', { a: { b: 1 } }],
    ["the first object that begins a line", 'I think {"x": 1} is wrong.\n{"a": 1}', { a: 1 }],
    [
      "fences inside its strings",
      fence('{"content": "Run:\\n```json\\n{\\"x\\": 1}\\n```\\nand ```js {\\"y\\": 2}``` too"}'),
      { content: 'Run:\n```json\n{"x": 1}\n```\nand ```js {"y": 2}``` too' },
    ],
    ["an object wrapped in a longer fence", `\`\`\`\`markdown\nsee\n${fence('{"a": 1}')}\n\`\`\`\``, { a: 1 }],
    ["a code fence before the answer that looks like one inside", `${fence("x = {}", "python")}\n${fence('{"a": 1}')}`, { a: 1 }],
  ])("reads %s", (_, reply, expected) => {
    expect(value(reply)).toEqual(expected);
  });

  it.each([
    ["nothing", "  \n ", "empty"],
    ["prose", "I could not find anything.", "no-object"],
    ["a list", fence('[{"a": 1}]'), "no-object"],
    ["a bare list", '[\n{"a": 1}]', "no-object"],
    ["an object cut in a string", '```json\n{"a": "so far', "cut"],
    ["an object cut between members, though an inner one is whole", '{"edits": [{"op": "create"}, ', "cut"],
    ["a broken last json fence behind a readable draft", `${fence('{"a": 1}')}\n${fence('{"a": 2,}')}`, "not-json"],
    ["a raw line break in a string whose text holds a fence", '```json\n{"a": "x\n```json\n{"b": 1}\n```\n"}\n```', "not-json"],
    ["a number beyond all bounds", '{"a": 1e999}', "not-json"],
  ])("does not make something of %s", (_, reply, kind) => {
    expect(value(reply)).toBe(kind);
  });

  it("says where and what, with the words around it", () => {
    expect(extractAnswer(fence('{\n "a": "he said "no" twice"\n}'))).toEqual({
      ok: false,
      kind: "not-json",
      problem:
        'expected "," or "}" but found "no" (a double quote inside a string is written \\") (line 2, column 17 of the object): {⏎ "a": "he said " ⟪here⟫ no" twice"⏎}⏎```',
    });
    expect(extractAnswer("```json\n[1]\n```")).toMatchObject({ problem: "it holds a list, where one JSON object is expected" });
  });

  it("is quick on hostile text", () => {
    const begun = performance.now();
    for (const text of ["```json\n{".repeat(20_000), "{".repeat(200_000), "`".repeat(200_000), `{"a":${"[".repeat(100_000)}`])
      extractAnswer(text);
    expect(performance.now() - begun).toBeLessThan(1500);
  });
});
