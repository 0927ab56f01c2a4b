import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../core/json.ts";
import { fetchDataset } from "./fetch-dataset.ts";
import { importDataset } from "./import-dataset.ts";
import { tar, tarGz } from "./make-tar.fixture.ts";
import { type DataManifest, dataManifestSchema } from "./manifest.ts";
import type { DataProgress } from "./progress.ts";
import { verifyDataset } from "./verify-dataset.ts";

const poems = '{"id":1,"line":"a"}\n{"id":2,"line":"b"}\n';
const songs = '{"id":1,"line":"la"}\n';
const shortSongs = '{"id":1}\n';

let root: string;
let dataDir: string;
let server: Server | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "t2s-plain-"));
  dataDir = join(root, "data");
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((done) => (server ? server.close(() => done()) : done()));
  server = undefined;
  rmSync(root, { recursive: true, force: true });
});

const published = (label: string, text: string) => ({ label, files: 1, bytes: Buffer.byteLength(text), sha256: sha256(text) });

function manifest(sources: readonly { url: string; sha256: string }[] = []): DataManifest {
  const common = { title: "T", licence: "L", provenance: "the project's page" };
  return dataManifestSchema.parse({
    benchmark: "demo",
    sets: [
      { ...common, set: "poems", index: "poems.jsonl", plain: ["verse.jsonl"], sources, trees: [published("complete", poems)] },
      {
        ...common,
        set: "songs",
        index: "songs.jsonl",
        plain: ["chant.jsonl"],
        trees: [{ label: "complete", files: 1 }, published("the first one, cut", shortSongs)],
      },
      { ...common, set: "tales", index: "dataset.json", folders: ["tales"], trees: [{ label: "complete", files: 2 }] },
    ],
  });
}

function put(name: string, content: string | Uint8Array): string {
  const path = join(root, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const inSet = (set: string) => readdirSync(join(dataDir, set)).sort();

describe("importing a set that is one plain file", () => {
  it("knows it by its checksum whatever it is called, keeps it under its own name, and changes nothing the second time", async () => {
    const from = put("download (1).txt", poems);
    const [first] = await importDataset(manifest(), dataDir, from);
    expect(first).toMatchObject({ set: "poems", files: 1, bytes: poems.length, published: "complete", already: false, warnings: [] });
    expect(inSet("poems")).toEqual([".t2s-receipt.json", "poems.jsonl"]);
    expect(readFileSync(join(dataDir, "poems/poems.jsonl"), "utf8")).toBe(poems);
    expect(statSync(join(dataDir, "poems")).mode & 0o055).toBe(0o055);
    expect(await importDataset(manifest(), dataDir, from)).toMatchObject([{ already: true }]);
    expect(readdirSync(dataDir)).toEqual(["poems"]);
  });

  it("knows other content by the file's name, says that it is not what was published, and replaces the copy that is there", async () => {
    await importDataset(manifest(), dataDir, put("verse.jsonl", poems));
    const [changed] = await importDataset(manifest(), dataDir, put("verse.jsonl", songs));
    expect(changed?.published).toBeUndefined();
    expect(changed?.warnings).toEqual([expect.stringMatching(/^"poems" is not what was published: 1 file with .* published set has 1;/)]);
    expect(readFileSync(join(dataDir, "poems/poems.jsonl"), "utf8")).toBe(songs);
    const [part] = await importDataset(manifest(), dataDir, put("x", shortSongs));
    expect(part).toMatchObject({ set: "songs", published: "the first one, cut" });
    expect(part?.warnings).toEqual([expect.stringMatching(/not the whole set: the first one, cut/)]);
    const [unknown] = await importDataset(manifest(), dataDir, put("chant.jsonl", songs));
    expect(unknown?.warnings).toEqual([expect.stringMatching(/no published checksum is known/)]);
  });

  it("asks which set a file is when nothing tells, and takes the answer", async () => {
    const from = put("mine.jsonl", songs);
    await expect(importDataset(manifest(), dataDir, from)).rejects.toThrow(/is no file known here.*--set poems or songs\.$/);
    expect(existsSync(join(dataDir, "songs"))).toBe(false);
    expect(await importDataset(manifest(), dataDir, from, { set: "songs" })).toMatchObject([{ set: "songs", files: 1 }]);
    expect(readFileSync(join(dataDir, "songs/songs.jsonl"), "utf8")).toBe(songs);
  });

  it("finds plain files beside folders, in a folder and in archives", async () => {
    const members = [
      { path: "top/a/verse.jsonl", content: poems },
      { path: "top/a/again.txt", content: poems },
      { path: "top/b/songs.jsonl", content: songs },
      { path: "top/tales/dataset.json", content: "[]" },
      { path: "top/tales/songs.jsonl", content: "no set of its own inside another one" },
      { path: "top/README.md", content: "r" },
    ];
    for (const { path, content } of members) put(path, content);
    const sources = [join(root, "top"), put("all.tar", tar(members)), put("all.tgz", tarGz(members))];
    for (const [i, from] of sources.entries()) {
      const made = await importDataset(manifest(), join(root, `data-${i}`), from);
      expect(made.map((one) => [one.set, one.files])).toEqual([
        ["tales", 2],
        ["poems", 1],
        ["songs", 1],
      ]);
    }
    expect(await importDataset(manifest(), dataDir, join(root, "top"), { set: "songs" })).toMatchObject([{ set: "songs" }]);
    expect(readdirSync(dataDir)).toEqual(["songs"]);
  });

  it("refuses a folder with two versions of one set", async () => {
    put("two/songs.jsonl", songs);
    put("two/chant.jsonl", shortSongs);
    await expect(importDataset(manifest(), dataDir, join(root, "two"))).rejects.toThrow(/holds the set "songs" more than once/);
  });

  it("is verified against its receipt and against what was published", async () => {
    const check = async () => (await verifyDataset(manifest(), dataDir, { set: "poems" }))[0];
    expect(await check()).toMatchObject({ state: "absent" });
    put("data/poems/poems.jsonl", poems);
    expect(await check()).toMatchObject({ state: "intact", published: "complete" });
    rmSync(dataDir, { recursive: true });
    await importDataset(manifest(), dataDir, put("x", poems));
    put("data/poems/poems.jsonl", songs);
    expect(await check()).toMatchObject({ state: "damaged", changed: ["poems.jsonl"] });
    rmSync(join(dataDir, "poems/.t2s-receipt.json"));
    expect(await check()).toMatchObject({ state: "unknown" });
  });
});

describe("fetching a set that is one plain file", () => {
  async function serve(body: string): Promise<{ url: string; requests: string[] }> {
    const requests: string[] = [];
    const opened = createServer((req, res) => {
      requests.push(req.url ?? "");
      res.writeHead(200, { "content-length": Buffer.byteLength(body) }).end(body);
    });
    server = opened;
    await new Promise<void>((done) => opened.listen(0, "127.0.0.1", done));
    return { url: `http://127.0.0.1:${(opened.address() as AddressInfo).port}/raw/verse.jsonl`, requests };
  }
  const quick = { backoffMs: 1, attempts: 2 } as const;

  it("downloads it once, and names the sets that cannot be downloaded", async () => {
    const { url, requests } = await serve(poems);
    const seen: DataProgress[] = [];
    const m = manifest([{ url, sha256: sha256(poems) }]);
    const made = await fetchDataset(m, dataDir, { ...quick, onProgress: (p) => seen.push(p) });
    expect(made).toMatchObject([{ set: "poems", published: "complete", already: false }]);
    expect(seen.flatMap((p) => p.note ?? [])).toEqual([
      "songs cannot be downloaded; its source: the project's page",
      "tales cannot be downloaded; its source: the project's page",
    ]);
    expect(inSet("poems")).toEqual([".t2s-receipt.json", "poems.jsonl"]);
    expect(await fetchDataset(m, dataDir, quick)).toMatchObject([{ already: true }]);
    expect(requests).toHaveLength(1);
  });

  it("refuses a page sent in its place and leaves nothing", async () => {
    const { url } = await serve("<html>Sign in</html>");
    const failing = fetchDataset(manifest([{ url, sha256: sha256(poems) }]), dataDir, quick);
    await expect(failing).rejects.toThrow(/"poems" could not be fetched: .*SHA-256/);
    expect(existsSync(join(dataDir, "poems"))).toBe(false);
  });

  it("says how to get a set without a source, also when a part of it is there", async () => {
    await importDataset(manifest(), dataDir, put("x", shortSongs));
    await expect(fetchDataset(manifest(), dataDir, { set: "songs" })).rejects.toThrow(/no download source; get it from the project's page/);
    await expect(fetchDataset(manifest(), dataDir)).rejects.toThrow(/No set of "demo" can be downloaded; .*t2s data import demo PATH\.$/);
  });
});

describe("a manifest with plain files", () => {
  const set = { set: "a", title: "T", licence: "L", provenance: "P", index: "a.jsonl", trees: [{ label: "complete", files: 1 }] };
  it.each<[string, Record<string, unknown>]>([
    ["neither folders nor plain", {}],
    ["both", { folders: ["a"], plain: [] }],
    ["a source of a plain file without a checksum", { plain: [], sources: [{ url: "https://example.org/a.jsonl" }] }],
    ["a checksum without a size", { plain: [], trees: [{ label: "complete", files: 1, sha256: "0".repeat(64) }] }],
    ["a file's checksum for a folder", { folders: ["a"], trees: [published("complete", "x")] }],
  ])("refuses %s", (_what, change) => {
    expect(dataManifestSchema.safeParse({ benchmark: "demo", sets: [{ ...set, ...change }] }).success).toBe(false);
  });
});
