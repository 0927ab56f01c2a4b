import { z } from "zod";

/**
 * The host's end of the supervisor's pipe (format: supervisor.cjs). Whatever arrives was written by someone who may be hostile:
 * every length is bounded before it is believed, and anything unexpected is a violation, after which the box is killed.
 */

const HEAD_BYTES = 16 * 1024;

/** Half of what JSON holds exactly: the two are added up. */
const dropped = z
  .number()
  .int()
  .nonnegative()
  .max(2 ** 52);
const headSchema = z.strictObject({
  id: z.number().int().optional(),
  boot: z.number().int().nonnegative().optional(),
  token: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /** Node's version, with the greeting. */
  node: z
    .string()
    .regex(/^\d+\.\d+\.\d+/)
    .optional(),
  bytes: z.array(z.number().int().nonnegative()).max(2).optional(),
  error: z.string().optional(),
  found: z.boolean().optional(),
  missing: z.literal(true).optional(),
  refused: z.string().optional(),
  code: z.number().int().min(0).max(255).nullable().optional(),
  signal: z
    .string()
    .regex(/^SIG[A-Z0-9]{1,16}$/)
    .optional(),
  timedOut: z.boolean().optional(),
  dropped: z.tuple([dropped, dropped]).optional(),
});

export type FrameHead = z.infer<typeof headSchema>;

export interface Frame {
  readonly head: FrameHead;
  readonly bodies: readonly Buffer[];
}

/** One request as bytes: a line of JSON and the raw body. */
export function encodeRequest(head: Readonly<Record<string, unknown>>, body?: Uint8Array): Buffer {
  const line = Buffer.from(`${JSON.stringify(body === undefined ? head : { ...head, bytes: body.byteLength })}\n`);
  return body === undefined ? line : Buffer.concat([line, body]);
}

/**
 * Cuts a byte stream into frames. `allowed` says how many body bytes a frame of that head may carry (0 when none is awaited).
 * Returns the function to feed; it throws an Error with a sentence at the first violation, and must not be fed again.
 */
export function frameReader(allowed: (head: FrameHead) => number, onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  let head: FrameHead | undefined;
  let needed = 0;

  const take = (count: number): Buffer => {
    const all = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    const rest = all.subarray(count);
    parts = rest.length > 0 ? [rest] : [];
    size = rest.length;
    return all.subarray(0, count);
  };

  return (chunk) => {
    parts.push(chunk);
    size += chunk.length;
    for (;;) {
      if (head === undefined) {
        const all = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
        parts = [all];
        const end = all.subarray(0, HEAD_BYTES + 1).indexOf(10);
        if (end < 0) {
          if (size > HEAD_BYTES) throw new Error("it sent a line that is too long");
          return;
        }
        head = parseHead(take(end + 1));
        needed = (head.bytes ?? []).reduce((sum, n) => sum + n, 0);
        if (needed > allowed(head)) throw new Error(`it announced ${needed} bytes where ${allowed(head)} are allowed`);
      }
      if (size < needed) return;
      const body = needed > 0 ? take(needed) : Buffer.alloc(0);
      const bodies: Buffer[] = [];
      let at = 0;
      for (const length of head.bytes ?? []) {
        bodies.push(body.subarray(at, at + length));
        at += length;
      }
      const frame = { head, bodies };
      head = undefined;
      onFrame(frame);
      if (size === 0) return;
    }
  };
}

function parseHead(line: Buffer): FrameHead {
  let value: unknown;
  try {
    value = JSON.parse(line.toString("utf8"));
  } catch (cause) {
    throw new Error("it sent something that is not a reply", { cause });
  }
  const parsed = headSchema.safeParse(value);
  if (!parsed.success) throw new Error("it sent a reply of the wrong form", { cause: parsed.error });
  return parsed.data;
}
