import type { ByteReader } from './byte-reader.ts';
import type { Command } from './command.ts';
import { CommandStream, isText, readText } from './command-stream.ts';

/** Commands of ESC/POS. */
export const escposStream = (): CommandStream => new CommandStream(readFrom);

function readFrom(byte: number, reader: ByteReader): Command | null {
  if (isText(byte)) return readText(byte, reader);
  switch (byte) {
    case 0x0a:
      return { kind: 'line-feed' };
    case 0x10:
      return readRealTime(reader);
    case 0x1b:
      return readEscape(reader);
    case 0x1d:
      return readGroup(reader);
    default:
      return null;
  }
}

const aligns = ['left', 'center', 'right'] as const;

function readEscape(reader: ByteReader): Command | null {
  switch (reader.byte()) {
    case 0x40:
      return { kind: 'initialise' };
    case 0x74:
      return { kind: 'code-page', page: reader.byte() };
    case 0x61: {
      const align = aligns[reader.byte()];
      return align === undefined ? null : { kind: 'align', align };
    }
    case 0x21: {
      const mode = reader.byte();
      const has = (bit: number): boolean => (mode & bit) !== 0;
      return { kind: 'mode', bold: has(0x08), tall: has(0x10), wide: has(0x20), underline: has(0x80) };
    }
    case 0x45:
      return { kind: 'bold', on: (reader.byte() & 1) === 1 };
    case 0x2d: {
      const thickness = reader.byte();
      return thickness > 2 ? null : { kind: 'underline', on: thickness > 0 };
    }
    case 0x33:
      return { kind: 'line-pitch', dots: reader.byte() };
    case 0x64:
      return { kind: 'feed', lines: reader.byte() };
    case 0x70: {
      const pin = readPin(reader);
      const on = 2 * reader.byte();
      const off = 2 * reader.byte();
      return pin === null ? null : { kind: 'drawer', pin, on, off };
    }
    default:
      return null;
  }
}

function readPin(reader: ByteReader): 2 | 5 | null {
  const which = reader.byte();
  return which === 0 ? 2 : which === 1 ? 5 : null;
}

function readGroup(reader: ByteReader): Command | null {
  switch (reader.byte()) {
    case 0x56: {
      const how = reader.byte();
      if (how === 0 || how === 1) return { kind: 'cut', feed: 0 };
      return how === 65 || how === 66 ? { kind: 'cut', feed: reader.byte() } : null;
    }
    case 0x48: {
      const position = reader.byte();
      return position > 3 ? null : { kind: 'barcode-text', position };
    }
    case 0x66: {
      const font = reader.byte();
      return font > 1 ? null : { kind: 'barcode-font', font };
    }
    case 0x77: {
      const dots = reader.byte();
      return dots < 2 || dots > 6 ? null : { kind: 'barcode-width', dots };
    }
    case 0x68: {
      const dots = reader.byte();
      return dots === 0 ? null : { kind: 'barcode-height', dots };
    }
    case 0x6b:
      return readBarcode(reader);
    case 0x28:
      return readQr(reader);
    case 0x76:
      return readImage(reader);
    case 0x61:
      return { kind: 'automatic-status', mask: reader.byte() };
    case 0x72: {
      const what = reader.byte();
      return what === 1 || what === 2 ? { kind: 'ask-in-order', what } : null;
    }
    default:
      return null;
  }
}

/** `GS k`, function B: symbology, length, data. */
function readBarcode(reader: ByteReader): Command | null {
  const form = reader.byte();
  if (form !== 67 && form !== 73) return null;
  const data = reader.take(reader.byte());
  return { kind: 'barcode', symbology: form === 67 ? 'EAN13' : 'CODE128', data };
}

/** `GS ( k`: length, then symbol type 49 (QR) and function. */
function readQr(reader: ByteReader): Command | null {
  if (reader.byte() !== 0x6b) return null;
  const [type, name, ...values] = reader.take(reader.word());
  if (type !== 0x31) return null;
  const [value = 0] = values;
  switch (name) {
    case 0x41:
      return value === 0x31 || value === 0x32 ? { kind: 'qr-setting', setting: 'model', value: value - 0x30 } : null;
    case 0x43:
      return value >= 1 && value <= 16 ? { kind: 'qr-setting', setting: 'size', value } : null;
    case 0x45:
      return value >= 0x30 && value <= 0x33 ? { kind: 'qr-setting', setting: 'correction', value: value - 0x30 } : null;
    case 0x50:
      return value === 0x30 ? { kind: 'qr-data', data: Uint8Array.from(values.slice(1)) } : null;
    case 0x51:
      return value === 0x30 ? { kind: 'qr-print' } : null;
    default:
      return null;
  }
}

/** `GS v 0 0`: bytes a row, rows, dots. */
function readImage(reader: ByteReader): Command | null {
  if (reader.byte() !== 0x30 || reader.byte() !== 0) return null;
  const stride = reader.word();
  const height = reader.word();
  if (stride === 0 || stride > 255 || height === 0 || height > 4095) return null;
  return { kind: 'image', stride, height, rows: reader.take(stride * height) };
}

function readRealTime(reader: ByteReader): Command | null {
  switch (reader.byte()) {
    case 0x04: {
      const query = reader.byte();
      return query >= 1 && query <= 4 ? { kind: 'ask-real-time', query } : null;
    }
    case 0x14: {
      if (reader.byte() !== 1) return null;
      const pin = readPin(reader);
      const time = reader.byte();
      return pin === null || time < 1 || time > 8 ? null : { kind: 'real-time-drawer', pin, time: 100 * time };
    }
    default:
      return null;
  }
}
