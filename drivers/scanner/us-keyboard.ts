import { type KeyEvent, keyCodes } from '../link/input-event.ts';

const { KEY_LEFTSHIFT, KEY_RIGHTSHIFT, KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTALT, KEY_RIGHTALT } = keyCodes;
const shifts: readonly number[] = [KEY_LEFTSHIFT, KEY_RIGHTSHIFT];
const controls: readonly number[] = [KEY_LEFTCTRL, KEY_RIGHTCTRL];
const alternates: readonly number[] = [KEY_LEFTALT, KEY_RIGHTALT];

/** Rows of a US keyboard by the code of their first key: plain, then with Shift. */
const keyRows: readonly (readonly [first: number, plain: string, shifted: string])[] = [
  [keyCodes.KEY_1, '1234567890-=', '!@#$%^&*()_+'],
  // As an end of the code, which is what scanners that send it mean.
  [keyCodes.KEY_TAB, '\r', '\r'],
  [keyCodes.KEY_Q, 'qwertyuiop[]\r', 'QWERTYUIOP{}\r'],
  [keyCodes.KEY_A, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [keyCodes.KEY_BACKSLASH, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
  [keyCodes.KEY_KPASTERISK, '*', '*'],
  [keyCodes.KEY_SPACE, ' ', ' '],
  [keyCodes.KEY_KP7, '789-456+1230.', '789-456+1230.'],
  [keyCodes.KEY_KPENTER, '\r', '\r'],
  [keyCodes.KEY_KPSLASH, '/', '/'],
];

const plainOf = new Map<number, string>();
const shiftedOf = new Map<number, string>();
for (const [first, plain, shifted] of keyRows) {
  for (let index = 0; index < plain.length; index += 1) {
    plainOf.set(first + index, plain.charAt(index));
    shiftedOf.set(first + index, shifted.charAt(index));
  }
}

/** Stands for what can't be known or typed: no code may contain it. */
const nonsense = 0;

/**
 * A scanner that pretends to be a US keyboard: key events → the characters it types. Control characters are typed with Ctrl
 * (GS, which ends a GS1 element, is Ctrl + `]`). Alt codes are not understood: they become a byte that no code may contain,
 * so that a wrongly set scanner is noticed and never believed.
 */
export class UsKeyboard {
  readonly #down = new Set<number>();

  type(events: readonly KeyEvent[]): Uint8Array {
    const typed: number[] = [];
    for (const event of events) {
      if (event.kind === 'overrun') {
        this.#down.clear();
        typed.push(nonsense);
      } else if (isModifier(event.code)) {
        if (event.kind === 'press') this.#down.add(event.code);
        else if (event.kind === 'release') this.#down.delete(event.code);
      } else if (event.kind === 'press') {
        const character = this.#character(event.code);
        if (character !== undefined) typed.push(character);
      }
    }
    return Uint8Array.from(typed);
  }

  #character(code: number): number | undefined {
    if (this.#any(alternates)) return nonsense;
    const character = (this.#any(shifts) ? shiftedOf : plainOf).get(code)?.charCodeAt(0);
    // Ctrl takes a character to its control code: "]" (5D) to GS (1D), "M" to CR.
    return character !== undefined && character >= 0x40 && this.#any(controls) ? character & 0x1f : character;
  }

  #any(codes: readonly number[]): boolean {
    return codes.some((code) => this.#down.has(code));
  }
}

const isModifier = (code: number): boolean => [...shifts, ...controls, ...alternates].includes(code);
