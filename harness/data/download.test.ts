import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { sha256 } from "../core/json.ts";
import { download } from "./download.ts";
import { fetchDataset } from "./fetch-dataset.ts";
import { tarGz } from "./make-tar.fixture.ts";
import { type DataManifest, dataManifestSchema } from "./manifest.ts";
import type { DataProgress } from "./progress.ts";

const here = dirname(fileURLToPath(import.meta.url));
/** Every kilobyte is different, so that a piece in the wrong place shows. */
const payload = Buffer.concat(Array.from({ length: 600 }, (_, i) => Buffer.alloc(1024, `${i};`)));
const hash = sha256(payload);

let dir: string;
let target: string;
let server: Server | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "t2s-http-"));
  target = join(dir, "file");
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((done) => (server ? server.close(() => done()) : done()));
  server = undefined;
  rmSync(dir, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/data.tar.gz`;
}

/** Answers as a file server does, with ranges; `cutAfter` bytes of the n-th answer the connection is destroyed. */
function fileServer(
  options: { cutAfter?: (request: number) => number | undefined; etag?: (request: number) => string; body?: Buffer } = {},
) {
  const requests: (string | undefined)[] = [];
  const body = options.body ?? payload;
  const listener = (req: IncomingMessage, res: ServerResponse): void => {
    const n = requests.push(req.headers.range);
    const etag = options.etag?.(n) ?? '"v1"';
    const range = /^bytes=(\d+)-$/.exec(req.headers.range ?? "");
    const fresh = req.headers["if-range"] === undefined || req.headers["if-range"] === etag;
    const start = range && fresh ? Number(range[1]) : 0;
    if (start >= body.length && start > 0) return void res.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
    const part = body.subarray(start);
    const headers = { etag, "content-length": part.length };
    if (range && fresh) res.writeHead(206, { ...headers, "content-range": `bytes ${start}-${body.length - 1}/${body.length}` });
    else res.writeHead(200, headers);
    const cut = options.cutAfter?.(n);
    if (cut === undefined) res.end(part);
    else res.write(part.subarray(0, cut), () => res.destroy());
  };
  return { listener, requests };
}

const quick = { maxBytes: 10_000_000, backoffMs: 1, attempts: 3 } as const;

describe("download", () => {
  it("brings a file, reports progress, leaves nothing else", async () => {
    const seen: DataProgress[] = [];
    await download(await serve(fileServer().listener), target, { ...quick, sha256: hash, onProgress: (p) => seen.push(p) });
    expect(readFileSync(target).equals(payload)).toBe(true);
    expect(seen.at(-1)).toMatchObject({ phase: "download", bytes: payload.length, totalBytes: payload.length });
    expect(readdirSync(dir)).toEqual(["file"]);
  });

  it("continues where the connection was cut, as often as there is progress", async () => {
    const { listener, requests } = fileServer({ cutAfter: (n) => (n <= 6 ? 90_000 : undefined) });
    await download(await serve(listener), target, { ...quick, sha256: hash });
    expect(readFileSync(target).equals(payload)).toBe(true);
    expect(requests[0]).toBeUndefined();
    // Six cuts with three attempts allowed: only attempts without a new byte count.
    expect(requests).toHaveLength(7);
    expect(requests.slice(1).every((r) => r?.startsWith("bytes=") && r !== "bytes=0-")).toBe(true);
  });

  it("starts over when the server's file changed meanwhile, or when it knows no ranges", async () => {
    const changed = fileServer({ cutAfter: (n) => (n === 1 ? 90_000 : undefined), etag: (n) => (n === 1 ? '"old"' : '"new"') });
    await download(await serve(changed.listener), target, { ...quick, sha256: hash });
    expect(readFileSync(target).equals(payload)).toBe(true);
    server?.close();
    let n = 0;
    const plain = await serve((_req, res) => {
      n += 1;
      // Chunked, no length, no validator: what an archive made on the fly looks like.
      if (n === 1) res.write(payload.subarray(0, 90_000), () => res.destroy());
      else res.end(payload);
    });
    await download(plain, `${target}2`, { ...quick, sha256: hash });
    expect(readFileSync(`${target}2`).equals(payload)).toBe(true);
  });

  it("throws away a file with a wrong checksum", async () => {
    const url = await serve(fileServer().listener);
    await expect(download(url, target, { ...quick, sha256: "0".repeat(64) })).rejects.toThrow(
      new RegExp(`has SHA-256 ${hash} instead of 0000`),
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it("gives up at once on 404 and after some attempts on 500, in one sentence", async () => {
    let n = 0;
    const url = await serve((req, res) => {
      n += 1;
      res.writeHead(req.url === "/data.tar.gz" ? 404 : 500).end("no");
    });
    const failing = download(url, target, quick);
    await expect(failing).rejects.toThrow(/data\.tar\.gz cannot be downloaded: the server answered 404 Not Found\.$/);
    await expect(failing).rejects.toBeInstanceOf(UsageError);
    expect(n).toBe(1);
    await expect(download(`${url}x`, target, quick)).rejects.toThrow(/after 3 attempts \(the server answered 500/);
    expect(n).toBe(4);
    expect(readdirSync(dir)).toEqual([]);
  });

  it("waits as a busy server asks", async () => {
    const notes: (string | undefined)[] = [];
    const file = fileServer();
    let n = 0;
    const url = await serve((req, res) => {
      n += 1;
      if (n < 3) res.writeHead(429, { "retry-after": "0" }).end();
      else file.listener(req, res);
    });
    await download(url, target, { ...quick, backoffMs: 3_600_000, onProgress: (p) => p.note && notes.push(p.note) });
    expect(notes).toEqual(Array(2).fill("the server answered 429 Too Many Requests; trying again"));
  });

  it("explains a refused connection and an unknown host", async () => {
    const probe = createTcpServer();
    await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
    const { port } = probe.address() as AddressInfo;
    await new Promise<void>((done) => probe.close(() => done()));
    await expect(download(`http://127.0.0.1:${port}/x`, target, quick)).rejects.toThrow(
      /the connection was refused\); check the connection/,
    );
    await expect(download("http://nowhere.invalid/x", target, { ...quick, attempts: 1 })).rejects.toThrow(
      /host name cannot be resolved; is this machine offline\?/,
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it("ends a connection that has gone silent, and continues from there", async () => {
    const file = fileServer();
    let n = 0;
    const url = await serve((req, res) => {
      n += 1;
      if (n > 1) return file.listener(req, res);
      res.writeHead(200, { etag: '"v1"', "content-length": payload.length });
      res.write(payload.subarray(0, 50_000));
    });
    await download(url, target, { ...quick, idleMs: 150, sha256: hash });
    expect(readFileSync(target).equals(payload)).toBe(true);
    expect(file.requests).toEqual(["bytes=50000-"]);
  });

  it("refuses more bytes than expected, announced or not", async () => {
    const url = await serve((req, res) => {
      if (!req.url?.endsWith("?silent")) res.setHeader("content-length", payload.length);
      res.write(payload.subarray(0, 500_000));
      res.end(payload.subarray(500_000));
    });
    await expect(download(url, target, { ...quick, maxBytes: 1000 })).rejects.toThrow(/more than the 1000 expected at most/);
    await expect(download(`${url}?silent`, target, { ...quick, maxBytes: 1000 })).rejects.toThrow(
      /longer than the 1000 bytes expected at most/,
    );
    expect(existsSync(target)).toBe(false);
  });

  it("keeps what an aborted or failed run received, and the next run continues", async () => {
    const { listener, requests } = fileServer({ cutAfter: (n) => (n <= 2 ? (n === 1 ? 90_000 : 0) : undefined) });
    const url = await serve(listener);
    await expect(download(url, target, { ...quick, attempts: 1 })).rejects.toThrow(/after 1 attempts/);
    expect(readdirSync(dir).sort()).toEqual(["file.part", "file.part.mark"]);
    await expect(download(url, target, { ...quick, attempts: 1 })).rejects.toThrow();
    await download(url, target, { ...quick, sha256: hash });
    expect(requests).toEqual([undefined, "bytes=90000-", "bytes=90000-"]);
    expect(readdirSync(dir)).toEqual(["file"]);
  });

  it("continues the download of a killed process, finishing one that was complete", async () => {
    const dead = "999999999-1-abcdef01";
    const { listener, requests } = fileServer();
    const url = await serve(listener);
    for (const have of [123_456, payload.length]) {
      rmSync(target, { force: true });
      writeFileSync(`${target}.part-${dead}`, payload.subarray(0, have));
      writeFileSync(`${target}.part-${dead}.mark`, JSON.stringify({ url, validator: '"v1"' }));
      await download(url, target, { ...quick, sha256: hash });
      expect(readdirSync(dir)).toEqual(["file"]);
    }
    expect(requests).toEqual(["bytes=123456-", `bytes=${payload.length}-`]);
  });

  it("does not continue what belongs to another URL, or has no readable mark", async () => {
    const { listener, requests } = fileServer();
    const url = await serve(listener);
    for (const mark of [JSON.stringify({ url: `${url}-other`, validator: '"v1"' }), "{", JSON.stringify({ url })]) {
      rmSync(target, { force: true });
      writeFileSync(`${target}.part`, "something else");
      writeFileSync(`${target}.part.mark`, mark);
      await download(url, target, { ...quick, sha256: hash });
    }
    expect(requests).toEqual([undefined, undefined, undefined]);
    expect(readdirSync(dir)).toEqual(["file"]);
  });

  it("can be aborted", async () => {
    const stop = new AbortController();
    const url = await serve((_req, res) => {
      res.writeHead(200, { "content-length": 1000, etag: '"v1"' });
      res.write("x", () => stop.abort(new Error("stopped by the user")));
    });
    await expect(download(url, target, { ...quick, signal: stop.signal })).rejects.toThrow("stopped by the user");
    expect(existsSync(target)).toBe(false);
  });

  it("lets two processes download the same file at once", async () => {
    const url = await serve(fileServer({ cutAfter: (n) => (n <= 2 ? 200_000 : undefined) }).listener);
    const script = `
      import { download } from ${JSON.stringify(join(here, "download.ts"))};
      await download(${JSON.stringify(url)}, ${JSON.stringify(target)}, ${JSON.stringify({ ...quick, sha256: hash })});`;
    const codes = await Promise.all(
      [0, 1].map(
        () =>
          new Promise<number | null>((done) => {
            const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
              stdio: ["ignore", "ignore", "inherit"],
            });
            child.on("exit", done);
          }),
      ),
    );
    expect(codes).toEqual([0, 0]);
    expect(readFileSync(target).equals(payload)).toBe(true);
    expect(readdirSync(dir)).toEqual(["file"]);
  });
});

describe("fetchDataset", () => {
  const archive = tarGz([
    { path: "repo-3d0b52a/README.md", content: "r" },
    { path: "repo-3d0b52a/link", type: "2", link: "README.md" },
    { path: "repo-3d0b52a/data/one/dataset.json", content: "[1]" },
    { path: "repo-3d0b52a/data/two/dataset.json", content: "[2]" },
  ]);

  function manifest(sources: readonly { url: string; folder?: string; sha256?: string }[][]): DataManifest {
    const sets = ["one", "two"].slice(0, sources.length).map((set, i) => ({
      set,
      title: set,
      licence: "L",
      provenance: "the project's page",
      index: "dataset.json",
      folders: [set],
      sources: sources[i] ?? [],
      trees: [{ label: "complete", files: 1 }],
    }));
    return dataManifestSchema.parse({ benchmark: "demo", sets });
  }

  it("takes two sets out of one repository archive with one download, and brings nothing twice", async () => {
    const { listener, requests } = fileServer({ body: archive });
    const url = await serve(listener);
    const m = manifest([[{ url, folder: "data/one" }], [{ url, folder: "data/two" }]]);
    const dataDir = join(dir, "data");
    expect(await fetchDataset(m, dataDir, quick)).toMatchObject([
      { set: "one", already: false },
      { set: "two", already: false },
    ]);
    expect(readFileSync(join(dataDir, "two/dataset.json"), "utf8")).toBe("[2]");
    expect(requests).toHaveLength(1);
    expect(await fetchDataset(m, dataDir, quick)).toMatchObject([{ already: true }, { already: true }]);
    expect(requests).toHaveLength(1);
    expect(readdirSync(join(dataDir, ".download"))).toEqual([]);
  });

  it("stops at once when the user stops it, keeping what it has", async () => {
    const stop = new AbortController();
    const file = fileServer({ body: archive });
    const url = await serve((req, res) => {
      if (file.requests.length > 0) return file.listener(req, res);
      file.requests.push(req.headers.range);
      res.writeHead(200, { etag: '"v1"', "content-length": archive.length });
      res.write(archive.subarray(0, 100), () => setTimeout(() => stop.abort(new UsageError("interrupted")), 100));
    });
    const m = manifest([
      [
        { url, folder: "data/one" },
        { url: `${url}-second`, folder: "data/one" },
      ],
    ]);
    await expect(fetchDataset(m, dir, { ...quick, signal: stop.signal })).rejects.toThrow(/^interrupted$/);
    expect(file.requests).toEqual([undefined]);
    expect(await fetchDataset(m, dir, quick)).toMatchObject([{ set: "one" }]);
    expect(file.requests).toEqual([undefined, "bytes=100-"]);
  });

  it("goes on to the next source, and names all of them when none works", async () => {
    const file = fileServer({ body: archive });
    const url = await serve((req, res) => (req.url === "/gone" ? res.writeHead(404).end() : file.listener(req, res)));
    const gone = new URL("/gone", url).href;
    const good = { url, folder: "data/one" };
    expect(await fetchDataset(manifest([[{ url: gone }, good]]), join(dir, "a"), quick)).toMatchObject([{ set: "one" }]);
    const failing = fetchDataset(manifest([[{ url: gone }, { ...good, sha256: "0".repeat(64) }]]), join(dir, "b"), quick);
    await expect(failing).rejects.toThrow(/"one" could not be fetched: .*404 Not Found; then: .*SHA-256.*t2s data import demo PATH\.$/);
    await expect(fetchDataset(manifest([[{ url, folder: "data/none" }]]), join(dir, "c"), quick)).rejects.toThrow(/holds no dataset\.json/);
    await expect(fetchDataset(manifest([[]]), join(dir, "d"), { ...quick, set: "one" })).rejects.toThrow(
      /no download source; get it from the project's page/,
    );
    for (const name of ["b", "c"]) expect(existsSync(join(dir, name, "one"))).toBe(false);
  });
});
