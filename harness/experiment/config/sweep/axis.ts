import type { Json } from "../../../core/json.ts";
import type { ConfigPath } from "../source.ts";

/** One value of an axis: what it is called, and what it sets in an arm. */
export interface Level {
  readonly name: string;
  readonly value: Json;
  readonly sets: readonly { readonly path: readonly string[]; readonly value: unknown }[];
  /** Where the value stands in the file. */
  readonly from: ConfigPath;
}

/** What an arm is varied in. */
export interface Axis {
  /** Config path or factor, as reports name it. */
  readonly key: string;
  /** What names of arms and labels call it. */
  readonly short: string;
  readonly levels: readonly Level[];
}

/** One level of every axis, in the order of the axes. */
export type Combination = readonly { readonly axis: Axis; readonly level: Level }[];

/** Every combination of levels; the first axis changes slowest. */
export function crossed(axes: readonly Axis[]): readonly Combination[] {
  return axes.reduce<readonly Combination[]>(
    (made, axis) => made.flatMap((one) => axis.levels.map((level) => [...one, { axis, level }])),
    [[]],
  );
}

/** The first levels together, then the second ones. The axes have equally many. */
export function zipped(axes: readonly Axis[]): readonly Combination[] {
  return (axes[0]?.levels ?? []).map((_, i) => axes.flatMap((axis) => axis.levels.slice(i, i + 1).map((level) => ({ axis, level }))));
}

const longestName = 80;

/** `evolved-batch_size-8`, `evolved-merge.large-solver.small`; without the keys, then numbered, where that would be too long for a name. */
export function armName(arm: string, combination: Combination, joiner: "-" | "."): string {
  const candidates = [
    combination.map(({ axis, level }) => `${axis.short}${joiner}${level.name}`),
    combination.map(({ level }) => level.name),
    combination.map(({ axis, level }) => String(axis.levels.indexOf(level) + 1)),
  ];
  const names = candidates.map((parts) => [arm, ...parts].join("-"));
  return names.find((name) => name.length <= longestName) ?? names.at(-1) ?? arm;
}

/** `Evolved skill · batch_size 8 · grouping shuffle` */
export function armLabel(label: string, combination: Combination): string {
  return [label, ...combination.map(({ axis, level }) => `${axis.short} ${level.name}`)].join(" · ");
}

/** Names for values, each another one: numbers and words as they are, the last part of a path, the single values of a mapping. */
export function levelNames(values: readonly unknown[]): string[] {
  const names: string[] = [];
  for (const [i, value] of values.entries()) {
    const plain = leaves(value)
      .join("-")
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 24);
    const own = plain === "" ? `v${i + 1}` : plain;
    names.push(names.includes(own) ? `${own}.${i + 1}` : own);
  }
  return names;
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value.replace(/\/+$/, "").split("/").at(-1) ?? ""];
  if (typeof value !== "object" || value === null) return [String(value)];
  if (Array.isArray(value) && value.length === 0) return ["nothing"];
  return Object.values(value).flatMap(leaves);
}
