import { canonicalJson, type Json } from "../../core/json.ts";
import type { CardTasks, ProtocolCard } from "../../core/protocol-card.ts";

/** One field in which two protocol cards differ. Both sides are one line of text, "-" where the field is absent. */
export interface CardDifference {
  /** "scorer (spreadsheetbench verified/test)". */
  readonly field: string;
  readonly left: string;
  readonly right: string;
  /** `protocol`: numbers made under the two are not comparable. `provenance`: version, commit, host software; said, never refused. */
  readonly weight: "protocol" | "provenance";
}

type Fields = ReadonlyMap<string, string>;

/**
 * The fields in which two cards differ, protocol before provenance. What only one of them has (a further benchmark, model or arm) is no difference, as long as they share a
 * benchmark: numbers of one column are compared, not experiments. Empty: comparable.
 */
export function compareCards(a: ProtocolCard, b: ProtocolCard): readonly CardDifference[] {
  const shared = tasksInCommon(a, b);
  const none: CardDifference[] =
    shared.length > 0
      ? []
      : [
          {
            field: "what is measured",
            left: a.measured.map(placeOf).join(", "),
            right: b.measured.map(placeOf).join(", "),
            weight: "protocol",
          },
        ];
  return [
    ...none,
    ...differing(sharedFields(a, b), sharedFields(b, a), "protocol"),
    ...differing(globalFields(a), globalFields(b), "protocol"),
    ...differing(madeFields(a), madeFields(b), "provenance"),
  ];
}

/** Only what makes numbers incomparable. */
export const protocolDifferences = (a: ProtocolCard, b: ProtocolCard): readonly CardDifference[] =>
  compareCards(a, b).filter(({ weight }) => weight === "protocol");

/** A difference as a clause: "max turns: 100 against 20". */
export const differenceText = ({ field, left, right }: CardDifference): string => `${field}: ${left} against ${right}`;

function differing(a: Fields, b: Fields, weight: CardDifference["weight"]): CardDifference[] {
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.flatMap((field) => {
    const left = a.get(field) ?? "-";
    const right = b.get(field) ?? "-";
    return left === right ? [] : [{ field, left, right, weight }];
  });
}

export const placeOf = ({ benchmark, split }: Pick<CardTasks, "benchmark" | "split">): string => `${benchmark} ${split}`;

const tasksInCommon = (a: ProtocolCard, b: ProtocolCard): readonly string[] =>
  a.measured.map(placeOf).filter((place) => b.measured.some((other) => placeOf(other) === place));

/** Fields of what both cards have: benchmarks, solvers, arms and roles. */
function sharedFields(card: ProtocolCard, other: ProtocolCard): Fields {
  const fields = new Map<string, string>();
  const put = (name: string, of: string, value: Json | undefined): void => void fields.set(`${name} (${of})`, textOf(value));
  for (const one of card.measured) {
    if (!other.measured.some((its) => placeOf(its) === placeOf(one))) continue;
    const place = placeOf(one);
    put("data", place, `${short(one.data)}, ${one.mix.tasks} tasks`);
    put("form", place, one.form);
    put("task prompts", place, one.prompts);
    put("scorer", place, scorerText(one));
    put("recalculation", place, one.recalculate);
    put("attempts", place, one.attempts);
  }
  for (const one of card.learnedFrom)
    if (other.learnedFrom.some((its) => placeOf(its) === placeOf(one))) put("data learned from", placeOf(one), short(one.data));
  for (const one of card.solvers) {
    if (!other.solvers.some((its) => its.name === one.name)) continue;
    put("model", one.name, one.identity);
    put("sampling", one.name, one.sampling);
    put("simulated", one.name, one.simulated);
  }
  for (const one of card.arms) {
    const its = other.arms.find(({ name }) => name === one.name);
    if (its === undefined) continue;
    put("start skill", one.name, one.start === null ? null : short(one.start));
    // A learned skill is an outcome, not a setting; one that was given is a setting.
    if (one.learning === null && its.learning === null) put("skill", one.name, one.skill === null ? null : short(one.skill));
    put("learning", one.name, one.learning);
  }
  for (const [role, who] of Object.entries(card.roles)) if (other.roles[role] !== undefined) put("role", role, who.join("; "));
  for (const [name, hash] of Object.entries(card.prompts)) if (other.prompts[name] !== undefined) put("prompt", name, short(hash));
  return fields;
}

function globalFields(card: ProtocolCard): Fields {
  const fields = new Map<string, string>();
  fields.set("agent", card.agents.map(({ id, rev }) => `${id}@${rev}`).join(", "));
  fields.set("max turns", maxTurnsText(card));
  fields.set("agent options", textOf(card.agents.map(({ options }) => withoutTurns(options))));
  fields.set("limits", textOf(card.agents.map(({ limits }) => limits)));
  fields.set("rollout seeds", card.seeds.rollout.join(", "));
  if (card.seeds.evolution.length > 0) fields.set("evolution seeds", card.seeds.evolution.join(", "));
  fields.set("replicas", String(card.replicas));
  fields.set("toolchain", textOf(card.toolchain));
  return fields;
}

function madeFields({ made, sandbox }: ProtocolCard): Fields {
  return new Map([
    ["version", made.version],
    ["commit", made.commit ?? "-"],
    ["Node", made.node],
    ["sandbox", sandbox],
  ]);
}

export const maxTurnsText = ({ agents }: ProtocolCard): string => agents.map(({ maxTurns }) => maxTurns ?? "unlimited").join(", ") || "-";

function withoutTurns(options: Json): Json {
  return typeof options === "object" && options !== null && !Array.isArray(options)
    ? Object.fromEntries(Object.entries(options).filter(([key]) => key !== "max_turns"))
    : options;
}

/** "trace2skill@4". */
export function scorerText({ scorer, scorers }: ProtocolCard["measured"][number]): string {
  const rev = scorers.find(({ id }) => id === scorer)?.rev;
  return rev === undefined ? scorer : `${scorer}@${rev}`;
}

export const short = (hash: string): string => hash.slice(0, 12);

const textOf = (value: Json | undefined): string =>
  value === undefined || value === null ? "-" : typeof value === "string" ? value : canonicalJson(value);
