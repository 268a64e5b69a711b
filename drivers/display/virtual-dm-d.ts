import type { DisplaySize } from './display.ts';
import { characterOf437, euroCode, euroGlyph } from './pole-charset.ts';
import { VirtualCells } from './virtual-cells.ts';

export interface VirtualDmDOptions {
  onChange?(): void;
  /** A byte or command that a DM-D would not understand, or that we never mean to send, in words. */
  onError?(problem: string): void;
}

/** Length of each command by its first two bytes; `ESC &` carries its own. */
const lengths: ReadonlyMap<number, number> = new Map([
  [0x1b40, 2],
  [0x1b74, 3],
  [0x1b25, 3],
  [0x1f01, 2],
  [0x1f24, 4],
  [0x1f43, 3],
  [0x1f58, 3],
]);
const define = 0x1b26;

/** An Epson DM-D made of software (DM-D110 specification §5.4): takes the bytes of the cable and has two rows of text. */
export class VirtualDmD {
  readonly size: DisplaySize = { columns: 20, rows: 2 };
  readonly #options: VirtualDmDOptions;
  readonly #cells = new VirtualCells(this.size);
  #command: number[] = [];
  #euroDefined = false;
  #euroSelected = false;
  brightness = 4;
  cursorShown = true;

  constructor(options: VirtualDmDOptions = {}) {
    this.#options = options;
  }

  get rows(): readonly string[] {
    return this.#cells.rows;
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.#byte(byte);
    this.#options.onChange?.();
  }

  #byte(byte: number): void {
    if (this.#command.length > 0 || byte === 0x1b || byte === 0x1f) {
      this.#command.push(byte);
      if (!this.#complete()) return;
      const problem = this.#obey(this.#command);
      if (problem !== null) this.#complain(problem, this.#command);
      this.#command = [];
    } else if (byte === 0x0b) this.#cells.moveTo(0, 0);
    else if (byte === 0x0c) this.#cells.clear();
    else if (byte === 0x18) this.#cells.clearLine();
    else this.#print(byte);
  }

  #complete(): boolean {
    const [first = 0, second, , , , columns = 0] = this.#command;
    if (second === undefined) return false;
    const code = (first << 8) | second;
    if (code === define) return this.#command.length >= 6 && this.#command.length >= 6 + Math.min(columns, 5);
    return this.#command.length >= (lengths.get(code) ?? 2);
  }

  /** What is wrong with it; null: it was carried out. */
  #obey(command: readonly number[]): string | null {
    const [first = 0, second = 0, n = 0, m = 0] = command;
    switch ((first << 8) | second) {
      case 0x1b40:
        this.#cells.clear();
        this.#euroDefined = false;
        this.#euroSelected = false;
        this.brightness = 4;
        return null;
      case 0x1b74:
        return n === 0 ? null : 'a code page that we never mean';
      case 0x1b25:
        this.#euroSelected = n === 1;
        return n <= 1 ? null : 'character set must be 0 or 1';
      case define:
        return this.#define(command);
      case 0x1f01:
        return null;
      case 0x1f24:
        return this.#cells.moveTo(n - 1, m - 1) ? null : 'cursor outside the screen';
      case 0x1f43:
        this.cursorShown = n === 1;
        return n <= 1 ? null : 'cursor must be 0 or 1';
      case 0x1f58:
        if (n < 1 || n > 4) return 'brightness must be 1 to 4';
        this.brightness = n;
        return null;
      default:
        return 'unknown command';
    }
  }

  #define([, , set, from, to, columns = 0, ...dots]: readonly number[]): string | null {
    if (set !== 1 || from !== to || columns < 1 || columns > 5) return 'bad character definition';
    this.#euroDefined = from === euroCode && euroGlyph.every((bits, index) => dots[index] === bits);
    return null;
  }

  #print(byte: number): void {
    const character = characterOf437(byte);
    if (character === undefined) this.#complain('a byte that is neither text nor a command', [byte]);
    else this.#cells.print(byte === euroCode && this.#euroDefined && this.#euroSelected ? '€' : character);
  }

  #complain(problem: string, bytes: readonly number[]): void {
    this.#options.onError?.(`${problem}: ${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`);
  }
}
