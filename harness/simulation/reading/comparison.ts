/** What a comparison with the right result shows: verdict and signs. */
import type { Sign } from "../../core/world.ts";

/** `passed` undefined: the text is no comparison. `signs` undefined: it failed, but no pair of values can be read. */
export interface ComparisonRead {
  readonly passed: boolean | undefined;
  readonly signs: ReadonlySet<Sign> | undefined;
  /** There was nothing to compare. */
  readonly noFile: boolean;
}

const values = /\bexpected\b:?\s*(.*?)[,;|]?\s*(?:\bbut\b )?\b(?:got|found|actual)\b:?\s*(.*?)(?:; .*)?$/i;

/** Reads a report whose verdict line begins with PASS or FAIL and which names wrong cells as expected and got. */
export function readComparison(report: string): ComparisonRead {
  const verdict = /^(?:.*\bResult:\s*)?(PASS|FAIL)(?:ED)?\b/m.exec(report)?.[1];
  if (verdict === undefined) return { passed: undefined, signs: undefined, noFile: false };
  if (verdict === "PASS") return { passed: true, signs: new Set(), noFile: false };
  const signs = new Set<Sign>();
  for (const line of report.split("\n")) {
    const [, expected, got] = values.exec(line) ?? [];
    if (expected !== undefined && got !== undefined) signs.add(signOf(plain(expected), plain(got)));
    else if (/\bno (?:such )?sheet\b/i.test(line)) signs.add("missing");
  }
  return { passed: false, signs: signs.size === 0 ? undefined : signs, noFile: /\bno (?:such )?file\b/i.test(report) };
}

/** The value without quotes and without a note on its kind behind it; a date as its serial number. */
function plain(shown: string): string {
  const value = shown
    .trim()
    .replace(/[.;]$/, "")
    .replace(/\s*\((?:number|text|string|str|int|float|date|time|duration|datetime|boolean|bool|empty|error|formula)[^)]*\)$/i, "");
  const serial = /\(serial (-?[\d.]+)\)$/.exec(value)?.[1];
  const quoted = /^(["'`])([\s\S]*)\1$/.exec(value.trim());
  return serial ?? quoted?.[2] ?? value.trim();
}

function signOf(expected: string, got: string): Sign {
  const nothing = (v: string) => v === "" || /^\(?(?:empty|none|null|nothing|blank|no value)\)?(?: cell)?$/i.test(v);
  if (nothing(got)) return "empty";
  if (nothing(expected)) return "extra";
  const [wanted, found] = [Number(expected.replaceAll(",", "")), Number(got.replaceAll(",", ""))];
  if (Number.isFinite(wanted) && Number.isFinite(found)) {
    const off = Math.abs(found - wanted);
    if (off === 1) return "off-by-one";
    if (off < 1) return "cents";
    return found < wanted ? "lower" : "higher";
  }
  const bare = (v: string) => v.replace(/(?<!\d)0+(?=\d)|[\s\u00a0]|\\xa0|\\u00a0|&nbsp;/g, "").toLowerCase();
  return bare(expected) === bare(got) ? "spelling" : "other";
}
