/** The simulated solver's eyes: what is typed on a picture of a page, told by the shapes of the face. */
import { createHash } from "node:crypto";
import { PNG } from "pngjs";
import { cellSize, glyphSize, glyphs } from "./font.ts";

/** Rows of characters from the top of the page, as a typewriter left them; blank rows are "". */
export type PageRows = readonly string[];

/** Anything darker is typed; decoration and paper are not. */
const DARK = 96;
/** Pixels a unit may have in a picture that was not resized. */
const SCALES = [2, 1, 3, 4] as const;
/** Larger pictures are no generated pages. */
const MOST_PIXELS = 16_000_000;
const REMEMBERED = 64;

/** Characters by the number that their glyph's units make, first unit first. */
const shapes: ReadonlyMap<number, string> = new Map(
  [...glyphs].map(([character, glyph]) => [glyph.reduce((number, inked) => number * 2 + (inked ? 1 : 0), 0), character]),
);

/** Reads pictures, each once; the last 64 are remembered by their bytes. */
export function openReader(): (picture: Uint8Array) => PageRows | undefined {
  const read = new Map<string, PageRows | undefined>();
  return (picture) => {
    const hash = createHash("sha256").update(picture).digest("hex");
    if (!read.has(hash)) {
      read.set(hash, readPage(picture));
      const [oldest] = read.keys();
      if (read.size > REMEMBERED && oldest !== undefined) read.delete(oldest);
    }
    return read.get(hash);
  };
}

/** Undefined when the picture is no PNG, or not every mark on it has the shape of a character (another kind of page, or one that was resized). */
export function readPage(picture: Uint8Array): PageRows | undefined {
  const dark = darkPixels(picture);
  if (dark === undefined) return undefined;
  for (const scale of SCALES) {
    const rows = readAt(dark, scale);
    if (rows !== undefined) return rows;
  }
  return undefined;
}

/** 1 where it is dark, row by row. */
interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly dark: Uint8Array;
}

function darkPixels(picture: Uint8Array): Bitmap | undefined {
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  // Signature and size stand at fixed places: a huge picture is not unpacked to find that out.
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0x89504e47 || bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MOST_PIXELS)
    return undefined;
  try {
    const { width, height, data } = PNG.sync.read(bytes);
    const dark = new Uint8Array(width * height);
    for (let i = 0, at = 0; i < dark.length; i++, at += 4) if ((data[at] ?? 0) < DARK && (data[at + 3] ?? 0) > 127) dark[i] = 1;
    return { width, height, dark };
  } catch {
    return undefined; // damaged: as unreadable as a page of another kind
  }
}

function readAt(pixels: Bitmap, scale: number): PageRows | undefined {
  const units = unitsOf(pixels, scale);
  if (units === undefined) return undefined;
  const { rows, columns } = inkByPhase(units);
  for (let top = 0; top < cellSize.height; top++) {
    // The gap between two lines has to be free, and the gap between two columns.
    if (gap(glyphSize.height, cellSize.height).some((y) => rows[(top + y) % cellSize.height] === 1)) continue;
    for (let left = 0; left < cellSize.width; left++) {
      if (gap(glyphSize.width, cellSize.width).some((x) => columns[(left + x) % cellSize.width] === 1)) continue;
      const read = readCells(units, left, top);
      if (read !== undefined) return read;
    }
  }
  return undefined;
}

const gap = (glyph: number, cell: number): readonly number[] => Array.from({ length: cell - glyph }, (_, i) => glyph + i);

/** One pixel of every unit, when all pixels of a unit are alike and any is dark. */
function unitsOf({ width: wide, height: high, dark }: Bitmap, scale: number): Bitmap | undefined {
  const [width, height] = [Math.floor(wide / scale), Math.floor(high / scale)];
  const units = new Uint8Array(width * height);
  let inked = false;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const first = dark[y * scale * wide + x * scale] ?? 0;
      for (let v = 0; v < scale; v++)
        for (let u = 0; u < scale; u++) if (dark[(y * scale + v) * wide + x * scale + u] !== first) return undefined;
      units[y * width + x] = first;
      inked ||= first === 1;
    }
  return inked ? { width, height, dark: units } : undefined;
}

/** Which rows and columns of a cell have ink anywhere, for a grid that begins in the corner. */
function inkByPhase({ width, height, dark }: Bitmap): { readonly rows: Uint8Array; readonly columns: Uint8Array } {
  const rows = new Uint8Array(cellSize.height);
  const columns = new Uint8Array(cellSize.width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (dark[y * width + x] !== 1) continue;
      rows[y % cellSize.height] = 1;
      columns[x % cellSize.width] = 1;
    }
  return { rows, columns };
}

/** All cells of the grid through (left, top), or undefined as soon as one holds no character. */
function readCells(units: Bitmap, left: number, top: number): PageRows | undefined {
  const rows: string[] = [];
  for (let y = top - cellSize.height; y < units.height; y += cellSize.height) {
    let line = "";
    for (let x = left - cellSize.width; x < units.width; x += cellSize.width) {
      const shape = shapeAt(units, x, y);
      const character = shape === 0 ? " " : shapes.get(shape);
      if (character === undefined) return undefined;
      line += character;
    }
    rows.push(line.trimEnd());
  }
  const typed = rows.filter((row) => row !== "");
  const indent = Math.min(...typed.map((row) => row.search(/\S/)));
  const first = rows.findIndex((row) => row !== "");
  return rows.slice(first, rows.findLastIndex((row) => row !== "") + 1).map((row) => row.slice(indent));
}

function shapeAt({ width, height, dark }: Bitmap, left: number, top: number): number {
  let shape = 0;
  for (let y = top; y < top + glyphSize.height; y++)
    for (let x = left; x < left + glyphSize.width; x++)
      shape = shape * 2 + (x >= 0 && y >= 0 && x < width && y < height ? (dark[y * width + x] ?? 0) : 0);
  return shape;
}
