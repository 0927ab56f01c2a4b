import { createHash, randomBytes } from "node:crypto";
import {
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { chmod, copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SandboxError } from "../core/errors.ts";
import { claimFolder, everybodyMayEnter } from "./own-folder.ts";
import { packageClosure, type StagedPackage } from "./package-closure.ts";

/** Packages every sandbox offers to scripts, by import name. */
export const offeredPackages = ["exceljs", "xlsx"] as const;

/** Bump when the layout of the staged folder changes. */
const LAYOUT = 1;
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
export async function stageRuntime(stageDir?: string): Promise<StagedRuntime> {
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
  if (!complete()) await build(folder, copyNode ? nodeBinary : undefined, packages, complete);
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

async function build(
  folder: string,
  nodeBinary: string | undefined,
  packages: readonly StagedPackage[],
  complete: () => boolean,
): Promise<void> {
  const draft = `${folder}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    claimFolder(draft);
    for (const { folder: source, place } of packages) await copyTree(source, join(draft, "node_modules", place));
    await writeReadable(join(draft, "supervisor.cjs"), readFileSync(supervisorSource));
    for (const [name, text] of Object.entries(accounts)) await writeReadable(join(draft, "etc", name), Buffer.from(text));
    if (nodeBinary !== undefined) {
      await mkdir(join(draft, "bin"), { mode: 0o755 });
      await copyReadable(nodeBinary, join(draft, "bin/node"), true);
    }
    await openFolders(draft);
    writeFileSync(join(draft, "complete"), String(countFiles(draft)));
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

/** Copies one package without packages nested in it (the closure names those it needs) and without links and source maps. */
async function copyTree(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o755 });
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") await copyTree(from, to);
    else if (entry.isFile() && !entry.name.endsWith(".map")) await copyReadable(from, to, false);
  }
}

async function copyReadable(from: string, to: string, executable: boolean): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, executable ? 0o755 : 0o644);
}

async function writeReadable(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFile(path, bytes);
  await chmod(path, 0o644);
}

/** Whatever the umask was: everybody may read and enter. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) if (entry.isDirectory()) await openFolders(join(folder, entry.name));
}
