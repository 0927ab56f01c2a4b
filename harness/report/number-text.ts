/** How numbers are written in every rendered table. A number that does not exist is "-". */

const absent = "-";

/** 0.6254 → "62.5 %". */
export function percent(share: number | null, digits = 1): string {
  return share === null ? absent : `${fixed(share * 100, digits)} %`;
}

/** 0.0831 → "+8.3". */
export function points(difference: number | null): string {
  if (difference === null) return absent;
  const text = fixed(difference * 100, 1);
  return text.startsWith("-") || Number(text) === 0 ? text : `+${text}`;
}

/** "[51.2, 72.9]" in per cent. */
export function percentRange(range: { readonly low: number; readonly high: number } | null): string {
  return range === null ? absent : `[${fixed(range.low * 100, 1)}, ${fixed(range.high * 100, 1)}]`;
}

/** "[-1.0, +15.6]" in percentage points. */
export function pointsRange(range: { readonly low: number; readonly high: number } | null): string {
  return range === null ? absent : `[${points(range.low)}, ${points(range.high)}]`;
}

/** A p value with three decimals, four below 0.01, "<0.0001" below that. */
export function pValue(p: number | null): string {
  if (p === null) return absent;
  if (p < 0.0001) return "<0.0001";
  return p.toFixed(p < 0.01 ? 4 : 3);
}

/** 1234567 → "1,234,567". */
export function count(value: number | null): string {
  return value === null ? absent : value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** toFixed without "-0.0". */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
}
