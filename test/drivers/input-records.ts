import { keyCode, type RecordSize } from '../../drivers/link/input-event.ts';

/** One `struct input_event` as the kernel writes it. */
export function inputRecord(size: RecordSize, type: number, code: number, value: number): Uint8Array {
  const record = new Uint8Array(size);
  const view = new DataView(record.buffer);
  record.fill(0x5a, 0, size - 8);
  view.setUint16(size - 8, type, true);
  view.setUint16(size - 6, code, true);
  view.setInt32(size - 4, value, true);
  return record;
}

export const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** What a keyboard sends for a key: its scan code, the key, the end of the report. */
export function keyRecords(size: RecordSize, name: string, value: 0 | 1 | 2): Uint8Array {
  return joined(
    inputRecord(size, 4, 4, 0x7001e),
    inputRecord(size, 1, keyCode(name), value),
    inputRecord(size, 0, 0, 0),
  );
}

export const stroke = (size: RecordSize, name: string): Uint8Array =>
  joined(keyRecords(size, name, 1), keyRecords(size, name, 0));

/** SYN_DROPPED: the reader was too slow, the kernel has thrown events away. */
export const droppedRecord = (size: RecordSize): Uint8Array => inputRecord(size, 0, 3, 0);

const shifted = new Map([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => [letter, `KEY_${letter}`]));

/** What a scanner in keyboard mode types for a text of digits, letters, `-`, `]`, GS and CR. */
export function typedRecords(size: RecordSize, text: string): Uint8Array {
  const held = (modifier: string, key: string): Uint8Array =>
    joined(keyRecords(size, modifier, 1), stroke(size, key), keyRecords(size, modifier, 0));
  return joined(
    ...[...text].map((character) => {
      const capital = shifted.get(character);
      if (capital !== undefined) return held('KEY_LEFTSHIFT', capital);
      if (character === '\x1d') return held('KEY_LEFTCTRL', 'KEY_RIGHTBRACE');
      if (character === ']') return stroke(size, 'KEY_RIGHTBRACE');
      if (character === '-') return stroke(size, 'KEY_MINUS');
      if (character === '\r') return stroke(size, 'KEY_ENTER');
      return stroke(size, `KEY_${character.toUpperCase()}`);
    }),
  );
}
