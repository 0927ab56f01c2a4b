import { basename, dirname } from "node:path";
import type { Task } from "../../core/record.ts";
import type { ReleaseFiles } from "./find-files.ts";

/** Names the release gives the output of a task, the one it looks for when it scores first. */
export function outputNames({ origin }: Pick<Task, "origin">): string[] {
  const input = basename(origin.input ?? "");
  const gold = basename(origin.gold ?? "");
  const names = [
    gold === "golden.xlsx" ? "initial_output.xlsx" : gold.replace(/_(?:answer|golden)\s*\.xlsx$/, "_output.xlsx"),
    input.replace(/_(?:input|init)\s*\.xlsx$/, "_output.xlsx"),
    `${input.replace(/\.xlsx$/, "")}_output.xlsx`,
  ];
  return [...new Set(names.filter((name) => /_output\.xlsx$/.test(name)))];
}

/** Where outputs of a task may lie, last folder and name. */
export function outputPlaces(task: Pick<Task, "origin" | "cluster">): string[] {
  const folders = [...new Set([basename(dirname(task.origin.input ?? "")), task.cluster])];
  return folders.flatMap((folder) => outputNames(task).map((name) => `${folder}/${name}`));
}

/** The log of a task's session: of an instance with several cases only the last session's log was kept, and it names the folder it worked in. */
export function logBelongs(log: string, task: Pick<Task, "origin" | "cluster">, cases: readonly Pick<Task, "origin">[]): boolean {
  const workdir = (one: Pick<Task, "origin">): string =>
    `${task.cluster}_${basename(one.origin.input ?? "").replace(/\.xlsx$/, "")}`.replaceAll("/", "_");
  const named = cases.filter((one) => log.includes(workdir(one)));
  const [only] = named;
  const owner = named.length === 1 && only !== undefined ? only : cases.at(-1);
  return owner?.origin.input === task.origin.input;
}

/** Ids of instances that a folder says anything about. */
export function instancesOf(files: ReleaseFiles, further: Iterable<string>): Set<string> {
  return new Set([
    ...files.outputs.map(({ place }) => place.slice(0, place.indexOf("/"))),
    ...files.logs.map(({ instance }) => instance),
    ...further,
  ]);
}
