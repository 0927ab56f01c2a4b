/** Isolated places in which agents work. */
import type { Hash } from "./json.ts";

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** null when the command was killed by a signal or by a limit. */
  readonly exitCode: number | null;
  readonly signal?: string;
  readonly timedOut: boolean;
  /** Bytes thrown away beyond the output limit, by stream. */
  readonly dropped: { readonly stdout: number; readonly stderr: number };
  /** Set when the box did not survive the command: the episode ends with exit `sandbox-killed`. */
  readonly boxDied?: string;
}

export type Harvested =
  | { readonly path: string; readonly bytes: Uint8Array }
  | { readonly path: string; readonly refused: string }
  | { readonly path: string; readonly missing: true };

/** One isolated place for one episode. Its paths are constant: /work (current directory, writable), /tmp, /skill, /node_modules, /agent and /task (read-only). */
export interface Box extends AsyncDisposable {
  /** Folder of the host that the box shows, read-only, at /task: what is put there is seen inside, and a Unix socket there is answered from inside. Only where a program was asked for; gone with the box. */
  readonly door?: string;
  exec(command: string, options: { timeoutMs: number; signal?: AbortSignal }): Promise<CommandResult>;
  put(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Regular files only; links, devices, fifos and files above `maxBytes` are refused with a sentence. */
  harvest(path: string, maxBytes: number): Promise<Harvested>;
}

export interface BoxLimits {
  readonly memoryMb: number;
  readonly diskMb: number;
  readonly processes: number;
  readonly cpuSeconds: number;
  readonly outputBytes: number;
  readonly wallSeconds: number;
}

/** A program that is the agent itself. `files` are shown read-only at /agent; they are read only where nothing is staged under `hash` yet. */
export interface BoxProgram {
  readonly files?: {
    readonly hash: Hash;
    readonly count: number;
    readonly read: () => Promise<readonly { path: string; bytes: Uint8Array; mode: number }[]>;
  };
}

export interface Sandbox {
  readonly id: "bubblewrap" | "docker" | "none";
  /** What the agent can use inside; its hash is part of every rollout key. */
  manifest(): Promise<Toolchain>;
  open(options: {
    limits: BoxLimits;
    skill?: readonly { path: string; bytes: Uint8Array; mode: number }[];
    /** The box holds a program that reaches the harness by a socket. SandboxError from a sandbox that cannot show one (`none`). */
    program?: BoxProgram;
    signal?: AbortSignal;
  }): Promise<Box>;
}

/** Versions inside a sandbox that can change what an agent's command does. Absent tools are absent keys. */
export interface Toolchain {
  readonly node: string;
  readonly python?: string;
  readonly openpyxl?: string;
  readonly pandas?: string;
  readonly libreoffice?: string;
  readonly packages: Readonly<Record<string, string>>;
}
