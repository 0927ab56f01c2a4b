/** Facts about single tasks (known-tasks.json), with the reason for each. They are for break-downs; no scorer reads them. */
import { z } from "zod";
import type { Task } from "../../harness/core/record.ts";
import raw from "./known-tasks.json" with { type: "json" };

const known = z
  .strictObject({
    about: z.string(),
    reasons: z.record(z.string(), z.string()),
    sets: z.record(
      z.enum(["verified", "full"]),
      z.array(
        z.strictObject({
          id: z.string(),
          /** Case numbers; absent: every case of the instance. */
          cases: z.array(z.string()).optional(),
          flag: z.enum(["passes-untouched", "cannot-pass"]),
          why: z.string(),
        }),
      ),
    ),
  })
  .parse(raw);

export interface KnownTask {
  readonly id: string;
  readonly cases?: readonly string[];
  readonly flag: Task["flags"][number];
  /** One sentence. */
  readonly reason: string;
}

/** All entries of a set; a generated set has none. */
export function knownTasks(set: string): readonly KnownTask[] {
  if (set !== "verified" && set !== "full") return [];
  return known.sets[set].map(({ why, ...entry }) => ({ ...entry, reason: known.reasons[why] ?? "" }));
}

const index = new Map<string, readonly KnownTask[]>();
for (const set of ["verified", "full"])
  for (const task of knownTasks(set)) index.set(`${set}/${task.id}`, [...(index.get(`${set}/${task.id}`) ?? []), task]);

/** Flags of one test case. */
export function knownFlags(set: string, id: string, caseNumber: string): Task["flags"] {
  const entries = index.get(`${set}/${id}`) ?? [];
  return entries.filter((e) => e.cases === undefined || e.cases.includes(caseNumber)).map((e) => e.flag);
}
