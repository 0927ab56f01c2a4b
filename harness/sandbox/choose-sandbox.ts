import type { Sandbox } from "../core/contract.ts";
import { messageOf, SandboxError, UsageError } from "../core/errors.ts";
import { bubblewrapSandbox } from "./bubblewrap.ts";
import { dockerSandbox } from "./docker.ts";
import { unsandboxed } from "./unsandboxed.ts";

export interface SandboxChoice {
  readonly kind: "auto" | "bubblewrap" | "docker" | "none";
  /** Folders no agent may see: the project, data sets, results. Masked or refused where a sandbox would show them. */
  readonly hidden: readonly string[];
  /** True when commands may run without any isolation: only the simulated model runs, or the user said --unsandboxed. */
  readonly unsandboxed: boolean;
  /** Folder for what is shared read-only by all boxes; default: a cache folder of this user. */
  readonly stageDir?: string;
  /** Image of the Docker sandbox; default: the one built from harness/sandbox/Dockerfile. */
  readonly image?: string;
}

/**
 * Picks a sandbox and tries it out: a box has been opened in it. `auto` takes bubblewrap, then Docker, then — only when `unsandboxed` — none. `notes` are lines for
 * the user. Throws UsageError saying what is missing when the choice cannot be had.
 */
export async function chooseSandbox(choice: SandboxChoice): Promise<{ readonly sandbox: Sandbox; readonly notes: readonly string[] }> {
  const advice = "`t2s doctor` explains how to get a sandbox";
  switch (choice.kind) {
    case "bubblewrap":
      return { sandbox: await demand("bubblewrap", () => bubblewrapSandbox(choice), advice), notes: [] };
    case "docker":
      return { sandbox: await demand("docker", () => dockerSandbox(choice), advice), notes: [] };
    case "none":
      if (!choice.unsandboxed)
        throw new UsageError("sandbox: none lets a real model run commands as you on this machine; say --unsandboxed if you mean it");
      return { sandbox: await unsandboxed(choice), notes: ["No sandbox: commands run as you on this machine, in temporary folders."] };
    case "auto":
      return await best(choice, advice);
  }
}

async function best(choice: SandboxChoice, advice: string): Promise<{ sandbox: Sandbox; notes: readonly string[] }> {
  const problems: string[] = [];
  for (const [name, open] of [
    ["bubblewrap", bubblewrapSandbox],
    ["docker", dockerSandbox],
  ] as const) {
    try {
      return { sandbox: await open(choice), notes: [] };
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      problems.push(`${name}: ${messageOf(error)}`);
    }
  }
  const why = problems.join("; ");
  if (!choice.unsandboxed) throw new UsageError(`no sandbox works here (${why}); ${advice}, or say --unsandboxed to run commands as you`);
  return {
    sandbox: await unsandboxed(choice),
    notes: [`No sandbox works here (${why}): commands run as you on this machine, in temporary folders.`],
  };
}

async function demand(name: string, open: () => Promise<Sandbox>, advice: string): Promise<Sandbox> {
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof SandboxError)) throw cause;
    throw new UsageError(`the ${name} sandbox does not work here: ${messageOf(cause)}; ${advice}`, { cause });
  }
}
