import { describe, expect, it } from "vitest";
import { excerptAt, placeOf, scanObject } from "./scan-json.ts";

describe("scanObject", () => {
  it("stops behind the object, whatever braces its strings hold and whatever follows", () => {
    const object = '{"command": "awk \'{print $1}\' } } {{ \\" }", "n": [1, -2.5e3, {"a": null}]}';
    expect(scanObject(`x ${object} } trailing {`, 2)).toEqual({ ok: true, end: 2 + object.length });
    expect(scanObject("{}", 0)).toEqual({ ok: true, end: 2 });
    expect(scanObject('{ \n"a" :\t1 }', 0)).toEqual({ ok: true, end: 12 });
  });

  it.each([
    ['{"a": "x\ny"}', 8, "raw line break"],
    ['{"a": "x\ty"}', 8, "raw tab"],
    ['{"a": "\u0001"}', 7, "code 1"],
    ['{"a": "\\d"}', 7, "\\d is no JSON escape"],
    ['{"a": "\\\n"}', 7, "backslash before a line break"],
    ['{"a": "\\u12g4"}', 7, "four hexadecimal"],
    ['{"a": "never', 12, "never closed"],
    ['{"a": "never\\', 12, "never closed"],
    ['{"a": "say "hi""}', 12, 'found "hi" (a double quote inside a string'],
    ["{'a': 1}", 1, "single quote"],
    ['{"a": 1,}', 7, "nothing follows"],
    ['{"a": [1,]}', 8, "nothing follows"],
    ['{"a": 1 "b": 2}', 8, 'expected ","'],
    ['{"a" 1}', 5, 'expected ":"'],
    ['{"a": True}', 6, 'expected a value but found "True"'],
    ['{"a": 01}', 6, 'expected a value but found "01"'],
    ['{"a": }', 6, 'expected a value but found "}"'],
    ['{"a": 1', 7, "the end of the reply"],
    ["{", 1, "the end of the reply"],
    [`{"a": ${"[".repeat(5000)}`, 106, "nested deeper"],
  ])("says what is wrong and where: %j", (text, at, problem) => {
    expect(scanObject(text, 0)).toMatchObject({ ok: false, at, problem: expect.stringContaining(problem) });
  });

  it("agrees with JSON.parse on thousands of damaged objects", () => {
    const seed = '{"name": "bash", "arguments": {"command": "a\\n\\"b\\" \\u00e9 \'c\' {d}", "n": [1, -0.5e+2, true, null, {}]}}';
    const alphabet = "{}[]\",:\\ \n\t'0129.-+eEtrufalsn/x\u0000";
    let state = 12345;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    let accepted = 0;
    for (let i = 0; i < 20_000; i++) {
      const characters = [...seed];
      for (let edits = 1 + random(3); edits > 0; edits--)
        characters.splice(random(characters.length - 1) + 1, random(2), alphabet.charAt(random(alphabet.length)));
      const text = characters.join("");
      const scan = scanObject(text, 0);
      const parses = isJson(text);
      expect(scan.ok && text.slice(scan.end).trim() === "", text).toBe(parses);
      if (scan.ok) expect(isJson(text.slice(0, scan.end)), text).toBe(true);
      if (parses) accepted++;
    }
    expect(accepted).toBeGreaterThan(1000);
  });
});

describe("placeOf and excerptAt", () => {
  it("count lines and columns from the object's start and show line breaks", () => {
    const text = 'Action:\n{"a":\n "x\ny"}';
    const scan = scanObject(text, 8);
    expect(scan.ok).toBe(false);
    if (scan.ok) return;
    expect(placeOf(text, 8, scan.at)).toBe("line 2, column 4");
    expect(excerptAt(text, 8, scan.at)).toBe('{"a":⏎ "x ⟪here⟫ ⏎y"}');
  });

  it("never leave half a character behind", () => {
    const text = `{"a": "${"😀".repeat(60)}\n"}`;
    expect(excerptAt(text, 0, text.indexOf("\n"))).not.toMatch(/\p{Surrogate}/u);
    expect(excerptAt(text, 0, 28)).not.toMatch(/\p{Surrogate}/u);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
