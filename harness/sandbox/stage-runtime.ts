import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SandboxError } from "../core/errors.ts";
import { claimFolder, everybodyMayEnter } from "./own-folder.ts";
import { packageClosure, type StagedPackage } from "./package-closure.ts";

/** Packages every sandbox offers to scripts, by import name. */
export const offeredPackages = ["exceljs", "xlsx"] as const;

/** Bump when the layout of the staged folder changes. */
const LAYOUT = 2;
const supervisorSource = fileURLToPath(new URL("./supervisor.cjs", import.meta.url));

/** What is bound into every box, read-only, from one content-addressed folder that belongs to this user and is readable by all. */
export interface StagedRuntime {
  /** `<base>/<key>`, holding node_modules/, etc/ and supervisor.cjs, and bin/node where the host's own is out of reach. */
  readonly folder: string;
  /** Folder above it, for skills. */
  readonly base: string;
  /** Node's binary as the box must bind it. */
  readonly node: string;
  /** Versions of the offered packages. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Minimal account files: one user, so that tools that ask who they are get an answer, and nothing of the host's. */
const accounts: Readonly<Record<string, string>> = {
  passwd: "root:x:0:0:root:/:/bin/false\nagent:x:1000:1000:agent:/work:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  group: "root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost box\n::1 localhost\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
};

/**
 * Copies what a box needs into `<stageDir>/<key>` once and gives it; later calls only check it. `stageDir` defaults to a cache folder of this user.
 * The key covers the packages' manifests, Node's binary and the supervisor; a folder that lost files (a cleaned /tmp) is made again.
 * Throws SandboxError when no safe folder can be had.
 */
export function stageRuntime(stageDir?: string): StagedRuntime {
  const base = stageDir ?? defaultBase();
  claimFolder(base);
  const packages = packageClosure(offeredPackages, supervisorSource);
  const versions = Object.fromEntries(offeredPackages.map((name) => [name, packages.find((p) => p.place === name)?.version ?? ""]));
  const nodeBinary = realpathSync(process.execPath);
  const copyNode = !nodeBinary.startsWith("/usr/") && process.platform === "linux";
  const hash = createHash("sha256").update(JSON.stringify([LAYOUT, accounts, readFileSync(supervisorSource, "utf8"), process.version]));
  if (copyNode) hash.update(JSON.stringify([nodeBinary, statSync(nodeBinary).size, statSync(nodeBinary).mtimeMs]));
  for (const { place, manifest } of packages) hash.update(JSON.stringify([place, manifest]));
  const key = hash.digest("hex").slice(0, 32);
  const folder = join(base, key);
  const node = copyNode ? join(folder, "bin/node") : nodeBinary;
  const complete = (): boolean => isComplete(folder, node);
  if (!complete()) build(folder, copyNode ? nodeBinary : undefined, packages, complete);
  return { folder, base, node, packages: versions };
}

/** As root, somewhere an unprivileged sandbox user can enter; else in the user's own cache. */
function defaultBase(): string {
  const uid = process.getuid?.() ?? 0;
  const places =
    uid === 0
      ? ["/var/cache/trace2skill-bench", join(tmpdir(), "trace2skill-bench-0")]
      : [join(homedir(), ".cache/trace2skill-bench/sandbox"), join(tmpdir(), `trace2skill-bench-${uid}`)];
  const problems: string[] = [];
  for (const place of places) {
    try {
      claimFolder(place);
      if (uid !== 0 || everybodyMayEnter(place)) return place;
      problems.push(`${place} cannot be entered by everybody`);
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      problems.push(error.message);
    }
  }
  throw new SandboxError(`no folder for the files that sandboxes share: ${problems.join("; ")}`);
}

function isComplete(folder: string, node: string): boolean {
  const uid = process.getuid?.();
  const info = lstatSync(folder, { throwIfNoEntry: false });
  if (info === undefined) return false;
  if (!info.isDirectory() || (uid !== undefined && info.uid !== uid) || (info.mode & 0o022) !== 0) return false;
  if (!existsSync(join(folder, "complete")) || !existsSync(node)) return false;
  // A cleaner of temporary folders takes single old files: count what is left.
  return readFileSync(join(folder, "complete"), "utf8") === String(countFiles(folder));
}

/** Files below a folder, without the marker of completeness. */
function countFiles(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile() && entry.name !== "complete")
    .length;
}

/** Synchronous on purpose: some two thousand small files, once for each version of anything, go much faster that way. */
function build(folder: string, nodeBinary: string | undefined, packages: readonly StagedPackage[], complete: () => boolean): void {
  const draft = `${folder}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    claimFolder(draft);
    for (const { folder: source, place } of packages) copyTree(source, join(draft, "node_modules", place));
    copyFileSync(supervisorSource, join(draft, "supervisor.cjs"));
    mkdirSync(join(draft, "etc"));
    for (const [name, text] of Object.entries(accounts)) writeFileSync(join(draft, "etc", name), text);
    if (nodeBinary !== undefined) {
      mkdirSync(join(draft, "bin"));
      copyFileSync(nodeBinary, join(draft, "bin/node"), constants.COPYFILE_FICLONE);
    }
    writeFileSync(join(draft, "complete"), String(countFiles(draft)));
    openToAll(draft);
    // Another process may have finished the same folder meanwhile, and boxes may be using it: leave it alone.
    if (complete()) return;
    if (existsSync(folder)) renameSync(folder, `${draft}.old`);
    renameSync(draft, folder);
  } catch (cause) {
    if (!complete()) throw new SandboxError(`the files that sandboxes share could not be staged in ${folder}`, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(`${draft}.old`, { recursive: true, force: true });
  }
}

/** Copies one package without packages nested in it (the closure names those it needs), links, source maps and type declarations. */
function copyTree(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") copyTree(from, to);
    else if (entry.isFile() && !/\.(map|d\.[cm]?ts)$/.test(entry.name)) copyFileSync(from, to, constants.COPYFILE_FICLONE);
  }
}

/** Whatever the umask and the originals' modes were: everybody may read and enter, nobody else may write. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else chmodSync(path, path.endsWith("/bin/node") ? 0o755 : 0o644);
  }
}
