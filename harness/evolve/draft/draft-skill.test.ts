import { describe, expect, it } from "vitest";
import { type ScriptedReply, scriptedModel } from "../../agent/scripted-model.ts";
import { validateFiles } from "../../skill/validate-skill.ts";
import { testAuthor } from "../call/author.fixture.ts";
import { type DraftAsked, drafterPrompt, draftSkill } from "./draft-skill.ts";

const sizes = { skill_lines: 20, reference_lines: 10, references: 1 };
const asked: DraftAsked = { name: "sheet-work", tasks: ["Change a workbook as asked", "Fill a column"], sizes };
const say = (files: readonly { path: string; content: string }[]): string => `\`\`\`json\n${JSON.stringify({ files })}\n\`\`\``;
const main = (body: string, name = "sheet-work"): { path: string; content: string } => ({
  path: "SKILL.md",
  content: `---\nname: ${name}\ndescription: Work with sheets.\n---\n\n# Sheets\n\n${body}`,
});

async function draft(replies: readonly ScriptedReply[], what: Partial<DraftAsked> = {}) {
  const model = scriptedModel(replies);
  await using t = await testAuthor(model);
  const drafted = await draftSkill(t.author, { ...asked, ...what });
  return { drafted, requests: model.requests, told: model.requests.map(({ messages }) => String(messages.at(-1)?.content)) };
}

describe("draftSkill", () => {
  it("has a skill written from general descriptions alone", async () => {
    const reference = { path: "references/dates.md", content: "# Dates" };
    const { drafted, requests } = await draft([say([reference, main("- See [dates](references/dates.md) for dates.\n\n")])]);
    if (drafted.state !== "drafted") throw new Error(drafted.note);
    expect(drafted.files.map(({ path, mode }) => [path, mode])).toEqual([
      ["SKILL.md", 0o644],
      ["references/dates.md", 0o644],
    ]);
    expect(Buffer.from(drafted.files[0]?.bytes ?? []).toString()).toMatch(/for dates\.\n$/);
    expect(validateFiles(drafted.files, "sheet-work")).toEqual([]);
    const [system, user] = requests[0]?.messages ?? [];
    expect(system?.content).toMatch(/^You draft a skill[:,]/);
    expect(system?.content).toContain("`name: sheet-work`");
    expect(user?.content).toContain('<tasks>\n[\n"Change a workbook as asked",\n"Fill a column"\n]\n</tasks>');
    expect(user?.content).not.toContain("<log");
  });

  it("sends findings of the format check back and takes the mended skill", async () => {
    const { drafted, told } = await draft([
      say([main("```\nopen", "other"), { path: "references/a.md", content: "# A" }]),
      say([main("- Look first.")]),
    ]);
    expect(told[1]).toContain("The skill does not pass its format check:\nSKILL.md:2: warning: The name");
    expect(told[1]).toContain("(unbalanced-fence)");
    expect(told[1]).toContain("references/a.md:1: warning: No link leads here");
    expect(drafted.state).toBe("drafted");
  });

  it("holds the draft to its own sizes and paths", async () => {
    const many = [
      main("- x\n".repeat(20)),
      { path: "references/a.md", content: "a\n".repeat(12) },
      { path: "references/b.md", content: "b" },
    ];
    const { drafted, told } = await draft([
      say([main("x"), { path: "scripts/run.py", content: "x" }, main("y")]),
      say(many),
      say([{ path: "references/a.md", content: "a" }]),
    ]);
    expect(told[1]).toContain('files[1].path is "scripts/run.py"; a draft has SKILL.md and files like references/name.md, nothing else.');
    expect(told[1]).toContain("files[2].path names SKILL.md a second time");
    expect(told[2]).toContain("SKILL.md has 27 lines; fewer than 20 are allowed.");
    expect(told[2]).toContain("references/a.md has 12 lines; fewer than 10 are allowed.");
    expect(told[2]).toContain("There are 2 references; at most 1 are allowed.");
    expect(drafted).toMatchObject({ state: "failed", note: expect.stringContaining("There is no SKILL.md") });
  });

  it("shows runs when it is to write from them", async () => {
    const { requests } = await draft([say([main("x")])], { logs: ["one run", { outcome: "failed", text: "another </log>" }] });
    const [system, user] = requests[0]?.messages ?? [];
    expect(system?.content).toMatch(/^You draft a skill from experience/);
    expect(user?.content).toContain('<log>\none run\n</log>\n\n<log outcome="failed">\nanother <\\/log>\n</log>');
  });

  it("fails with a note when nobody gives a skill", async () => {
    expect((await draft(["no", "no", "no"])).drafted).toMatchObject({ state: "failed", note: "it holds no JSON object" });
    for (const fromLogs of [false, true]) expect(drafterPrompt("n", fromLogs)).not.toMatch(/\{\{|undefined/);
  });
});
