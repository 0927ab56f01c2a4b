/** Sheet titles as openpyxl 3.1.3 keeps them: forbidden characters make the file unreadable, repeated titles get a number. */
import { WorkbookError } from "./zip-archive.ts";

/** The title a sheet gets beside those already there (compared without case): itself, or itself with the next free number. */
export function uniqueTitle(title: string, taken: readonly string[]): string {
  const forbidden = /[\\*?:/[\]]/.exec(title);
  if (forbidden !== null) throw new WorkbookError(`Invalid character ${forbidden[0]} found in sheet title`);
  if (!taken.some((other) => other.toLowerCase() === title.toLowerCase())) return title;
  const escaped = title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const numbers = [...taken.join(",").matchAll(new RegExp(`${escaped}(\\d*),?`, "gi"))].map((match) => Number(match[1] ?? "0"));
  return `${title}${Math.max(0, ...numbers) + 1}`;
}
