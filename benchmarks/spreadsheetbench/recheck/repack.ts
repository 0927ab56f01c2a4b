/**
 * A workbook's archive written anew with some parts replaced or added. Untouched parts keep their packed bytes and new ones are stored unpacked:
 * the result depends on no compressor, so equal arguments give equal bytes on every machine. Format: PKWARE APPNOTE.TXT 4.3.
 */
import { crc32 } from "node:zlib";

const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const FULL = 0xffffffff;
/** Sizes stand in the headers; a data descriptor behind the data (bit 3) would say them twice. */
const DESCRIPTOR_FLAG = 8;

interface PackedPart {
  readonly name: string;
  readonly rawName: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly data: Buffer;
}

export interface Repacking {
  /** New bytes by part name; names the archive does not have are added behind the others. */
  readonly parts?: ReadonlyMap<string, Uint8Array>;
  /** Order of the parts after `[Content_Types].xml`, which stays in front. */
  readonly order?: (names: readonly string[]) => readonly string[];
  /** DOS date and time of every part; default 1980-01-01 00:00. */
  readonly stamp?: number;
  readonly comment?: string;
}

const MANIFEST = "[Content_Types].xml";

/** The parts with their packed bytes; undefined for archives that are larger than 4 GB, split, or damaged. */
function packedParts(bytes: Buffer): Map<string, PackedPart> | undefined {
  let end = bytes.length - 22;
  while (end >= 0 && end >= bytes.length - 65_557 && bytes.readUInt32LE(end) !== END_RECORD) end -= 1;
  if (end < 0 || bytes.readUInt32LE(end) !== END_RECORD) return undefined;
  const [size, offset] = [bytes.readUInt32LE(end + 12), bytes.readUInt32LE(end + 16)];
  const shift = end - size - offset;
  if (offset === FULL || size === FULL || shift < 0) return undefined;
  const parts = new Map<string, PackedPart>();
  for (let at = offset + shift; at < end; ) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== CENTRAL_HEADER) return undefined;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const [packed = 0, unpacked = 0] = [20, 24].map((field) => bytes.readUInt32LE(at + field));
    const local = bytes.readUInt32LE(at + 42);
    if ([packed, unpacked, local].includes(FULL)) return undefined;
    const rawName = bytes.subarray(at + 46, at + 46 + (nameLength ?? 0));
    const header = local + shift;
    const data = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    if (data + packed > bytes.length) return undefined;
    const name = rawName.toString("utf8");
    parts.set(name, {
      name,
      rawName,
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      size: unpacked,
      data: bytes.subarray(data, data + packed),
    });
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return parts;
}

function storedPart(name: string, bytes: Uint8Array): PackedPart {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { name, rawName: Buffer.from(name), flags: 0x800, method: 0, crc: crc32(data), size: data.length, data };
}

function write(parts: readonly PackedPart[], stamp: number, comment: Buffer): Uint8Array {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { rawName, flags, method, crc, size, data } of parts) {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags & ~DESCRIPTOR_FLAG, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(stamp, 6);
    fields.writeUInt32LE(crc, 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(size, 18);
    fields.writeUInt16LE(rawName.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    locals.push(Buffer.from("PK\u0003\u0004", "latin1"), fields, rawName, data);
    central.push(Buffer.from("PK\u0001\u0002\u0014\u0000", "latin1"), fields, tail, rawName);
    offset += 30 + rawName.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_RECORD, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return new Uint8Array(Buffer.concat([...locals, directory, end, comment]));
}

/** The archive with the changes; undefined when it is of a kind that is not rewritten (4 GB and more, damaged). */
export function repack(data: Uint8Array, { parts, order, stamp = 0x0021_0000, comment = "" }: Repacking): Uint8Array | undefined {
  const found = packedParts(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  if (found === undefined || !found.has(MANIFEST)) return undefined;
  for (const [name, bytes] of parts ?? []) found.set(name, storedPart(name, bytes));
  const rest = [...found.keys()].filter((name) => name !== MANIFEST);
  const names = [MANIFEST, ...(order === undefined ? rest : order(rest))];
  const ordered = names.flatMap((name) => found.get(name) ?? []);
  return write(ordered, stamp, Buffer.from(comment, "latin1"));
}
