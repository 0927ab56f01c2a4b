import { LineCounter, parseDocument } from "yaml";
import { messageOf } from "../core/errors.ts";

/** The head of a SKILL.md. `value` is the parsed mapping; `line` gives the 1-based line of a key (1 when it is absent). */
export interface FrontMatter {
  readonly value: Readonly<Record<string, unknown>>;
  readonly line: (key: string) => number;
  /** Text after the closing line, leading blank lines removed. */
  readonly body: string;
}

/** Why there is no usable front matter, as a sentence, and where. */
export interface FrontMatterProblem {
  readonly line: number;
  readonly message: string;
}

/** Text of bytes that must be UTF-8, or the 1-based line of the first byte that is not. A byte order mark is kept. */
export function decodeUtf8(bytes: Uint8Array): { readonly text: string } | { readonly badLine: number } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    // The decoder does not say where: decode loosely and compare with what a re-encoding gives.
    const again = new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    const at = bytes.findIndex((byte, i) => byte !== again[i]);
    return { badLine: bytes.subarray(0, Math.max(at, 0)).filter((byte) => byte === 0x0a).length + 1 };
  }
}

/**
 * Splits a SKILL.md: `---`, YAML, `---`, Markdown. Byte order mark and CRLF are tolerated here (the validator reports them).
 * Never throws; text without usable front matter gives a problem.
 */
export function splitFrontMatter(text: string): FrontMatter | FrontMatterProblem {
  const clean = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const opening = /^---[ \t]*\r?\n/.exec(clean);
  if (opening === null)
    return { line: 1, message: "The file must begin with front matter: a line `---`, then name and description, then a line `---`." };
  const rest = clean.slice(opening[0].length);
  const closing = /^---[ \t]*(?:\r?\n|$)/m.exec(rest);
  if (closing === null) return { line: 1, message: "The front matter is not closed; expected a line `---` after name and description." };
  const counter = new LineCounter();
  const document = parseDocument(rest.slice(0, closing.index), { lineCounter: counter, prettyErrors: false });
  const error = document.errors[0];
  if (error !== undefined)
    return { line: counter.linePos(error.pos[0]).line + 1, message: `The front matter is not valid YAML: ${error.message}.` };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    return { line: 2, message: `The front matter cannot be resolved: ${messageOf(cause)}; write it without aliases.` };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { line: 2, message: "The front matter must be a list of `key: value` lines; expected at least name and description." };
  const lines = new Map<string, number>();
  for (const pair of mapPairs(document.contents)) lines.set(pair.key, counter.linePos(pair.offset).line + 1);
  return {
    value: value as Readonly<Record<string, unknown>>,
    line: (key) => lines.get(key) ?? 1,
    body: rest.slice(closing.index + closing[0].length).replace(/^(?:[ \t]*\r?\n)+/, ""),
  };
}

function* mapPairs(contents: unknown): Generator<{ key: string; offset: number }> {
  if (typeof contents !== "object" || contents === null || !("items" in contents) || !Array.isArray(contents.items)) return;
  for (const item of contents.items) {
    const key: unknown = item?.key;
    if (typeof key === "object" && key !== null && "value" in key && "range" in key && Array.isArray(key.range))
      yield { key: String(key.value), offset: Number(key.range[0]) };
  }
}
