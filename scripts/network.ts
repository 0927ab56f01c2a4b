import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { killGroups, onInterrupt } from "./processes.ts";

/** Machines made of network namespaces on one bridge, each with an address of its own. Needs root on Linux. Taken down when it is disposed of, and on Ctrl-C. */
export interface Network extends Disposable {
  /** Address of this process on the bridge. */
  readonly own: string;
  addressOf(name: string): string;
  /** Starts a program on a machine; in a process group of its own. What it writes goes to `heard`. */
  start(name: string, command: readonly string[], env: NodeJS.ProcessEnv, heard?: (text: string) => void): ChildProcess;
  /** Pulls a machine's cable, or puts it back in. */
  setLink(name: string, state: "up" | "down"): void;
}

const ip = (...args: string[]): void => void execFileSync("ip", args);

export function openNetwork(names: readonly string[]): Network {
  const tag = `t2s${process.pid}`;
  const bridge = `${tag}br`;
  const addressOf = (name: string): string => `10.213.77.${names.indexOf(name) + 10}`;
  const outerOf = (name: string): string => `${tag}${name}`.slice(0, 14);
  const children: ChildProcess[] = [];
  let made = true;
  const network: Network = {
    own: "10.213.77.1",
    addressOf,
    start(name, command, env, heard) {
      const child = spawn("ip", ["netns", "exec", `${tag}-${name}`, ...command], {
        env,
        detached: true,
        stdio: ["ignore", "ignore", heard === undefined ? "inherit" : "pipe"],
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => heard?.(text));
      children.push(child);
      return child;
    },
    setLink: (name, state) => ip("link", "set", outerOf(name), state),
    [Symbol.dispose]() {
      if (!made) return;
      made = false;
      killGroups(children);
      for (const args of [...names.map((name) => ["netns", "del", `${tag}-${name}`]), ["link", "del", bridge]]) {
        try {
          execFileSync("ip", args, { stdio: "ignore" });
        } catch {
          // It was never made.
        }
      }
    },
  };
  onInterrupt(() => network[Symbol.dispose]());
  try {
    ip("link", "add", bridge, "type", "bridge");
    ip("addr", "add", `${network.own}/24`, "dev", bridge);
    ip("link", "set", bridge, "up");
    for (const name of names) {
      const space = `${tag}-${name}`;
      ip("netns", "add", space);
      ip("link", "add", outerOf(name), "type", "veth", "peer", "name", "eth0", "netns", space);
      ip("link", "set", outerOf(name), "master", bridge);
      ip("link", "set", outerOf(name), "up");
      ip("-n", space, "addr", "add", `${addressOf(name)}/24`, "dev", "eth0");
      ip("-n", space, "link", "set", "eth0", "up");
      ip("-n", space, "link", "set", "lo", "up");
    }
  } catch (error) {
    network[Symbol.dispose]();
    throw error;
  }
  return network;
}

/** The command line that runs `command` where `folder` looks empty, whatever is in it. */
export function without(folder: string, command: readonly string[]): string[] {
  return ["unshare", "-m", "sh", "-c", `mount -t tmpfs none "$0" && exec "$@"`, folder, ...command];
}
