import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { posix } from "node:path";
import type { Box, BoxLimits } from "../core/contract.ts";
import { messageOf, SandboxError } from "../core/errors.ts";
import { encodeRequest, type Frame, type FrameHead, frameReader } from "./frames.ts";
import type { PathMap } from "./map-paths.ts";
import { killed, readHarvest, readResult } from "./read-replies.ts";

/** A supervisor that was started somewhere: what every launcher hands to `openBox`. */
export interface Launched {
  readonly child: ChildProcessWithoutNullStreams;
  /** Ends every process of the box at once; must be safe to call twice. */
  readonly kill: () => void;
  /** Runs once the supervisor has spoken (it tells Node's version) and before the first command. */
  readonly onGreeting?: (node: string) => Promise<void>;
  /** Runs after the last process of the box is gone. */
  readonly cleanUp?: () => Promise<void>;
  /** How paths inside are spelled outside; only where there is no isolation. */
  readonly paths?: PathMap;
}

/** How long the supervisor may stay silent beyond what a request needs, on a machine that other boxes keep busy, before the box is given up. */
const GRACE_MS = 20_000;
const START_MS = 60_000;
const CLOSE_MS = 10_000;
const LAST_WORDS_MS = 200;
const STDERR_BYTES = 4_096;
/** Room for what the supervisor itself adds to stderr. */
const NOTE_BYTES = 4_096;
/** How often put, exists and harvest are repeated when a process inside killed the supervisor meanwhile. */
const REPEATS = 3;

type Answer = { readonly frame: Frame } | { readonly died: string } | { readonly restarted: true };

interface Pending {
  readonly id: number;
  readonly allowed: number;
  readonly settle: (answer: Answer) => void;
}

interface Request {
  readonly head: Readonly<Record<string, unknown>>;
  readonly body?: Uint8Array;
  readonly allowed: number;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Waits for the supervisor's greeting and gives the box. Never hangs: every request has a deadline on this side, after which the box is killed.
 * Throws SandboxError when the box cannot be started, or the signal's reason when aborted meanwhile.
 */
export async function openBox(
  launched: Launched,
  options: { id: string; limits: BoxLimits; signal?: AbortSignal; graceMs?: number; door?: string },
): Promise<Box> {
  const { child, paths } = launched;
  const { limits, graceMs = GRACE_MS } = options;
  let dead: string | undefined;
  let pending: Pending | undefined;
  let lastId = 0;
  let boots = 0;
  let queue: Promise<unknown> = Promise.resolve();
  let stderr = "";
  const greeting = deferred<string>();
  const closed = deferred<void>();
  greeting.promise.catch(() => {}); // it may fail before anyone waits

  const die = (reason: string): void => {
    if (dead !== undefined) return;
    dead = reason;
    clearTimeout(wall);
    launched.kill();
    greeting.reject(new SandboxError(`the ${options.id} sandbox could not be started: ${reason}`));
    pending?.settle({ died: reason });
  };
  const wall = setTimeout(die, limits.wallSeconds * 1000, `its wall-clock limit of ${limits.wallSeconds} seconds was reached`);
  wall.unref();

  const onFrame = (frame: Frame): void => {
    const { head } = frame;
    if (head.boot !== undefined && head.token !== undefined) {
      // The start script counts from 0 and gives up after 20: whoever says more is not it.
      // One that was killed before it could speak leaves a gap.
      if (head.boot < boots || head.boot >= 20) throw new Error("it greeted out of turn");
      boots = head.boot + 1;
      if (head.boot === 0) greeting.resolve(head.node ?? "");
      else {
        child.stdin.write(`#sync ${head.token}\n`);
        pending?.settle({ restarted: true });
      }
      return;
    }
    if (pending === undefined || head.id !== pending.id) throw new Error("it answered what was not asked");
    pending.settle({ frame });
  };
  const feed = frameReader((head: FrameHead) => (head.id === pending?.id ? (pending?.allowed ?? 0) : 0), onFrame);
  child.stdout.on("data", (chunk: Buffer) => {
    if (dead !== undefined) return;
    try {
      feed(chunk);
    } catch (error) {
      die(`its supervisor broke the protocol: ${messageOf(error)}`);
    }
  });
  child.stderr.on("data", (chunk: Buffer) => {
    if (stderr.length < STDERR_BYTES) stderr += chunk.toString("utf8", 0, STDERR_BYTES);
  });
  child.stdin.on("error", () => {}); // the exit below says why
  child.on("error", (error) => {
    die(error.message);
    closed.resolve();
  });
  const ended = (code: number | null, signal: string | null): void => {
    const said = stderr.trim().split("\n").slice(-3).join("; ");
    die(`it ended by itself (${signal ?? `exit code ${code}`})${said === "" ? "" : `: ${said}`}`);
  };
  // Its last words may still be in the pipe, unless someone else holds that open.
  child.on("exit", (code, signal) => void setTimeout(ended, LAST_WORDS_MS, code, signal));
  child.on("close", (code, signal) => {
    ended(code, signal);
    closed.resolve();
  });

  /** One request at a time, in the order of the calls. */
  const ask = (request: Request): Promise<Answer> => {
    const turn = queue.then(() => send(request));
    queue = turn.catch(() => {});
    return turn;
  };

  const send = async (request: Request): Promise<Answer> => {
    request.signal?.throwIfAborted();
    if (dead !== undefined) return { died: dead };
    const id = ++lastId;
    const answer = deferred<Answer>();
    pending = { id, allowed: request.allowed, settle: answer.resolve };
    let deadline = setTimeout(die, request.deadlineMs, "its supervisor stopped answering");
    const cancel = (): void => {
      clearTimeout(deadline);
      deadline = setTimeout(die, graceMs, "its supervisor stopped answering");
      child.stdin.write(encodeRequest({ op: "cancel", id }));
    };
    request.signal?.addEventListener("abort", cancel, { once: true });
    child.stdin.write(encodeRequest({ id, ...request.head }, request.body));
    try {
      const got = await answer.promise;
      request.signal?.throwIfAborted();
      return got;
    } finally {
      pending = undefined;
      clearTimeout(deadline);
      request.signal?.removeEventListener("abort", cancel);
    }
  };

  /** For requests that may safely be made again after the supervisor was killed under them. */
  const askAgain = async (request: Request): Promise<{ frame: Frame } | { died: string }> => {
    for (let attempt = 0; attempt <= REPEATS; attempt++) {
      const answer = await ask(request);
      if (!("restarted" in answer)) return answer;
    }
    die("a process inside kept killing its supervisor");
    return { died: dead ?? "" };
  };

  const box: Box = {
    ...(options.door === undefined ? {} : { door: options.door }),
    async exec(command, { timeoutMs, signal }) {
      const text = paths === undefined ? command : paths.toHost(command);
      const answer = await ask({
        head: { op: "exec", timeoutMs },
        body: Buffer.from(text),
        allowed: 2 * limits.outputBytes + NOTE_BYTES,
        deadlineMs: timeoutMs + graceMs,
        signal,
      });
      if ("died" in answer) return { ...killed, boxDied: answer.died };
      if ("restarted" in answer)
        return { ...killed, stderr: "sandbox: the process that runs commands was killed from inside; files are kept\n" };
      const result = readResult(answer.frame);
      return paths === undefined ? result : { ...result, stdout: paths.toBox(result.stdout), stderr: paths.toBox(result.stderr) };
    },
    async put(path, bytes, mode = 0o644) {
      const head = { op: "put", path: place(path, paths), mode };
      const answer = await askAgain({ head, body: bytes, allowed: 0, deadlineMs: graceMs });
      const problem = "died" in answer ? answer.died : answer.frame.head.error;
      if (problem !== undefined)
        throw new SandboxError(`${path} could not be written into the sandbox: ${paths === undefined ? problem : paths.toBox(problem)}`);
    },
    async exists(path) {
      const answer = await askAgain({ head: { op: "exists", path: place(path, paths) }, allowed: 0, deadlineMs: graceMs });
      return "frame" in answer && answer.frame.head.found === true;
    },
    async harvest(path, maxBytes) {
      const head = { op: "harvest", path: place(path, paths), maxBytes };
      const answer = await askAgain({ head, allowed: maxBytes, deadlineMs: 2 * graceMs });
      if ("died" in answer) return { path, refused: `the sandbox did not survive: ${answer.died}` };
      const got = readHarvest(path, answer.frame);
      return paths === undefined || !("refused" in got) ? got : { path, refused: paths.toBox(got.refused) };
    },
    async [Symbol.asyncDispose]() {
      die("it was closed");
      const late = setTimeout(closed.resolve, CLOSE_MS);
      await closed.promise;
      clearTimeout(late);
      await launched.cleanUp?.();
    },
  };

  const late = setTimeout(die, START_MS, `its supervisor did not start within ${START_MS / 1000} seconds`);
  const abort = (): void => die("aborted");
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    options.signal?.throwIfAborted();
    const node = await greeting.promise;
    await launched.onGreeting?.(node);
    if (dead !== undefined) throw new SandboxError(`the ${options.id} sandbox ended before its first command: ${dead}`);
    return box;
  } catch (error) {
    await box[Symbol.asyncDispose]();
    options.signal?.throwIfAborted();
    if (error instanceof SandboxError) throw error;
    throw new SandboxError(`the ${options.id} sandbox could not be started: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(late);
    options.signal?.removeEventListener("abort", abort);
  }
}

/** Promise.withResolvers, which Node has from version 22. */
function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void; readonly reject: (error: unknown) => void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Relative paths start at /work, as commands do. */
function place(path: string, paths: PathMap | undefined): string {
  if (path.includes("\0")) throw new SandboxError(`a path in the sandbox cannot hold a NUL byte: ${JSON.stringify(path)}`);
  const absolute = posix.resolve("/work", path);
  return paths === undefined ? absolute : paths.toHost(absolute);
}
