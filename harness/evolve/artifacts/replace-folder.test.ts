import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runWriter } from "../../skill/killed-writer.fixture.ts";
import { replaceFolder } from "./replace-folder.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "t2s-replace-"));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const files = (text: string) => [
  { path: "skill/SKILL.md", bytes: text },
  { path: "skill/scripts/x.sh", bytes: text, mode: 0o755 },
  { path: "lineage.json", bytes: text },
];

it("a folder is whole after a writer was killed between its renames", async () => {
  const dir = join(root, "s41");
  await replaceFolder(dir, files("1"));
  const program = `await m.replaceFolder(${JSON.stringify(dir)}, ${JSON.stringify(files("2"))});`;
  expect(await runWriter(join(import.meta.dirname, "replace-folder.ts"), program, "between-renames")).toBe("SIGKILL");
  expect(await readdir(root)).not.toContain("s41");
  // The next writer fails: what the killed one set aside is back all the same.
  await expect(replaceFolder(dir, [{ path: "../out", bytes: "" }])).rejects.toThrow(/outside of/);
  expect(await readdir(root)).toEqual(["s41"]);
  expect(await readFile(join(dir, "skill/SKILL.md"), "utf8")).toBe("1");
  await replaceFolder(dir, files("3"));
  expect(await readFile(join(dir, "lineage.json"), "utf8")).toBe("3");
  expect((await stat(join(dir, "skill/scripts/x.sh"))).mode & 0o777).toBe(0o755);
  expect(await readdir(root)).toEqual(["s41"]);
});

it("writers at once leave the folder of one of them, whole", async () => {
  const dir = join(root, "s41");
  await Promise.all(Array.from({ length: 12 }, (_, i) => replaceFolder(dir, files(`${i}`))));
  const texts = await Promise.all(files("").map((file) => readFile(join(dir, file.path), "utf8")));
  expect(new Set(texts).size).toBe(1);
  expect(await readdir(root)).toEqual(["s41"]);
});
