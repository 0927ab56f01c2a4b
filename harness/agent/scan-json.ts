/** Where the JSON object that starts at some place ends, or what is wrong with it and where. */
export type JsonScan = { readonly ok: true; readonly end: number } | { readonly ok: false; readonly at: number; readonly problem: string };

/** Deeper nesting than any tool call needs; keeps hostile replies off the call stack. */
const maxDepth = 100;

class Malformed extends Error {
  constructor(
    readonly at: number,
    readonly problem: string,
  ) {
    super(problem);
  }
}

/**
 * Reads one JSON object (RFC 8259, nothing more lenient) from `text[start]`, which must be `{`, and stops behind its closing brace; what follows is not looked at.
 * Own wording instead of JSON.parse's, because that changes with the Node version and these sentences are sent to models.
 */
export function scanObject(text: string, start: number): JsonScan {
  try {
    return { ok: true, end: object(text, start, 0) };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, at: error.at, problem: error.problem };
    throw error;
  }
}

function blanks(text: string, at: number): number {
  let i = at;
  while (i < text.length && " \t\n\r".includes(text.charAt(i))) i++;
  return i;
}

function object(text: string, start: number, depth: number): number {
  let i = blanks(text, start + 1);
  if (text[i] === "}") return i + 1;
  for (;;) {
    i = text[i] === '"' ? string(text, i) : fail(i, `expected a key in double quotes but found ${seen(text, i)}`);
    i = blanks(text, i);
    if (text[i] !== ":") fail(i, `expected ":" after the key but found ${seen(text, i)}`);
    i = blanks(text, value(text, blanks(text, i + 1), depth));
    if (text[i] === "}") return i + 1;
    i = comma(text, i, "}");
  }
}

function array(text: string, start: number, depth: number): number {
  let i = blanks(text, start + 1);
  if (text[i] === "]") return i + 1;
  for (;;) {
    i = blanks(text, value(text, i, depth));
    if (text[i] === "]") return i + 1;
    i = comma(text, i, "]");
  }
}

function comma(text: string, at: number, closer: "}" | "]"): number {
  if (text[at] !== ",") {
    const hint = text.slice(0, at).trimEnd().endsWith('"') ? ' (a double quote inside a string is written \\")' : "";
    fail(at, `expected "," or "${closer}" but found ${seen(text, at)}${hint}`);
  }
  const next = blanks(text, at + 1);
  if (text[next] === closer) fail(at, `there is a comma but nothing follows it before "${closer}"`);
  return next;
}

function value(text: string, at: number, depth: number): number {
  if (depth >= maxDepth) fail(at, `the object is nested deeper than ${maxDepth} levels`);
  const first = text[at];
  if (first === '"') return string(text, at);
  if (first === "{") return object(text, at, depth + 1);
  if (first === "[") return array(text, at, depth + 1);
  const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
  scalar.lastIndex = at;
  const match = scalar.exec(text);
  return match === null ? fail(at, `expected a value but found ${seen(text, at)}`) : at + match[0].length;
}

function string(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '"') return i + 1;
    if (c === "\\") i = escaped(text, i);
    else if (c === "\n" || c === "\r") fail(i, "a raw line break stands inside a string; it is written \\n");
    else if (c === "\t") fail(i, "a raw tab stands inside a string; it is written \\t");
    else if (c < " ") fail(i, `a raw control character (code ${c.charCodeAt(0)}) stands inside a string`);
  }
  return fail(text.length, "the reply ends inside a string that was never closed");
}

/** Position of the last character of the escape that begins at `at`. */
function escaped(text: string, at: number): number {
  const c = text.charAt(at + 1);
  if (c === "") fail(at, "the reply ends inside a string that was never closed");
  if (c === "u") {
    if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) fail(at, "\\u must be followed by four hexadecimal digits");
    return at + 5;
  }
  if (!'"\\/bfnrt'.includes(c))
    fail(at, `${c < " " ? "a backslash before a line break" : `\\${c}`} is no JSON escape; a backslash is written \\\\`);
  return at + 1;
}

function seen(text: string, at: number): string {
  const c = text.codePointAt(at);
  if (c === undefined) return "the end of the reply";
  if (c === 0x27) return "a single quote (JSON knows double quotes only)";
  const word = /^\w+/.exec(text.slice(at, at + 20));
  return JSON.stringify(word === null ? String.fromCodePoint(c) : word[0]);
}

function fail(at: number, problem: string): never {
  throw new Malformed(at, problem);
}

/** "line 2, column 7", counted from `start`, both from 1. */
export function placeOf(text: string, start: number, at: number): string {
  const before = text.slice(start, at).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}

/** The text on both sides of a position with a mark between them; line breaks and tabs made visible, halves of surrogate pairs dropped. */
export function excerptAt(text: string, start: number, at: number): string {
  const visible = (part: string) =>
    part
      .replace(/\r/g, "")
      .replace(/\n/g, "⏎")
      .replace(/\t/g, "⇥")
      .replace(/\p{Surrogate}/gu, "");
  const from = Math.max(start, at - 40);
  const to = Math.min(text.length, at + 30);
  return `${from > start ? "…" : ""}${visible(text.slice(from, at))} ⟪here⟫ ${visible(text.slice(at, to))}${to < text.length ? "…" : ""}`;
}
