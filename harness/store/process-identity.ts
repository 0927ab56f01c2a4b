import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** Names one process for good: a pid alone is reused, a pid with its start time on one boot of one host is not. */
export const processIdentitySchema = z.object({ host: z.string(), boot: z.string(), pid: z.number().int(), start: z.string() });
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "unknown"; // not Linux: staleness then rests on the pid alone
  }
}

/** Start time in clock ticks since boot (proc(5), field 22 of stat); undefined when there is no such process, "unknown" where /proc is absent. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    try {
      process.kill(pid, 0);
      return "unknown";
    } catch (error) {
      return error instanceof Error && "code" in error && error.code === "EPERM" ? "unknown" : undefined;
    }
  }
}

export const thisProcess: ProcessIdentity = {
  host: hostname(),
  boot: bootId(),
  pid: process.pid,
  start: startTime(process.pid) ?? "unknown",
};

/** A claim of another host whose file was not touched for this long belongs to nobody; holders touch theirs every `heartbeatMs`. */
export const foreignClaimMs = 5 * 60_000;
export const heartbeatMs = 30_000;

/**
 * Whether that process can still be alive. On this host and boot the pid and its start time tell; of another host (a container has a host name of its own)
 * only the age of its sign of life, in milliseconds, can.
 */
export function isAlive(identity: ProcessIdentity, silentMs: number): boolean {
  if (identity.host !== thisProcess.host) return silentMs < foreignClaimMs;
  if (identity.boot !== thisProcess.boot) return false;
  return startTime(identity.pid) === identity.start;
}
