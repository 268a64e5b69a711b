import type { Bitmap, DrawerPulse } from './document.ts';

/**
 * ESC/POS commands written by hand because node-thermal-printer 4.6.1 writes them wrong or not at all: the drawer pulse without
 * its times, QR data whose length counts characters instead of bytes, CODE128 only in set B, images only from PNG.
 */

/** A bar code's data as the printer wants it. */
export interface BarcodeSymbol {
  /** The data bytes of `GS k m n …`. */
  readonly data: Uint8Array;
  /** Width in modules, without quiet zones. */
  readonly modules: number;
}

/**
 * CODE128 of printable ASCII (null for anything else), digits in pairs (set C) where that saves room. Pairs are sent as bytes 0–99, and a printer obeys `DLE EOT`, `DLE ENQ`
 * and `DLE DC4` (10 04, 10 05, 10 14) even inside other data: "1620" would be `DLE DC4`. Such data stays in set B.
 */
export function code128(text: string): BarcodeSymbol | null {
  if (!/^[\x20-\x7e]{1,100}$/.test(text)) return null;
  const packed = code128Symbol(text.match(/(?:\d\d){2,}|./g) ?? []);
  return holdsRealTimeCommand(packed.data) ? code128Symbol([...text]) : packed;
}

function code128Symbol(pieces: readonly string[]): BarcodeSymbol {
  const data: number[] = [];
  // Start, check and stop symbol.
  let modules = 11 + 11 + 13;
  let set: 'B' | 'C' | null = null;
  const select = (wanted: 'B' | 'C'): void => {
    if (set === wanted) return;
    if (set !== null) modules += 11;
    set = wanted;
    data.push(0x7b, wanted.charCodeAt(0));
  };
  for (const piece of pieces) {
    if (piece.length > 1) {
      select('C');
      for (let at = 0; at < piece.length; at += 2) data.push(Number(piece.slice(at, at + 2)));
      modules += (11 * piece.length) / 2;
      continue;
    }
    select('B');
    // "{" introduces a code set, so it is doubled.
    if (piece === '{') data.push(0x7b);
    data.push(piece.charCodeAt(0));
    modules += 11;
  }
  return { data: Uint8Array.from(data), modules };
}

/** EAN-13 from all 13 digits; null unless the check digit is right. */
export function ean13(digits: string): BarcodeSymbol | null {
  if (!/^\d{13}$/.test(digits)) return null;
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0 ? { data: Buffer.from(digits, 'ascii'), modules: 95 } : null;
}

/** Prints a bar code of the given module width with its text below it: `GS H`, `GS f`, `GS w`, `GS h`, `GS k`. */
export function barcode(symbology: 'CODE128' | 'EAN13', symbol: BarcodeSymbol, moduleWidth: number): Uint8Array {
  const form = symbology === 'CODE128' ? 73 : 67;
  return Uint8Array.of(
    ...[0x1d, 0x48, 2],
    ...[0x1d, 0x66, 0],
    ...[0x1d, 0x77, moduleWidth],
    ...[0x1d, 0x68, barcodeHeight],
    ...[0x1d, 0x6b, form, symbol.data.length],
    ...symbol.data,
  );
}

/** Dots; 10 mm. */
const barcodeHeight = 80;

/** QR code, model 2, level M: functions 165, 167, 169, 180, 181 of `GS ( k`. Data is UTF-8. */
export function qrCode(text: string, moduleSize: number): Uint8Array {
  const data = Buffer.from(text, 'utf8');
  const length = data.length + 3;
  return Uint8Array.of(
    ...[0x1d, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x32, 0],
    ...[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, moduleSize],
    ...[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x45, 0x31],
    ...[0x1d, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, 0x50, 0x30],
    ...data,
    ...[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30],
  );
}

/** `GS v 0`, in bands of at most 255 rows so that no height byte can pair up with the data. */
export function rasterImage(image: Bitmap): Uint8Array {
  const stride = Math.ceil(image.width / 8);
  const parts: Uint8Array[] = [];
  for (let row = 0; stride > 0 && row < image.height; row += 255) {
    const height = Math.min(255, image.height - row);
    // A copy in any case: slicing a Buffer would not make one.
    const rows = Uint8Array.from(image.rows.subarray(row * stride, (row + height) * stride));
    withoutRealTimeCommands(rows);
    parts.push(Uint8Array.of(0x1d, 0x76, 0x30, 0, stride & 0xff, stride >> 8, height, 0), rows);
  }
  return Buffer.concat(parts);
}

/** `ESC p m t1 t2`; the times count 2 ms. */
export function drawerPulse(pulse: DrawerPulse): Uint8Array {
  const units = (duration: number): number => Math.min(255, Math.max(1, Math.round(duration / 2)));
  return Uint8Array.of(0x1b, 0x70, pulse.pin === 2 ? 0 : 1, units(pulse.on), units(pulse.off));
}

/** `DLE DC4 1 m t`: the same at once, whatever the printer is doing or waiting for; the time counts 100 ms, 1 to 8. */
export function realTimeDrawerPulse(pulse: DrawerPulse): Uint8Array {
  const time = Math.min(8, Math.max(1, Math.round(pulse.on / 100)));
  return Uint8Array.of(0x10, 0x14, 1, pulse.pin === 2 ? 0 : 1, time);
}

/** `GS V 66 0`: feeds what was printed past the knife and cuts, leaving one point. */
export const feedAndCut: Uint8Array = Uint8Array.of(0x1d, 0x56, 0x42, 0);

const realTime = new Set([0x04, 0x05, 0x14]);

function holdsRealTimeCommand(bytes: Uint8Array): boolean {
  return bytes.some((byte, index) => byte === 0x10 && realTime.has(bytes[index + 1] ?? 0));
}

/** One more dot makes `DLE` a harmless byte; nobody sees it. */
function withoutRealTimeCommands(bytes: Uint8Array): void {
  for (let index = 0; index + 1 < bytes.length; index += 1) {
    if (bytes[index] === 0x10 && realTime.has(bytes[index + 1] ?? 0)) bytes[index] = 0x18;
  }
}
