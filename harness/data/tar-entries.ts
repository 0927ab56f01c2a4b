/**
 * A reader for tar streams: POSIX ustar, pax (what `git archive` and GitHub write) and GNU long names.
 * Small on purpose and ours, because the command-line tar differs between systems and is hard to hold to "no links, no escapes, bounded".
 */

/** The stream is not a sound tar archive. `message` says what is wrong and at which byte. */
export class ArchiveDamage extends Error {
  override readonly name = "ArchiveDamage";
}

export interface TarEntry {
  readonly path: string;
  readonly kind: "file" | "directory" | "link" | "special";
  readonly bytes: number;
  /** Whether its owner may execute it. */
  readonly executable: boolean;
  /** Content in chunks; can be read once, before the next entry is asked for. What is left unread is skipped. */
  readonly body: AsyncIterable<Uint8Array>;
}

const block = 512;
/** Bound for pax headers and long names: they are held in memory. */
const maxMetaBytes = 256 * 1024;

/** The members of a tar stream in their order. Throws ArchiveDamage for a bad header, a cut stream or an over-long name. */
export async function* tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const reader = byteReader(source);
  let longName: string | undefined;
  let pax: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const at = reader.position();
    const head = await reader.upTo(block);
    // Two zero blocks end an archive; a stream that just stops at a member boundary is accepted as tar itself does.
    if (head.length === 0 || head.every((b) => b === 0)) return;
    if (head.length < block) throw new ArchiveDamage(`the archive ends inside a header at byte ${at}`);
    if (!checksumHolds(head)) throw new ArchiveDamage(`there is no valid tar header at byte ${at}`);
    const size = readNumber(head, 124, 12, at);
    const type = String.fromCharCode(head[156] ?? 0);
    if (type === "x" || type === "g" || type === "L" || type === "K") {
      if (size > maxMetaBytes) throw new ArchiveDamage(`the extended header at byte ${at} claims ${size} bytes`);
      const meta = await reader.exactly(size, at);
      await reader.skip(padding(size), at);
      if (type === "x") pax = parsePax(meta, at);
      else if (type === "L") longName = text(meta);
      // "g" (comments of git archive) and "K" (targets of links, which are refused anyway) carry nothing we use.
      continue;
    }
    const bytes = pax.has("size") ? decimal(pax.get("size") ?? "", at) : size;
    const path = pax.get("path") ?? longName ?? headerPath(head);
    longName = undefined;
    pax = new Map();
    const kind = kindOf(type, path);
    let left = kind === "file" ? bytes : 0;
    const stored = kind === "file" || kind === "special" ? bytes : 0;
    let toSkip = stored + padding(stored);
    const body = (async function* () {
      while (left > 0) {
        const chunk = await reader.some(left, at);
        left -= chunk.length;
        toSkip -= chunk.length;
        yield chunk;
      }
    })();
    yield { path, kind, bytes: stored, executable: (Number.parseInt(text(head.subarray(100, 108)).trim() || "0", 8) & 0o100) !== 0, body };
    await reader.skip(toSkip, at);
  }
}

function kindOf(type: string, path: string): TarEntry["kind"] {
  if (type === "5") return "directory";
  if (type === "1" || type === "2") return "link";
  // Old archives mark a folder by a slash at the end of an ordinary member's name.
  if (type === "0" || type === "\0" || type === "7") return path.endsWith("/") ? "directory" : "file";
  return "special";
}

const padding = (size: number): number => (block - (size % block)) % block;

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("utf8");
}

function headerPath(head: Uint8Array): string {
  const name = text(head.subarray(0, 100));
  const isUstar = text(head.subarray(257, 262)) === "ustar";
  // GNU writes "ustar  " and uses the prefix field for times: only POSIX "ustar\0" has a prefix.
  const prefix = isUstar && head[262] === 0 ? text(head.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Does this block carry its own right checksum, as every tar header does: the sum of all its bytes with the checksum field read as blanks? */
export function checksumHolds(head: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < block; i += 1) sum += i >= 148 && i < 156 ? 32 : (head[i] ?? 0);
  const stored = Number.parseInt(text(head.subarray(148, 156)).trim(), 8);
  return stored === sum;
}

function readNumber(head: Uint8Array, offset: number, length: number, at: number): number {
  const field = head.subarray(offset, offset + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    // GNU base-256 for sizes above 8 GiB.
    let value = (field[0] ?? 0) & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw new ArchiveDamage(`the header at byte ${at} claims an impossible size`);
    return value;
  }
  const digits = text(field).trim();
  if (!/^[0-7]*$/.test(digits)) throw new ArchiveDamage(`the header at byte ${at} has an unreadable size`);
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function decimal(digits: string, at: number): number {
  const value = Number(digits);
  if (!/^\d+$/.test(digits) || !Number.isSafeInteger(value)) throw new ArchiveDamage(`the header at byte ${at} has an unreadable size`);
  return value;
}

/** Records are "<length> <key>=<value>\n", where length counts the whole record. */
function parsePax(meta: Uint8Array, at: number): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  const all = Buffer.from(meta);
  let offset = 0;
  while (offset < all.length && all[offset] !== 0) {
    const blank = all.indexOf(32, offset);
    const length = blank < 0 ? Number.NaN : Number(all.toString("latin1", offset, blank));
    const equals = all.indexOf(61, blank);
    const end = offset + length;
    if (!Number.isInteger(length) || length <= 0 || end > all.length || equals < 0 || equals >= end)
      throw new ArchiveDamage(`the extended header at byte ${at} is malformed`);
    records.set(all.toString("utf8", blank + 1, equals), all.toString("utf8", equals + 1, end - 1));
    offset = end;
  }
  return records;
}

function byteReader(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array(0);
  let consumed = 0;
  /** Up to `max` bytes, at least one unless the stream is over. */
  const next = async (max: number): Promise<Uint8Array> => {
    while (held.length === 0) {
      const step = await iterator.next();
      if (step.done === true) return held;
      held = step.value;
    }
    const chunk = held.subarray(0, max);
    held = held.subarray(chunk.length);
    consumed += chunk.length;
    return chunk;
  };
  const some = async (max: number, at: number): Promise<Uint8Array> => {
    const chunk = await next(max);
    if (chunk.length === 0) throw new ArchiveDamage(`the archive ends early, inside the member at byte ${at}`);
    return chunk;
  };
  const upTo = async (n: number): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    let left = n;
    while (left > 0) {
      const chunk = await next(left);
      if (chunk.length === 0) break;
      parts.push(chunk);
      left -= chunk.length;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  };
  return {
    position: () => consumed,
    some,
    upTo,
    exactly: async (n: number, at: number): Promise<Uint8Array> => {
      const bytes = await upTo(n);
      if (bytes.length < n) throw new ArchiveDamage(`the archive ends early, inside the member at byte ${at}`);
      return bytes;
    },
    skip: async (n: number, at: number): Promise<void> => {
      for (let left = n; left > 0; ) left -= (await some(left, at)).length;
    },
  };
}
