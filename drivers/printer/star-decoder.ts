import type { ByteReader } from './byte-reader.ts';
import type { Command } from './command.ts';
import { CommandStream, isText, readText } from './command-stream.ts';
import { stripHeight } from './star-symbols.ts';

/** Commands of Star Line Mode; sources as in `star-symbols.ts` and `star-status.ts`. */
export const starStream = (): CommandStream => new CommandStream(readFrom);

const aligns = ['left', 'center', 'right'] as const;
/** Star's number of code page 858, and ESC/POS's, which is what a `code-page` command carries. */
const star858 = 4;
const escpos858 = 19;

/** More than fits on any paper. */
const longestBarcode = 128;
const longestQrData = 7089;

function readFrom(byte: number, reader: ByteReader): Command | null {
  if (isText(byte)) return readText(byte, reader);
  switch (byte) {
    case 0x07:
      return { kind: 'pulse' };
    case 0x0a:
      return { kind: 'line-feed' };
    case 0x17:
      return { kind: 'count-printed' };
    case 0x1c:
      return { kind: 'real-time-pulse' };
    case 0x1b:
      return readEscape(reader);
    default:
      return null;
  }
}

function readEscape(reader: ByteReader): Command | null {
  switch (reader.byte()) {
    case 0x06:
      return reader.byte() === 0x01 ? { kind: 'ask-status' } : null;
    case 0x07: {
      const on = reader.byte();
      const off = reader.byte();
      return on === 0 || off === 0 || on > 127 || off > 127
        ? null
        : { kind: 'pulse-width', on: 10 * on, off: 10 * off };
    }
    case 0x1d:
      return readGroup(reader);
    case 0x1e:
      return readRecord(reader);
    case 0x2d: {
      const on = reader.byte();
      return on > 1 ? null : { kind: 'underline', on: on === 1 };
    }
    case 0x30:
      return { kind: 'line-pitch', dots: 24 };
    case 0x40:
      return { kind: 'initialise' };
    case 0x45:
      return { kind: 'bold', on: true };
    case 0x46:
      return { kind: 'bold', on: false };
    // 12 dots a character.
    case 0x4d:
      return { kind: 'harmless' };
    case 0x62:
      return readBarcode(reader);
    case 0x64: {
      const how = reader.byte();
      return how > 3 ? null : { kind: 'cut', feed: 0 };
    }
    case 0x69: {
      const high = reader.byte();
      const wide = reader.byte();
      return high > 1 || wide > 1 ? null : { kind: 'size', tall: high === 1, wide: wide === 1 };
    }
    case 0x6b:
      return readStrip(reader);
    case 0x7a:
      return reader.byte() === 1 ? { kind: 'line-pitch', dots: 32 } : null;
    default:
      return null;
  }
}

function readRecord(reader: ByteReader): Command | null {
  switch (reader.byte()) {
    case 0x46:
      return reader.byte() === 0 ? { kind: 'harmless' } : null;
    case 0x61:
      return { kind: 'automatic-status', mask: reader.byte() };
    default:
      return null;
  }
}

function readGroup(reader: ByteReader): Command | null {
  switch (reader.byte()) {
    case 0x61: {
      const align = aligns[reader.byte()];
      return align === undefined ? null : { kind: 'align', align };
    }
    case 0x74: {
      const page = reader.byte();
      return { kind: 'code-page', page: page === star858 ? escpos858 : 256 + page };
    }
    case 0x79:
      return readQr(reader);
    default:
      return null;
  }
}

function readQr(reader: ByteReader): Command | null {
  switch (reader.byte()) {
    case 0x53: {
      const setting = reader.byte();
      const value = reader.byte();
      if (setting === 0x30 && (value === 1 || value === 2)) return { kind: 'qr-setting', setting: 'model', value };
      if (setting === 0x31 && value <= 3) return { kind: 'qr-setting', setting: 'correction', value };
      return setting === 0x32 && value >= 1 && value <= 8 ? { kind: 'qr-setting', setting: 'size', value } : null;
    }
    case 0x44: {
      if (reader.byte() !== 0x31 || reader.byte() !== 0) return null;
      const length = reader.word();
      return length === 0 || length > longestQrData ? null : { kind: 'qr-data', data: reader.take(length) };
    }
    case 0x50:
      return { kind: 'qr-print' };
    default:
      return null;
  }
}

function readBarcode(reader: ByteReader): Command | null {
  const type = reader.byte();
  const text = reader.byte();
  const mode = reader.byte();
  const height = reader.byte();
  const data = reader.until(0x1e, longestBarcode);
  if (data === null || (type !== 3 && type !== 6) || text < 1 || text > 4 || mode < 1 || mode > 3 || height === 0)
    return null;
  const look = { moduleWidth: mode + 1, height, textBelow: text % 2 === 0 };
  if (type === 3) return { kind: 'barcode', symbology: 'EAN13', data, look };
  const coded = Buffer.from(data).toString('latin1');
  // Only what we send: everything in set B, with a percent sign written %0.
  if (!coded.startsWith('%7') || /%(?!0)/.test(coded.slice(2))) return null;
  const plain = coded.slice(2).replaceAll('%0', '%').replaceAll('{', '{{');
  return { kind: 'barcode', symbology: 'CODE128', data: Buffer.from(`{B${plain}`, 'latin1'), look };
}

function readStrip(reader: ByteReader): Command | null {
  const stride = reader.byte();
  if (reader.byte() !== 0 || stride === 0) return null;
  return { kind: 'strip', stride, rows: reader.take(stride * stripHeight) };
}
