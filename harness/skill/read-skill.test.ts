import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { readSkillDirectory, skillLimits } from "./read-directory.ts";
import { readSkill } from "./read-skill.ts";

let root: string;
let dir: string;
const front = "---\nname: my-skill\ndescription: Does things. Use when needed.\n---\n";

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "skill-"));
  dir = path.join(root, "my-skill");
  await mkdir(dir);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(file: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
  await writeFile(path.join(dir, file), content);
  await chmod(path.join(dir, file), mode);
}

describe("readSkill", () => {
  it("gives name, description, body and all files", async () => {
    await put("SKILL.md", `${front}\n\n# Title\n\nText.\n`);
    await put("references/a.md", "A\n");
    await put("scripts/run.sh", "echo\n", 0o755);
    const skill = await readSkill(dir);
    expect(skill.name).toBe("my-skill");
    expect(skill.description).toBe("Does things. Use when needed.");
    expect(skill.body).toBe("# Title\n\nText.\n");
    expect(skill.files.map((f) => [f.path, f.mode])).toEqual([
      ["SKILL.md", 0o644],
      ["references/a.md", 0o644],
      ["scripts/run.sh", 0o755],
    ]);
  });

  it("leaves braces, later rules and their order as written", async () => {
    const body = "Use {skill_dir} and {{slot}} and $1.\n\n---\n\nMore --- text.\n";
    await put("SKILL.md", front + body);
    expect((await readSkill(dir)).body).toBe(body);
  });

  it("reads files with CRLF and a byte order mark", async () => {
    await put("SKILL.md", `\uFEFF${front}\n# T\n`.replaceAll("\n", "\r\n"));
    const skill = await readSkill(dir);
    expect(skill.body).toBe("# T\r\n");
    expect(skill.name).toBe("my-skill");
  });

  it("hashes paths, modes and bytes and nothing else", async () => {
    await put("SKILL.md", `${front}# T\n`);
    await put("a.txt", "1");
    const first = (await readSkill(dir)).hash;
    await put("a.txt", "1", 0o664); // group bits differ between machines
    await put("__pycache__/x.pyc", "cache");
    await put(".DS_Store", "junk");
    expect((await readSkill(dir)).hash).toBe(first);
    await put("a.txt", "1", 0o755);
    const executable = (await readSkill(dir)).hash;
    await put("a.txt", "2", 0o644);
    const changed = (await readSkill(dir)).hash;
    await put("a.txt", "1");
    await rename(path.join(dir, "a.txt"), path.join(dir, "b.txt"));
    const renamed = (await readSkill(dir)).hash;
    expect(new Set([first, executable, changed, renamed]).size).toBe(4);
    await rename(dir, `${dir}-moved`);
    expect((await readSkill(`${dir}-moved`)).hash).toBe(renamed);
  });

  it.each([
    ["no front matter", "# Title\n", /SKILL\.md line 1: .*must begin with front matter/],
    ["front matter left open", "---\nname: a\n\n# T\n", /line 1: .*not closed/],
    ["broken YAML", "---\nname: a\n  b: [\n---\nx\n", /line \d: .*not valid YAML/],
    ["a list as front matter", "---\n- a\n---\nx\n", /list of `key: value` lines/],
    ["an alias bomb", `---\na: &a [x,x,x]\nb: &b [${"*a,".repeat(30)}]\nc: [${"*b,".repeat(30)}]\n---\nx\n`, /without aliases/],
    ["no name", "---\ndescription: d\n---\nx\n", /has no name/],
    ["a name that is no text", "---\nname: 7\ndescription: d\n---\nx\n", /has no name/],
    ["no description", "---\nname: a\n---\nx\n", /has no description/],
    ["an empty body", front, /no text after its front matter/],
  ])("refuses %s with one sentence", async (_, content, sentence) => {
    await put("SKILL.md", content);
    const error = await readSkill(dir).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(sentence);
    expect(String(error)).toContain(dir);
    expect(String(error)).not.toContain("\n");
  });

  it("refuses bytes that are not UTF-8, naming the line", async () => {
    await put("SKILL.md", Buffer.concat([Buffer.from(`${front}ok\n`), Buffer.from([0x63, 0xe9, 0x0a])]));
    await expect(readSkill(dir)).rejects.toThrow(/SKILL\.md line 6 is not UTF-8/);
  });

  it.each(["missing", "a file"])("refuses a directory that is %s", async (kind) => {
    const target = path.join(root, "other");
    if (kind === "a file") await writeFile(target, "x");
    await expect(readSkill(target)).rejects.toThrow(/expected a folder with a SKILL\.md/);
  });

  it("refuses a directory without SKILL.md", async () => {
    await put("skill.txt", "x");
    await expect(readSkill(dir)).rejects.toThrow(/has no SKILL\.md/);
  });
});

describe("readSkillDirectory", () => {
  it("reads links to files inside and refuses all others", async () => {
    await put("SKILL.md", `${front}x\n`);
    await writeFile(path.join(root, "secret"), "secret");
    await mkdir(path.join(root, "my-skill-twin"));
    await writeFile(path.join(root, "my-skill-twin", "x"), "twin");
    await symlink("SKILL.md", path.join(dir, "inside.md"));
    await symlink("../secret", path.join(dir, "outside"));
    await symlink("../my-skill-twin/x", path.join(dir, "twin"));
    await symlink("/etc/hostname", path.join(dir, "absolute"));
    await symlink("nowhere", path.join(dir, "dangling"));
    await symlink("loop", path.join(dir, "loop"));
    await symlink(".", path.join(dir, "self"));
    const { files, problems } = await readSkillDirectory(dir);
    expect(files.map((f) => f.path)).toEqual(["SKILL.md", "inside.md"]);
    expect(problems.map((p) => [p.file, p.rule])).toEqual([
      ["absolute", "link"],
      ["dangling", "link"],
      ["loop", "link"],
      ["outside", "link"],
      ["self", "link"],
      ["twin", "link"],
    ]);
    await expect(readSkill(dir)).rejects.toThrow(/The link leaves the skill's folder/);
  });

  it("does not wait for a pipe", async () => {
    await put("SKILL.md", `${front}x\n`);
    execFileSync("mkfifo", [path.join(dir, "pipe")]);
    expect((await readSkillDirectory(dir)).problems).toMatchObject([{ file: "pipe", rule: "not-a-file" }]);
  });

  it("refuses what is beyond the caps without reading it", async () => {
    await put("SKILL.md", `${front}x\n`);
    await put("big.bin", "");
    await truncate(path.join(dir, "big.bin"), 1e12);
    await put(`${"d/".repeat(skillLimits.depth + 1)}deep.txt`, "x");
    const { files, problems } = await readSkillDirectory(dir);
    expect(files.map((f) => f.path)).toEqual(["SKILL.md"]);
    expect(problems.map((p) => p.rule).sort()).toEqual(["too-deep", "too-large"]);
  });

  it("refuses more files than anyone needs", async () => {
    await put("SKILL.md", `${front}x\n`);
    await Promise.all(Array.from({ length: skillLimits.files }, (_, i) => put(`n/${i}.txt`, "x")));
    const { files, problems } = await readSkillDirectory(dir);
    expect(files.length).toBe(skillLimits.files);
    expect(problems.map((p) => p.rule)).toEqual(["too-many-files"]);
  });
});
