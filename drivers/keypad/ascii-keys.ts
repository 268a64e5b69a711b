import { badLayout, keyNamed, keys } from './key-names.ts';
import type { Key } from './keypad.ts';

/** Which key a byte means; a byte that is not in it means nothing. */
export type AsciiLayout = ReadonlyMap<number, Key>;

/** What serial keypads and programmable till keyboards send without any set-up: one ASCII character a key. */
const usualCharacters: Readonly<Record<string, Key>> = {
  '.': '.',
  ',': '.',
  '*': 'times',
  x: 'times',
  X: 'times',
  '\b': 'clear',
  '\x7f': 'clear',
  c: 'clear',
  C: 'clear',
  '\r': 'enter',
  '\n': 'enter',
  '=': 'enter',
  '+': 'total',
  m: 'menu',
  M: 'menu',
};

/**
 * The usual layout with the configuration's changes: character → key, or → `none` for a key that must do nothing.
 * Throws `keypad.bad-layout` naming the entry that can't be meant.
 */
export function asciiLayout(changes: Readonly<Record<string, string>> = {}): AsciiLayout {
  const layout = new Map<number, Key>();
  for (const key of keys) if (/^\d$/.test(key)) layout.set(key.charCodeAt(0), key);
  for (const [character, key] of Object.entries(usualCharacters)) layout.set(character.charCodeAt(0), key);

  for (const [character, name] of Object.entries(changes)) {
    const byte = character.charCodeAt(0);
    if (character.length !== 1 || byte > 0xff || byte === escapeByte) {
      throw badLayout(`"${character}" is not one character that a keypad can send`);
    }
    const key = keyNamed(name, `"${character}"`);
    if (key === null) layout.delete(byte);
    else layout.set(byte, key);
  }
  return layout;
}

const escapeByte = 0x1b;

/**
 * Bytes → keys, over any split of the stream. `CR LF` is one key. Function keys arrive as the escape sequences of a
 * terminal (VT100: `ESC O P`…`ESC O S`, VT220: `ESC [ 1 1 ~`…): F1 to F4 are the menu key, all other sequences are
 * swallowed whole, so that the letters inside an arrow key's sequence never count as keys.
 */
export class AsciiKeyDecoder {
  readonly #layout: AsciiLayout;
  #sequence: string | null = null;
  #afterReturn = false;

  constructor(layout: AsciiLayout) {
    this.#layout = layout;
  }

  decode(bytes: Uint8Array): readonly Key[] {
    const decoded: Key[] = [];
    for (const byte of bytes) {
      const key = this.#sequence === null ? this.#plain(byte) : this.#inSequence(byte, this.#sequence);
      if (key !== undefined) decoded.push(key);
    }
    return decoded;
  }

  #plain(byte: number): Key | undefined {
    const secondOfReturn = this.#afterReturn && byte === 0x0a;
    this.#afterReturn = byte === 0x0d;
    if (secondOfReturn) return undefined;
    if (byte === escapeByte) {
      this.#sequence = '';
      return undefined;
    }
    return this.#layout.get(byte);
  }

  #inSequence(byte: number, soFar: string): Key | undefined {
    if (byte === escapeByte) {
      this.#sequence = '';
      return undefined;
    }
    if (soFar === '' && byte !== 0x5b && byte !== 0x4f) {
      // A lone ESC: the byte after it is a key of its own.
      this.#sequence = null;
      return this.#plain(byte);
    }
    const sequence = soFar + String.fromCharCode(byte);
    const finished = sequence.length > 1 && byte >= 0x40 && byte <= 0x7e;
    this.#sequence = finished || sequence.length >= longestSequence ? null : sequence;
    return finished && /^(O[P-S]|\[1[1-4]~)$/.test(sequence) ? 'menu' : undefined;
  }
}

/** More than any keypad sends; noise after an ESC must not swallow keys for ever. */
const longestSequence = 8;
