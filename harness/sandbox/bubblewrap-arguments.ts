import { existsSync, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { BoxLimits } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import { DOOR, PROGRAM } from "./open-door.ts";
import { BIN_FOLDER, boxEnvironment, SUPERVISOR } from "./start-script.ts";

/** A host path shown read-only inside, at `inside`. */
export interface Bound {
  readonly host: string;
  readonly inside: string;
}

/** All that decides what a box shows. */
export interface BoxView {
  /** Folder of StagedRuntime. */
  readonly staged: string;
  readonly node: string;
  /** Path inside of the Python that becomes `python3` and `python`; undefined leaves the host's order. */
  readonly python?: string;
  /** LibreOffice installations outside /usr. */
  readonly extra: readonly string[];
  readonly skill?: string;
  /** Staged files of the agent's program, and the folder it meets the harness in. */
  readonly program?: string;
  readonly door?: string;
}

const SHM_MB = 64;
const RUN_MB = 32;

/** Everything of the host that is visible inside, besides what bubblewrap makes itself (/proc, a small /dev). */
export function boundPaths(view: BoxView): readonly Bound[] {
  const same = (path: string): Bound => ({ host: path, inside: path });
  const system = [
    "/usr",
    ...rootFolders().folders,
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/libreoffice",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
  ];
  const accounts = ["passwd", "group", "hosts", "nsswitch.conf"];
  return [
    ...system.filter((path) => existsSync(path)).map(same),
    ...view.extra.map(same),
    ...accounts.map((name) => ({ host: join(view.staged, "etc", name), inside: `/etc/${name}` })),
    { host: join(view.staged, "node_modules"), inside: "/node_modules" },
    { host: join(view.staged, "supervisor.cjs"), inside: SUPERVISOR },
    ...(view.node.startsWith("/usr/") ? [] : [{ host: view.node, inside: `${BIN_FOLDER}/node` }]),
    ...(view.skill === undefined ? [] : [{ host: view.skill, inside: "/skill" }]),
    ...(view.program === undefined ? [] : [{ host: view.program, inside: PROGRAM }]),
    ...(view.door === undefined ? [] : [{ host: view.door, inside: DOOR }]),
  ];
}

/** /bin, /lib … are links into /usr on merged systems (made again inside) and folders of their own on others (bound). */
function rootFolders(): {
  readonly folders: readonly string[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
} {
  const names = ["bin", "sbin", ...readdirSync("/").filter((name) => /^lib(32|64|x32|o32)?$/.test(name))].map((name) => `/${name}`);
  const present = names.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  const isLink = (path: string): boolean => lstatSync(path).isSymbolicLink();
  return {
    folders: present.filter((path) => !isLink(path)),
    links: present.filter(isLink).map((path) => ({ path, target: readlinkSync(path) })),
  };
}

/**
 * The paths inside that must be covered because they would show something of `hidden` (real host paths), with the host path behind each. Throws UsageError when the box needs
 * what would have to be covered. `mayEnter` says whether the user of the box may enter a folder of the host: bwrap, as that user, cannot
 * cover anything below one that is closed to it, so the closed folder itself is covered.
 */
export function masksFor(
  hidden: readonly string[],
  bounds: readonly Bound[],
  needed: readonly string[],
  mayEnter: (folder: string) => boolean = () => true,
): readonly Bound[] {
  const masks = new Map<string, string>();
  for (const secret of hidden) {
    for (const { host, inside } of bounds) {
      if (host === secret || host.startsWith(secret === "/" ? "/" : `${secret}/`)) {
        // Staged files may lie within the project's folder: only what the sandbox itself made is shown.
        if (host.startsWith("/usr") || host.startsWith("/lib") || host.startsWith("/bin") || host.startsWith("/etc"))
          throw new UsageError(`${secret} must stay hidden from agents, but every sandbox has to show ${host}; move it to another folder`);
      } else if (secret.startsWith(`${host}/`)) {
        const closed = closedFolder(host, secret, mayEnter) ?? secret;
        const mask = inside + closed.slice(host.length);
        const blocked = needed.find((path) => path === mask || path.startsWith(`${mask}/`));
        if (blocked !== undefined)
          throw new UsageError(
            `${secret} must stay hidden from agents, but every sandbox has to show ${blocked}; move one of them elsewhere`,
          );
        masks.set(mask, closed);
      }
    }
  }
  // A mask covers all below it, and is read-only before the next is made: bwrap could not make a second one there.
  const outermost = [...masks.keys()].filter((path) => ![...masks.keys()].some((other) => path.startsWith(`${other}/`)));
  return outermost.sort().map((inside) => ({ host: masks.get(inside) ?? inside, inside }));
}

function closedFolder(top: string, path: string, mayEnter: (folder: string) => boolean): string | undefined {
  const parts = path.slice(top.length + 1).split("/");
  for (let n = 1; n < parts.length; n++) {
    const folder = join(top, ...parts.slice(0, n));
    if (!mayEnter(folder)) return folder;
  }
  return undefined;
}

/** Arguments of bwrap for one box, without the command. Order matters: later mounts cover earlier ones. */
export function bubblewrapArguments(
  view: BoxView,
  options: { readonly limits: BoxLimits; readonly masks: readonly Bound[]; readonly disableUserns: boolean; readonly seccompFd?: number },
): readonly string[] {
  const { limits } = options;
  const tmpfs = (path: string, mb: number, mode: string): string[] => [
    "--size",
    String(mb * 1024 * 1024),
    "--perms",
    mode,
    "--tmpfs",
    path,
  ];
  const python = view.python;
  return [
    ...["--unshare-all", "--unshare-user", ...(options.disableUserns ? ["--disable-userns"] : [])],
    ...["--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "box"],
    ...["--clearenv", ...Object.entries(boxEnvironment).flatMap(([name, value]) => ["--setenv", name, value])],
    ...boundPaths(view).flatMap(({ host, inside }) => ["--ro-bind", host, inside]),
    ...rootFolders().links.flatMap(({ path, target }) => ["--symlink", target, path]),
    ...(view.node.startsWith("/usr/") ? ["--symlink", view.node, `${BIN_FOLDER}/node`] : []),
    ...(python === undefined ? [] : ["python3", "python"].flatMap((name) => ["--symlink", python, `${BIN_FOLDER}/${name}`])),
    ...options.masks.flatMap(({ host, inside }) =>
      lstatSync(host).isDirectory() ? [...tmpfs(inside, 1, "0000"), "--remount-ro", inside] : ["--ro-bind", "/dev/null", inside],
    ),
    ...["--proc", "/proc", "--dev", "/dev", ...tmpfs("/dev/shm", SHM_MB, "1777"), "--remount-ro", "/dev"],
    ...[...tmpfs("/run", RUN_MB, "0755"), ...tmpfs("/tmp", limits.diskMb, "1777"), ...tmpfs("/work", limits.diskMb, "0755")],
    ...["--chdir", "/work", "--remount-ro", "/"],
    ...(options.seccompFd === undefined ? [] : ["--seccomp", String(options.seccompFd)]),
  ];
}

/** Megabytes of files a box may hold in all: they live in memory, so a bound on memory must leave room for them. */
export function boxFilesMb(limits: BoxLimits): number {
  return 2 * limits.diskMb + SHM_MB + RUN_MB;
}
