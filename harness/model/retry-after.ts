/**
 * Milliseconds a server asks to wait, from `retry-after-ms` (OpenAI, Azure) or `Retry-After` in seconds or as an HTTP-date (RFC 9110 §10.2.3).
 * undefined when neither is there or readable; never negative.
 */
export function retryAfterMs(header: (name: string) => string | null | undefined, wallNowMs: number): number | undefined {
  const exact = readNumber(header("retry-after-ms"));
  if (exact !== undefined) return exact;
  const text = header("retry-after")?.trim();
  if (text === undefined || text === "") return undefined;
  const seconds = readNumber(text);
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallNowMs);
}

function readNumber(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}
