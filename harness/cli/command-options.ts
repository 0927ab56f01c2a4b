import { InvalidArgumentError } from "commander";
import { parseShard, type Shard } from "../engine/shard.ts";

// Readers of option values, and options that several commands have.

export const count = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("expected a whole number from 1 on.");
  return n;
};
export const port = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 0 || n > 65_535) throw new InvalidArgumentError("expected a port from 0 to 65535.");
  return n;
};
export const shard = (text: string): Shard => {
  const read = parseShard(text);
  if (read === undefined) throw new InvalidArgumentError("expected i/n with i from 1 to n, for example 2/8.");
  return read;
};
export const whole = (text: string): number => {
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new InvalidArgumentError("expected a whole number.");
  return n;
};
export const finite = (text: string): number => {
  const n = Number(text);
  if (text.trim() === "" || !Number.isFinite(n)) throw new InvalidArgumentError("expected a number.");
  return n;
};
export const collect = (value: string, earlier: string[]): string[] => [...earlier, value];
export const trajectoriesOption = ["--trajectories <which>", "in the web report: all, failed or none", "all"] as const;
export const trajectoriesLimitOption = ["--trajectories-limit <MB>", "at most so much of them for each experiment", "200"] as const;
export const resultsOption = ["--results <dir>", "results folder (default: T2S_RESULTS, else results/ of the project)"] as const;
