import { request } from "node:http";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { stepTimes } from "./read-trajectory.ts";
import { serveSite } from "./serve-site.ts";
import { exampleTrajectory, makeSite } from "./site.fixture.ts";
import { dataScript } from "./write-data.ts";
import { writeSite } from "./write-site.ts";

const plan = { seed: "site", clusters: 6, cases: 1, arms: { none: 0.4 }, seeds: [41] };

test("a size limit leaves out passed trajectories first and counts them; a report is served to its own name only and nothing beside it", async () => {
  await using site = await makeSite(join(inject("sharedFolder"), "site-limit"), { one: plan }, { trajectory: exampleTrajectory });
  const rows = site.input.experiments[0]?.rows ?? [];
  expect(site.summary.trajectories[0]).toMatchObject({ embedded: rows.length, beyondLimit: 0 });
  const each = (site.summary.trajectories[0]?.embeddedBytes ?? 0) / rows.length;
  const cut = await writeSite(site.input, site.dir, { which: "all", limitBytes: each * 2.5 });
  expect(cut.trajectories[0]).toMatchObject({ embedded: 2, beyondLimit: rows.length - 2 });
  const failed = await writeSite(site.input, site.dir, { which: "failed", limitBytes: 1e9 });
  const passes = rows.filter((row) => row.outcomes.some(({ outcome }) => outcome.state === "graded" && outcome.score.passed)).length;
  expect(failed.trajectories[0]).toMatchObject({ embedded: rows.length - passes, notWanted: passes });

  await using server = await serveSite(site.dir, 0);
  const status = (path: string, host?: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      request({ hostname, port, path, ...(host === undefined ? {} : { headers: { host } }) }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
  expect(await status("/")).toBe(200);
  for (const path of ["/../results/.store", "/%2e%2e/x.json", "/..%5cx.json", "/data/", "/%00.js", "/%", "/.hidden.js"])
    expect(await status(path)).toBe(404);
  expect(await status("/", "evil.example")).toBe(403);
});

test("a folder with other things in it is no place for a report", async () => {
  await using site = await makeSite(join(inject("sharedFolder"), "site-strange"), { one: plan });
  await expect(writeSite(site.input, join(site.dir, ".."), { which: "none", limitBytes: 0 })).rejects.toThrow(
    /holds files that are no report .* --out/,
  );
});

test("data files keep quotes, backslashes and __proto__, and refuse names that are not ours", () => {
  const value = { text: `'"\\ \u2028 </script>`, ["__proto__"]: 1 };
  const heard: string[] = [];
  new Function("t2sData", dataScript("e0/x", JSON.stringify(value)))((_name: string, json: string) => heard.push(json));
  expect(heard).toEqual([JSON.stringify(value)]);
  expect(() => dataScript("../x", "1")).toThrow(/not a name/);
});

test("the time of a step is that of its calls, and none where calls are missing", () => {
  const [one, two] = exampleTrajectory({ task: "t" }).steps;
  if (one === undefined || two === undefined) throw new Error("two steps expected");
  expect(stepTimes([{ ...one, usage: { ...one.usage, calls: 2 } }, two], [10, 20.4, 5])).toEqual([30, 5]);
  expect(stepTimes([one, two], [10])).toEqual([10, null]);
});
