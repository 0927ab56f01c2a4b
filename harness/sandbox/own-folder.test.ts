import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimFolder, everybodyMayEnter, joinInside } from "./own-folder.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "t2s-own-")));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const root = process.getuid?.() === 0;

describe("claimFolder", () => {
  it("makes a folder all may read and only we may change, whatever the umask", () => {
    const before = process.umask(0o077);
    try {
      claimFolder(join(folder, "a/b"));
    } finally {
      process.umask(before);
    }
    expect(lstatSync(join(folder, "a/b")).mode & 0o777).toBe(0o755);
    mkdirSync(join(folder, "open"));
    chmodSync(join(folder, "open"), 0o777);
    claimFolder(join(folder, "open"));
    expect(lstatSync(join(folder, "open")).mode & 0o777).toBe(0o755);
  });

  it("refuses a link, and a folder below one that others may change", () => {
    symlinkSync(tmpdir(), join(folder, "link"));
    expect(() => claimFolder(join(folder, "link"))).toThrow(/is not a folder; remove it/);
    mkdirSync(join(folder, "shared/mine"), { recursive: true });
    chmodSync(join(folder, "shared"), 0o777);
    expect(() => claimFolder(join(folder, "shared/mine"))).toThrow(/can be changed by other users/);
    chmodSync(join(folder, "shared"), 0o1777);
    expect(() => claimFolder(join(folder, "shared/mine"))).not.toThrow();
  });

  it.skipIf(!root)("refuses a folder of another user, and one below it (needs root)", () => {
    mkdirSync(join(folder, "theirs/ours"), { recursive: true });
    chownSync(join(folder, "theirs"), 12_345, 12_345);
    expect(() => claimFolder(join(folder, "theirs"))).toThrow(/belongs to another user/);
    expect(() => claimFolder(join(folder, "theirs/ours"))).toThrow(/can be changed by other users/);
  });
});

it("everybodyMayEnter looks at every folder on the way", () => {
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "a"));
  chmodSync(join(folder, "a"), 0o755);
  expect(everybodyMayEnter(join(folder, "a"))).toBe(true);
  chmodSync(folder, 0o700);
  expect(everybodyMayEnter(join(folder, "a"))).toBe(false);
});

it.each(["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/", "a\0b"])("joinInside refuses %j", (path) => {
  expect(() => joinInside("/skill", path)).toThrow(/expected a relative path/);
});
