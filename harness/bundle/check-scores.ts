import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark, Blobs } from "../core/contract.ts";
import { messageOf, StoreError, UsageError } from "../core/errors.ts";
import { canonicalJson, hashJson } from "../core/json.ts";
import type { LedgerRow } from "../core/ledger-rows.ts";
import { type Outcome, outcomeSchema, submissionSchema, type Task } from "../core/record.ts";
import type { Sealed } from "../core/sealed.ts";
import { forEachInWindow } from "../engine/window.ts";
import { scoreSpecSchema } from "../evaluate/score.ts";
import type { LockFile } from "../experiment/lock-file.ts";
import { readJsonBlob } from "../store/blobs.ts";
import { blobPath } from "./bundle-record.ts";
import type { UnitsByKey } from "./check-ledger.ts";
import { type Checked, type Finding, shown } from "./finding.ts";
import { nameRow } from "./write-bundle.ts";

const scoredAtOnce = 8;

export interface Rescoring {
  readonly benchmarks: Readonly<Record<string, Benchmark>>;
  readonly dataDir: (benchmark: string) => string;
  /** Where the bytes of data files are put while they are needed. */
  readonly scratch: Blobs;
}

/** Blobs of a bundle first, those of this machine's data after them. */
function bothBlobs(folder: string, scratch: Blobs): Blobs {
  return {
    put: (bytes) => scratch.put(bytes),
    has: (hash) => scratch.has(hash),
    async get(hash) {
      const bytes = await readFile(join(folder, blobPath(hash))).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      return bytes ?? (await scratch.get(hash));
    },
  };
}

/** Scores every submission of a bundle again, with this machine's scorers and data, and compares the outcomes. What is not here, or is another revision, is told and passed over. */
export async function checkScores(
  folder: string,
  rows: readonly LedgerRow[],
  units: UnitsByKey,
  lock: LockFile,
  rescoring: Rescoring,
): Promise<Checked> {
  const findings: Finding[] = [];
  const notes: string[] = [];
  const blobs = bothBlobs(folder, rescoring.scratch);
  let done = 0;
  for (const part of lock.card.benchmarks) {
    const where = `${part.id} ${part.split}`;
    const benchmark = rescoring.benchmarks[part.id];
    if (benchmark === undefined) {
      notes.push(`${where} is not scored again: this program has no benchmark of that name`);
      continue;
    }
    const own = rows.flatMap((row) => (row.type === "episode" && row.benchmark === part.id ? [row] : []));
    const tasks = new Map<string, { readonly task: Task; readonly hash: string; readonly sealed: () => Promise<Sealed> }>();
    const source = { dataDir: rescoring.dataDir(part.id), blobs };
    try {
      for (const split of new Set(own.map((row) => row.split)))
        for await (const task of benchmark.load(split, source, part.form))
          tasks.set(`${split}\t${task.id}`, { task, hash: hashJson(task), sealed: () => benchmark.seal(task, source) });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      notes.push(`${where} is not scored again: ${error.message}`);
      continue;
    }
    const passedOver = new Map<string, number>();
    const passOver = (why: string): void => void passedOver.set(why, (passedOver.get(why) ?? 0) + 1);
    const judged = new Map<string, Promise<Outcome | string>>();
    const judge = async (key: string, split: string, id: string): Promise<Outcome | string> => {
      const spec = scoreSpecSchema.safeParse(units.get(key)?.spec);
      if (!spec.success) return "its score unit is missing";
      const scorer = benchmark.scorers[spec.data.scorer];
      if (scorer === undefined) return `this program has no scorer ${spec.data.scorer}`;
      if (scorer.rev !== spec.data.scorerRev) return `scorer ${scorer.id} has revision ${scorer.rev} here, ${spec.data.scorerRev} was used`;
      if (hashJson(await scorer.toolchain()) !== spec.data.toolchain) return `scorer ${scorer.id} runs on other library versions here`;
      const here = tasks.get(`${split}\t${id}`);
      if (here === undefined) return "the data on this machine has no such task";
      if (here.hash !== spec.data.task) return "the task's data on this machine is not what was solved";
      const sealed = await here.sealed();
      if (hashJson(sealed) !== spec.data.sealed) return "the reference answer on this machine is not the one that was used";
      const submission = submissionSchema.parse(await readJsonBlob(blobs, spec.data.submission));
      return await scorer.score(here.task, sealed, submission, blobs);
    };
    const wanted = own.flatMap((row) => row.outcomes.map(({ key, outcome }) => ({ row, key, outcome })));
    const differing: { readonly at: number; readonly finding: Finding }[] = [];
    await forEachInWindow(wanted.entries(), scoredAtOnce, async ([at, { row, key, outcome }]) => {
      if (!judged.has(key)) judged.set(key, judge(key, row.split, row.task));
      let again: Outcome | string | undefined;
      try {
        again = await judged.get(key);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        again = messageOf(error);
      }
      if (typeof again === "string" || again === undefined) return passOver(again ?? "");
      done += 1;
      if (canonicalJson(outcomeSchema.parse(again)) !== canonicalJson(outcome))
        differing.push({
          at,
          finding: {
            check: "scores",
            text: `${nameRow(row)}: the ledger says ${shown(outcome)}, scoring the submission again gives ${shown(again)}`,
          },
        });
    });
    // In the order of the ledger, whichever was done first.
    findings.push(...differing.sort((a, b) => a.at - b.at).map(({ finding }) => finding));
    for (const [why, count] of [...passedOver].sort(([a], [b]) => (a < b ? -1 : 1)))
      notes.push(`${where}: ${count} scores were not made again: ${why}`);
  }
  return { check: "scores", looked: `${done} outcomes scored again from the submissions`, findings, notes };
}
