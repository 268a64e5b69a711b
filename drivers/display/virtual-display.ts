import type { DisplaySize } from './display.ts';
import { characterOf437, euroCode, euroGlyph } from './pole-charset.ts';
import { VirtualCells } from './virtual-cells.ts';

/** `ESC Q A/B`: text for one row until CR; `open` until then. */
interface StringMode {
  readonly row: number;
  column: number;
  open: boolean;
}

export interface VirtualDisplayOptions {
  readonly size: DisplaySize;
  onChange?(): void;
  /** A byte or command that a CD5220 would not understand, in words. */
  onError?(problem: string): void;
}

/**
 * A CD5220 made of software: takes the bytes of the cable and has rows of text. Strict: what the real module would not
 * understand is reported and left out. It keeps its screen when the cable is pulled, as the real one does.
 */
export class VirtualDisplay {
  readonly size: DisplaySize;
  readonly #options: VirtualDisplayOptions;
  readonly #cells: VirtualCells;
  #command: number[] = [];
  /** In this mode a real module obeys only CLR and CAN. */
  #string: StringMode | null = null;
  #euroDefined = false;
  #euroSelected = false;
  brightness = 4;

  constructor(options: VirtualDisplayOptions) {
    this.size = options.size;
    this.#options = options;
    this.#cells = new VirtualCells(options.size);
  }

  get rows(): readonly string[] {
    return this.#cells.rows;
  }

  /** As when its power is cut. */
  reset(): void {
    this.#initialize();
    this.#command = [];
    this.#options.onChange?.();
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.#byte(byte);
    this.#options.onChange?.();
  }

  #byte(byte: number): void {
    if (this.#command.length > 0) {
      this.#command.push(byte);
      if (this.#obey(this.#command)) this.#command = [];
      return;
    }
    if (byte === 0x0c) this.#clear();
    else if (byte === 0x18) this.#clearLine();
    else if (byte === 0x1b && this.#string?.open !== true) this.#command = [byte];
    else if (this.#string !== null) this.#inString(this.#string, byte);
    else this.#print(byte);
  }

  /** True when the command is complete (or unknown and therefore over). */
  #obey(command: readonly number[]): boolean {
    const [, code, first = 0, second = 0] = command;
    if (this.#string !== null && code !== 0x51) {
      return this.#refuse('a command in string mode', command);
    }
    switch (code) {
      case 0x40:
        this.#initialize();
        return true;
      case 0x11:
        return true;
      case 0x5f:
        if (command.length < 3) return false;
        return first <= 1 || this.#refuse('cursor must be 0 or 1', command);
      case 0x2a:
        if (command.length < 3) return false;
        if (first < 1 || first > 4) return this.#refuse('brightness must be 1 to 4', command);
        this.brightness = first;
        return true;
      case 0x25:
        if (command.length < 3) return false;
        this.#euroSelected = first === 1;
        return true;
      case 0x26:
        return this.#define(command);
      case 0x6c:
        if (command.length < 4) return false;
        return this.#cells.moveTo(first - 1, second - 1) || this.#refuse('cursor outside the screen', command);
      case 0x51:
        if (command.length < 3) return false;
        if (first !== 0x41 && first !== 0x42) return this.#refuse('unknown string command', command);
        this.#string = { row: first - 0x41, column: 0, open: true };
        return true;
      default:
        return this.#refuse('unknown command', command);
    }
  }

  #define(command: readonly number[]): boolean {
    const [, , set, from, to, columns = 0] = command;
    if (command.length < 6) return false;
    if (set !== 1 || from !== to || columns < 1 || columns > 5)
      return this.#refuse('bad character definition', command);
    if (command.length < 6 + columns) return false;
    this.#euroDefined = from === euroCode && euroGlyph.every((bits, index) => command[6 + index] === bits);
    return true;
  }

  #inString(string: StringMode, byte: number): void {
    if (byte === 0x0d) {
      for (let column = string.column; string.open && column < this.size.columns; column += 1) {
        this.#cells.set(string.row, column, ' ');
      }
      string.open = false;
    } else if (string.open && string.column < this.size.columns) {
      this.#cells.set(string.row, string.column, this.#glyph(byte));
      string.column += 1;
    } else {
      this.#options.onError?.(`a byte that string mode does not take: ${hex([byte])}`);
    }
  }

  #print(byte: number): void {
    if (characterOf437(byte) === undefined) {
      this.#options.onError?.(`a byte that is neither text nor a command: ${hex([byte])}`);
      return;
    }
    this.#cells.print(this.#glyph(byte));
  }

  #glyph(byte: number): string {
    if (byte === euroCode && this.#euroSelected && this.#euroDefined) return '€';
    return characterOf437(byte) ?? '?';
  }

  #clear(): void {
    this.#cells.clear();
    this.#string = null;
  }

  #clearLine(): void {
    this.#cells.clearLine();
    this.#string = null;
  }

  #initialize(): void {
    this.#clear();
    this.#euroDefined = false;
    this.#euroSelected = false;
    this.brightness = 4;
  }

  #refuse(problem: string, command: readonly number[]): true {
    this.#options.onError?.(`${problem}: ${hex(command)}`);
    return true;
  }
}

const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
