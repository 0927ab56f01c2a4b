import { spawn } from "node:child_process";
import { lutimes, mkdtemp, readdir, readFile, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashJson } from "../core/json.ts";
import { collectGarbage, inspectStore } from "./clean.ts";
import { mergeStore } from "./merge-stores.ts";
import { thisProcess } from "./process-identity.ts";
import { holdStore, lockExperiment, openStore, type Store, shareStore } from "./store.ts";
import type { UnitRecord } from "./units.ts";

let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-store-"));
  store = openStore(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

function unit(n: number, blobs: string[] = []): UnitRecord {
  const spec = { kind: "test", rev: 1, n };
  return {
    v: 1,
    key: hashJson(spec),
    spec,
    result: { n },
    blobs,
    volatile: { startedAt: "2026-01-01T00:00:00Z", ms: n, host: "here", costUsd: 0, attempts: 1 },
  };
}

describe("blobs", () => {
  it("gives back what was put, compressed or not, and puts equal bytes once", async () => {
    for (const bytes of [
      Buffer.from(""),
      Buffer.from("x"),
      Buffer.from("long text ".repeat(1000)),
      Buffer.from([0x50, 0x4b, ...Array(600).fill(7)]),
    ]) {
      const hash = await store.blobs.put(bytes);
      expect(await store.blobs.put(bytes)).toBe(hash);
      expect(Buffer.from(await store.blobs.get(hash)).equals(bytes)).toBe(true);
    }
  });

  it("names the file of a damaged and of a missing blob", async () => {
    const hash = await store.blobs.put(Buffer.from("long text ".repeat(1000)));
    const path = store.blobs.pathsOf(hash)[1] ?? "";
    await writeFile(path, "rubbish");
    await expect(openStore(root).blobs.get(hash)).rejects.toThrow(path);
    await rm(path);
    await expect(openStore(root).blobs.get(hash)).rejects.toThrow(/missing/);
  });
});

describe("units", () => {
  it("keeps the first of two samples of one key", async () => {
    const first = unit(1);
    const second = { ...first, result: { n: "another draw" } };
    expect(await store.units.putIfAbsent(first)).toEqual(first);
    expect((await store.units.putIfAbsent(second)).result).toEqual({ n: 1 });
    expect((await store.units.get(first.key))?.result).toEqual({ n: 1 });
  });

  it("lets exactly one of many concurrent writers win", async () => {
    const results = await Promise.all(Array.from({ length: 40 }, (_, i) => store.units.putIfAbsent({ ...unit(5), result: { i } })));
    expect(new Set(results.map((r) => JSON.stringify(r.result))).size).toBe(1);
    expect(await readdir(join(store.root, "tmp"))).toEqual([]);
  });

  it("refuses a damaged unit and one whose content belongs to another key", async () => {
    const a = await store.units.putIfAbsent(unit(1));
    const b = await store.units.putIfAbsent(unit(2));
    await writeFile(store.units.pathOf(a.key), await readFile(store.units.pathOf(b.key)));
    await expect(store.units.get(a.key)).rejects.toThrow(/another key/);
    await writeFile(store.units.pathOf(a.key), "no gzip");
    await expect(store.units.get(a.key)).rejects.toThrow(/t2s store reindex/);
  });
});

describe("claims and locks", () => {
  it("gives a claim to one taker and frees it on dispose", async () => {
    const key = "ab".repeat(32);
    const taken = await store.claim(key);
    expect("heldBy" in taken).toBe(false);
    expect(await store.claim(key)).toEqual({ heldBy: thisProcess });
    if (!("heldBy" in taken)) await taken[Symbol.asyncDispose]();
    expect("heldBy" in (await store.claim(key))).toBe(false);
  });

  it("takes over the claim of a process that was killed", async () => {
    const script = `import { openStore } from ${JSON.stringify(join(import.meta.dirname, "store.ts"))};
      await openStore(${JSON.stringify(root)}).claim("cd".repeat(32)); console.log("held"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: join(import.meta.dirname, "../.."),
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(await store.claim("cd".repeat(32))).toHaveProperty("heldBy.pid", child.pid);
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    expect("heldBy" in (await store.claim("cd".repeat(32)))).toBe(false);
  });

  it("passes over a claim of another host that has shown no sign of life, and respects one that has", async () => {
    const key = "ff".repeat(32);
    const file = `${join(store.root, "claims", "ff", key)}.0`;
    const mine = await store.claim(key);
    expect("heldBy" in mine).toBe(false);
    await unlink(file);
    await symlink(JSON.stringify({ ...thisProcess, host: "a-container" }), file);
    expect(await store.claim(key)).toHaveProperty("heldBy.host", "a-container");
    await lutimes(file, new Date(), new Date(Date.now() - 6 * 60_000));
    expect("heldBy" in (await store.claim(key))).toBe(false);
  });

  it("gives one of many concurrent takers a stale claim", async () => {
    const path = `${join(store.root, "claims", "ee", "ee".repeat(32))}.0`;
    const first = await store.claim("ee".repeat(32));
    expect("heldBy" in first).toBe(false);
    await unlink(path);
    // A plain file, as a copy of a store may have it.
    await writeFile(path, JSON.stringify({ ...thisProcess, start: "1" }));
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.claim("ee".repeat(32))));
    expect(taken.filter((t) => !("heldBy" in t))).toHaveLength(1);
  });

  it("refuses a second process in an experiment folder and cleaning during a run", async () => {
    const folder = join(root, "exp");
    await using _lock = await lockExperiment(folder);
    await expect(lockExperiment(folder)).rejects.toThrow(`in use by process ${process.pid}`);
    const run = await shareStore(store);
    await expect(holdStore(store)).rejects.toThrow(/running an experiment/);
    await run[Symbol.asyncDispose]();
    const alone = await holdStore(store);
    await expect(shareStore(store)).rejects.toThrow(/being cleaned/);
    await alone[Symbol.asyncDispose]();
    await (await shareStore(store))[Symbol.asyncDispose]();
  });
});

describe("cleaning", () => {
  it("sets damaged files aside with the units that need them, and keeps the rest", async () => {
    const blob = await store.blobs.put(Buffer.from("needed"));
    const other = await store.blobs.put(Buffer.from("fine"));
    const broken = await store.units.putIfAbsent(unit(1, [blob]));
    const whole = await store.units.putIfAbsent(unit(2, [other]));
    await writeFile(store.blobs.pathsOf(blob)[0] ?? "", "changed");
    const found = await inspectStore(openStore(root));
    expect(found).toMatchObject({ units: 1, blobs: 1, orphaned: [broken.key] });
    expect(await openStore(root).units.get(broken.key)).toBeUndefined();
    expect(await openStore(root).units.get(whole.key)).toBeDefined();
    expect((await readdir(join(store.root, "damaged"))).length).toBe(2);
  });

  it("keeps journals of units that are not done, and takes them along where stores are joined", async () => {
    const done = await store.units.putIfAbsent(unit(1));
    const pending = "ab".repeat(32);
    const calls = [{ request: "cd".repeat(32), answer: "yes" }];
    for (const key of [done.key, pending]) await store.journals.write(key, calls);
    const other = openStore(join(root, "other"));
    await mergeStore(store, other);
    expect(await other.journals.read(pending)).toEqual(calls);
    expect(await other.journals.read(done.key)).toEqual([]);
    expect(await collectGarbage(store, [], { dryRun: false })).toMatchObject({ scratch: 1 });
    expect(await store.journals.read(pending)).toEqual(calls);
    expect(await store.journals.read(done.key)).toEqual([]);
  });

  it("deletes only blobs that nothing names, directly or through an arm or task", async () => {
    const prompt = await store.blobs.put(Buffer.from("a prompt"));
    const arm = await store.blobs.put(Buffer.from(JSON.stringify({ prompts: { system: prompt } })));
    const root_ = await store.blobs.put(Buffer.from("held by a lock file"));
    const lonely = await store.blobs.put(Buffer.from("nobody's"));
    const spec = { kind: "test", rev: 1, arm };
    await store.units.putIfAbsent({ ...unit(1), spec, key: hashJson(spec) });
    expect(await collectGarbage(store, [root_], { dryRun: true })).toMatchObject({ blobs: 1 });
    expect(await collectGarbage(store, [root_], { dryRun: false })).toMatchObject({ blobs: 1 });
    const after = openStore(root);
    for (const hash of [prompt, arm, root_]) expect(await after.blobs.has(hash)).toBe(true);
    expect(await after.blobs.has(lonely)).toBe(false);
  });
});
