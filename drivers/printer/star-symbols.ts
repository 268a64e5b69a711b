import type { Bitmap, DrawerPulse, PaperWidth } from './document.ts';
import { ean13 } from './escpos-symbols.ts';

/**
 * Commands of Star Line Mode that node-thermal-printer 4.6.1 writes wrong or not at all: QR data whose length counts characters
 * instead of bytes and is followed by a stray line feed, bar codes without their code set, images only from PNG, the drawer pulse
 * without its trigger. Source: Star Micronics, "Line Thermal Printer, STAR Line Mode Command Specifications", rev. 0.09 and 0.00; the
 * numbers below are its sections.
 */

/** `ESC @` (3.3.16): a document depends on nothing that was printed before. */
export const starInitialise: Uint8Array = Uint8Array.of(0x1b, 0x40);

/** `ESC RS F 0` font A, `ESC M` 12 dots a character, `ESC z 1` 4 mm a line (3.3.1, 3.3.4). */
export const starBegin: Uint8Array = Uint8Array.of(0x1b, 0x1e, 0x46, 0, 0x1b, 0x4d, ...[0x1b, 0x7a, 1]);

/** Dots; 10 mm. */
const barcodeHeight = 80;

/**
 * `ESC b n1 n2 n3 n4 data RS` (3.3.10): type, text below and line feed, width of a module, height. Code 128 always in set B (`%7`,
 * section 5.1.4), because how a printer goes on after digits in set C is not described. Null when it can't be printed on this paper.
 */
export function starBarcode(symbology: 'CODE128' | 'EAN13', data: string, paper: PaperWidth): Uint8Array | null {
  const isCode128 = symbology === 'CODE128';
  if (isCode128 ? !/^[\x20-\x7e]{1,60}$/.test(data) : ean13(data) === null) return null;
  const modules = isCode128 ? 11 * (data.length + 2) + 13 : 95;
  const width = [3, 2].find((dots) => modules * dots <= paper.dots);
  if (width === undefined) return null;
  const sent = isCode128 ? `%7${data.replaceAll('%', '%0')}` : data;
  return Uint8Array.of(
    ...[0x1b, 0x62, isCode128 ? 6 : 3, 2, width - 1, barcodeHeight],
    ...Buffer.from(sent, 'ascii'),
    0x1e,
  );
}

/** `ESC GS y`: model 2, level M, module of five dots, data in UTF-8, print (chapter "QR code"). */
export function starQrCode(text: string): Uint8Array {
  const data = Buffer.from(text, 'utf8');
  return Uint8Array.of(
    ...[0x1b, 0x1d, 0x79, 0x53, 0x30, 2],
    ...[0x1b, 0x1d, 0x79, 0x53, 0x31, 1],
    ...[0x1b, 0x1d, 0x79, 0x53, 0x32, 5],
    ...[0x1b, 0x1d, 0x79, 0x44, 0x31, 0, data.length & 0xff, data.length >> 8],
    ...data,
    ...[0x1b, 0x1d, 0x79, 0x50],
  );
}

/** Dots of a strip of `ESC k` and of the line feed `ESC 0` (3 mm), so that strips join without a gap. */
export const stripHeight = 24;

/** `ESC k n 0` (3.3.8) strip by strip, each with a line feed of its own height; white rows below the last dot are left out. */
export function starImage(image: Bitmap): Uint8Array {
  const stride = Math.ceil(image.width / 8);
  const strips = Math.ceil(lastInked(image, stride) / stripHeight);
  const parts: Uint8Array[] = [Uint8Array.of(0x1b, 0x30)];
  for (let strip = 0; strip < strips; strip += 1) {
    const rows = new Uint8Array(stride * stripHeight);
    rows.set(image.rows.subarray(strip * rows.length, Math.min((strip + 1) * rows.length, image.height * stride)));
    parts.push(Uint8Array.of(0x1b, 0x6b, stride, 0), rows, Uint8Array.of(0x0a));
  }
  parts.push(Uint8Array.of(0x1b, 0x7a, 1));
  return Buffer.concat(parts);
}

/** One more than the last row that has a dot; at least one, so that an empty line still takes its place. */
function lastInked(image: Bitmap, stride: number): number {
  const rows = image.rows.subarray(0, image.height * stride);
  return Math.max(1, Math.floor(rows.findLastIndex((byte) => byte !== 0) / stride) + 1);
}

/** `ESC d 3` (3.3.11): feeds what was printed past the knife and cuts, leaving one point. */
export const starCut: Uint8Array = Uint8Array.of(0x1b, 0x64, 3);

/** `ESC BEL n1 n2`, `BEL` (3.3.12): external device 1, that is pin 2; the times count 10 ms. */
export function starDrawerPulse(pulse: DrawerPulse): Uint8Array {
  const units = (duration: number): number => Math.min(127, Math.max(1, Math.round(duration / 10)));
  return Uint8Array.of(0x1b, 0x07, units(pulse.on), units(pulse.off), 0x07);
}

/** `FS`: the same at once, with the times that were last set (200 ms after power-on). */
export const starRealTimeDrawerPulse: Uint8Array = Uint8Array.of(0x1c);
