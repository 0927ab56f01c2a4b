import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../core/json.ts";
import { openStore, type Store } from "../store/store.ts";
import { remoteStore } from "./blob-client.ts";
import { serveBlobs } from "./blob-server.ts";
import { folderMailbox } from "./mailbox.ts";

const token = "a secret of sixteen";
const ending = { output: { result: { n: 1 }, blobs: [] } };
const noise = (bytes: number): Buffer => Buffer.alloc(bytes, "large blobs come in pieces");

/** Passes connections on until so many bytes went either way, then cuts them off; each cut is allowed so many more. */
function fragileProxy(target: number, cutAfter: number): Promise<Server & { cuts: number }> {
  const sockets = new Set<Socket>();
  const server = Object.assign(
    createServer((client) => {
      const upstream = connect(target, "127.0.0.1");
      let passed = 0;
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(from);
        from.on("error", () => undefined);
        from.on("close", () => to.destroy());
        from.on("data", (bytes: Buffer) => {
          passed += bytes.length;
          to.write(bytes);
          if (passed > cutAfter && server.cuts < 6) {
            server.cuts += 1;
            client.destroy();
            upstream.destroy();
          }
        });
      }
    }),
    { cuts: 0 },
  );
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe("a served store", { timeout: 60_000 }, () => {
  let home: string;
  let store: Store;
  let server: Awaited<ReturnType<typeof serveBlobs>>;
  let url: string;
  let next = 0;
  const cache = () => openStore(join(home, `cache${next++}`)).blobs;
  const at = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "t2s-served-"));
    store = openStore(join(home, "results"));
    server = await serveBlobs({
      blobs: store.blobs,
      journals: store.journals,
      mailbox: folderMailbox(store.root),
      scratch: join(home, "tmp"),
      token,
      host: "127.0.0.1",
      port: 0,
      maxBytes: 30_000_000,
    });
    url = `http://127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it("keeps what interrupted units were answered", async () => {
    const { journals } = remoteStore({ url, token, cache: cache() });
    const key = "0".repeat(64);
    expect(await journals.read(key)).toEqual([]);
    const calls = [{ request: "1".repeat(64), answer: { text: "yes" } }];
    await journals.write(key, calls);
    expect(await journals.read(key)).toEqual(calls);
    expect(await store.journals.read(key)).toEqual(calls);
    await journals.discard(key);
    expect(await store.journals.read(key)).toEqual([]);
    expect((await at(`/journals/${key}`, { method: "PUT", body: '{"v":1}' })).status).toBe(422);
  });

  it("gives and takes blobs and endings; what was fetched once is not fetched again", async () => {
    const hash = await store.blobs.put(Buffer.from("from the run"));
    const copies = cache();
    const { blobs, mailbox } = remoteStore({ url, token, cache: copies });
    expect(await blobs.has(hash)).toBe(true);
    expect(Buffer.from(await blobs.get(hash)).toString()).toBe("from the run");
    expect(await copies.has(hash)).toBe(true);
    const made = await blobs.put(Buffer.from("from the worker"));
    expect(Buffer.from(await store.blobs.get(made)).toString()).toBe("from the worker");
    const key = sha256("a unit");
    expect(await mailbox.read(key)).toBeUndefined();
    await mailbox.post(key, ending);
    expect(await mailbox.read(key)).toEqual(ending);
    expect(await folderMailbox(store.root).read(key)).toEqual(ending);
    await expect(blobs.get(sha256("nothing"))).rejects.toThrow(/is missing from the store at/);
  });

  it("takes up a large blob where the connection broke, both ways", async () => {
    const proxy = await fragileProxy(server.port, 2_000_000);
    const address = proxy.address();
    const through = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const large = noise(10_000_000);
    const { blobs } = remoteStore({ url: through, token, cache: cache() });
    const hash = await blobs.put(large);
    expect(Buffer.from(await store.blobs.get(hash)).equals(large)).toBe(true);
    const up = proxy.cuts;
    expect(up).toBeGreaterThan(0);
    proxy.cuts = 0;
    const other = remoteStore({ url: through, token, cache: cache() });
    expect(Buffer.from(await other.blobs.get(hash)).equals(large)).toBe(true);
    expect(proxy.cuts).toBeGreaterThan(0);
    proxy.close();
  });

  it("refuses who has no token, bytes under a wrong name, what is too large, and anything else", async () => {
    for (const headers of [{ authorization: "" }, { authorization: "Bearer wrong" }, { authorization: `Basic ${token}` }])
      expect((await at(`/blobs/${sha256("x")}`, { headers })).status).toBe(401);
    expect((await at(`/blobs/${sha256("x")}`, { method: "PUT", body: "y" })).status).toBe(422);
    expect(await store.blobs.has(sha256("y"))).toBe(false);
    const pieces = { "content-range": "bytes 0-0/99999999999" };
    expect((await at(`/blobs/${sha256("x")}`, { method: "PUT", body: "y", headers: pieces })).status).toBe(413);
    expect((await at(`/blobs/${sha256("x")}`, { method: "PUT", body: noise(8 * 1024 * 1024 + 1) })).status).toBe(413);
    for (const path of ["/", "/blobs/../../etc/passwd", "/blobs/ABC", `/units/${sha256("x")}`, `/blobs/${sha256("x")}/more`])
      expect((await at(path)).status).toBe(404);
    expect((await at(`/blobs/${sha256("x")}`, { method: "DELETE" })).status).toBe(405);
    expect((await at(`/endings/${sha256("x")}`, { method: "PUT", body: '{"output": 1}' })).status).toBe(422);
    await expect(remoteStore({ url, token: "another", cache: cache() }).blobs.get(sha256("x"))).rejects.toThrow(
      "refuses the token; set T2S_STORE_TOKEN",
    );
  });

  it("is waited for while it does not answer, and given up in one sentence", async () => {
    const { blobs } = remoteStore({ url: "http://127.0.0.1:59998", token, cache: cache(), patienceMs: 400 });
    await expect(blobs.get(sha256("x"))).rejects.toThrow(
      /the store at http:\/\/127\.0\.0\.1:59998 cannot be used \(.*ECONNREFUSED.*\); see that the run goes on/,
    );
  });
});
