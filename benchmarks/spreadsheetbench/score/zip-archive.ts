/**
 * The ZIP container of a workbook, read with Python zipfile's idea of what is a ZIP file and with hard limits on what may be unpacked.
 * Format: PKWARE APPNOTE.TXT 4.3 (end of central directory, central directory, local headers; ZIP64 records).
 */
import { crc32, inflateRawSync } from "node:zlib";

/** The bytes are no usable workbook: the sentence for the user. The published evaluators answer false. */
export class WorkbookError extends Error {
  override readonly name = "WorkbookError";
}

export interface ZipArchive {
  has(name: string): boolean;
  /** Unpacked bytes of a part. Throws WorkbookError when it is missing, damaged, encrypted or too large. */
  read(name: string): Uint8Array;
}

export interface ZipLimits {
  /** Largest unpacked part, in bytes. */
  readonly partBytes: number;
  /** Most bytes unpacked from one archive, in bytes. */
  readonly totalBytes: number;
}

interface Entry {
  readonly rawName: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const END_RECORD = 0x06054b50;
const END_RECORD_64 = 0x06064b50;
const END_LOCATOR_64 = 0x07064b50;
const CENTRAL_HEADER = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_SIZE = 22;
const MAX_ENTRIES = 65_536;
/** CP437, 0x80–0xFF: names without the UTF-8 flag are in it. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

function notZip(): never {
  throw new WorkbookError("File is not a zip file");
}

/** Position of the end record: at the very end, else the last one within the longest possible archive comment. */
function findEnd(bytes: Buffer): number {
  const last = bytes.length - END_SIZE;
  if (last < 0) notZip();
  if (bytes.readUInt32LE(last) === END_RECORD && bytes.readUInt16LE(last + 20) === 0) return last;
  const from = Math.max(0, last - 65_535);
  const found = bytes.lastIndexOf("PK\u0005\u0006", last, "latin1");
  return found >= from ? found : notZip();
}

interface Directory {
  readonly offset: number;
  readonly size: number;
  /** Bytes put before the archive (a stub, a concatenation); every offset is moved by it. */
  readonly shift: number;
}

function findDirectory(bytes: Buffer): Directory {
  const end = findEnd(bytes);
  let size = bytes.readUInt32LE(end + 12);
  let offset = bytes.readUInt32LE(end + 16);
  let directoryEnd = end;
  const locator = end - 20;
  if (locator >= 56 && bytes.readUInt32LE(locator) === END_LOCATOR_64) {
    const record = locator - 56;
    if (bytes.readUInt32LE(record) === END_RECORD_64) {
      size = Number(bytes.readBigUInt64LE(record + 40));
      offset = Number(bytes.readBigUInt64LE(record + 48));
      directoryEnd = record;
    }
  }
  const shift = directoryEnd - size - offset;
  if (offset + shift < 0) throw new WorkbookError("Bad offset for central directory");
  return { offset: offset + shift, size, shift };
}

function entryName(raw: Buffer, utf8: boolean): string {
  const text = utf8 ? raw.toString("utf8") : raw.toString("latin1").replace(/[\x80-\xff]/g, (c) => CP437[c.charCodeAt(0) - 0x80] ?? c);
  const nul = text.indexOf("\0");
  return nul < 0 ? text : text.slice(0, nul);
}

/** Sizes above 4 GB stand in the ZIP64 extra field, in the order size, packed size, offset, each only when its 32-bit field is full. */
function widen(extra: Buffer, fields: number[]): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let value = at + 4;
    return fields.map((field) => {
      if (field !== 0xffffffff) return field;
      if (value + 8 > extra.length) throw new WorkbookError("Corrupt zip64 extra field");
      value += 8;
      return Number(extra.readBigUInt64LE(value - 8));
    });
  }
  return fields;
}

function readDirectory(bytes: Buffer): Map<string, Entry> {
  const { offset, size, shift } = findDirectory(bytes);
  const entries = new Map<string, Entry>();
  let at = offset;
  while (at < offset + size) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_HEADER)
      throw new WorkbookError("Bad magic number for central directory");
    const [nameLength, extraLength, commentLength] = [
      bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30),
      bytes.readUInt16LE(at + 32),
    ];
    const flags = bytes.readUInt16LE(at + 8);
    const rawName = bytes.subarray(at + 46, at + 46 + nameLength);
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const declared = [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
    const [unpacked = 0, packed = 0, local = 0] = widen(extra, declared);
    entries.set(entryName(rawName, (flags & 0x800) !== 0), {
      rawName,
      flags,
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packed,
      size: unpacked,
      offset: local + shift,
    });
    if (entries.size > MAX_ENTRIES) throw new WorkbookError(`the archive holds more than ${MAX_ENTRIES} parts`);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

function unpack(bytes: Buffer, name: string, entry: Entry): Uint8Array {
  const bad = (what: string): never => {
    throw new WorkbookError(`${what} for part ${name}`);
  };
  if ((entry.flags & 1) !== 0) bad("password required");
  const start = entry.offset;
  if (start < 0 || start + 30 > bytes.length || bytes.readUInt32LE(start) !== LOCAL_HEADER) bad("bad magic number");
  const nameEnd = start + 30 + bytes.readUInt16LE(start + 26);
  if (!bytes.subarray(start + 30, nameEnd).equals(entry.rawName)) bad("another name in the local header");
  const from = nameEnd + bytes.readUInt16LE(start + 28);
  const packed = bytes.subarray(from, from + entry.packed);
  if (packed.length !== entry.packed) bad("the file is cut off");
  let data: Uint8Array = packed;
  if (entry.method === 8) {
    try {
      data = inflateRawSync(packed, { maxOutputLength: Math.max(entry.size, 1) });
    } catch (cause) {
      throw new WorkbookError(`damaged or longer than declared: part ${name}`, { cause });
    }
  } else if (entry.method !== 0) bad(`compression method ${entry.method} is not supported`);
  if (data.length !== entry.size || crc32(data) !== entry.crc) bad("bad CRC-32");
  return data;
}

/** Opens an archive; reads the directory only. Throws WorkbookError ("File is not a zip file" …). Declared sizes above the limits are refused before anything is unpacked. */
export function openZip(data: Uint8Array, limits: ZipLimits): ZipArchive {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const entries = readDirectory(bytes);
  let unpacked = 0;
  return {
    has: (name) => entries.has(name),
    read(name) {
      const entry = entries.get(name);
      if (entry === undefined) throw new WorkbookError(`There is no item named '${name}' in the archive`);
      if (entry.size > limits.partBytes)
        throw new WorkbookError(`part ${name} unpacks to ${entry.size} bytes; the limit is ${limits.partBytes}`);
      unpacked += entry.size;
      if (unpacked > limits.totalBytes) throw new WorkbookError(`the archive unpacks to more than ${limits.totalBytes} bytes`);
      return unpack(bytes, name, entry);
    },
  };
}
