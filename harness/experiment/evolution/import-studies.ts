import { resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { noUsage } from "../../core/record.ts";
import { readReleasedRecords } from "../../evolve/records/read-records.ts";
import type { Evolution } from "./evolution.ts";
import { noteStudy } from "./note-study.ts";
import { patchId, type Study } from "./study.ts";

/**
 * Studies from analyses that are there already, in the order of the split's tasks and errors before successes, as the release has them. Records of instances the split does not
 * have, and of signals that are not used, are left out. Throws UsageError when none is left, and for what cannot be read.
 */
export async function importStudies(evolution: Evolution, paths: readonly string[]): Promise<Study[]> {
  const { settings, context, benchmark, tasks } = evolution;
  const read = await Promise.all(paths.map((path) => readReleasedRecords(resolve(context.parts.projectRoot, path))));
  const studies: Study[] = [];
  const records = read.flatMap((one) => one.records).filter(({ source }) => settings.signals === "combined" || settings.signals === source);
  for (const [n, { instance, source, lessons }] of records.entries()) {
    const resolved = tasks.find(({ task }) => task.id === instance || task.cluster === instance);
    if (resolved === undefined || lessons.length === 0) continue;
    // Both records of one task need a place of their own in the plan: successes stand behind the errors.
    const position = benchmark.tasks.indexOf(resolved) + (source === "success" ? benchmark.tasks.length : 0);
    const id = patchId(position);
    if (studies.some((one) => one.id === id))
      throw new UsageError(`the records of ${paths.join(", ")} hold instance ${instance} twice (record ${n + 1}); keep one of them`);
    const result: Study["result"] = { v: 1, outcome: { state: "accepted", lessons }, trajectory: null, turns: 0, usage: noUsage };
    studies.push({
      position,
      task: resolved.task,
      episode: `imported ${source} ${instance}`,
      id,
      source,
      state: "accepted",
      key: "imported",
      result,
    });
  }
  if (studies.length === 0)
    throw new UsageError(
      `the records of ${paths.join(", ")} hold no analysis of a task of ${settings.benchmark} ${settings.split} with ${settings.signals} signals`,
    );
  studies.sort((a, b) => a.position - b.position);
  const unused = records.length - studies.length;
  const notes = [
    ...read.flatMap((one) => one.notes),
    ...(unused > 0
      ? [`${unused} of ${records.length} records are of no task of ${settings.split}, or hold no lesson, and are left out`]
      : []),
  ];
  for (const text of notes) context.say(`note: ${text}`);
  for (const study of studies) noteStudy(evolution, study, "imported");
  return studies;
}
