import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { paperWidths } from '../../../drivers/printer/document.ts';
import { DotCanvas, isBlack } from '../../../drivers/printer/dot-canvas.ts';
import { paperImage } from '../../../drivers/printer/paper-image.ts';
import { bitmapFromPng, pngFromBitmap } from '../../../drivers/printer/png-image.ts';
import { composeSaleReceipt } from '../../../src/receipts/sale-receipt.ts';
import { printOnPaper } from '../../receipts/paper.ts';
import { basket, germanShop } from '../../receipts/sales.ts';

function picture(
  width: number,
  height: number,
  shade: (x: number, y: number) => readonly [number, number],
): Uint8Array {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [grey, alpha] = shade(x, y);
      png.data.set([grey, grey, grey, alpha], 4 * (y * width + x));
    }
  }
  return PNG.sync.write(png);
}

const darkness = (png: Uint8Array, widest = 576): number => {
  const image = bitmapFromPng(png, widest);
  let black = 0;
  for (let y = 0; y < image.height; y += 1) {
    for (let x = 0; x < image.width; x += 1) if (isBlack(image, x, y)) black += 1;
  }
  return black / (image.width * image.height);
};

describe('a PNG on thermal paper', () => {
  it('keeps black and white as they are', () => {
    const image = bitmapFromPng(
      picture(20, 3, (x) => [x % 2 === 0 ? 0 : 255, 255]),
      576,
    );
    expect([image.width, image.height]).toEqual([20, 3]);
    for (let x = 0; x < 20; x += 1) expect(isBlack(image, x, 1)).toBe(x % 2 === 0);
  });

  it('makes shades into as many dots, and what is transparent white', () => {
    expect(darkness(picture(80, 80, () => [128, 255]))).toBeCloseTo(0.5, 1);
    expect(darkness(picture(80, 80, () => [64, 255]))).toBeCloseTo(0.75, 1);
    expect(darkness(picture(80, 80, () => [0, 0]))).toBe(0);
    expect(darkness(picture(80, 80, () => [0, 128]))).toBeCloseTo(0.5, 1);
  });

  it('makes smaller what is wider than the paper, in its proportions', () => {
    const image = bitmapFromPng(
      picture(1000, 500, (x) => [x < 500 ? 0 : 255, 255]),
      384,
    );
    expect([image.width, image.height]).toEqual([384, 192]);
    expect([isBlack(image, 10, 100), isBlack(image, 370, 100)]).toEqual([true, false]);
  });

  it('says what is wrong with a file that is no picture', () => {
    expect(() => bitmapFromPng(new TextEncoder().encode('GIF89a'.padEnd(60)), 384)).toThrow('it is not a PNG file');
    const huge = picture(1, 1, () => [0, 255]);
    new DataView(huge.buffer, huge.byteOffset).setUint32(16, 60_000);
    expect(() => bitmapFromPng(huge, 384)).toThrow('60000 by 1 dots');
    const torn = picture(40, 40, () => [9, 255]).slice(0, 60);
    expect(() => bitmapFromPng(torn, 384)).toThrow();
  });

  it('is what it was after it was written', () => {
    const canvas = new DotCanvas(13, 5);
    for (const [x, y] of [
      [0, 0],
      [12, 4],
      [7, 2],
    ] as const)
      canvas.set(x, y);
    expect(bitmapFromPng(pngFromBitmap(canvas.bitmap), 576)).toEqual(canvas.bitmap);
  });
});

it('a receipt as a picture has its bars where the paper has them', () => {
  const paper = paperWidths[48];
  const receipt = printOnPaper(composeSaleReceipt(basket(), germanShop, { copy: false, offline: false }), paper);
  const image = paperImage(receipt, paper);
  expect(image.width).toBe(paper.dots + 64);
  const runsOf = (y: number): number => {
    let runs = 0;
    for (let x = 1; x < image.width; x += 1) if (isBlack(image, x, y) && !isBlack(image, x - 1, y)) runs += 1;
    return runs;
  };
  const bars = receipt.elements.find((element) => element.kind === 'barcode')?.bars.widths.length ?? 0;
  const rows = Array.from({ length: image.height }, (_, y) => runsOf(y)).filter((runs) => runs === (bars + 1) / 2);
  expect(bars).toBeGreaterThan(20);
  expect(rows.length).toBeGreaterThan(50);
});
