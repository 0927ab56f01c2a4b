/** The test cases of an instance, found by the names of its files. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../harness/core/errors.ts";
import type { Instance } from "./read-index.ts";

export interface TestCase {
  /** The number in the file names; "1" for the unnumbered pair. */
  readonly number: string;
  /** Paths relative to the set. */
  readonly input: string;
  readonly gold: string;
}

/**
 * `<n>_<id>_input.xlsx` and `_init.xlsx` start a case, `_answer.xlsx` and `_golden.xlsx` end it; three published names have a blank before the dot.
 * The id in the name is not compared: the gold of 42930 is called 1_43930_golden.xlsx.
 */
const numbered = /^(\d+)_.+_(?:(input|init)|answer|golden)\s*\.xlsx$/i;
const plain = /^(?:(initial|input)|golden|answer)\.xlsx$/i;

/** Cases in the order of their numbers, at least one. Throws UsageError naming the folder or the file that is missing. */
export async function findCases(setFolder: string, instance: Instance, hint: string): Promise<readonly TestCase[]> {
  const found = await firstFolder(setFolder, instance.folders);
  if (found === undefined)
    throw new UsageError(`${join(setFolder, instance.folders[0] ?? "")}, the folder of instance "${instance.id}", is missing; ${hint}.`);
  const cases = new Map<string, { input?: string; gold?: string }>();
  for (const name of found.names) {
    const match = numbered.exec(name);
    const unnumbered = match === null ? plain.exec(name) : null;
    if (match === null && unnumbered === null) continue;
    const number = match === null ? "1" : String(Number(match[1]));
    const side = (match === null ? unnumbered?.[1] : match[2]) === undefined ? "gold" : "input";
    const pair = cases.get(number) ?? {};
    if (pair[side] !== undefined)
      throw new UsageError(
        `${join(setFolder, found.folder)} holds two ${side === "gold" ? "answers" : "start files"} for case ${number} ("${pair[side]}" and "${name}"); ${hint}.`,
      );
    cases.set(number, { ...pair, [side]: name });
  }
  if (cases.size === 0)
    throw new UsageError(`${join(setFolder, found.folder)} holds no test case (…_input.xlsx and …_answer.xlsx); ${hint}.`);
  return [...cases]
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([number, { input, gold }]) => {
      if (input === undefined || gold === undefined)
        throw new UsageError(
          `The ${gold === undefined ? "answer" : "start"} workbook of case ${number} is missing in ${join(setFolder, found.folder)}; ${hint}.`,
        );
      return { number, input: `${found.folder}/${input}`, gold: `${found.folder}/${gold}` };
    });
}

async function firstFolder(
  setFolder: string,
  folders: readonly string[],
): Promise<{ folder: string; names: readonly string[] } | undefined> {
  for (const folder of folders) {
    try {
      return { folder, names: (await readdir(join(setFolder, folder))).sort() };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))) throw error;
    }
  }
  return undefined;
}
