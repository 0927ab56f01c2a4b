/** Builds tar archives for tests, sound and unsound ones. */
import { gzipSync } from "node:zlib";

export interface Member {
  readonly path: string;
  readonly content?: string | Uint8Array;
  /** Tar type flag; default "0", a file. */
  readonly type?: string;
  readonly link?: string;
  /** Size written into the header when it is to lie. */
  readonly size?: number;
}

/** One member as header, content and padding. Long paths go to the ustar prefix field where they fit. */
export function member({ path, content = "", type = "0", link = "", size }: Member): Buffer {
  const body = Buffer.from(content);
  const head = Buffer.alloc(512);
  const cut = path.length <= 100 ? -1 : path.lastIndexOf("/", 155);
  head.write(cut < 0 ? path : path.slice(cut + 1), 0, 100, "utf8");
  head.write("0000644\0", 100);
  head.write("0000000\0", 108);
  head.write("0000000\0", 116);
  head.write(`${(size ?? body.length).toString(8).padStart(11, "0")}\0`, 124);
  head.write("00000000000\0", 136);
  head.write("        ", 148);
  head.write(type, 156, 1, "latin1");
  head.write(link, 157, 100, "utf8");
  head.write("ustar\x0000", 257, "latin1");
  if (cut >= 0) head.write(path.slice(0, cut), 345, 155, "utf8");
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([head, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

export const tarEnd = Buffer.alloc(1024);

export function tar(members: readonly Member[]): Buffer {
  return Buffer.concat([...members.map(member), tarEnd]);
}

export function tarGz(members: readonly Member[]): Buffer {
  return gzipSync(tar(members));
}

/** A pax header with the given records, to stand before the member it speaks of. */
export function pax(records: Readonly<Record<string, string>>, type = "x"): Member {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    if (String(length).length !== String(rest).length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return { path: "PaxHeader", type, content: lines.join("") };
}
