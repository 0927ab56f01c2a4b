import type { CommandResult, Harvested } from "../core/contract.ts";
import type { Frame } from "./frames.ts";

/** A command that a signal ended before it could be asked about. */
export const killed: CommandResult = {
  stdout: "",
  stderr: "",
  exitCode: null,
  signal: "SIGKILL",
  timedOut: false,
  dropped: { stdout: 0, stderr: 0 },
};

/** An exec reply as the contract has it. */
export function readResult({ head, bodies }: Frame): CommandResult {
  const dropped = { stdout: head.dropped?.[0] ?? 0, stderr: head.dropped?.[1] ?? 0 };
  return {
    stdout: decode(bodies[0], dropped.stdout > 0),
    stderr: decode(bodies[1], false),
    exitCode: head.code ?? null,
    signal: head.signal,
    timedOut: head.timedOut ?? false,
    dropped,
  };
}

/** UTF-8 with replacement characters for what is not; a character cut by the output limit is left out. */
function decode(bytes: Uint8Array | undefined, cut: boolean): string {
  return bytes === undefined ? "" : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: cut });
}

/** A harvest reply as the contract has it. */
export function readHarvest(path: string, { head, bodies }: Frame): Harvested {
  if (head.refused !== undefined) return { path, refused: head.refused };
  if (head.missing === true) return { path, missing: true };
  const bytes = bodies[0];
  return bytes === undefined ? { path, refused: "the sandbox gave no bytes for it" } : { path, bytes };
}
