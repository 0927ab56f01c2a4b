/** Zip archives as far as workbooks need them (APPNOTE.TXT 6.3.3): written with equal bytes for equal parts, read under limits. */
import { crc32, inflateRawSync } from "node:zlib";

export interface Part {
  readonly name: string;
  readonly data: Uint8Array;
}

/** Most a file of unknown origin may cost. */
export interface ZipLimits {
  readonly entries: number;
  /** Unpacked, all parts together. */
  readonly totalBytes: number;
}

/** The bytes are no zip archive that can be read under the limits; the message says why. */
export class ZipFault extends Error {
  override readonly name = "ZipFault";
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const UTF8_NAME = 0x800;
/** 1980-01-01 00:00, the earliest DOS time. */
const FIXED_TIME = 0x00210000;

/** An archive of stored parts: deflated bytes differ between builds of zlib, and workbooks are named by their hash. */
export function writeZip(parts: readonly Part[]): Uint8Array {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of parts) {
    const rawName = Buffer.from(name);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(LOCAL, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt16LE(UTF8_NAME, 6);
    header.writeUInt32LE(FIXED_TIME, 10);
    header.writeUInt32LE(crc32(data), 14);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt32LE(data.length, 22);
    header.writeUInt16LE(rawName.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(CENTRAL, 0);
    entry.writeUInt16LE(20, 4);
    header.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    pieces.push(header, rawName, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    directory.push(entry, rawName);
    offset += 30 + rawName.length + data.length;
  }
  const size = directory.reduce((sum, piece) => sum + piece.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...pieces, ...directory, end]);
}

/**
 * Parts of an archive in the order of its directory. What an entry unpacks to is counted while it is unpacked, whatever the archive declares. Throws ZipFault for
 * anything that is not a plain archive (encrypted, ZIP64, other methods, cut off, a wrong checksum) or beyond the limits.
 */
export function readZip(data: Uint8Array, limits: ZipLimits): readonly Part[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const end = bytes.lastIndexOf(Buffer.from("PK\u0005\u0006", "latin1"));
  if (end < 0 || end + 22 > bytes.length) throw new ZipFault("the file is no zip archive");
  const count = bytes.readUInt16LE(end + 10);
  if (count > limits.entries) throw new ZipFault(`the archive has ${count} parts; the limit is ${limits.entries}`);
  const parts: Part[] = [];
  let left = limits.totalBytes;
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) throw new ZipFault("the archive's directory is damaged");
    const [flags, method] = [bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 10)];
    const [crc, packed, local] = [bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if ((flags & 1) !== 0) throw new ZipFault(`part ${name} is encrypted`);
    if (local + 30 > bytes.length || bytes.readUInt32LE(local) !== LOCAL)
      throw new ZipFault(`part ${name} is not where the directory says`);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    if (from + packed > bytes.length) throw new ZipFault(`part ${name} is cut off`);
    const content = unpack(bytes.subarray(from, from + packed), method, name, left);
    left -= content.length;
    if (left < 0) throw new ZipFault(`the archive unpacks to more than ${limits.totalBytes} bytes`);
    if (crc32(content) !== crc) throw new ZipFault(`part ${name} has a wrong checksum`);
    parts.push({ name, data: content });
  }
  return parts;
}

function unpack(packed: Buffer, method: number, name: string, left: number): Buffer {
  if (method === 0) return packed;
  if (method !== 8) throw new ZipFault(`part ${name} is packed with method ${method}`);
  try {
    return inflateRawSync(packed, { maxOutputLength: left + 1 });
  } catch (cause) {
    const tooLong = cause instanceof RangeError;
    throw new ZipFault(tooLong ? `part ${name} unpacks to more than the limit` : `part ${name} is damaged`, { cause });
  }
}
