/** One file over HTTP: streamed to disk, resumed after a cut, checked, and only then given its name. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, UsageError } from "../core/errors.ts";
import { sha256 } from "../core/json.ts";
import { codeOf, explainDiskError } from "./disk-errors.ts";
import { claimPart, dropPart, readMark, releasePart, sizeOf, writeMark } from "./download-part.ts";
import type { OnProgress } from "./progress.ts";

export interface DownloadOptions {
  /** A file with another checksum is thrown away. */
  readonly sha256?: string;
  /** A longer answer is cut off and refused. */
  readonly maxBytes: number;
  /** Attempts in a row that bring no new byte before giving up (default 5). */
  readonly attempts?: number;
  /** First pause between attempts, doubled each time up to 30 s (default 1000). */
  readonly backoffMs?: number;
  /** Silence after which a connection counts as dead (default 60,000). */
  readonly idleMs?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** The server's answer makes further attempts pointless. */
class HopelessAnswer extends Error {
  override readonly name = "HopelessAnswer";
}

/** The server asked to wait. */
class WaitAnswer extends Error {
  override readonly name = "WaitAnswer";
  constructor(
    message: string,
    readonly waitMs: number,
  ) {
    super(message);
  }
}

/**
 * Downloads `url` to `target`, which exists afterwards only if it is whole and right. What was received of a broken download is kept beside it
 * (`<name>.part…`) and continued next time, by whichever process claims it first. Throws UsageError with one sentence.
 */
export async function download(url: string, target: string, options: DownloadOptions): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    const part = await claimPart(target, url);
    try {
      await receive(url, part, options);
    } catch (error) {
      await releasePart(part, target);
      throw error;
    }
    if (options.sha256 !== undefined) {
      const got = await fileHash(part);
      if (got !== options.sha256) {
        await dropPart(part);
        throw new UsageError(
          `What ${url} sent has SHA-256 ${got} instead of ${options.sha256}: it was changed or damaged on the way and was thrown away; run the command again, or import a copy you trust.`,
        );
      }
    }
    await rename(part, target);
    await rm(`${part}.mark`, { force: true });
  } catch (error) {
    throw explainDiskError(error, dirname(target));
  }
}

async function receive(url: string, part: string, options: DownloadOptions): Promise<void> {
  const attempts = options.attempts ?? 5;
  let failures = 0;
  for (;;) {
    const before = await sizeOf(part);
    try {
      await receiveOnce(url, part, before, options);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof UsageError || explainDiskError(error, part) !== error) throw error;
      const reason = reasonOf(error);
      if (error instanceof HopelessAnswer) throw new UsageError(`${url} cannot be downloaded: ${reason}.`, { cause: error });
      failures = (await sizeOf(part)) > before ? 1 : failures + 1;
      if (failures >= attempts)
        throw new UsageError(
          `${url} could not be downloaded after ${attempts} attempts (${reason}); check the connection and run the command again (it continues where it stopped), or get the file elsewhere and import it.`,
          { cause: error },
        );
      const pause = error instanceof WaitAnswer ? error.waitMs : Math.min(30_000, (options.backoffMs ?? 1000) * 2 ** (failures - 1));
      options.onProgress?.({ phase: "download", subject: url, bytes: await sizeOf(part), note: `${reason}; trying again` });
      await sleep(pause, undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}

async function receiveOnce(url: string, part: string, have: number, options: DownloadOptions): Promise<void> {
  const validator = await readMark(part, url);
  // Without something that names the version (ETag, date) two halves could be of different files: then start over.
  const from = have > 0 && validator !== undefined ? have : 0;
  const idle = new AbortController();
  const idleMs = options.idleMs ?? 60_000;
  const timer = setTimeout(() => idle.abort(new Error(`the server sent nothing for ${idleMs / 1000} s`)), idleMs);
  const signal = options.signal ? AbortSignal.any([idle.signal, options.signal]) : idle.signal;
  try {
    const headers = {
      "accept-encoding": "identity",
      ...(from > 0 && validator !== undefined ? { range: `bytes=${from}-`, "if-range": validator } : {}),
    };
    const response = await fetch(url, { headers, signal });
    timer.refresh();
    const start = startOf(response, from);
    // The server has another, shorter file now.
    if (start === "nothing-there") {
      await dropPart(part);
      throw new Error("the server's file has changed");
    }
    if (start === "complete") return;
    const total = totalOf(response, start);
    if (total !== undefined && total > options.maxBytes)
      throw new HopelessAnswer(`it has ${total} bytes, more than the ${options.maxBytes} expected at most`);
    await writeMark(part, url, response);
    const file = await open(part, start === 0 ? "w" : "a");
    try {
      let bytes = start;
      options.onProgress?.({ phase: "download", subject: url, bytes, ...(total === undefined ? {} : { totalBytes: total }) });
      for await (const chunk of response.body ?? []) {
        timer.refresh();
        bytes += chunk.length;
        if (bytes > options.maxBytes) throw new HopelessAnswer(`it is longer than the ${options.maxBytes} bytes expected at most`);
        await file.writeFile(chunk);
        options.onProgress?.({ phase: "download", subject: url, bytes, ...(total === undefined ? {} : { totalBytes: total }) });
      }
      if (total !== undefined && bytes !== total) throw new Error(`the connection ended after ${bytes} of ${total} bytes`);
    } finally {
      await file.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Where the answer's body begins in the file, "complete" when nothing is left to send, "nothing-there" when what we have is not part of it. Throws for refusals. */
function startOf(response: Response, asked: number): number | "complete" | "nothing-there" {
  const status = `the server answered ${response.status}${response.statusText === "" ? "" : ` ${response.statusText}`}`;
  if (response.status === 200) return 0;
  const range = response.headers.get("content-range") ?? "";
  if (response.status === 206 && range.startsWith(`bytes ${asked}-`)) return asked;
  if (response.status === 416 && range === `bytes */${asked}`) return "complete";
  void response.body?.cancel();
  if (response.status === 416) return "nothing-there";
  if (response.status === 429 || response.status === 503) {
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    if (Number.isFinite(seconds) && seconds >= 0) throw new WaitAnswer(status, Math.min(60_000, seconds * 1000));
  }
  const passing = response.status >= 500 || [206, 408, 425, 429].includes(response.status);
  throw passing ? new Error(status) : new HopelessAnswer(status);
}

function totalOf(response: Response, start: number): number | undefined {
  const length = response.headers.get("content-length");
  // With a content encoding the length counts other bytes than those we get to see.
  if (length === null || response.headers.get("content-encoding") !== null) return undefined;
  return start + Number(length);
}

function reasonOf(error: unknown): string {
  // fetch hides the reason in the cause: "fetch failed" alone helps nobody.
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  switch (codeOf(inner)) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "its host name cannot be resolved; is this machine offline?";
    case "ECONNREFUSED":
      return "the connection was refused";
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return "the connection was cut";
    default:
      return messageOf(inner);
  }
}

async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** File name for the download of `url`: equal for equal URLs, harmless on every system. */
export function downloadName(url: string): string {
  return `${sha256(url).slice(0, 16)}.archive`;
}
