import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { benchmarks } from "../../benchmarks/index.ts";
import { world } from "../../benchmarks/spreadsheetbench/world.ts";
import type { World } from "../core/world.ts";
import { loadPersona, parsePersona, personaHash } from "./persona.ts";

const path = (name: string) => fileURLToPath(new URL(`../../configs/personas/${name}.yaml`, import.meta.url));

describe("personas", () => {
  it.each(["sim-large", "sim-small"])("%s is valid, knows its traps, and explains every rate", async (name) => {
    const { readFile } = await import("node:fs/promises");
    const persona = await loadPersona(path(name));
    expect(persona.name).toBe(name);
    const worlds: readonly (World | undefined)[] = Object.values(benchmarks).map((benchmark) => benchmark.world);
    const traps = new Set(worlds.flatMap((one) => one?.traps ?? []).map((t) => t.id));
    for (const id of Object.keys(persona.rollout.slip.traps)) expect(traps).toContain(id);
    const rates = (await readFile(path(name), "utf8")).split("\n").filter((l) => /:\s*[\d.]+/.test(l) && !l.startsWith("#"));
    expect(rates.length).toBeGreaterThan(12);
    for (const line of rates) expect(line).toMatch(/# (?:invented|.*the paper)/);
  });

  it("names file, line and key of what is wrong", async () => {
    const good = "name: x\nrollout:\n  slip: { default: 0.5 }\n  adherence: 1.5\n";
    expect(() => parsePersona(good, "p.yaml")).toThrow(/^p\.yaml:4: rollout\.adherence/);
    expect(() => parsePersona("name: [", "p.yaml")).toThrow(/^p\.yaml:1: not valid YAML/);
    expect(() => parsePersona("", "p.yaml")).toThrow(/^p\.yaml: /);
    await expect(loadPersona("/nowhere/p.yaml")).rejects.toThrow(/\/nowhere\/p\.yaml cannot be read/);
  });

  it("has another identity when a rate, a trap or the world's revision is another", async () => {
    const persona = await loadPersona(path("sim-large"));
    const base = personaHash(persona, [world]);
    expect(personaHash(structuredClone(persona), [world])).toBe(base);
    expect(personaHash({ ...persona, rollout: { ...persona.rollout, adherence: 0.1 } }, [world])).not.toBe(base);
    expect(personaHash(persona, [{ ...world, rev: world.rev + 1 }])).not.toBe(base);
    expect(personaHash(persona, [{ ...world, traps: world.traps.slice(1) }])).not.toBe(base);
    expect(personaHash(persona, [])).not.toBe(base);
  });
});
