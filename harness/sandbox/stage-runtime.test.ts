import { execFile } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SandboxError, UsageError } from "../core/errors.ts";
import { packageClosure } from "./package-closure.ts";
import { stageRuntime } from "./stage-runtime.ts";
import { stageSkill } from "./stage-skill.ts";

/** In memory where possible: these tests copy thousands of small files. */
const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
let base: string;
beforeAll(() => {
  base = mkdtempSync(join(place, "t2s-stage-"));
});
afterAll(() => {
  rmSync(base, { recursive: true });
});

describe("stageRuntime", () => {
  it("copies the packages so that they load from there alone, readable by all", () => {
    const before = process.umask(0o077);
    const staged = stageRuntime(base);
    process.umask(before);
    const load = createRequire(join(staged.folder, "any.js"));
    expect(load.resolve("exceljs").startsWith(join(staged.folder, "node_modules/exceljs/"))).toBe(true);
    expect(staged.packages).toEqual({ exceljs: load("exceljs/package.json").version, xlsx: load("xlsx").version });
    for (const entry of readdirSync(staged.folder, { recursive: true, withFileTypes: true })) {
      const { mode } = lstatSync(join(entry.parentPath, entry.name));
      expect(mode & 0o022, entry.name).toBe(0);
      expect(mode & 0o004, entry.name).toBe(0o004);
    }
  });

  it("uses the same folder again, and mends it when a file was lost", () => {
    const first = stageRuntime(base);
    const { ino } = statSync(first.folder);
    expect(stageRuntime(base).folder).toBe(first.folder);
    expect(statSync(first.folder).ino).toBe(ino);
    const lost = join(first.folder, "node_modules/xlsx/xlsx.js");
    rmSync(lost);
    stageRuntime(base);
    expect(existsSync(lost)).toBe(true);
    expect(readdirSync(base).filter((name) => name.startsWith(first.folder.slice(base.length + 1)))).toHaveLength(1);
  });

  it("can be asked for by several processes at once", async () => {
    const other = mkdtempSync(join(place, "t2s-stage-"));
    try {
      const module = JSON.stringify(new URL("./stage-runtime.ts", import.meta.url).href);
      const program = `import(${module}).then(({ stageRuntime }) => console.log(stageRuntime(${JSON.stringify(other)}).folder))`;
      const run = promisify(execFile);
      const outputs = await Promise.all([1, 2, 3].map(() => run(process.execPath, ["--import", "tsx", "-e", program])));
      expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1);
      expect(readdirSync(other)).toHaveLength(1);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it("refuses a place that is no folder of ours", () => {
    writeFileSync(join(base, "file"), "");
    expect(() => stageRuntime(join(base, "file"))).toThrow(SandboxError);
  });
});

describe("stageSkill", () => {
  const files = [
    { path: "SKILL.md", bytes: Buffer.from("a"), mode: 0o600 },
    { path: "scripts/complete", bytes: Buffer.from("b"), mode: 0o700 },
  ];

  it("is one folder for equal skills, with execute bits and all may read", () => {
    const folder = stageSkill(base, files);
    expect(stageSkill(base, [...files].reverse())).toBe(folder);
    expect(readFileSync(join(folder, "scripts/complete"), "utf8")).toBe("b");
    expect(statSync(join(folder, "SKILL.md")).mode & 0o777).toBe(0o644);
    expect(statSync(join(folder, "scripts/complete")).mode & 0o777).toBe(0o755);
    expect(stageSkill(base, [{ path: "SKILL.md", bytes: Buffer.from("other"), mode: 0o644 }])).not.toBe(folder);
    rmSync(join(folder, "SKILL.md"));
    expect(existsSync(join(stageSkill(base, files), "SKILL.md"))).toBe(true);
  });

  it("refuses paths that lead out", () => {
    expect(() => stageSkill(base, [{ path: "../x", bytes: Buffer.from(""), mode: 0o644 }])).toThrow(SandboxError);
  });
});

describe("packageClosure", () => {
  it("holds the roots, what they depend on, and versions", () => {
    const closure = packageClosure(["exceljs", "xlsx"], import.meta.filename);
    const places = closure.map(({ place }) => place);
    expect(places).toContain("exceljs");
    expect(places).toContain("xlsx");
    expect(places).toContain("jszip");
    expect(new Set(places).size).toBe(places.length);
    expect(places).not.toContain("vitest");
    expect(closure.find(({ place }) => place === "exceljs")?.version).toMatch(/^4\.4\./);
  });

  it("names a package that is not installed", () => {
    expect(() => packageClosure(["no-such-package"], import.meta.filename)).toThrow(UsageError);
    expect(() => packageClosure(["no-such-package"], import.meta.filename)).toThrow(/no-such-package.*npm install/);
  });
});
