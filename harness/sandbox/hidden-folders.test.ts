import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { bubblewrapSandbox, findBwrap } from "./bubblewrap.ts";
import { masksFor } from "./bubblewrap-arguments.ts";
import { output, sh, testLimits } from "./contract-cases.fixture.ts";

const bounds = [
  { host: "/usr", inside: "/usr" },
  { host: "/var/cache/t2s/key/node_modules", inside: "/node_modules" },
];

describe("masksFor", () => {
  it("covers what lies below a shown folder, at the place where it is shown", () => {
    expect(masksFor(["/usr/local/project", "/var/cache/t2s/key/node_modules/x", "/home/me/data"], bounds, ["/usr/bin/node"])).toEqual([
      { host: "/var/cache/t2s/key/node_modules/x", inside: "/node_modules/x" },
      { host: "/usr/local/project", inside: "/usr/local/project" },
    ]);
    expect(masksFor(["/usr2", "/us"], bounds, [])).toEqual([]);
    // A mask is read-only before the next is made, so only the outermost of nested folders is covered.
    expect(masksFor(["/usr/src/project/benchmarks", "/usr/src/project", "/usr/src/project/results"], bounds, [])).toHaveLength(1);
  });

  it("refuses to cover what every box needs", () => {
    expect(() => masksFor(["/usr"], bounds, [])).toThrow(UsageError);
    expect(() => masksFor(["/"], bounds, [])).toThrow(/must stay hidden from agents, but every sandbox has to show \/usr/);
    expect(() => masksFor(["/usr/bin"], bounds, ["/usr/bin/node"])).toThrow(/has to show \/usr\/bin\/node/);
  });

  it("does not mind staged files within a hidden project", () => {
    expect(masksFor(["/var/cache"], bounds, [])).toEqual([]);
  });
});

const reason = process.getuid?.() !== 0 ? "needs root" : findBwrap() === undefined ? "bubblewrap is not installed" : undefined;

describe.skipIf(reason !== undefined)(
  `a project, data and results below /usr${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    let project: string;
    beforeAll(() => {
      project = mkdtempSync("/usr/local/t2s-hidden-");
      mkdirSync(join(project, "repository/harness"), { recursive: true });
      mkdirSync(join(project, "data"));
      chmodSync(project, 0o755);
      for (const file of ["repository/harness/cli.ts", "data/gold.xlsx", "single.json"]) writeFileSync(join(project, file), "secret");
      symlinkSync(join(project, "data"), join(project, "link-to-data"));
    });
    afterAll(() => {
      rmSync(project, { recursive: true, force: true });
    });

    it("are empty to agents, and cannot be uncovered", async () => {
      const hidden = [
        join(project, "repository"),
        join(project, "link-to-data"),
        join(project, "single.json"),
        join(project, "repository/results"),
      ];
      const sandbox = await bubblewrapSandbox({ hidden });
      await using box = await sandbox.open({ limits: testLimits });
      const found = await sh(box, `grep -rs secret ${project}; cat ${project}/single.json; cat ${project}/link-to-data/gold.xlsx`);
      expect(found.stdout).toBe("");
      for (const path of ["repository", "data"]) {
        expect((await sh(box, `ls ${project}/${path}/*`)).exitCode).not.toBe(0);
        expect((await sh(box, `touch ${project}/${path}/new`)).exitCode).not.toBe(0);
        expect((await sh(box, `umount ${project}/${path}`)).exitCode).not.toBe(0);
      }
      expect(await output(box, "node -e 'console.log(1)'")).toBe("1\n");
    });

    it("stay out of reach in a folder that is closed to others", async () => {
      mkdirSync(join(project, "closed/inner"), { recursive: true, mode: 0o700 });
      writeFileSync(join(project, "closed/inner/gold"), "secret");
      const sandbox = await bubblewrapSandbox({ hidden: [join(project, "closed/inner"), join(project, "closed/later")] });
      await using box = await sandbox.open({ limits: testLimits });
      expect((await sh(box, `cat ${project}/closed/inner/gold`)).exitCode).not.toBe(0);
      chmodSync(join(project, "closed"), 0o755);
      chmodSync(join(project, "closed/inner"), 0o755);
      expect((await sh(box, `cat ${project}/closed/inner/gold`)).exitCode, "also when it is opened later").not.toBe(0);
    });

    it("are refused when they do not exist yet and nothing covers them", async () => {
      await expect(bubblewrapSandbox({ hidden: [join(project, "later/results")] })).rejects.toThrow(/does not exist yet; create it first/);
      await expect(bubblewrapSandbox({ hidden: ["/usr"] })).rejects.toThrow(UsageError);
    });

    it("are no concern where no sandbox shows them", async () => {
      const elsewhere = mkdtempSync(join(tmpdir(), "t2s-elsewhere-"));
      try {
        const sandbox = await bubblewrapSandbox({ hidden: [elsewhere, join(elsewhere, "later")] });
        expect(sandbox.id).toBe("bubblewrap");
      } finally {
        rmSync(elsewhere, { recursive: true });
      }
    });
  },
);
