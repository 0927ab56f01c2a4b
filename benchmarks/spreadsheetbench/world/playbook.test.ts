import { beforeAll, describe, expect, it } from "vitest";
import { readComparison } from "../../../harness/simulation/reading/comparison.ts";
import type { TaskDraft } from "../sample/draft.ts";
import { makers } from "../sample/plan.ts";
import { randomOf } from "../sample/random.ts";
import { domains } from "../sample/vocabulary.ts";
import { world } from "../world.ts";
import { messageFor, openBox, type Played, play, playMany, seenBy } from "./bench.fixture.ts";
import { withOtherColumnOrder, withOtherHeaders } from "./perturb.fixture.ts";

/** A task of the family with the hazard of that name in its data, whose plan can fall into the trap. */
async function taskFor(
  family: string,
  trap: string | undefined,
  turn = 0,
): Promise<{ draft: TaskDraft; drawn: ReturnType<TaskDraft["draw"]> }> {
  const maker = makers.find((m) => m.family === family);
  if (maker === undefined) throw new Error(`no generator for ${family}`);
  for (let t = turn; t < turn + 12; t++) {
    const shape = randomOf("playbook test", family, trap ?? "", t);
    const draft = maker.make({ shape, domain: shape.pick(domains), hazards: new Set(trap === undefined ? [] : [trap]), turn: t });
    const drawn = draft.draw(randomOf("values", family, trap ?? "", t));
    // Whether the answer goes to the first sheet is up to the layout; where it does, writing there is no fault.
    const asked = /^'?([^!']*)'?!/.exec(draft.position)?.[1];
    if (trap === "wrong-sheet" && (asked === undefined || asked === drawn.input.sheets[0]?.name)) continue;
    const plan = world.playbook?.open(await messageFor(draft, drawn.input))?.plan(seenBy(drawn.input));
    if (trap === undefined || plan?.traps.includes(trap)) return { draft, drawn };
  }
  throw new Error(`${family} gives no task for ${trap}`);
}

const pairs = world.families.flatMap((f) => f.traps.map((trap) => ({ family: f.id, trap })));

describe("every family and each of its traps", () => {
  const results = new Map<string, { clean: Played; sprung: Played }>();
  beforeAll(async () => {
    const jobs = [];
    for (const { family, trap } of pairs) {
      const { draft, drawn } = await taskFor(family, trap);
      jobs.push({ task: draft, drawn, sprung: [] }, { task: draft, drawn, sprung: [trap] });
    }
    const played = await playMany(jobs);
    pairs.forEach(({ family, trap }, i) => {
      const [clean, sprung] = [played[2 * i], played[2 * i + 1]];
      if (clean !== undefined && sprung !== undefined) results.set(`${family} ${trap}`, { clean, sprung });
    });
  });

  it.each(pairs)("$family is solved, and not when $trap is sprung", ({ family, trap }) => {
    const { clean, sprung } = results.get(`${family} ${trap}`) ?? {};
    expect(clean, clean?.transcript).toMatchObject({ family, passed: true });
    expect(sprung?.passed, sprung?.transcript).toBe(false);
    expect(sprung?.message, "the artifact is there, and wrong").toMatch(/expected .*, got |no sheet/);
    // Analysts go by these signs: what the comparison shows of the trap must be among them.
    const { signs } = readComparison(`FAIL\n${sprung?.message}`);
    expect(world.traps.find((t) => t.id === trap)?.signs, sprung?.message).toEqual(expect.arrayContaining([...(signs ?? [])]));
  });
});

describe("understanding", () => {
  const families = world.families.map((f) => f.id);

  /** Of every family a task with other headers and columns, and how it was played. */
  const turned = new Map<string, { renamed: string; plain: string; moved: boolean; played: Played | undefined }>();
  beforeAll(async () => {
    const jobs = [];
    for (const family of families) {
      const { draft, drawn } = await taskFor(family, undefined, 3);
      const renamed = withOtherHeaders(draft, drawn);
      const after = withOtherColumnOrder(renamed.drawn);
      const moved = JSON.stringify(after.input) !== JSON.stringify(renamed.drawn.input);
      turned.set(family, { renamed: renamed.task.instruction, plain: draft.instruction, moved, played: undefined });
      jobs.push({ task: renamed.task, drawn: after, sprung: [] });
    }
    const played = await playMany(jobs);
    families.forEach((family, i) => {
      const one = turned.get(family);
      if (one !== undefined) one.played = played[i];
    });
  });

  it.each(families)("%s is still solved with other headers and with columns the other way round", (family) => {
    const { renamed, plain, moved, played } = turned.get(family) ?? {};
    expect(renamed).not.toBe(plain);
    expect(moved).toBe(true);
    expect(played, `${renamed}\n${played?.transcript}`).toMatchObject({ family, passed: true });
  });

  it("sees in a real look what the fast tests take for one", async () => {
    for (const family of families) {
      const { draft, drawn } = await taskFor(family, undefined, 1);
      const approach = world.playbook?.open(await messageFor(draft, drawn.input));
      await using box = await openBox(drawn.input);
      expect(await box.run(approach?.look?.command ?? "false")).toBe(seenBy(drawn.input));
    }
  });

  it("reads the answer back", async () => {
    const { draft, drawn } = await taskFor("line-total", undefined);
    const played = await play(draft, drawn, []);
    expect(played.transcript.split("\n").at(-1)).toMatch(/: [A-Z]+\d+=\d+(\.\d+)?$/);
  });

  it("does not claim to understand what it does not know", async () => {
    const { drawn } = await taskFor("look-up", undefined);
    const foreign = {
      instruction: "My macro stops with error 1004 when I paste the chart. Can the axis labels be turned by 45 degrees?",
      type: "Sheet-Level Manipulation" as const,
      position: "A1:D20",
    };
    const approach = world.playbook?.open(await messageFor(foreign, drawn.input));
    expect(approach?.plan(seenBy(drawn.input))).toBeUndefined();
    expect(approach?.flounder.at(-1)?.command).toBe("cp input.xlsx output.xlsx");
    expect(world.playbook?.open("Solve x + 2 = 5.")).toBeUndefined();
  });

  it("takes a cut observation for none", () => {
    const { look } =
      world.playbook?.open(
        "### instruction\nx\n### spreadsheet_path\n/work/input.xlsx\n### answer_position\nA1\n### output_path\n/work/output.xlsx",
      ) ?? {};
    expect(look?.command).toContain("input.xlsx");
    const approach = world.playbook?.open(
      "### instruction\nx\n### spreadsheet_path\n/work/input.xlsx\n### answer_position\nA1\n### output_path\n/work/output.xlsx",
    );
    expect(approach?.plan('{"sheets":[{"name":"A","rows":[["a\n[... 400 characters left out here ...]\n"]]}]}')).toBeUndefined();
  });
});

describe("commands", () => {
  it("hold balanced braces and no word that ends a reply, whatever is sprung", async () => {
    for (const { family, trap } of pairs) {
      const { draft, drawn } = await taskFor(family, trap);
      const approach = world.playbook?.open(await messageFor(draft, drawn.input));
      const plan = approach?.plan(seenBy(drawn.input));
      for (const move of [approach?.look, approach?.glance, ...(plan?.moves(new Set([trap])) ?? [])]) {
        let depth = 0;
        let least = 0;
        for (const c of move?.command ?? "}") {
          depth += c === "{" ? 1 : c === "}" ? -1 : 0;
          least = Math.min(least, depth);
        }
        expect([least, depth]).toEqual([0, 0]);
        expect(move?.command).not.toMatch(/Observation:|TASK_COMPLETE|\/tmp\//);
      }
    }
  });
});
