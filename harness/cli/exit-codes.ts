import { ModelError, messageOf, SandboxError, StoreError, UsageError } from "../core/errors.ts";
import { Stopped } from "../engine/stop.ts";

/** What t2s answers to the shell. 0 is complete success only. */
export const exitCodes = { ok: 0, incomplete: 1, usage: 2, model: 3, store: 4, sandbox: 5, crash: 70, interrupted: 130 } as const;

/** Exit code and text of an error: one sentence for what the user can mend, the whole stack for a crash. */
export function describeError(error: unknown): { readonly code: number; readonly text: string } {
  if (error instanceof UsageError) return { code: exitCodes.usage, text: `t2s: ${error.message}` };
  if (error instanceof ModelError) return { code: exitCodes.model, text: `t2s: ${error.message}` };
  if (error instanceof StoreError) return { code: exitCodes.store, text: `t2s: ${error.message}` };
  if (error instanceof SandboxError) return { code: exitCodes.sandbox, text: `t2s: ${error.message}` };
  if (error instanceof Stopped) return { code: exitCodes.incomplete, text: `t2s: ${error.message}` };
  if (error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT"))
    return { code: exitCodes.store, text: `t2s: ${plainFileError(error.code, "path" in error ? String(error.path) : "a file")}` };
  if (error instanceof Error && "code" in error && typeof error.code === "string" && "path" in error)
    return { code: exitCodes.usage, text: `t2s: ${plainFileError(error.code, String(error.path))}` };
  return {
    code: exitCodes.crash,
    text: `t2s: this is a bug in t2s, please report it with what follows\n${error instanceof Error ? error.stack : messageOf(error)}`,
  };
}

function plainFileError(code: string, path: string): string {
  switch (code) {
    case "ENOENT":
      return `${path} does not exist; check the path`;
    case "EACCES":
    case "EPERM":
      return `${path} may not be read or written by this user; change its permissions or choose another place`;
    case "ENOSPC":
    case "EDQUOT":
      return `no space left on the disk while writing ${path}; free some space and run the same command again, nothing finished is lost`;
    case "EROFS":
      return `${path} lies on a read-only disk; choose another place with --results`;
    case "EISDIR":
      return `${path} is a folder, a file was expected`;
    case "ENOTDIR":
      return `${path} needs a folder where a file stands; choose another place`;
    default:
      return `${path} could not be used (${code}); check the path and its permissions`;
  }
}
