import { createReadStream, createWriteStream } from "node:fs";
import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { UsageError } from "../core/errors.ts";
import { safeSegments } from "../data/safe-path.ts";
import { ArchiveDamage, tarEntries } from "../data/tar-entries.ts";
import { onDisk } from "../store/durable.ts";
import { manifestName } from "./manifest.ts";
import { filesBelow } from "./stage-files.ts";

/** Whether a bundle of this name is one file. */
export const isArchiveName = (path: string): boolean => /\.(?:tar\.gz|tgz)$/.test(path);

/** Packs a folder into a .tar.gz, in order of the paths and without times or owners: equal folders give equal bytes. */
export async function packFolder(folder: string, name: string, target: string): Promise<void> {
  await onDisk(target, async () => {
    const tar = pack();
    const written = pipeline(tar, createGzip({ level: 6 }), createWriteStream(target, { flags: "wx" }));
    const fill = async (): Promise<void> => {
      for await (const path of filesBelow(folder, () => true)) {
        const { size, mode } = await lstat(join(folder, path));
        const entry = tar.entry({ name: `${name}/${path}`, size, mode: (mode & 0o100) === 0 ? 0o644 : 0o755, mtime: new Date(0) });
        await pipeline(createReadStream(join(folder, path)), entry);
      }
      tar.finalize();
    };
    await Promise.all([
      written,
      fill().catch((error: unknown) => {
        tar.destroy(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }),
    ]);
  });
}

/** A bundle as a folder on this disk. */
export interface OpenedBundle extends AsyncDisposable {
  readonly folder: string;
}

/** Opens a bundle, a folder or an archive; an archive is unpacked to a temporary folder that goes with it. Throws UsageError for what is neither. */
export async function openBundle(path: string): Promise<OpenedBundle> {
  const facts = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT")
      throw new UsageError(`${path} does not exist; expected a bundle that t2s bundle wrote, a folder or a .tar.gz`);
    throw error;
  });
  if (facts.isDirectory()) return { folder: await holdsManifest(path), [Symbol.asyncDispose]: async () => undefined };
  const home = await mkdtemp(join(tmpdir(), "t2s-bundle-"));
  const dispose = (): Promise<void> => rm(home, { recursive: true, force: true });
  try {
    await unpack(path, home);
    return { folder: await holdsManifest(home), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    if (error instanceof ArchiveDamage || (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")))
      throw new UsageError(`${path} is no whole .tar.gz (${error.message}); get the bundle again, or give its unpacked folder`, {
        cause: error,
      });
    throw error;
  }
}

async function unpack(archive: string, home: string): Promise<void> {
  const gunzip = createGunzip();
  const reading = pipeline(createReadStream(archive), gunzip);
  // Met below, where the stream is read; it must not count as unhandled before that.
  reading.catch(() => undefined);
  for await (const { path, kind, body, executable } of tarEntries(gunzip)) {
    if (kind === "directory") continue;
    const safe = safeSegments(path);
    if ("refused" in safe)
      throw new UsageError(`${archive} holds a member that is not unpacked: ${safe.refused} (${JSON.stringify(path)})`);
    if (kind !== "file") throw new UsageError(`${archive} holds ${JSON.stringify(path)}, a link or device; a bundle holds files only`);
    const target = join(home, ...safe.segments);
    await mkdir(dirname(target), { recursive: true });
    await onDisk(target, () => pipeline(body, createWriteStream(target, { flags: "wx" })));
    await chmod(target, executable ? 0o755 : 0o644);
  }
  await reading;
}

/** The folder itself or the only one in it, as archives have it. */
async function holdsManifest(folder: string): Promise<string> {
  const names = await readdir(folder);
  if (names.includes(manifestName)) return folder;
  const [only] = names;
  if (names.length === 1 && only !== undefined && (await readdir(join(folder, only)).catch((): string[] => [])).includes(manifestName))
    return join(folder, only);
  throw new UsageError(`${folder} has no ${manifestName}, so it is no bundle; make one with \`t2s bundle EXPERIMENT\``);
}
