import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

/** A project of two sources beside the real launcher, with the real packages. */
let root: string;
const projectRoot = join(import.meta.dirname, "..");
const run = (entry = "harness/cli.ts"): string =>
  execFileSync(process.execPath, ["harness/launch.mjs", entry, "a", "b"], { cwd: root, encoding: "utf8" });
const record = (): { folder: string } => JSON.parse(readFileSync(join(root, "node_modules/.cache/t2s/current.json"), "utf8"));
const source = (path: string, text: string): void => writeFileSync(join(root, path), text);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "t2s-launch-"));
  for (const folder of ["harness", "benchmarks/one", "node_modules"]) mkdirSync(join(root, folder), { recursive: true });
  for (const name of ["esbuild", "@esbuild", "tsx", "get-tsconfig", "resolve-pkg-maps"])
    symlinkSync(join(projectRoot, "node_modules", name), join(root, "node_modules", name));
  cpSync(join(projectRoot, "harness/launch.mjs"), join(root, "harness/launch.mjs"));
  source("package.json", '{"type":"module"}');
  source("package-lock.json", "{}");
  source("harness/word.ts", 'export const word: string = "first";');
  source("harness/beside.txt", "beside");
  source(
    "harness/cli.ts",
    'import { readFileSync } from "node:fs"; import { word } from "./word.ts";\nconsole.log(word, readFileSync(new URL("./beside.txt", import.meta.url), "utf8"), process.argv.slice(2).join());',
  );
  source("benchmarks/one/some-worker.ts", 'import { word } from "../../harness/word.ts";\nconsole.log("worker", word as string);');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("compiles once, and again when a source has changed; sources find the files beside them", () => {
  expect(run()).toBe("first beside a,b\n");
  const { folder } = record();
  expect(run("benchmarks/one/some-worker.ts")).toBe("worker first\n");
  expect(record().folder).toBe(folder);
  source("harness/word.ts", 'export const word: string = "second, changed";');
  expect(run()).toBe("second, changed beside a,b\n");
  expect(record().folder).not.toBe(folder);
});

it("loads the sources where nothing can be kept, and says where a mistake is", () => {
  rmSync(join(root, "node_modules/.cache"), { recursive: true });
  source("node_modules/.cache", "a file where the folder should be");
  expect(run()).toBe("second, changed beside a,b\n");
  source("harness/word.ts", "export const word: = 1;");
  expect(run).toThrow(/harness\/word\.ts/);
});
