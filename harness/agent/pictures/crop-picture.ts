import { UsageError } from "../../core/errors.ts";

/** Part of a picture, in percent of its width and height from the top left corner; right and bottom are greater than left and top. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Cropped {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Longest side of an enlarged part, in pixels, and how far it is enlarged at most: beyond that nothing more can be seen. */
const viewSide = 1280;
const mostEnlarged = 4;

/** Loaded when the first picture is worked on: the library is native code that most experiments never need. */
const load = async () => (await import("sharp")).default;

/** The part of a picture, enlarged until its longer side has `viewSide` pixels or each pixel has become four by four. At least one pixel wide and high. */
export async function cropPicture(bytes: Uint8Array, region: Region): Promise<Cropped> {
  const sharp = await load();
  const { width, height } = await sizeOf(bytes);
  const edge = (percent: number, side: number, least: number) => Math.min(side, Math.max(least, Math.round((percent / 100) * side)));
  const left = Math.min(edge(region.left, width, 0), width - 1);
  const top = Math.min(edge(region.top, height, 0), height - 1);
  const part = { left, top, width: edge(region.right, width, left + 1) - left, height: edge(region.bottom, height, top + 1) - top };
  const scale = Math.min(mostEnlarged, viewSide / Math.max(part.width, part.height));
  const shown = { width: Math.max(1, Math.round(part.width * scale)), height: Math.max(1, Math.round(part.height * scale)) };
  const png = await sharp(bytes)
    .extract(part)
    .resize({ ...shown, fit: "fill" })
    .png()
    .toBuffer();
  return { png, ...shown };
}

/** The picture with no side longer than `side` pixels; the same bytes when it is small enough. */
export async function fitPicture(bytes: Uint8Array, side: number): Promise<Uint8Array> {
  const { width, height } = await sizeOf(bytes);
  if (Math.max(width, height) <= side) return bytes;
  const sharp = await load();
  return await sharp(bytes).resize({ width: side, height: side, fit: "inside" }).png().toBuffer();
}

async function sizeOf(bytes: Uint8Array): Promise<{ readonly width: number; readonly height: number }> {
  const sharp = await load();
  try {
    const { width, height } = await sharp(bytes).metadata();
    return { width, height };
  } catch (cause) {
    throw new UsageError("a picture of this task cannot be read; check the benchmark's image files (`t2s data verify`)", { cause });
  }
}
