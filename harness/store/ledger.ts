import { createHash } from "node:crypto";
import { appendFile, mkdir, open, rename, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { StoreError } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import { type LedgerRow, ledgerRowSchema } from "../core/ledger-rows.ts";
import type { LedgerEpisode } from "../core/record.ts";
import { onDisk, replaceFile } from "./durable.ts";

/** Names the slot a row fills: later rows of the same slot replace earlier ones. The rep is in the key, the split is not. */
export function slotName(row: {
  readonly arm: string;
  readonly benchmark: string;
  readonly split: string;
  readonly task: string;
  readonly key: string;
}): string {
  return `${row.arm}\t${row.benchmark}\t${row.split}\t${row.task}\t${row.key}`;
}

/** A name in 16 characters (half of its SHA-256, a byte each): what is kept of hundreds of thousands of names. */
export function shortened(name: string): string {
  return createHash("sha256").update(name).digest().toString("latin1", 0, 16);
}

/** Names what a row is about: its slot, or for rows of an evolution the thing in it. Later rows of one name replace earlier ones. */
export function rowName(row: LedgerRow): string {
  switch (row.type) {
    case "episode":
      return slotName(row);
    case "evolution":
      return `${row.type}\t${row.arm}\t${row.seed}`;
    case "analysis":
      return `${row.type}\t${row.arm}\t${row.seed}\t${row.source}\t${row.task}`;
    case "merge":
      return `${row.type}\t${row.arm}\t${row.seed}\t${row.node}`;
  }
}

/** Row without its volatile part, as canonical JSON: two ledgers are equal when these are equal as sets by slot. */
export function comparableRow(row: LedgerRow): string {
  const { volatile: _ignored, ...rest } = row;
  return canonicalJson(rest);
}

/**
 * Reads a ledger row by row; nothing when the file is missing. A last line torn by a kill is passed over.
 * `validate: false` skips the schema (resuming 650,000 rows we wrote ourselves); a line that is not JSON is a StoreError either way.
 */
export async function* readLedger(path: string, options: { validate?: boolean } = {}): AsyncIterable<LedgerRow> {
  for await (const rows of readLedgerBatches(path, options)) yield* rows;
}

/** The same, some hundred rows at a time: several times faster for ledgers of many 100,000 rows. Not thousands: such batches outlive young garbage and make the heap grow. */
export async function* readLedgerBatches(path: string, options: { validate?: boolean } = {}): AsyncIterable<readonly LedgerRow[]> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return;
  let number = 0;
  const parse = (line: string): LedgerRow => {
    number += 1;
    try {
      const value: unknown = JSON.parse(line);
      return options.validate === false ? (value as LedgerRow) : ledgerRowSchema.parse(value);
    } catch (cause) {
      throw new StoreError(
        `${path} line ${number} is not a ledger row; run \`t2s store reindex\`, which keeps the good rows, then the experiment again; nothing measured is lost`,
        { cause },
      );
    }
  };
  let rest = "";
  for await (const chunk of handle.createReadStream({ encoding: "utf8", highWaterMark: 64 * 1024 })) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? ""; // without a newline behind it, a line was torn by a kill
    yield lines.map(parse);
  }
}

/** The episodes of a ledger that were measured for its tables, some hundred at a time. */
export async function* readMeasured(path: string, options: { validate?: boolean } = {}): AsyncIterable<readonly LedgerEpisode[]> {
  for await (const rows of readLedgerBatches(path, options)) yield rows.filter(isMeasured);
}

/** Whether a row is an episode that tables show. */
export function isMeasured(row: LedgerRow): row is LedgerEpisode {
  return row.type === "episode" && (row.purpose ?? "measure") === "measure";
}

export interface LedgerWriter extends AsyncDisposable {
  append(row: LedgerRow): Promise<void>;
}

/**
 * Appends rows to a ledger (made when missing). Rows are a projection of the store, so they are not fsynced one by one;
 * what a power cut takes is rebuilt from the units. A torn last line is cut off before the first row is added.
 */
export async function appendLedger(path: string): Promise<LedgerWriter> {
  await mkdir(dirname(path), { recursive: true });
  await cutTornLine(path);
  let waiting: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    writing = writing.then(async () => {
      const lines = waiting;
      waiting = [];
      if (lines.length > 0) await onDisk(path, () => appendFile(path, lines.join("")));
    });
    return writing;
  };
  return {
    append(row) {
      waiting.push(`${canonicalJson(row)}\n`);
      return flush();
    },
    async [Symbol.asyncDispose]() {
      await flush();
    },
  };
}

async function cutTornLine(path: string): Promise<void> {
  const handle = await open(path, "a+");
  try {
    const { size } = await handle.stat();
    let end = size;
    const chunk = Buffer.alloc(64 * 1024);
    while (end > 0) {
      const from = Math.max(0, end - chunk.length);
      const { bytesRead } = await handle.read(chunk, 0, end - from, from);
      const at = chunk.lastIndexOf(0x0a, bytesRead - 1);
      if (at >= 0) {
        end = from + at + 1;
        break;
      }
      end = from;
    }
    if (end < size) await truncate(path, end);
  } finally {
    await handle.close();
  }
}

/** Rewrites a ledger with only the rows `keep` lets through; later rows of a slot win. Atomic: a kill leaves the old one. */
export async function compactLedger(path: string, keep: (row: LedgerRow) => boolean): Promise<{ kept: number; dropped: number }> {
  const lastOf = new Map<string, number>();
  let index = 0;
  for await (const rows of readLedgerBatches(path, { validate: false }))
    for (const row of rows) lastOf.set(shortened(rowName(row)), index++);
  const temporary = `${path}.compact`;
  const out = await open(temporary, "w");
  let kept = 0;
  try {
    let at = 0;
    for await (const rows of readLedgerBatches(path, { validate: false })) {
      const good = rows.filter((row) => lastOf.get(shortened(rowName(row))) === at++ && keep(row));
      kept += good.length;
      await out.write(good.map((row) => `${canonicalJson(row)}\n`).join(""));
    }
    await out.sync();
  } finally {
    await out.close();
  }
  await rename(temporary, path);
  return { kept, dropped: index - kept };
}

/**
 * Keeps the rows of a ledger that can be read and that `keep` lets through, and sets the ledger as it was aside as `<path>.old`. Nothing is done when every line is
 * good and kept. Returns how many lines were left out; undefined when there is no ledger.
 */
export async function salvageLedger(
  path: string,
  keep: (row: LedgerRow) => boolean,
): Promise<{ kept: number; dropped: number } | undefined> {
  const text = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const good: string[] = [];
  let dropped = 0;
  for await (const line of text.readLines()) {
    if (line === "") continue;
    const row = ledgerRowSchema.safeParse(parsedOrUndefined(line));
    if (row.success && keep(row.data)) good.push(line);
    else dropped += 1;
  }
  if (dropped > 0) {
    await rename(path, `${path}.old`);
    await replaceFile(path, good.map((line) => `${line}\n`).join(""));
  }
  return { kept: good.length, dropped };
}

function parsedOrUndefined(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // not JSON is one of the ways a line can be damaged
  }
}
