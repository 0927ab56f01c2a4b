import { describe, expect, it } from "vitest";
import { sha256 } from "../../core/json.ts";
import { mixOf, protocolCardSchema } from "../../core/protocol-card.ts";
import { exampleCard } from "./card.fixture.ts";
import { compareCards, differenceText, protocolDifferences } from "./compare-cards.ts";
import { cardGrid } from "./describe-card.ts";

const card = exampleCard();
const [measured] = card.measured;
const [agent] = card.agents;
const fieldsOf = (other: typeof card) => compareCards(card, other).map(({ field }) => field);

describe("comparing cards", () => {
  it("finds nothing between equal ones, whatever their names, and survives a round trip through a file", () => {
    expect(compareCards(card, { ...protocolCardSchema.parse(JSON.parse(JSON.stringify(card))), experiment: "two" })).toEqual([]);
  });

  it.each([
    ["data (bench sample)", { measured: [{ ...measured, data: sha256("changed") }] }],
    ["scorer (bench sample)", { measured: [{ ...measured, scorers: [{ id: "strict", rev: 4, toolchain: sha256("t") }] }] }],
    ["task prompts (bench sample)", { measured: [{ ...measured, prompts: { prompt: sha256("q"), role: sha256("r") } }] }],
    ["max turns", { agents: [{ ...agent, maxTurns: 20, options: { max_turns: 20, protocol: "text" } }] }],
    ["agent options", { agents: [{ ...agent, options: { max_turns: 100, protocol: "tools" } }] }],
    ["model (m)", { solvers: [{ name: "m", identity: { name: "m", revision: "2" }, sampling: { temperature: 1 }, simulated: false }] }],
    ["sampling (m)", { solvers: [{ name: "m", identity: { name: "m", revision: "1" }, sampling: { temperature: 0 }, simulated: false }] }],
    ["prompt (agent/system-text)", { prompts: { "agent/system-text": sha256("else") } }],
    ["rollout seeds", { seeds: { rollout: [1], evolution: [41] } }],
    ["toolchain", { toolchain: { node: "20", packages: {} } }],
    ["role (merger)", { roles: { merger: ["other, {}"] } }],
    ["start skill (evolved)", { arms: card.arms.map((arm) => (arm.start === null ? arm : { ...arm, start: sha256("x") })) }],
    ["learning (evolved)", { arms: card.arms.map((arm) => (arm.learning === null ? arm : { ...arm, learning: {} })) }],
  ])("names %s and nothing else", (field, change) => {
    const other = exampleCard(Object.fromEntries(Object.entries(change)));
    expect(fieldsOf(other)).toEqual([field]);
    expect(protocolDifferences(card, other)).toHaveLength(1);
  });

  it("does not hold a learned skill, a further arm or a further benchmark against a card, but having nothing in common", () => {
    const arms = card.arms.map((arm) => (arm.learning === null ? arm : { ...arm, skill: sha256("another outcome") }));
    expect(
      fieldsOf(exampleCard({ arms: [...arms, { name: "more", guidance: "none", skill: null, start: null, learning: null }] })),
    ).toEqual([]);
    const elsewhere = measured === undefined ? [] : [{ ...measured, split: "other" }];
    expect(fieldsOf(exampleCard({ measured: elsewhere }))).toEqual(["what is measured"]);
  });

  it("says version and commit, without refusing for them", () => {
    const other = exampleCard({ made: { version: "0.2.0", commit: "abc", node: "v20" } });
    const [difference] = compareCards(card, other);
    expect(difference && differenceText(difference)).toBe("version: 0.1.0 against 0.2.0");
    expect(protocolDifferences(card, other)).toEqual([]);
  });
});

describe("a card for people", () => {
  it("says first whether anything is simulated, and shows hostile names as text", () => {
    const [first, ...rest] = cardGrid(exampleCard({ simulated: { models: ["m\u001b[31m"], tasks: [] } })).rows;
    expect(first).toEqual(["simulated", "YES: models m\\u001b[31m"]);
    expect(rest.map((row) => row.join(": ")).join("\n")).toContain("scorer strict@3");
    expect(cardGrid(card).rows[0]).toEqual(["simulated", "no"]);
  });

  it("counts what tasks there are", () => {
    expect(measured?.mix).toEqual({
      tasks: 4,
      clusters: 2,
      types: { cell: 4 },
      flags: { "in-evolve-split": 1 },
      flaggedClusters: { "in-evolve-split": 1 },
    });
    expect(
      mixOf([
        { cluster: "a|b", flags: ["x"] },
        { cluster: "a|b", flags: ["x"] },
      ]),
    ).toMatchObject({ flags: { x: 2 }, flaggedClusters: { x: 1 } });
  });
});
