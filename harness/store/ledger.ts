import { createReadStream } from "node:fs";
import { appendFile, mkdir, open, rename, stat, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { StoreError } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import { type LedgerRow, ledgerRowSchema } from "../core/record.ts";

/** Names the slot a row fills: later rows of the same slot replace earlier ones. */
export function slotOf(row: LedgerRow): string {
  return `${row.type} ${row.arm} ${row.split} ${row.key} ${row.task} ${row.rep.seed}.${row.rep.attempt}.${row.rep.replica}`;
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
  const size = await stat(path).then(
    (s) => s.size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return 0;
      throw error;
    },
  );
  if (size === 0) return;
  const complete = await endsWithNewline(path, size);
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  let pending: { text: string; number: number } | undefined;
  const parse = (line: { text: string; number: number }): LedgerRow => {
    try {
      const value: unknown = JSON.parse(line.text);
      return options.validate === false ? (value as LedgerRow) : ledgerRowSchema.parse(value);
    } catch (cause) {
      throw new StoreError(
        `${path} line ${line.number} is not a ledger row; run \`t2s store reindex\` to rebuild the ledger from the store, nothing measured is lost`,
        { cause },
      );
    }
  };
  for await (const text of lines) {
    number += 1;
    if (pending !== undefined) yield parse(pending);
    pending = text === "" ? undefined : { text, number };
  }
  if (pending !== undefined && complete) yield parse(pending);
}

async function endsWithNewline(path: string, size: number): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const last = Buffer.alloc(1);
    await handle.read(last, 0, 1, size - 1);
    return last[0] === 0x0a;
  } finally {
    await handle.close();
  }
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
      if (lines.length > 0) await appendFile(path, lines.join(""));
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
  for await (const row of readLedger(path, { validate: false })) lastOf.set(slotOf(row), index++);
  const temporary = `${path}.compact`;
  const out = await open(temporary, "w");
  let kept = 0;
  try {
    let at = 0;
    let chunk: string[] = [];
    for await (const row of readLedger(path, { validate: false })) {
      if (lastOf.get(slotOf(row)) === at++ && keep(row)) {
        chunk.push(`${canonicalJson(row)}\n`);
        kept += 1;
      }
      if (chunk.length >= 5000) {
        await out.write(chunk.join(""));
        chunk = [];
      }
    }
    await out.write(chunk.join(""));
    await out.sync();
  } finally {
    await out.close();
  }
  await rename(temporary, path);
  return { kept, dropped: index - kept };
}
