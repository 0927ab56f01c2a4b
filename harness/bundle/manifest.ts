/** The list of a bundle's files, in the form that `sha256sum -c` reads, and the digest that stands for all of them. */
import { UsageError } from "../core/errors.ts";
import { type Hash, sha256 } from "../core/json.ts";

export const manifestName = "manifest.sha256";

export interface ListedFile {
  /** Relative to the bundle, with forward slashes. */
  readonly path: string;
  readonly sha256: Hash;
}

/** One line a file, in code unit order of the paths: equal files give equal text, whoever writes it. */
export function manifestText(files: readonly ListedFile[]): string {
  return [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, sha256 }) => {
      const escaped = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
      return `${escaped === path ? "" : "\\"}${sha256}  ${escaped}\n`;
    })
    .join("");
}

/** The root digest: SHA-256 of the manifest's bytes, what `sha256sum manifest.sha256` prints. */
export const rootDigest = (manifest: string): Hash => sha256(manifest);

/** Reads a manifest back. Throws UsageError naming the line that is none, and for a path that leaves the bundle or stands there twice. */
export function parseManifest(text: string): ListedFile[] {
  const seen = new Set<string>();
  return text
    .split("\n")
    .filter((line, at, all) => line !== "" || at < all.length - 1)
    .map((line, at) => {
      const [, escaped, hash, rest] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      const bad = (why: string): UsageError =>
        new UsageError(`${manifestName} line ${at + 1} ${why}; expected 64 hex digits, two blanks and a path, as t2s bundle writes it`);
      if (hash === undefined || rest === undefined) throw bad("is not a line of a manifest");
      const path = escaped === "" ? rest : rest.replace(/\\([\\nr])/g, (_, c: string) => (c === "n" ? "\n" : c === "r" ? "\r" : "\\"));
      if (path.startsWith("/") || path.split("/").some((part) => part === "" || part === "." || part === ".."))
        throw bad(`names ${JSON.stringify(path)}, which is no plain path inside the bundle`);
      if (seen.has(path)) throw bad(`names ${JSON.stringify(path)} a second time`);
      seen.add(path);
      return { path, sha256: hash };
    });
}
