import { canonicalJson, hashJson, type Json } from "../../core/json.ts";
import type { CardTasks, ProtocolCard } from "../../core/protocol-card.ts";
import { count } from "../number-text.ts";
import { oneLine } from "../plain-text.ts";
import type { Grid, Section } from "../section.ts";
import { maxTurnsText, placeOf, scorerText, short } from "./compare-cards.ts";

/** The card as rows of name and value, for people; whole hashes stand in lock.json and tables.json. */
export function describeCard(card: ProtocolCard): readonly (readonly [string, string])[] {
  const { simulated, made, seeds } = card;
  const learned = card.arms.filter(({ learning }) => learning !== null);
  const starts = new Map(learned.flatMap(({ start, name }) => (start === null ? [] : [[start, name] as const])));
  const why = [
    ...(simulated.models.length > 0 ? [`models ${simulated.models.join(", ")}`] : []),
    ...(simulated.tasks.length > 0 ? [`generated tasks ${simulated.tasks.join(", ")}`] : []),
  ];
  return [
    ["experiment", card.experiment],
    ["simulated", why.length === 0 ? "no" : `YES: ${why.join("; ")}`],
    ...card.measured.map((one): [string, string] => [`measured on ${placeOf(one)}`, measuredText(one)]),
    ...card.learnedFrom.map((one): [string, string] => [`learned from ${placeOf(one)}`, tasksText(one)]),
    ...card.solvers.map((one): [string, string] => [
      `solver ${one.name}`,
      `${identityText(one.identity)}; sampling ${canonicalJson(one.sampling)}`,
    ]),
    ...Object.entries(card.roles).map(([role, who]): [string, string] => [`role ${role}`, who.join("; ")]),
    ["start skills", [...starts.keys()].map(short).join(", ") || "none"],
    [
      "agent",
      `${card.agents.map(({ id, rev }) => `${id}@${rev}`).join(", ") || "none"}, max turns ${maxTurnsText(card)}, options ${short(hashJson(card.agents))}`,
    ],
    ["prompts", `${Object.keys(card.prompts).length} texts, ${short(hashJson(card.prompts))}`],
    [
      "seeds",
      `rollout ${seeds.rollout.join(", ")}${seeds.evolution.length === 0 ? "" : `; evolution ${seeds.evolution.join(", ")}`}${card.replicas === 1 ? "" : `; ${card.replicas} replicas`}`,
    ],
    ["toolchain", `${card.sandbox}; ${toolchainText(card.toolchain)}`],
    ["made with", `t2s ${made.version}${made.commit === null ? "" : ` (${made.commit})`}, Node ${made.node}`],
  ];
}

/** The card as a section of its own. */
export function cardSection(card: ProtocolCard): Section {
  return { title: `${card.experiment}: protocol`, grids: [cardGrid(card)], notes: [] };
}

/** The same as a grid for the renderers. */
export function cardGrid(card: ProtocolCard): Grid {
  return {
    title: `Protocol of ${oneLine(card.experiment)}`,
    head: ["protocol", oneLine(card.experiment)],
    rows: describeCard(card)
      .slice(1)
      .map(([name, value]) => [oneLine(name), oneLine(value)]),
    split: false,
  };
}

function measuredText(one: ProtocolCard["measured"][number]): string {
  return [
    tasksText(one),
    `scorer ${scorerText(one)}`,
    ...(one.attempts === 1 ? [] : [`${one.attempts} attempts`]),
    ...(one.recalculate === null ? [] : [`recalculated by ${one.recalculate}`]),
    ...(one.subset === null ? [] : [one.subset]),
  ].join(", ");
}

const tasksText = ({ mix, form, data }: CardTasks): string =>
  `${count(mix.tasks)} tasks in ${count(mix.clusters)} clusters, form ${form}, data ${short(data)}`;

function identityText(identity: Json): string {
  if (typeof identity !== "object" || identity === null || Array.isArray(identity)) return canonicalJson(identity);
  const rest = Object.entries(identity).filter(([key, value]) => key !== "name" && value !== undefined);
  return (
    rest.map(([key, value]) => `${key} ${hashes(typeof value === "string" ? value : canonicalJson(value))}`).join(", ") ||
    "no revision declared"
  );
}

const hashes = (text: string): string => text.replace(/\b[0-9a-f]{64}\b/g, short);

function toolchainText(toolchain: Json): string {
  if (typeof toolchain !== "object" || toolchain === null || Array.isArray(toolchain)) return "no tools";
  return Object.entries(toolchain)
    .flatMap(([name, version]) => (typeof version === "string" ? [`${name} ${version}`] : []))
    .join(", ");
}
