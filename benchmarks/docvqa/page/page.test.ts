import { createHash } from "node:crypto";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { randomOf } from "../sample/random.ts";
import { drawPage, unitSize } from "./draw-page.ts";
import { glyphs } from "./font.ts";
import { type Page, rowsOf } from "./page.ts";
import { openReader, readPage } from "./read-page.ts";

const blank: Page = { texts: [], ornaments: [], origin: { x: 4, y: 4 } };
const pageWith = (text: string, more: Partial<Page> = {}): Page => ({ ...blank, texts: [{ row: 3, column: 2, text }], ...more });

describe("the face", () => {
  it("has every printable ASCII character and some more", () => {
    const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
    expect([...printable, "£", "€", "°", "§"].filter((character) => !glyphs.has(character))).toEqual([]);
  });

  it("draws no two characters alike, and none without ink", () => {
    const drawn = [...glyphs.values()].map((glyph) => glyph.map(Number).join(""));
    expect(new Set(drawn).size).toBe(glyphs.size);
    expect(drawn.filter((units) => !units.includes("1"))).toEqual([]);
  });
});

describe("a page", () => {
  it("has the same pixels whenever it is drawn", () => {
    const page = pageWith("Total: $1,204.50", {
      ornaments: [
        { kind: "rule", row: 3, from: 1, to: 40 },
        { kind: "box", top: 8, bottom: 12, from: 4, to: 30 },
        { kind: "emblem", row: 1, column: 50, number: 7 },
      ],
    });
    expect(drawPage(page)).toEqual(drawPage(page));
    const { data, width, height } = PNG.sync.read(Buffer.from(drawPage(page)));
    expect([width, height]).toEqual([2 * unitSize.width, 2 * unitSize.height]);
    // Pixels, not bytes: how they are packed is up to the runtime's zlib. Changes only when pages are to look otherwise.
    expect(createHash("sha256").update(data).digest("hex")).toBe("8422714f6b4ff339e41a7e8bc723eaa3059558f608b642589ea36debafe8ca7d");
  });

  it("takes no text that leaves it, covers other text or cannot be drawn", () => {
    expect(() => rowsOf(pageWith("x".repeat(80)))).toThrow(RangeError);
    expect(() => rowsOf({ ...blank, texts: [...pageWith("ab").texts, ...pageWith("b").texts] })).toThrow(/does not fit/);
    expect(() => drawPage(pageWith("日"))).toThrow(/no "日"/);
  });
});

describe("reading a page", () => {
  it("gives what was typed, wherever the paper lay and whatever decorates it", () => {
    const random = randomOf("reading");
    const characters = [...glyphs.keys()];
    for (let n = 0; n < 12; n++) {
      const texts = [3, 4, 9, 44].map((row) => ({
        row,
        column: 1,
        text: Array.from({ length: random.int(1, 60) }, () => random.pick(characters)).join(""),
      }));
      const page: Page = {
        texts,
        ornaments: [
          { kind: "box", top: 2, bottom: 6, from: 0, to: 64 },
          { kind: "emblem", row: 4, column: 3, number: n },
        ],
        origin: { x: random.int(0, 12), y: random.int(0, 12) },
      };
      const rows = readPage(drawPage(page));
      expect(rows?.filter((row) => row !== "")).toEqual(texts.map(({ text }) => text));
      expect(rows?.length).toBe(42);
    }
  });

  it("keeps columns", () => {
    const page: Page = {
      ...blank,
      texts: [
        { row: 1, column: 10, text: "a b" },
        { row: 2, column: 4, text: "c" },
        { row: 2, column: 30, text: "- ." },
      ],
    };
    expect(readPage(drawPage(page))).toEqual(["      a b", `c${" ".repeat(25)}- .`]);
  });

  it("gives nothing for other pictures", () => {
    const noise = new PNG({ width: 60, height: 60 });
    const random = randomOf("noise");
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : random.int(0, 255);
    const white = new PNG({ width: 60, height: 60 });
    white.data.fill(255);
    const huge = Buffer.from(drawPage(pageWith("a")));
    huge.writeUInt32BE(90_000, 16);
    for (const bytes of [
      PNG.sync.write(noise),
      PNG.sync.write(white),
      huge,
      Buffer.from("GIF89a"),
      Buffer.alloc(0),
      Buffer.from(drawPage(pageWith("a"))).subarray(0, 90),
    ])
      expect(readPage(bytes)).toBeUndefined();
  });

  it("is done once a picture, also when the reader has seen many others", () => {
    const read = openReader();
    const pictures = Array.from({ length: 3 }, (_, i) => drawPage(pageWith(`page ${i}`)));
    const first = pictures.map(read);
    expect(pictures.map(read).every((rows, i) => rows === first[i])).toBe(true);
    for (let i = 0; i < 70; i++) read(new Uint8Array([i]));
    expect(pictures.map(read)).toEqual(first);
  });
});
