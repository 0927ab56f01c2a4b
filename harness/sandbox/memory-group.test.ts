import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { descendants, findGroupParent, makeGroup, sweepGroups, usableGroupParent } from "./memory-group.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "t2s-cgroup-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("findGroupParent", () => {
  it("finds the controllers of version 1 at this process's own groups", () => {
    for (const controller of ["memory", "pids"]) {
      mkdirSync(join(root, controller, "mine"), { recursive: true });
      writeFileSync(join(root, controller, "mine/cgroup.procs"), "");
    }
    const own = new Map([
      ["memory", "/mine"],
      ["pids", "/mine"],
    ]);
    expect(findGroupParent(root, own)).toEqual({ version: 1, folders: [join(root, "memory/mine"), join(root, "pids/mine")] });
    expect(findGroupParent(root, new Map([["memory", "/other"]]))).toBeUndefined();
  });

  it("finds version 2 only where both controllers are handed down", () => {
    writeFileSync(join(root, "cgroup.subtree_control"), "cpu memory pids\n");
    expect(findGroupParent(root, new Map())).toEqual({ version: 2, folders: [root] });
    writeFileSync(join(root, "cgroup.subtree_control"), "cpu pids\n");
    expect(findGroupParent(root, new Map())).toBeUndefined();
  });

  it("finds nothing where nothing is mounted", () => {
    expect(findGroupParent(join(root, "none"), new Map())).toBeUndefined();
  });
});

const real = process.getuid?.() === 0 ? await usableGroupParent() : undefined;

describe.skipIf(real === undefined)(`a real group${real === undefined ? " (skipped: no cgroup may be made here)" : ""}`, () => {
  it("holds what is put in and goes when empty", async () => {
    if (real === undefined) return;
    const group = await makeGroup(real, "test", 64, 20);
    const folder = join(real.folders[0] ?? "", `t2s-${process.pid}-test`);
    expect(existsSync(folder)).toBe(true);
    const limit = readFileSync(join(folder, real.version === 1 ? "memory.limit_in_bytes" : "memory.max"), "utf8");
    expect(Number(limit)).toBe(64 * 1024 * 1024);
    await group.add([999_999_999]).catch((error) => expect(error.code).toBe("EINVAL"));
    await group.remove();
    expect(existsSync(folder)).toBe(false);
  });

  it("is swept away when its harness process is gone, and left alone while it lives", () => {
    if (real === undefined) return;
    for (const folder of real.folders) mkdirSync(join(folder, "t2s-999999999-old"));
    for (const folder of real.folders) mkdirSync(join(folder, `t2s-${process.pid}-new`));
    sweepGroups(real);
    expect(real.folders.map((folder) => existsSync(join(folder, "t2s-999999999-old")))).toEqual(real.folders.map(() => false));
    expect(real.folders.map((folder) => existsSync(join(folder, `t2s-${process.pid}-new`)))).toEqual(real.folders.map(() => true));
    for (const folder of real.folders) rmdirSync(join(folder, `t2s-${process.pid}-new`));
  });
});

it("descendants of a process that is not there are none", () => {
  expect(descendants(999_999_999)).toEqual([]);
});
