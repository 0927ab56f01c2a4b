import { execFile } from "node:child_process";
import { lstat, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { runWriter } from "../killed-writer.fixture.ts";
import { readSkillDirectory } from "../read-directory.ts";
import { readSkill, skillHash } from "../read-skill.ts";
import { diffSkills } from "./diff-skills.ts";
import { skillOf } from "./edits.fixture.ts";
import { installSkill, writeSkill } from "./write-skill.ts";

const human = fileURLToPath(new URL("../../../skills/xlsx-human", import.meta.url));
const one = skillOf({ "SKILL.md": "# One\n", "references/a.md": "# A\n", "scripts/x.sh": "ls\n" });
const two = skillOf({ "SKILL.md": "# Two\n" });

let root = "";
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "t2s-write-"));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

describe("writeSkill", () => {
  it("writes bytes and modes, replaces as a whole, leaves nothing beside", async () => {
    const dir = path.join(root, "deep/my-skill");
    await writeSkill(dir, one);
    expect(skillHash((await readSkillDirectory(dir)).files)).toBe(skillHash(one));
    expect((await stat(path.join(dir, "scripts/x.sh"))).mode & 0o777).toBe(0o755);
    await writeSkill(dir, two);
    expect((await readdir(dir)).sort()).toEqual(["SKILL.md"]);
    expect(await readdir(path.dirname(dir))).toEqual(["my-skill"]);
  });

  it("follows a link to a skill instead of replacing the link", async () => {
    await writeSkill(path.join(root, "real"), one);
    await symlink(path.join(root, "real"), path.join(root, "link"));
    await writeSkill(path.join(root, "link"), two);
    expect(await readdir(path.join(root, "real"))).toEqual(["SKILL.md"]);
  });

  it.each<[string, (dir: string) => Promise<unknown>, RegExp]>([
    ["a folder of something else", (dir) => mkdir(dir).then(() => writeFile(path.join(dir, "thesis.tex"), "x")), /is not a skill/],
    ["a file", (dir) => writeFile(dir, "x"), /is a file/],
    ["a checkout", (dir) => writeSkill(dir, one).then(() => mkdir(path.join(dir, ".git"))), /holds \.git/],
    [
      "a skill with links out of it",
      (dir) => writeSkill(dir, one).then(() => symlink("/etc/hosts", path.join(dir, "hosts"))),
      /more than a plain/,
    ],
  ])("leaves %s alone", async (_, prepare, message) => {
    const dir = path.join(root, "there");
    await prepare(dir);
    const before = (await stat(dir)).ino;
    await expect(writeSkill(dir, two)).rejects.toThrow(message);
    expect((await stat(dir)).ino).toBe(before);
    expect(await readdir(root)).toEqual(["there"]);
  });

  it.each(["../x.md", "/x.md", "a/../../x", "a//b", "a\\..\\b"])("refuses the path %s", async (file) => {
    await expect(writeSkill(path.join(root, "s"), [...two, { path: file, bytes: new Uint8Array(), mode: 0o644 }])).rejects.toThrow(
      /inside the skill/,
    );
    expect(await readdir(root)).toEqual([]);
  });
});

describe("installSkill", () => {
  it("puts a skill under its name, does nothing twice, replaces only when told to", async () => {
    const folder = path.join(root, "home/skills");
    expect(await installSkill(human, folder)).toEqual({ dir: path.join(folder, "xlsx-human"), name: "xlsx-human", state: "installed" });
    expect((await readSkill(path.join(folder, "xlsx-human"))).hash).toBe((await readSkill(human)).hash);
    expect((await installSkill(human, folder)).state).toBe("unchanged");
    await writeFile(path.join(folder, "xlsx-human/SKILL.md"), "---\nname: xlsx-human\ndescription: d\n---\nMine.\n");
    await expect(installSkill(human, folder)).rejects.toThrow(/different skill already.*--force/);
    expect((await installSkill(human, folder, { force: true })).state).toBe("replaced");
    expect(await readdir(folder)).toEqual(["xlsx-human"]);
  });

  it("refuses a folder that lies in a skill", async () => {
    const inside = path.join(root, "some-skill");
    await writeSkill(inside, one);
    for (const folder of [inside, path.join(inside, "references"), path.join(inside, "not/there/yet")])
      await expect(installSkill(human, folder)).rejects.toThrow(/some-skill is a skill itself/);
    expect((await readdir(inside)).sort()).toEqual(["SKILL.md", "references", "scripts"]);
  });

  it("refuses names that are no folder names", async () => {
    const dir = path.join(root, "odd");
    await writeSkill(dir, skillOf({ "SKILL.md": "---\nname: ../up\ndescription: d\n---\nText.\n" }));
    await expect(installSkill(dir, path.join(root, "skills"))).rejects.toThrow(/cannot be a folder name/);
  });
});

describe("an install that went wrong", () => {
  const source = path.join(import.meta.dirname, "write-skill.ts");

  it("is put right by the next one, when it was killed between the renames", async () => {
    const [folder, mine] = [path.join(root, "skills"), path.join(root, "mine")];
    await writeSkill(mine, skillOf({ "SKILL.md": "---\nname: xlsx-human\ndescription: d\n---\nMine.\n" }));
    await installSkill(mine, folder);
    const program = `await m.installSkill(${JSON.stringify(human)}, ${JSON.stringify(folder)}, { force: true });`;
    for (const force of [false, true]) {
      expect(await runWriter(source, program, "between-renames")).toBe("SIGKILL");
      expect(await readdir(folder)).not.toContain("xlsx-human");
      if (force) expect((await installSkill(human, folder, { force })).state).toBe("replaced");
      else await expect(installSkill(human, folder)).rejects.toThrow(/different skill already/);
      expect(await readdir(folder)).toEqual(["xlsx-human"]);
      expect((await readSkill(path.join(folder, "xlsx-human"))).hash).toBe((await readSkill(force ? human : mine)).hash);
    }
  });

  it("behind a link is put right where the link leads", async () => {
    const [real, link] = [path.join(root, "real/my-skill"), path.join(root, "my-skill")];
    await writeSkill(real, one);
    await symlink(real, link);
    const program = `await m.writeSkill(${JSON.stringify(link)}, []);`;
    expect(await runWriter(source, program, "between-renames")).toBe("SIGKILL");
    await writeSkill(link, two);
    expect(await readdir(path.join(root, "real"))).toEqual(["my-skill"]);
    expect(skillHash((await readSkillDirectory(link)).files)).toBe(skillHash(two));
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
  });

  it("does not meet others that install at the same time", async () => {
    const folder = path.join(root, "skills");
    const states = await Promise.all(Array.from({ length: 6 }, () => installSkill(human, folder).then(({ state }) => state)));
    expect(states.sort()).toEqual(["installed", ...Array.from({ length: 5 }, () => "unchanged")]);
    const mine = path.join(root, "mine");
    await writeSkill(mine, skillOf({ "SKILL.md": "---\nname: xlsx-human\ndescription: d\n---\nMine.\n" }));
    for (let i = 0; i < 5; i++)
      await Promise.all([human, mine, human, mine, human].map((dir) => installSkill(dir, folder, { force: true })));
    expect(await readdir(folder)).toEqual(["xlsx-human"]);
    const hashes = [(await readSkill(human)).hash, (await readSkill(mine)).hash];
    expect(hashes).toContain((await readSkill(path.join(folder, "xlsx-human"))).hash);
  });

  it("is the same among several processes", async () => {
    const [folder, mine] = [path.join(root, "skills"), path.join(root, "mine")];
    await writeSkill(mine, skillOf({ "SKILL.md": "---\nname: xlsx-human\ndescription: d\n---\nMine.\n" }));
    const storm = `for (let i = 0; i < 20; i++)
      await m.installSkill(${JSON.stringify([human, mine])}[i % 2], ${JSON.stringify(folder)}, { force: true });`;
    expect(await Promise.all([1, 2, 3].map(() => runWriter(source, storm)))).toEqual([0, 0, 0]);
    expect(await readdir(folder)).toEqual(["xlsx-human"]);
    const hashes = [(await readSkill(human)).hash, (await readSkill(mine)).hash];
    expect(hashes).toContain((await readSkill(path.join(folder, "xlsx-human"))).hash);
  });

  it.skipIf(process.platform !== "linux").each(["/proc", "/proc/none", "/proc/none/deeper"])(
    "ends with one sentence for %s, where nothing can be written",
    async (folder) => {
      await expect(installSkill(human, folder)).rejects.toThrow(UsageError);
      await expect(installSkill(human, folder)).rejects.toThrow(/^[^\n]*\/proc[^\n]*choose another[^\n]*$/);
    },
  );

  it("says when a file is in the way", async () => {
    await writeFile(path.join(root, "file"), "");
    await expect(installSkill(human, path.join(root, "file/deeper"))).rejects.toThrow(/file is a file; expected a folder/);
  });
});

describe("diffSkills", () => {
  const before = skillOf({
    "SKILL.md": "a\nb\nc\nd\ne\nf\ng\nh\n",
    "references/old.md": "old\n",
    "assets/x.bin": Uint8Array.of(1, 0, 255),
    "scripts/x.sh": "ls",
  });
  const after = [
    ...skillOf({ "SKILL.md": "a\nb\nc\nd\nE\nf\ng\nh\n", "references/new.md": "new\n", "assets/x.bin": Uint8Array.of(2, 0, 255) }),
    { path: "scripts/x.sh", bytes: new TextEncoder().encode("ls -l\n"), mode: 0o755 },
  ];

  it("is a unified diff by path, with new and deleted files against /dev/null", () => {
    expect(diffSkills(before, after)).toBe(`--- a/SKILL.md
+++ b/SKILL.md
@@ -7,7 +7,7 @@
 b
 c
 d
-e
+E
 f
 g
 h
Binary files a/assets/x.bin and b/assets/x.bin differ
diff --git a/references/new.md b/references/new.md
new file mode 100644
--- /dev/null
+++ b/references/new.md
@@ -0,0 +1,1 @@
+new
diff --git a/references/old.md b/references/old.md
deleted file mode 100644
--- a/references/old.md
+++ /dev/null
@@ -1,1 +0,0 @@
-old
--- a/scripts/x.sh
+++ b/scripts/x.sh
@@ -1,1 +1,1 @@
-ls
\\ No newline at end of file
+ls -l
`);
    expect(diffSkills(before, before)).toBe("");
  });

  it("can be applied by git", async () => {
    const text = (files: typeof before): typeof before => files.filter((file) => !file.path.startsWith("assets/"));
    await writeSkill(path.join(root, "my-skill"), text(before));
    await writeFile(path.join(root, "x.diff"), diffSkills(text(before), text(after)));
    await promisify(execFile)("git", ["apply", "--unsafe-paths", "-p1", "--directory=my-skill", "x.diff"], { cwd: root });
    expect(diffSkills((await readSkillDirectory(path.join(root, "my-skill"))).files, text(after))).toBe("");
  });
});
