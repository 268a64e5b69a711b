import { HoldfastError } from '../../src/platform/errors.ts';

/**
 * What `/dev/input/eventX` sends (linux/input.h, `struct input_event`): a timestamp that we don't need, then type (2 bytes),
 * code (2) and value (4), little-endian on every machine that Holdfast runs on.
 */
export type KeyEvent =
  | { readonly kind: 'press' | 'release' | 'repeat'; readonly code: number }
  /** Events were lost (the kernel says so) or made no sense: which keys are down is no longer known. */
  | { readonly kind: 'overrun' };

/** The timestamp is two words of the program's width: 16 bytes in all for 32-bit programs, 24 for others. */
export type RecordSize = 16 | 24;

const narrow: readonly string[] = ['arm', 'ia32', 'mipsel'];

/** The size that the kernel gives a program built for `architecture` (as in `process.arch`), whatever the kernel's own. */
export const recordSizeFor = (architecture: string): RecordSize => (narrow.includes(architecture) ? 16 : 24);

const synchronization = 0;
const key = 1;
const highestType = 0x1f;
const report = 0;
const dropped = 3;

/** Records → key events, over any split of the stream. */
export class KeyEventReader {
  readonly #size: RecordSize;
  #rest: Uint8Array = new Uint8Array(0);
  /** After SYN_DROPPED everything up to the next SYN_REPORT is void (Documentation/input/event-codes.rst). */
  #skipping = false;

  constructor(size: RecordSize) {
    this.#size = size;
  }

  read(bytes: Uint8Array): readonly KeyEvent[] {
    const stream = new Uint8Array(this.#rest.length + bytes.length);
    stream.set(this.#rest);
    stream.set(bytes, this.#rest.length);
    const view = new DataView(stream.buffer);
    const events: KeyEvent[] = [];
    let offset = 0;
    for (; offset + this.#size <= stream.length; offset += this.#size) {
      const event = this.#event(
        view.getUint16(offset + this.#size - 8, true),
        view.getUint16(offset + this.#size - 6, true),
        view.getInt32(offset + this.#size - 4, true),
      );
      if (event !== null) events.push(event);
    }
    this.#rest = stream.slice(offset);
    return events;
  }

  #event(type: number, code: number, value: number): KeyEvent | null {
    if (type > highestType) return { kind: 'overrun' };
    if (type === synchronization && code === dropped) {
      this.#skipping = true;
      return { kind: 'overrun' };
    }
    if (type === synchronization && code === report) this.#skipping = false;
    if (type !== key || this.#skipping) return null;
    switch (value) {
      case 0:
        return { kind: 'release', code };
      case 1:
        return { kind: 'press', code };
      case 2:
        return { kind: 'repeat', code };
      default:
        return { kind: 'overrun' };
    }
  }
}

/** Key codes by the kernel's names (linux/input-event-codes.h), those that keypads and scanners have. */
export const keyCodes = {
  KEY_ESC: 1,
  KEY_1: 2,
  KEY_2: 3,
  KEY_3: 4,
  KEY_4: 5,
  KEY_5: 6,
  KEY_6: 7,
  KEY_7: 8,
  KEY_8: 9,
  KEY_9: 10,
  KEY_0: 11,
  KEY_MINUS: 12,
  KEY_EQUAL: 13,
  KEY_BACKSPACE: 14,
  KEY_TAB: 15,
  KEY_Q: 16,
  KEY_W: 17,
  KEY_E: 18,
  KEY_R: 19,
  KEY_T: 20,
  KEY_Y: 21,
  KEY_U: 22,
  KEY_I: 23,
  KEY_O: 24,
  KEY_P: 25,
  KEY_LEFTBRACE: 26,
  KEY_RIGHTBRACE: 27,
  KEY_ENTER: 28,
  KEY_LEFTCTRL: 29,
  KEY_A: 30,
  KEY_S: 31,
  KEY_D: 32,
  KEY_F: 33,
  KEY_G: 34,
  KEY_H: 35,
  KEY_J: 36,
  KEY_K: 37,
  KEY_L: 38,
  KEY_SEMICOLON: 39,
  KEY_APOSTROPHE: 40,
  KEY_GRAVE: 41,
  KEY_LEFTSHIFT: 42,
  KEY_BACKSLASH: 43,
  KEY_Z: 44,
  KEY_X: 45,
  KEY_C: 46,
  KEY_V: 47,
  KEY_B: 48,
  KEY_N: 49,
  KEY_M: 50,
  KEY_COMMA: 51,
  KEY_DOT: 52,
  KEY_SLASH: 53,
  KEY_RIGHTSHIFT: 54,
  KEY_KPASTERISK: 55,
  KEY_LEFTALT: 56,
  KEY_SPACE: 57,
  KEY_CAPSLOCK: 58,
  KEY_F1: 59,
  KEY_F2: 60,
  KEY_F3: 61,
  KEY_F4: 62,
  KEY_F5: 63,
  KEY_F6: 64,
  KEY_F7: 65,
  KEY_F8: 66,
  KEY_F9: 67,
  KEY_F10: 68,
  KEY_NUMLOCK: 69,
  KEY_SCROLLLOCK: 70,
  KEY_KP7: 71,
  KEY_KP8: 72,
  KEY_KP9: 73,
  KEY_KPMINUS: 74,
  KEY_KP4: 75,
  KEY_KP5: 76,
  KEY_KP6: 77,
  KEY_KPPLUS: 78,
  KEY_KP1: 79,
  KEY_KP2: 80,
  KEY_KP3: 81,
  KEY_KP0: 82,
  KEY_KPDOT: 83,
  KEY_F11: 87,
  KEY_F12: 88,
  KEY_KPENTER: 96,
  KEY_RIGHTCTRL: 97,
  KEY_KPSLASH: 98,
  KEY_RIGHTALT: 100,
  KEY_HOME: 102,
  KEY_UP: 103,
  KEY_PAGEUP: 104,
  KEY_LEFT: 105,
  KEY_RIGHT: 106,
  KEY_END: 107,
  KEY_DOWN: 108,
  KEY_PAGEDOWN: 109,
  KEY_INSERT: 110,
  KEY_DELETE: 111,
  KEY_KPEQUAL: 117,
  KEY_KPCOMMA: 121,
  KEY_MENU: 139,
  KEY_KPLEFTPAREN: 179,
  KEY_KPRIGHTPAREN: 180,
  KEY_OK: 352,
  KEY_CLEAR: 355,
  KEY_NUMERIC_0: 512,
  KEY_NUMERIC_1: 513,
  KEY_NUMERIC_2: 514,
  KEY_NUMERIC_3: 515,
  KEY_NUMERIC_4: 516,
  KEY_NUMERIC_5: 517,
  KEY_NUMERIC_6: 518,
  KEY_NUMERIC_7: 519,
  KEY_NUMERIC_8: 520,
  KEY_NUMERIC_9: 521,
  KEY_NUMERIC_STAR: 522,
  KEY_NUMERIC_POUND: 523,
} as const;

/** The code of a kernel name (`KEY_KP7`) or of a number (`71`). Throws `input.unknown-key`. */
export function keyCode(name: string): number {
  const code = new Map<string, number>(Object.entries(keyCodes)).get(name);
  if (code !== undefined) return code;
  if (/^\d{1,3}$/.test(name) && Number(name) > 0 && Number(name) < 0x300) return Number(name);
  throw new HoldfastError('input.unknown-key', `"${name}" is not the name or number of a key`, {
    remedy: 'operator',
    hint: 'Use the kernel’s name, e.g. KEY_KP7, or the number that "evtest" shows for the key.',
  });
}
