/** Text that came from a model, a data set or a config, made harmless to show: nothing in it acts on a terminal, a table or a reader's eyes. */

/** Control characters, lone surrogates, and format characters that hide or reorder text: bidirectional controls, zero-width ones, tags. */
const acting =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** One line: every acting character, line breaks and tabs included, becomes a visible escape such as \u001b or \n. */
export function oneLine(text: string): string {
  return text.replace(acting, escapeOf);
}

/** Several lines: line feeds and tabs stay (CRLF becomes LF), every other acting character becomes a visible escape. */
export function manyLines(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(acting, (found) => (found === "\n" || found === "\t" ? found : escapeOf(found)));
}

/** Indented JSON in which every acting character is a \\u escape: the same data, and nothing for a terminal or a reader's eyes to obey. */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(acting, (found) =>
    found === "\n"
      ? found
      : Array.from({ length: found.length }, (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""),
  );
}

function escapeOf(found: string): string {
  if (found === "\n") return "\\n";
  if (found === "\r") return "\\r";
  if (found === "\t") return "\\t";
  const code = found.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns a line takes on a terminal: 2 for East Asian wide characters and emoji, 1 for other graphemes. */
export function displayWidth(line: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(line)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** Breaks text into lines of at most `width` columns, at spaces where possible, inside longer words where not. Line feeds are kept. */
export function wrapText(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, Math.max(2, width)))
    .join("\n");
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    const joined = current === "" ? word : `${current} ${word}`;
    if (displayWidth(joined) <= width) {
      current = joined;
      continue;
    }
    if (current !== "") lines.push(current);
    current = "";
    for (const { segment } of segmenter.segment(word)) {
      if (displayWidth(current + segment) > width) {
        lines.push(current);
        current = "";
      }
      current += segment;
    }
  }
  lines.push(current);
  return lines;
}
