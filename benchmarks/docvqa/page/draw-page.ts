/** From a page to the bytes of its picture: greyscale PNG, two pixels a unit. Equal pages give equal bytes. */
import { PNG } from "pngjs";
import { cellSize, glyphSize, glyphs } from "./font.ts";
import { type Ornament, type Page, pageSize, rowsOf } from "./page.ts";

/** Pixels of a unit. */
export const scale = 2;
/** Units around the cells, at least as many as `Page.origin` may take. */
const margin = 12;
export const unitSize = {
  width: pageSize.columns * cellSize.width + 2 * margin,
  height: pageSize.rows * cellSize.height + 2 * margin,
} as const;

/** Grey of paper, typed text and decoration. */
export const ink = { paper: 250, text: 24, ornament: 168 } as const;

type Canvas = { readonly grey: Uint8Array; fill(x: number, y: number, width: number, height: number, grey: number): void };

/** Throws a RangeError for a character the face does not have. */
export function drawPage(page: Page): Uint8Array {
  const canvas = openCanvas();
  for (const ornament of page.ornaments) drawOrnament(canvas, ornament, page.origin);
  rowsOf(page).forEach((line, row) => {
    [...line].forEach((character, column) => {
      if (character !== " ") drawCharacter(canvas, character, at(page.origin, column, row));
    });
  });
  return encode(canvas.grey);
}

function openCanvas(): Canvas {
  const grey = new Uint8Array(unitSize.width * unitSize.height).fill(ink.paper);
  return {
    grey,
    fill(x, y, width, height, value) {
      for (let v = Math.max(0, y); v < Math.min(unitSize.height, y + height); v++)
        for (let u = Math.max(0, x); u < Math.min(unitSize.width, x + width); u++) grey[v * unitSize.width + u] = value;
    },
  };
}

const at = (origin: Page["origin"], column: number, row: number) => ({
  x: origin.x + column * cellSize.width,
  y: origin.y + row * cellSize.height,
});

function drawCharacter(canvas: Canvas, character: string, { x, y }: { x: number; y: number }): void {
  const glyph = glyphs.get(character);
  if (glyph === undefined) throw new RangeError(`the face has no "${character}"`);
  glyph.forEach((inked, i) => {
    if (inked) canvas.fill(x + (i % glyphSize.width), y + Math.floor(i / glyphSize.width), 1, 1, ink.text);
  });
}

function drawOrnament(canvas: Canvas, ornament: Ornament, origin: Page["origin"]): void {
  const { width, height } = cellSize;
  if (ornament.kind === "rule") {
    const { x, y } = at(origin, ornament.from, ornament.row);
    canvas.fill(x, y + height - 1, (ornament.to - ornament.from) * width, 1, ink.ornament);
  } else if (ornament.kind === "box") {
    const from = at(origin, ornament.from, ornament.top);
    const [wide, high] = [(ornament.to - ornament.from) * width, (ornament.bottom - ornament.top) * height];
    canvas.fill(from.x - 3, from.y - 3, wide + 6, 1, ink.ornament);
    canvas.fill(from.x - 3, from.y + high + 2, wide + 6, 1, ink.ornament);
    canvas.fill(from.x - 3, from.y - 3, 1, high + 6, ink.ornament);
    canvas.fill(from.x + wide + 2, from.y - 3, 1, high + 6, ink.ornament);
  } else {
    const { x, y } = at(origin, ornament.column, ornament.row);
    for (let v = 0; v < 22; v++)
      for (let u = 0; u < 22; u++) {
        const ring = Math.max(Math.abs(2 * u - 21), Math.abs(2 * v - 21));
        const beams = (Math.abs(2 * u - 21) * (1 + (ornament.number % 4)) + Math.abs(2 * v - 21) * (1 + (ornament.number % 3))) % 12 < 6;
        if (ring >= 19 || (ring < 15 && beams)) canvas.fill(x + u, y + v, 1, 1, ink.ornament);
      }
  }
}

/** Without filters and with run-length packing: small for flat paper, and a few milliseconds instead of a hundred. */
const packing = {
  colorType: 0,
  inputColorType: 0,
  inputHasAlpha: false,
  bitDepth: 8,
  filterType: 0,
  deflateLevel: 6,
  deflateStrategy: 3,
} as const;

function encode(units: Uint8Array): Uint8Array {
  const [width, height] = [unitSize.width * scale, unitSize.height * scale];
  const data = Buffer.alloc(width * height);
  for (let y = 0; y < unitSize.height; y++) {
    const row = data.subarray(y * scale * width, (y * scale + 1) * width);
    for (let x = 0; x < width; x++) row[x] = units[y * unitSize.width + Math.floor(x / scale)] ?? 0;
    for (let again = 1; again < scale; again++) row.copy(data, (y * scale + again) * width);
  }
  const png = new PNG({ width, height, ...packing });
  png.data = data;
  return PNG.sync.write(png, packing);
}
