/** One case from bytes or paths to a verdict; runs inside the worker process. Whatever the files do wrong is a verdict. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { messageOf } from "../../../harness/core/errors.ts";
import { brokenReason, compareStrict, ungraded } from "./compare-strict.ts";
import { comparePublished, failed, type ScorerId, type Verdict } from "./compare-workbooks.ts";
import { readWorkbook, type Workbook } from "./read-workbook.ts";
import { WorkbookError } from "./zip-archive.ts";

export type WorkbookSource = { readonly path: string } | { readonly bytes: Uint8Array } | { readonly missing: true };

export interface CaseFiles {
  readonly gold: WorkbookSource;
  readonly candidate: WorkbookSource;
  readonly answerPosition: string;
  readonly scorer: ScorerId;
  /** Instance id and data set, for the list of known-broken tasks. */
  readonly id?: string;
  readonly set?: string;
}

/** Largest file that is opened, packed. */
const MAX_FILE_BYTES = 256 * 2 ** 20;
const EXTENSIONS = [".xlsx", ".xlsm", ".xltx", ".xltm"];

class MissingFile extends Error {
  override readonly name = "MissingFile";
}

/** Bytes of a source. Throws MissingFile or WorkbookError. Pipes and devices are refused unopened: opening one can block for ever. */
function readSource(source: WorkbookSource): Uint8Array {
  if ("missing" in source) throw new MissingFile("File not exist");
  if ("bytes" in source) return source.bytes;
  const { path } = source;
  try {
    const info = statSync(path);
    const extension = extname(path).toLowerCase();
    if (!EXTENSIONS.includes(extension))
      throw new WorkbookError(`the file format ${extension || "without extension"} is not one of ${EXTENSIONS.join(", ")}`);
    if (!info.isFile()) throw new WorkbookError(`${path} is not a regular file`);
    if (info.size > MAX_FILE_BYTES) throw new WorkbookError(`${path} has ${info.size} bytes; the limit is ${MAX_FILE_BYTES}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof WorkbookError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") throw new MissingFile("File not exist", { cause: error });
    throw new WorkbookError(`the file cannot be read (${messageOf(error)})`, { cause: error });
  }
}

/** Reads workbooks, keeping those read last by the hash of their bytes; unreadable ones are kept as their message. */
export function cachedReader(maxWeight: number): (bytes: Uint8Array) => Workbook {
  const kept = new Map<string, Workbook | string>();
  let weight = 0;
  const weigh = (item: Workbook | string) => (typeof item === "string" ? 100 : item.weight);
  const readOrMessage = (bytes: Uint8Array): Workbook | string => {
    try {
      return readWorkbook(bytes);
    } catch (error) {
      if (error instanceof WorkbookError) return error.message;
      throw error;
    }
  };
  return (bytes) => {
    const key = createHash("sha256").update(bytes).digest("base64");
    const item = kept.get(key) ?? readOrMessage(bytes);
    if (!kept.delete(key)) weight += weigh(item);
    kept.set(key, item); // last used last
    for (const [oldest, other] of kept) {
      if (weight <= maxWeight) break;
      kept.delete(oldest);
      weight -= weigh(other);
    }
    if (typeof item === "string") throw new WorkbookError(item);
    return item;
  };
}

function load(source: WorkbookSource, read: (bytes: Uint8Array) => Workbook): Workbook | { readonly fault: string } {
  try {
    return read(readSource(source));
  } catch (error) {
    if (error instanceof WorkbookError || error instanceof MissingFile) return { fault: error.message };
    throw error;
  }
}

/** Verdict of a case. `onGoldRead` is called once the gold workbook is there, so that a death after it can be laid to the candidate. */
export function gradeCase(files: CaseFiles, read: (bytes: Uint8Array) => Workbook, onGoldRead?: () => void): Verdict {
  const strict = files.scorer === "strict";
  const broken = strict ? brokenReason(files.id, files.set) : undefined;
  if (broken !== undefined) return ungraded(broken);
  const gold = load(files.gold, read);
  if ("fault" in gold) return strict ? ungraded(`gold workbook: ${gold.fault}`) : failed(`gold workbook: ${gold.fault}`);
  onGoldRead?.();
  const candidate = load(files.candidate, read);
  if ("fault" in candidate) {
    if (!strict) return failed(candidate.fault);
    // What cannot be judged stays unjudged, whether or not something was handed in.
    const judged = compareStrict(gold, { sheets: [], weight: 0 }, files.answerPosition);
    return judged.verdict === null ? judged : failed(candidate.fault);
  }
  return files.scorer === "strict"
    ? compareStrict(gold, candidate, files.answerPosition)
    : comparePublished(files.scorer, gold, candidate, files.answerPosition);
}
