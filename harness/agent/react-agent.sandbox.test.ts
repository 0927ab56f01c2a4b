import { describe, expect, it } from "vitest";
import { SandboxError } from "../core/errors.ts";
import { bubblewrapSandbox, findBwrap } from "../sandbox/bubblewrap.ts";
import { act, lastTold, play } from "./episode.fixture.ts";

const sandbox =
  findBwrap() === undefined
    ? undefined
    : await bubblewrapSandbox({ hidden: [] }).catch((error: unknown) => {
        if (error instanceof SandboxError) return undefined;
        throw error;
      });
const limits = { memoryMb: 512, diskMb: 64, processes: 64, cpuSeconds: 60, outputBytes: 65_536, wallSeconds: 120 };
const done = "Done.\nACTION: TASK_COMPLETE";

describe.skipIf(sandbox === undefined)("in a real sandbox (skipped where bubblewrap does not work)", () => {
  it("finds what the system prompt promises: constant paths, files that stay, fresh shells, the skill, the packages", async () => {
    if (sandbox === undefined) return;
    const skill = [{ path: "references/more.md", bytes: Buffer.from("Colour: blue.\n"), mode: 0o644 }];
    await using box = await sandbox.open({ limits, skill });
    const commands = [
      "pwd; X=1; cd /tmp; touch /tmp/kept",
      'pwd; echo "[$X]"; ls /tmp/kept; cat /skill/references/more.md',
      "cat > /tmp/see.mjs <<'EOF'\nimport ExcelJS from \"exceljs\";\nconsole.log(typeof ExcelJS.Workbook);\nEOF\nnode /tmp/see.mjs; node -e \"console.log(typeof require('xlsx').read)\"",
      "echo before; sleep 20",
      "echo 7 > /work/out.txt",
    ];
    await using episode = await play([...commands.map((command) => act(command)), done], {
      limits: { command_timeout_s: 3 },
      input: {
        box,
        toolchain: await sandbox.manifest(),
        skill: { name: "colours", body: "Read `references/more.md`." },
      },
    });
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("completed");
    expect(trajectory.steps.slice(0, 5).map((step) => step.observation)).toEqual([
      "/work",
      "/work\n[]\n/tmp/kept\nColour: blue.",
      "function\nfunction",
      expect.stringMatching(/^before\n\[Stopped after 3 seconds/),
      "[The command ended without any output]",
    ]);
    expect(await box.harvest("/work/out.txt", 100)).toMatchObject({ bytes: Buffer.from("7\n") });
  });

  it("says where the missing file belongs, and sees it once it is there", async () => {
    if (sandbox === undefined) return;
    await using box = await sandbox.open({ limits });
    await using episode = await play([done, act("echo 1 > out.txt"), done, done], { input: { box } });
    const { trajectory } = await episode.run;
    expect(trajectory.steps.map((step) => step.event)).toEqual(["missing-output-reminder", undefined, "completed"]);
    expect(lastTold(episode.model, 1)).toContain("/work/out.txt");
  });
});
