import { PNG } from 'pngjs';
import type { Bitmap } from './document.ts';
import { DotCanvas, isBlack } from './dot-canvas.ts';

/** More than any till roll shows; keeps a wrong file from filling the memory. */
const largestSide = 4_096;
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * A PNG as dots for thermal paper: transparent is white, shades become patterns of dots (Floyd–Steinberg), and what is wider than
 * `widest` dots is made smaller. Throws an Error in plain words for what is no such picture.
 */
export function bitmapFromPng(png: Uint8Array, widest: number): Bitmap {
  const { width, height } = sizeOf(png);
  if (width < 1 || height < 1 || width > largestSide || height > largestSide) {
    throw new Error(`it is ${width} by ${height} dots; up to ${largestSide} by ${largestSide} can be used`);
  }
  const picture = PNG.sync.read(Buffer.from(png));
  const shades = Float64Array.from({ length: width * height }, (_, index) => shadeOf(picture.data, 4 * index));
  return dithered(width <= widest ? { width, height, shades } : shrunk({ width, height, shades }, widest));
}

/** Black on white, as a file. */
export function pngFromBitmap(image: Bitmap): Uint8Array {
  const { width, height } = image;
  const picture = new PNG({ width, height, colorType: 0, inputColorType: 0, inputHasAlpha: false });
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) picture.data[y * width + x] = isBlack(image, x, y) ? 0 : 255;
  }
  return PNG.sync.write(picture, { colorType: 0, inputColorType: 0, inputHasAlpha: false });
}

/** Read before the picture is unpacked, so that a huge one is not. */
function sizeOf(png: Uint8Array): { readonly width: number; readonly height: number } {
  if (png.length < 33 || signature.some((byte, index) => png[index] !== byte)) throw new Error('it is not a PNG file');
  const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: header.getUint32(16), height: header.getUint32(20) };
}

interface Shades {
  readonly width: number;
  readonly height: number;
  /** 0 black to 1 white, row by row. */
  readonly shades: Float64Array;
}

/** Brightness as the eye sees it (ITU-R BT.601), on white paper. */
function shadeOf(rgba: Uint8Array, at: number): number {
  const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4);
  const brightness = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  return 1 - (1 - brightness) * (alpha / 255);
}

/** Each new dot is the mean of the old ones it covers. */
function shrunk({ width, height, shades }: Shades, newWidth: number): Shades {
  const newHeight = Math.max(1, Math.round((height * newWidth) / width));
  const result = new Float64Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y += 1) {
    const [top, bottom] = covered(y, height / newHeight);
    for (let x = 0; x < newWidth; x += 1) {
      const [left, right] = covered(x, width / newWidth);
      let total = 0;
      for (let row = top; row < bottom; row += 1) {
        for (let column = left; column < right; column += 1) total += shades[row * width + column] ?? 1;
      }
      result[y * newWidth + x] = total / ((bottom - top) * (right - left));
    }
  }
  return { width: newWidth, height: newHeight, shades: result };
}

function covered(index: number, scale: number): readonly [number, number] {
  const first = Math.floor(index * scale);
  return [first, Math.max(first + 1, Math.floor((index + 1) * scale))];
}

function dithered({ width, height, shades }: Shades): Bitmap {
  const canvas = new DotCanvas(width, height);
  const left = Float64Array.from(shades);
  const pass = (x: number, y: number, error: number): void => {
    if (x >= 0 && x < width && y < height) left[y * width + x] = (left[y * width + x] ?? 0) + error;
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const shade = left[y * width + x] ?? 1;
      const black = shade < 0.5;
      if (black) canvas.set(x, y);
      const error = (shade - (black ? 0 : 1)) / 16;
      pass(x + 1, y, 7 * error);
      pass(x - 1, y + 1, 3 * error);
      pass(x, y + 1, 5 * error);
      pass(x + 1, y + 1, error);
    }
  }
  return canvas.bitmap;
}
