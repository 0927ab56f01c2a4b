import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoreError } from "../core/errors.ts";
import { canonicalJson, hashJson, type Json } from "../core/json.ts";
import type { LedgerEpisode } from "../core/record.ts";
import type { ArmRecord } from "../evaluate/arm.ts";
import { skillOf, traced } from "../skill/edit/edits.fixture.ts";
import type { SkillFile } from "../skill/read-directory.ts";
import { skillHash } from "../skill/read-skill.ts";
import { openStore, type Store } from "../store/store.ts";
import { evolvedSubject } from "./ablation/evolved.fixture.ts";
import { findSubject } from "./subject.ts";

const start = skillOf({ "SKILL.md": "# T\n\n## Read\n\n- a\n", "scripts/x.py": "print(1)\n" });
const evolved = evolvedSubject(start, [
  traced("e1", { op: "append_to_section", file: "SKILL.md", target_section: "## Read", content: "- learned" }),
]);

let dir = "";
let store: Store;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "t2s-subject-"));
  store = openStore(dir);
});
afterAll(() => rm(dir, { recursive: true }));

async function recordOf(files: readonly SkillFile[]): Promise<NonNullable<ArmRecord["skill"]>> {
  const stored = await Promise.all(
    files.map(async ({ path, bytes, mode }) => ({ path, blob: await store.blobs.put(bytes), bytes: bytes.length, mode })),
  );
  return { name: "my-skill", hash: skillHash(files), body: await store.blobs.put(new Uint8Array([1])), files: stored };
}

/** An episode that was learned from, guided by these files. */
async function learnedWith(files: readonly SkillFile[]): Promise<Pick<LedgerEpisode, "key">> {
  const record: ArmRecord = {
    v: 1,
    agent: { id: "react", rev: 1, options: {} },
    prompts: {},
    skill: await recordOf(files),
    model: { name: "m" },
    sampling: {},
    box: null,
    toolchain: null,
    harvest: [],
  };
  const arm = await store.blobs.put(Buffer.from(canonicalJson(record as unknown as Json)));
  const spec = { kind: "rollout", rev: 1, arm, task: "0".repeat(64) };
  const key = hashJson(spec);
  await store.units.putIfAbsent({ v: 1, key, spec, result: {}, blobs: [], volatile: { startedAt: "", ms: 0, host: "", attempts: 1 } });
  return { key };
}

async function evolutions(name: string, lineage: unknown): Promise<string> {
  const place = join(dir, name);
  await mkdir(join(place, "evolved", "s41"), { recursive: true });
  await writeFile(join(place, "evolved", "s41", "lineage.json"), typeof lineage === "string" ? lineage : JSON.stringify(lineage));
  return place;
}

describe("the skill of an arm", () => {
  it("comes with the start skill and the edits that made it, out of the store", async () => {
    const learned = [await learnedWith(evolved.files), await learnedWith(start)] as LedgerEpisode[];
    const found = await findSubject(store, await recordOf(evolved.files), {
      evolutions: await evolutions("whole", evolved.lineage),
      learned,
    });
    expect(found.note).toBeUndefined();
    expect(found.lineage).toEqual(evolved.lineage);
    expect(skillHash(found.start ?? [])).toBe(skillHash(start));
    expect(found.files.find(({ path }) => path === "scripts/x.py")?.mode).toBe(0o755);
  });

  it("has sections only where nothing tells its edits apart, and says why", async () => {
    const skill = await recordOf(evolved.files);
    const place = await evolutions("again", evolved.lineage);
    expect(await findSubject(store, skill, { evolutions: join(dir, "none"), learned: [] })).toMatchObject({
      note: expect.stringMatching(/no evolution/),
    });
    const lost = await findSubject(store, skill, { evolutions: place, learned: [] });
    expect(lost.note).toMatch(/start skill is no longer in the store/);
    expect(lost.start).toBeUndefined();
    const [edit] = evolved.lineage.edits;
    const moved = { ...evolved.lineage, edits: [{ ...edit, edit: { ...edit?.edit, target_section: "## Elsewhere" } }] };
    const learned = [await learnedWith(start)] as LedgerEpisode[];
    const stepwise = await findSubject(store, skill, { evolutions: await evolutions("moved", moved), learned });
    expect(stepwise.note).toMatch(/do not all stand in the start skill/);
  });

  it("is not guessed from a damaged lineage", async () => {
    const place = await evolutions("damaged", "{");
    await expect(findSubject(store, await recordOf(start), { evolutions: place, learned: [] })).rejects.toThrow(StoreError);
  });
});
