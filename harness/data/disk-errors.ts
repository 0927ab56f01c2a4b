import { UsageError } from "../core/errors.ts";

/** The file system's error code of anything thrown, or "". */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** `error` as a sentence for the user when it is about the disk or rights at `where`; otherwise `error` itself. */
export function explainDiskError(error: unknown, where: string): unknown {
  switch (codeOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new UsageError(
        `The disk holding ${where} is full; nothing was left half written: free some space and run the command again.`,
        {
          cause: error,
        },
      );
    case "EFBIG":
      return new UsageError(
        `A file below ${where} would exceed the largest file size allowed there (ulimit -f); raise it and run the command again.`,
        {
          cause: error,
        },
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new UsageError(`No permission to write below ${where}; choose another data folder or change its rights.`, { cause: error });
    default:
      return error;
  }
}
