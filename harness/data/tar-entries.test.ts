import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { member, pax, tar, tarEnd } from "./make-tar.fixture.ts";
import { ArchiveDamage, tarEntries } from "./tar-entries.ts";

async function read(bytes: Uint8Array, step = 700): Promise<{ path: string; kind: string; content: string }[]> {
  const chunks: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += step) chunks.push(bytes.subarray(i, i + step));
  const found: { path: string; kind: string; content: string }[] = [];
  for await (const entry of tarEntries(Readable.from(chunks))) {
    const parts: Uint8Array[] = [];
    for await (const part of entry.body) parts.push(part);
    found.push({ path: entry.path, kind: entry.kind, content: Buffer.concat(parts).toString() });
  }
  return found;
}

describe("tarEntries", () => {
  it("reads files and folders whatever the size of the chunks they come in", async () => {
    const bytes = tar([
      { path: "top/", type: "5" },
      { path: "top/a.txt", content: "x".repeat(1500) },
      { path: "top/empty" },
      { path: "top/2_36478_input .xlsx", content: "blank in the name" },
    ]);
    const expected = [
      { path: "top/", kind: "directory", content: "" },
      { path: "top/a.txt", kind: "file", content: "x".repeat(1500) },
      { path: "top/empty", kind: "file", content: "" },
      { path: "top/2_36478_input .xlsx", kind: "file", content: "blank in the name" },
    ];
    for (const step of [1, 511, 512, 513, 100_000]) expect(await read(bytes, step)).toEqual(expected);
  });

  it("skips content nobody reads", async () => {
    const names: string[] = [];
    const bytes = tar([
      { path: "a", content: "x".repeat(9000) },
      { path: "b", content: "y" },
    ]);
    for await (const entry of tarEntries(Readable.from([bytes]))) names.push(entry.path);
    expect(names).toEqual(["a", "b"]);
  });

  it("takes long and non-ASCII names from pax headers, GNU records and the ustar prefix", async () => {
    const long = `${"d/".repeat(90)}tabelle-ü.xlsx`;
    const prefixed = `${"folder/".repeat(20)}file.xlsx`;
    const bytes = tar([
      pax({ comment: "0123456789" }, "g"),
      pax({ path: long, size: "3" }),
      { path: "short", content: "abc" },
      { path: "././@LongLink", type: "L", content: `${long}\0` },
      { path: "cut", content: "gnu" },
      { path: prefixed, content: "ustar" },
      { path: "plain", content: "after" },
    ]);
    expect((await read(bytes)).map((e) => [e.path, e.content])).toEqual([
      [long, "abc"],
      [long, "gnu"],
      [prefixed, "ustar"],
      ["plain", "after"],
    ]);
  });

  it("names links and special files as what they are", async () => {
    const bytes = tar([
      { path: "s", type: "2", link: "/etc/shadow" },
      { path: "h", type: "1", link: "s" },
      { path: "fifo", type: "6" },
      { path: "dev", type: "3" },
      { path: "sparse", type: "S", content: "x" },
    ]);
    expect((await read(bytes)).map((e) => e.kind)).toEqual(["link", "link", "special", "special", "special"]);
  });

  it("reports a cut, a flipped byte, text and an impossible header", async () => {
    const sound = tar([{ path: "a", content: "x".repeat(3000) }]);
    await expect(read(sound.subarray(0, 2000))).rejects.toThrow(/ends early/);
    await expect(read(sound.subarray(0, 300))).rejects.toThrow(/ends inside a header at byte 0/);
    const flipped = Buffer.from(sound);
    flipped[3] = 65;
    await expect(read(flipped)).rejects.toThrow(ArchiveDamage);
    await expect(read(Buffer.from("<!doctype html>".repeat(100)))).rejects.toThrow(/no valid tar header at byte 0/);
    await expect(read(tar([{ path: "x", type: "x", content: "99 path=short\n" }]))).rejects.toThrow(/malformed/);
    await expect(read(Buffer.concat([member({ path: "L", type: "L", size: 10_000_000_000 - 1 }), tarEnd]))).rejects.toThrow(/claims/);
  });

  it("reads what the system's tar writes", async () => {
    const dir = mkdtempSync(join(tmpdir(), "t2s-tar-"));
    try {
      const deep = join(dir, "top", "n".repeat(70), "m".repeat(70));
      mkdirSync(deep, { recursive: true });
      writeFileSync(join(deep, "file.txt"), "deep");
      for (const format of ["pax", "gnu", "ustar"]) {
        const bytes = execFileSync("tar", ["-C", dir, `--format=${format}`, "-cf", "-", "top"]);
        expect((await read(bytes)).filter((e) => e.kind === "file")).toEqual([
          { path: `top/${"n".repeat(70)}/${"m".repeat(70)}/file.txt`, kind: "file", content: "deep" },
        ]);
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
