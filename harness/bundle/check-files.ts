import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import type { Checked, Finding } from "./finding.ts";
import { type ListedFile, manifestName } from "./manifest.ts";

const readAtOnce = 8;

/** Every file of a bundle against its manifest: changed, missing and additional ones, links and devices. */
export async function checkFiles(folder: string, listed: readonly ListedFile[]): Promise<Checked> {
  const findings: Finding[] = [];
  const say = (text: string): void => void findings.push({ check: "files", text });
  const wanted = new Set(listed.map(({ path }) => path));
  const there = new Set<string>();
  for await (const { path, isFile } of entriesBelow(folder)) {
    if (path === manifestName) continue;
    if (!isFile) say(`${path} is a link or a device; a bundle holds files only`);
    else if (!wanted.has(path)) say(`${path} is not in the manifest: it was added after the bundle was made`);
    else there.add(path);
  }
  const inTurn = pLimit(readAtOnce);
  const hashes = await Promise.all(
    listed.map(({ path }) => inTurn(async () => (there.has(path) ? await hashFile(join(folder, path)) : undefined))),
  );
  for (const [i, { path, sha256 }] of listed.entries()) {
    const hash = hashes[i];
    if (hash === undefined) say(`${path} is missing: the manifest lists it with hash ${sha256.slice(0, 12)}`);
    else if (hash !== sha256)
      say(`${path} was changed or swapped: its hash is ${hash.slice(0, 12)}, the manifest says ${sha256.slice(0, 12)}`);
    else if (path.startsWith("blobs/") && path.slice(path.lastIndexOf("/") + 1) !== hash)
      say(`${path} does not hold the bytes its name stands for: their hash is ${hash.slice(0, 12)}`);
  }
  return { check: "files", looked: `${listed.length} files against the manifest`, findings, notes: [] };
}

async function* entriesBelow(root: string, inside = ""): AsyncGenerator<{ readonly path: string; readonly isFile: boolean }> {
  for (const name of (await readdir(join(root, inside))).sort()) {
    const path = inside === "" ? name : `${inside}/${name}`;
    const facts = await lstat(join(root, path));
    if (facts.isDirectory()) yield* entriesBelow(root, path);
    else yield { path, isFile: facts.isFile() };
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
