import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { sha256 } from "../core/json.ts";
import { importDataset } from "./import-dataset.ts";
import { type Member, tar, tarGz } from "./make-tar.fixture.ts";
import { type DataManifest, dataManifestSchema } from "./manifest.ts";
import { fileFact, listTree, treeDigest } from "./tree-digest.ts";
import { verifyDataset } from "./verify-dataset.ts";

const here = dirname(fileURLToPath(import.meta.url));
const content: readonly (readonly [string, string])[] = [
  ["dataset.json", '[{"id":1}]'],
  ["spreadsheet/1/1_1_input .xlsx", "start"],
  ["spreadsheet/1/1_1_answer.xlsx", "gold"],
];
const inside = (folder: string): Member[] => content.map(([path, text]) => ({ path: `${folder}/${path}`, content: text }));
const digest = treeDigest(content.map(([path, text]) => ({ path, bytes: text.length, sha256: sha256(text) })));
const partDigest = treeDigest(content.slice(0, 2).map(([path, text]) => ({ path, bytes: text.length, sha256: sha256(text) })));

let root: string;
let dataDir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "t2s-data-"));
  dataDir = join(root, "data");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function manifest(change: Record<string, unknown> = {}): DataManifest {
  const common = { title: "T", licence: "L", provenance: "somewhere", index: "dataset.json" };
  return dataManifestSchema.parse({
    benchmark: "demo",
    sets: [
      {
        ...common,
        set: "verified",
        folders: ["demo_400"],
        archives: [sha256(tarGz(inside("demo_400")))],
        trees: [
          { label: "complete", files: 3, digest },
          { label: "the first two files", files: 2, digest: partDigest },
        ],
        ...change,
      },
      { ...common, set: "full", folders: ["demo_912"], trees: [{ label: "complete", files: 5465 }] },
    ],
  });
}

function archive(bytes: Uint8Array, name = "in.tar.gz"): string {
  const path = join(root, name);
  writeFileSync(path, bytes);
  return path;
}

const leftOvers = () => (existsSync(dataDir) ? readdirSync(dataDir).filter((n) => n.startsWith(".staging-")) : []);

describe("importDataset", () => {
  it("strips the top folder, tells the set by its content, and changes nothing the second time", async () => {
    const from = archive(
      tarGz([{ path: "whatever/", type: "5" }, ...inside("whatever"), { path: "whatever/._dataset.json", content: "mac" }]),
    );
    const [first] = await importDataset(manifest({ archives: [] }), dataDir, from);
    expect(first).toMatchObject({ set: "verified", files: 3, bytes: 19, digest, published: "complete", already: false, warnings: [] });
    expect(readFileSync(join(dataDir, "verified", "spreadsheet/1/1_1_input .xlsx"), "utf8")).toBe("start");
    expect((await listTree(join(dataDir, "verified"))).files).toEqual(content.map(([path]) => path).sort());
    const [second] = await importDataset(manifest({ archives: [] }), dataDir, from);
    expect(second).toMatchObject({ already: true });
    expect(leftOvers()).toEqual([]);
  });

  it("reads plain tar, folders, the set's parent folder, and a repository holding several sets", async () => {
    const repository = [
      ...inside("repo/data/demo_400"),
      { path: "repo/data/demo_912/dataset.json", content: "[]" },
      { path: "repo/README.md", content: "r" },
    ];
    const both = await importDataset(manifest(), dataDir, archive(tar(repository), "repo.tar"));
    expect(both.map((r) => r.set)).toEqual(["verified", "full"]);
    const copy = join(root, "checkout");
    cpSync(join(dataDir, "verified"), join(copy, "demo_400"), { recursive: true });
    // A receipt lying in the source is no part of the data.
    const again = await importDataset(manifest(), join(root, "other"), copy);
    expect(again).toMatchObject([{ set: "verified", digest, published: "complete" }]);
    expect(await importDataset(manifest(), join(root, "third"), join(copy, "demo_400"))).toMatchObject([{ set: "verified", digest }]);
  });

  it("accepts changed and partial data with a warning, and other archives of the same files", async () => {
    const half = await importDataset(manifest(), dataDir, archive(tarGz(inside("half").slice(0, 2))));
    expect(half[0]?.warnings[0]).toMatch(/not the whole set: the first two files \(2 files\)/);
    const changed = await importDataset(
      manifest(),
      dataDir,
      archive(tarGz([...inside("demo_400"), { path: "demo_400/more", content: "x" }])),
    );
    expect(changed[0]?.published).toBeUndefined();
    expect(changed[0]?.warnings).toHaveLength(1);
    expect(changed[0]?.warnings[0]).toMatch(/not what was published: 4 files .* published set has 3/);
    const plain = await importDataset(manifest(), dataDir, archive(tar(inside("demo_400"))));
    expect(plain[0]).toMatchObject({ published: "complete", already: false });
    expect(plain[0]?.warnings[0]).toMatch(/not byte for byte a known one .* every file in it is as published/);
    const known = await importDataset(manifest(), join(root, "new"), archive(tarGz(inside("demo_400"))));
    expect(known[0]?.warnings).toEqual([]);
  });

  it("knows a set by another name of its index file, and keeps that name", async () => {
    const from = (name: string): string => archive(tarGz([{ path: `demo_400/${name}`, content: "[]" }]), `${name}.tar.gz`);
    const known = manifest({ otherIndexes: ["dataset_long.json"] });
    await importDataset(known, dataDir, from("dataset_long.json"));
    expect(readdirSync(join(dataDir, "verified"))).toContain("dataset_long.json");
    await expect(importDataset(known, dataDir, from("other.json"))).rejects.toThrow("holds no dataset.json or dataset_long.json");
  });

  it("asks which set it is when nothing tells, and takes the answer", async () => {
    const from = archive(tarGz([{ path: "unknown/dataset.json", content: "{}" }]));
    await expect(importDataset(manifest(), dataDir, from)).rejects.toThrow(/--set verified or full/);
    expect(await importDataset(manifest(), dataDir, from, { set: "full" })).toMatchObject([{ set: "full" }]);
    await expect(importDataset(manifest(), dataDir, from, { set: "nope" })).rejects.toThrow(
      /no data set called "nope"; choose one of: verified, full/,
    );
  });

  it.each<[string, Member[], RegExp]>([
    ["an absolute path", [{ path: "/etc/cron.d/x", content: "x" }], /its path is absolute/],
    ["a path that goes up", [{ path: "top/../../x", content: "x" }], /goes up with/],
    ["a symbolic link", [{ path: "top/dataset.json", type: "2", link: "/etc/shadow" }], /is a link/],
    ["a hard link", [{ path: "top/dataset.json", type: "1", link: "/etc/shadow" }], /is a link/],
    ["a device", [{ path: "top/null", type: "3" }], /is a special file/],
    ["a backslash", [{ path: "top\\..\\x", content: "x" }], /backslash/],
    ["a control character", [{ path: "top/a\nb", content: "x" }], /control character/],
    ["a path twice", [...inside("demo_400"), ...inside("demo_400")], /twice/],
    [
      "a file used as a folder",
      [
        { path: "top/a", content: "x" },
        { path: "top/a/b", content: "x" },
      ],
      /twice, or once as a file and once as a folder/,
    ],
    ["no index file", [{ path: "top/readme.txt", content: "x" }], /holds no dataset\.json/],
  ])("refuses %s and leaves nothing", async (_what, members, message) => {
    const failing = importDataset(manifest(), dataDir, archive(tarGz(members)));
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toBeInstanceOf(UsageError);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("stops at its caps", async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ path: `top/${i}`, content: "x" }));
    const small = manifest({ maxFiles: 10, maxBytes: 1000 });
    const onlySmall = { ...small, sets: small.sets.slice(0, 1) };
    await expect(importDataset(onlySmall, dataDir, archive(tarGz(many)))).rejects.toThrow(/more than 10 files/);
    const bomb = tarGz([{ path: "top/zeros", content: Buffer.alloc(1_000_000) }]);
    await expect(importDataset(onlySmall, dataDir, archive(bomb))).rejects.toThrow(/more than 1000 bytes/);
    const folders = Array.from({ length: 30 }, (_, i) => ({ path: `top/${i}/`, type: "5" }));
    await expect(importDataset(onlySmall, dataDir, archive(tarGz(folders)))).rejects.toThrow(/more than 20 members/);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("reports damage and absence in a sentence, and keeps the copy that is there", async () => {
    const sound = tarGz(inside("demo_400"));
    await importDataset(manifest(), dataDir, archive(sound));
    await expect(importDataset(manifest(), dataDir, archive(sound.subarray(0, 100)))).rejects.toThrow(/damaged/);
    const garbled = Buffer.from(sound);
    garbled.fill(7, 30, 60);
    await expect(importDataset(manifest(), dataDir, archive(garbled))).rejects.toThrow(/damaged/);
    await expect(importDataset(manifest(), dataDir, archive(Buffer.from("not an archive")))).rejects.toThrow(/damaged or is no \.tar/);
    await expect(importDataset(manifest(), dataDir, join(root, "nowhere"))).rejects.toThrow(/There is nothing at/);
    const linked = join(root, "linked");
    mkdirSync(linked);
    writeFileSync(join(linked, "dataset.json"), "[]");
    symlinkSync("/etc/passwd", join(linked, "gold.xlsx"));
    await expect(importDataset(manifest(), dataDir, linked, { set: "full" })).rejects.toThrow(/gold\.xlsx is a link/);
    expect(await verifyDataset(manifest(), dataDir)).toMatchObject([{ state: "intact", published: "complete" }, { state: "absent" }]);
    expect(leftOvers()).toEqual([]);
  });

  it("repairs a damaged copy", async () => {
    const from = archive(tarGz(inside("demo_400")));
    await importDataset(manifest(), dataDir, from);
    rmSync(join(dataDir, "verified/spreadsheet/1/1_1_answer.xlsx"));
    expect(await importDataset(manifest(), dataDir, from)).toMatchObject([{ already: false }]);
    expect(await verifyDataset(manifest(), dataDir, { set: "verified" })).toMatchObject([{ state: "intact" }]);
  });

  it("removes what a killed process left, and only that", async () => {
    mkdirSync(join(dataDir, ".staging-999999999-1-abcdef01/x"), { recursive: true });
    const own = `.staging-${process.pid}-0-abcdef01`;
    mkdirSync(join(dataDir, own));
    await importDataset(manifest(), dataDir, archive(tarGz(inside("demo_400"))));
    expect(readdirSync(dataDir).sort()).toEqual([own, "verified"]);
  });

  it("survives several processes at once, also with different data", async () => {
    const one = archive(tarGz(inside("demo_400")), "one.tar.gz");
    const two = archive(tarGz([...inside("demo_400"), { path: "demo_400/more", content: "x" }]), "two.tar.gz");
    const script = `
      import { importDataset } from ${JSON.stringify(join(here, "import-dataset.ts"))};
      for (let i = 0; i < 8; i += 1) await importDataset(${JSON.stringify(manifest())}, ${JSON.stringify(dataDir)}, process.argv[1]);`;
    const runs = [one, two, one].map(
      (from) =>
        new Promise<number | null>((done) => {
          const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script, from], {
            stdio: ["ignore", "ignore", "inherit"],
          });
          child.on("exit", (code) => done(code));
        }),
    );
    expect(await Promise.all(runs)).toEqual([0, 0, 0]);
    const [result] = await verifyDataset(manifest(), dataDir, { set: "verified" });
    expect(result?.state).toBe("intact");
    expect([3, 4]).toContain(result?.files);
    expect(leftOvers()).toEqual([]);
  });

  const bwrap = spawnSync("bwrap", ["--ro-bind", "/", "/", "--dev", "/dev", "--size", "65536", "--tmpfs", "/mnt", "true"]).status === 0;
  it.skipIf(!bwrap)("leaves nothing half on a full disk (needs bubblewrap for a small file system)", () => {
    const from = archive(tarGz([...inside("demo_400"), { path: "demo_400/big", content: Buffer.alloc(3_000_000, 1) }]));
    const script = `
      import { readdirSync } from "node:fs";
      import { importDataset } from ${JSON.stringify(join(here, "import-dataset.ts"))};
      try { await importDataset(${JSON.stringify(manifest())}, "/mnt/data", ${JSON.stringify(from)}); console.log("imported"); }
      catch (error) { console.log(error.name, error.message, JSON.stringify(readdirSync("/mnt/data"))); }`;
    const box = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--size", "1000000", "--tmpfs", "/mnt"];
    const output = execFileSync("bwrap", [...box, process.execPath, "--import", "tsx", "--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    expect(output.trim()).toBe(
      "UsageError The disk holding /mnt/data is full; nothing was left half written: free some space and run the command again. []",
    );
  });
});

describe("verifyDataset", () => {
  it("names every missing, changed and extra file", async () => {
    await importDataset(manifest(), dataDir, archive(tarGz(inside("demo_400"))));
    const folder = join(dataDir, "verified");
    rmSync(join(folder, "spreadsheet/1/1_1_answer.xlsx"));
    writeFileSync(join(folder, "dataset.json"), '[{"id":2}]');
    writeFileSync(join(folder, "new.txt"), "");
    symlinkSync("/etc/passwd", join(folder, "spreadsheet/link"));
    expect(await verifyDataset(manifest(), dataDir, { set: "verified" })).toMatchObject([
      {
        state: "damaged",
        missing: ["spreadsheet/1/1_1_answer.xlsx"],
        changed: ["dataset.json"],
        extra: ["new.txt", "spreadsheet/link"],
      },
    ]);
  });

  it("judges a folder unpacked by hand by what was published", async () => {
    await importDataset(manifest(), dataDir, archive(tarGz(inside("demo_400"))));
    const folder = join(dataDir, "verified");
    for (const receipt of [undefined, "{", '{"v":2}']) {
      rmSync(join(folder, ".t2s-receipt.json"), { force: true });
      if (receipt !== undefined) writeFileSync(join(folder, ".t2s-receipt.json"), receipt);
      expect(await verifyDataset(manifest(), dataDir, { set: "verified" })).toMatchObject([{ state: "intact", published: "complete" }]);
    }
    writeFileSync(join(folder, "new.txt"), "");
    expect(await verifyDataset(manifest(), dataDir, { set: "verified" })).toMatchObject([{ state: "unknown", files: 4 }]);
  });

  it("has a digest that depends on paths, sizes and contents only", async () => {
    await importDataset(manifest(), dataDir, archive(tarGz(inside("demo_400"))));
    const folder = join(dataDir, "verified");
    const facts = await Promise.all((await listTree(folder)).files.map((f) => fileFact(folder, f)));
    expect(treeDigest(facts.reverse())).toBe(digest);
    // The documented format, spelled out.
    const lines = content.map(([path, text]) => `${path}\0${text.length}\0${sha256(text)}\n`).sort();
    expect(sha256(lines.join(""))).toBe(digest);
  });
});
