import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { beside, newWriter, recoverFolder } from "./folder-leftovers.ts";
import { runWriter } from "./killed-writer.fixture.ts";
import { makeFolder } from "./make-folder.ts";
import { swapFolder } from "./swap-folder.ts";

const source = join(import.meta.dirname, "swap-folder.ts");
let root = "";
let target = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-swap-"));
  target = join(root, "deep/it");
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const fill =
  (text: string) =>
  async (fresh: string): Promise<void> => {
    await writeFile(join(fresh, "a"), text);
    await writeFile(join(fresh, "b"), text);
  };
const shown = async (): Promise<string> => (await readFile(join(target, "a"), "utf8")) + (await readFile(join(target, "b"), "utf8"));
const names = (): Promise<string[]> => readdir(join(root, "deep"));
const statement = (text: string): string => `
  const { writeFile } = await import("node:fs/promises");
  await m.swapFolder(${JSON.stringify(target)}, async (fresh) => {
    await writeFile(fresh + "/a", ${JSON.stringify(text)});
    await writeFile(fresh + "/b", ${JSON.stringify(text)});
  });`;

describe("a writer that is killed", () => {
  it("between the renames loses nothing: the next look puts the old folder back, the next write goes through", async () => {
    await swapFolder(target, fill("1"));
    expect(await runWriter(source, statement("2"), "between-renames")).toBe("SIGKILL");
    expect((await names()).map((name) => name.replace(/[0-9a-f]+-\d+-\d+-[0-9a-f]+/, "W")).sort()).toEqual([".it.W.old", ".it.W.tmp"]);
    await recoverFolder(target);
    expect(await names()).toEqual(["it"]);
    expect(await shown()).toBe("11");

    await runWriter(source, statement("3"), "between-renames");
    await swapFolder(target, fill("4"));
    expect(await names()).toEqual(["it"]);
    expect(await shown()).toBe("44");
  });

  it("behind the second rename leaves the new folder, and what it set aside is removed", async () => {
    await swapFolder(target, fill("1"));
    expect(await runWriter(source, statement("2"), "before-removal")).toBe("SIGKILL");
    expect(await names()).toHaveLength(2);
    await recoverFolder(target);
    expect(await names()).toEqual(["it"]);
    expect(await shown()).toBe("22");
  });

  it("of an earlier version is put right too, and the latest of several is taken", async () => {
    await mkdir(join(root, "deep"));
    for (const n of ["1", "2"]) {
      await mkdir(join(root, "deep/x"));
      await fill(n)(join(root, "deep/x"));
      await new Promise((done) => setTimeout(done, 10));
      // No process has an id as high as this.
      await rename(join(root, "deep/x"), join(root, `deep/.it.99999999${n}-0123456789ab.old`));
    }
    await recoverFolder(target);
    expect(await names()).toEqual(["it"]);
    expect(await shown()).toBe("22");
  });
});

it("what a living writer has beside the folder is not touched", async () => {
  await swapFolder(target, fill("1"));
  const old = beside(target, newWriter(), "old");
  await rename(target, old);
  await recoverFolder(target);
  expect(await names()).toEqual([old.slice(join(root, "deep/").length)]);
});

it("names that only look alike are left alone", async () => {
  await swapFolder(target, fill("1"));
  const others = [".it.notes.old", ".it.12.old", ".item.999999999-0123456789ab.old"];
  for (const name of others) await mkdir(join(root, "deep", name));
  await swapFolder(target, fill("2"));
  expect((await names()).sort()).toEqual([...others, "it"].sort());
});

describe("several writers at once", () => {
  it("leave one whole folder and nothing else, in one process", async () => {
    await Promise.all(Array.from({ length: 30 }, (_, i) => swapFolder(target, fill(String.fromCharCode(65 + i)))));
    expect(await names()).toEqual(["it"]);
    expect(await shown()).toMatch(/^(.)\1$/);
  });

  it("do so in several processes", async () => {
    const storm = (text: string): string => `for (let i = 0; i < 60; i++) { ${statement(text)} }`;
    expect(await Promise.all(["x", "y", "z"].map((text) => runWriter(source, storm(text))))).toEqual([0, 0, 0]);
    expect(await names()).toEqual(["it"]);
    expect(await shown()).toMatch(/^([xyz])\1$/);
  });

  it("that must not replace anything leave the first one's", async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => swapFolder(target, fill("1"), { replace: false })));
    expect(made.filter((one) => one)).toHaveLength(1);
    expect(await swapFolder(target, fill("2"), { replace: false })).toBe(false);
    expect(await shown()).toBe("11");
    expect(await names()).toEqual(["it"]);
  });
});

it("a folder that could not be filled changes nothing", async () => {
  await swapFolder(target, fill("1"));
  await expect(swapFolder(target, () => Promise.reject(new Error("no ink")))).rejects.toThrow("no ink");
  expect(await shown()).toBe("11");
  expect(await names()).toEqual(["it"]);
});

describe("makeFolder", () => {
  it("makes parents, and finds them there", async () => {
    await Promise.all([1, 2, 3].map(() => makeFolder(join(root, "a/b/c"))));
    expect(await readdir(join(root, "a/b"))).toEqual(["c"]);
  });

  it.skipIf(process.platform !== "linux")("ends where nothing can be written", async () => {
    await expect(makeFolder("/proc/none/deep/er")).rejects.toThrow(/^\/proc\/none cannot be made/);
  });

  it("says what is in the way", async () => {
    await writeFile(join(root, "file"), "");
    await symlink(join(root, "nowhere"), join(root, "link"));
    await expect(makeFolder(join(root, "file/a"))).rejects.toThrow(/file is a file/);
    await expect(makeFolder(join(root, "link/a"))).rejects.toThrow(/is a link to nowhere/);
    await expect(makeFolder(join(root, "link/a"))).rejects.toThrow(UsageError);
  });
});
