import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../core/json.ts";
import { openBlobs } from "../store/blobs.ts";
import { openStore } from "../store/store.ts";
import { manifestName, manifestText, parseManifest } from "./manifest.ts";
import { isArchiveName, openBundle, packFolder } from "./pack-bundle.ts";
import { experimentName, smallBenchmark, writeSmallExperiment } from "./small-experiment.fixture.ts";
import { type Verification, verifyBundle } from "./verify-bundle.ts";
import { writeBundle } from "./write-bundle.ts";

let home: string;
let whole: string;
let root: string;

const bundle = async (to: string): Promise<string> => {
  await mkdir(to);
  const results = join(home, "results");
  const made = { version: "0.0.0", node: "v20" };
  const summary = await writeBundle(to, {
    experiment: experimentName,
    experimentDir: join(results, experimentName),
    store: openStore(results),
    made,
    trajectories: false,
    hosts: false,
  });
  expect(summary.record.missing).toEqual([]);
  return summary.root;
};

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-bundle-test-"));
  await writeSmallExperiment(join(home, "results"));
  whole = join(home, "whole");
  root = await bundle(whole);
});
afterAll(() => rm(home, { recursive: true, force: true }));

let copies = 0;
/** A copy of the bundle in which one file was edited; with `forged`, the manifest was made to fit. */
async function edited(path: string, edit: (text: string) => string, forged: boolean): Promise<string> {
  const folder = join(home, `copy-${++copies}`);
  await cp(whole, folder, { recursive: true });
  const before = await readFile(join(folder, path), "utf8");
  const after = edit(before);
  expect(after, `the edit of ${path} changes nothing`).not.toBe(before);
  await writeFile(join(folder, path), after);
  if (forged) {
    const manifest = await readFile(join(folder, manifestName), "utf8");
    const listed = parseManifest(manifest).map((file) => (file.path === path ? { ...file, sha256: sha256(after) } : file));
    await writeFile(join(folder, manifestName), manifestText(listed));
  }
  return folder;
}

const texts = ({ findings }: Verification): readonly string[] => findings.map(({ text }) => text);

describe("a whole bundle", () => {
  it("verifies, with the published digest and with its scores made again, and is the same when it is made again", async () => {
    const scratch = openBlobs(join(home, "scratch"));
    const found = await verifyBundle(whole, {
      digest: `sha256:${root}`,
      rescoring: { benchmarks: { bench: smallBenchmark() }, dataDir: () => home, scratch },
    });
    expect(texts(found)).toEqual([]);
    expect(found.checks.map(({ check, looked }) => `${check}: ${looked}`)).toEqual([
      "digest: root digest against the published one",
      expect.stringMatching(/^files: \d+ files against the manifest$/),
      "ledger: 15 rows against 26 units and the plan of lock.json",
      expect.stringMatching(/^tables: 6 files made anew from ledger.jsonl, [\d,]+ values compared$/),
      "skills: 2 skills of arms and 1 evolutions: hashes, 14 lines, 1 edits applied again",
      "scores: 14 outcomes scored again from the submissions",
    ]);
    expect(await bundle(join(home, "again"))).toBe(root);
    expect(sha256(await readFile(join(whole, manifestName)))).toBe(root);
  });

  it("holds no name of a host or endpoint", async () => {
    const ledger = await readFile(join(whole, "ledger.jsonl"), "utf8");
    expect(ledger).not.toMatch(/secret-host|10\.0\.0\.1/);
  });

  it("goes through an archive unchanged, and two archives of it are equal", async () => {
    const [a, b] = [join(home, "a.tar.gz"), join(home, "b.tgz")];
    expect([a, b, whole].map(isArchiveName)).toEqual([true, true, false]);
    for (const file of [a, b]) await packFolder(whole, "small", file);
    expect(sha256(await readFile(a))).toBe(sha256(await readFile(b)));
    await using opened = await openBundle(a);
    expect(texts(await verifyBundle(opened.folder, { digest: root }))).toEqual([]);
  });
});

/** Every kind of edit, and the sentence that names it, also for an editor who made the manifest fit. */
const edits: readonly [what: string, path: string, edit: (text: string) => string, sentence: RegExp][] = [
  [
    "a number of tables.csv",
    "report/tables.csv",
    (text) => text.replace(/(mean,small,bench,sample,strict,evolved,,m,accuracy,)0\.8333\d*/, "$10.9333"),
    /^report\/tables\.csv line \d+, column estimate \(mean, small, bench, sample, strict, evolved, m, accuracy\): it says "0\.9333", the ledger gives "0\.83/,
  ],
  [
    "a number of tables.json",
    "report/tables.json",
    (text) => text.replace(/"estimate": 0\.8333\d*/, '"estimate": 0.9333'),
    /^report\/tables\.json at tables\[0\]\.cells\[\d\]\.estimate \(arm evolved, solver m, metric \w+\): it says 0\.9333, the ledger gives 0\.833/,
  ],
  [
    "a number of tables.md",
    "report/tables.md",
    (text) => text.replace("83.3 %", "93.3 %"),
    /^report\/tables\.md line \d+: it says ".*93\.3 %.*", the ledger gives ".*83\.3 %/,
  ],
  [
    "a verdict of a ledger row",
    "ledger.jsonl",
    (text) => text.replace('"passed":false,"scorer":"strict","value":0', '"passed":true,"scorer":"strict","value":1'),
    /^ledger\.jsonl line 1, episode \w{12} \(arm learning, m, task t0, seed 41\): the outcome of scorer strict is \{.*"passed":true.*\}, the unit it was made from says \{.*"passed":false/,
  ],
  [
    "the mark of generated tasks",
    "ledger.jsonl",
    (text) => text.replace('"simulated":["tasks"]', '"simulated":[]'),
    /^ledger\.jsonl line 1, episode .*: it is not marked as measured on generated tasks, lock\.json says the opposite$/,
  ],
  [
    "the cost of a row",
    "ledger.jsonl",
    (text) => text.replace('"costUsd":0.01', '"costUsd":0.001'),
    /^ledger\.jsonl line 1, .*: the cost is 0\.001, the unit it was made from says 0\.01$/,
  ],
  [
    "a row taken out",
    "ledger.jsonl",
    (text) =>
      text
        .split("\n")
        .filter((_, i) => i !== 5)
        .join("\n"),
    /^no row of ledger\.jsonl names the rollout unit \w{12} of units\.jsonl: a row was taken out or changed$/,
  ],
  [
    "a row that is none",
    "ledger.jsonl",
    (text) => text.replace('"type":"episode"', '"type":"fable"'),
    /^ledger\.jsonl line 1 is not a ledger row/,
  ],
  [
    "a unit",
    "units.jsonl",
    (text) => text.replace('"seed":41', '"seed":42'),
    /^units\.jsonl line 1: the key \w{12} is not the hash of the unit's spec$/,
  ],
  [
    "a line of an evolved skill",
    "evolutions/evolved/s41/skill/SKILL.md",
    (text) => text.replace("Count the carry", "Ignore the carry"),
    /^evolutions\/evolved\/s41\/skill\/SKILL\.md line \d+ is "Ignore the carry.*", applying the edits to the start skill again gives "Count the carry.*" \(edit m1\.1e1, support 2\)$/,
  ],
  [
    "a line of the start skill within the evolved one",
    "evolutions/evolved/s41/skill/SKILL.md",
    (text) => text.replace("Add the numbers.", "Guess."),
    /line \d+ is "Guess\.", applying the edits to the start skill again gives "Add the numbers\." \(the start skill\)$/,
  ],
  [
    "the evidence of an edit",
    "evolutions/evolved/s41/lineage.json",
    (text) => text.replace(/"t1"\n {6}\]/, '"t1",\n        "t9"\n      ]'),
    /^evolutions\/evolved\/s41\/lineage\.json: edit m1\.1e1 is said to rest on tasks t0, t1, t9, its patches on t0, t1$/,
  ],
  [
    "the episode of a patch",
    "evolutions/evolved/s41/patches/p000.json",
    (text) => text.replace(/"episode": "\w{64}"/, `"episode": "${"0".repeat(64)}"`),
    /^evolutions\/evolved\/s41\/lineage\.json: patch p000 is of another episode or task than patches\/p000\.json says$/,
  ],
  [
    "the arm in the lock file",
    "lock.json",
    (text) => text.replace('"id": "react",\n      "rev": 1', '"id": "react",\n      "rev": 2'),
    /^lock\.json: the record of arm no-skill with m has hash \w{12}, its key is "\w{64}"$/,
  ],
];

describe("an edited bundle", () => {
  it.each(edits)("%s is named", async (_what, path, edit, sentence) => {
    const forged = await verifyBundle(await edited(path, edit, true), { digest: root });
    expect(texts(forged)).toContainEqual(expect.stringMatching(sentence));
    expect(texts(forged)[0]).toMatch(
      /^the root digest of this bundle is \w{64}, the published one is \w{64}: this is not the bundle that was published$/,
    );
    const plain = await verifyBundle(await edited(path, edit, false));
    expect(texts(plain)[0]).toMatch(
      new RegExp(`^${path.replaceAll(".", "\\.")} was changed or swapped: its hash is \\w{12}, the manifest says \\w{12}$`),
    );
  });

  it("names swapped, missing and additional files", async () => {
    const folder = join(home, "swapped");
    await cp(whole, folder, { recursive: true });
    const blobs = parseManifest(await readFile(join(folder, manifestName), "utf8")).filter(({ path }) => path.startsWith("blobs/"));
    const [a = { path: "" }, b = { path: "" }, c = { path: "" }] = blobs;
    await cp(join(folder, a.path), join(folder, b.path));
    await rm(join(folder, c.path));
    await writeFile(join(folder, 'it\'s "new".txt'), "hello");
    expect(texts(await verifyBundle(folder))).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`${b.path} was changed or swapped`),
        expect.stringContaining(`${c.path} is missing: the manifest lists it`),
        'it\'s "new".txt is not in the manifest: it was added after the bundle was made',
      ]),
    );
  });

  it("says when the reference answers here are others than those that were used", async () => {
    const scratch = openBlobs(join(home, "scratch"));
    const benchmarks = { bench: smallBenchmark((i) => (i === 0 ? "7" : String(i + 1))) };
    const { checks, findings } = await verifyBundle(whole, { rescoring: { benchmarks, dataDir: () => home, scratch } });
    expect(findings).toEqual([]);
    expect(checks.at(-1)?.notes).toEqual([
      "bench sample: 3 scores were not made again: the reference answer on this machine is not the one that was used",
    ]);
  });

  it("catches a scorer that judges otherwise", async () => {
    const scratch = openBlobs(join(home, "scratch"));
    const real = smallBenchmark();
    const { strict } = real.scorers;
    if (strict === undefined) throw new TypeError("no scorer");
    const lenient: typeof strict = {
      ...strict,
      score: async () => ({ state: "graded", score: { scorer: "strict", value: 1, passed: true } }),
    };
    const { findings } = await verifyBundle(whole, {
      rescoring: { benchmarks: { bench: { ...real, scorers: { strict: lenient } } }, dataDir: () => home, scratch },
    });
    expect(findings.length).toBe(7);
    expect(findings[0]?.text).toMatch(
      /^episode \w{12} \(arm learning, m, task t0, seed 41\): the ledger says .*false.*, scoring the submission again gives .*true/,
    );
  });
});

describe("what is no bundle", () => {
  it("is refused in a sentence", async () => {
    await expect(openBundle(join(home, "nowhere"))).rejects.toThrow(/does not exist; expected a bundle/);
    await expect(openBundle(join(home, "results"))).rejects.toThrow(/has no manifest\.sha256, so it is no bundle/);
    await writeFile(join(home, "bad.tar.gz"), "not gzip");
    await expect(openBundle(join(home, "bad.tar.gz"))).rejects.toThrow(/is no whole \.tar\.gz/);
    await expect(verifyBundle(whole, { digest: "abc" })).rejects.toThrow(/--digest "abc" is no root digest/);
    expect(() => parseManifest(`${"0".repeat(64)}  ../x\n`)).toThrow(/line 1 names "\.\.\/x", which is no plain path/);
    expect(parseManifest(manifestText([{ path: 'a\nb\\"c', sha256: "0".repeat(64) }]))).toEqual([
      { path: 'a\nb\\"c', sha256: "0".repeat(64) },
    ]);
  });
});
