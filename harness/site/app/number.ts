/** How the pages write what report/number-text.ts does not. */

/** 83000 → "1 min 23 s"; unknown is "-". */
export function duration(ms: number | null): string {
  if (ms === null) return "-";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 100) return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
  return `${(minutes / 60).toFixed(1)} h`;
}

/** Dollars, with as many digits as a small sum needs; unknown is "unknown", never 0. */
export function dollars(value: number | null): string {
  if (value === null) return "unknown";
  return `$${value.toFixed(value !== 0 && value < 0.1 ? 4 : 2)}`;
}

/** 4400000 → "4.2 MB". */
export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} kB` : `${(size / 1024 / 1024).toFixed(1)} MB`;
}
