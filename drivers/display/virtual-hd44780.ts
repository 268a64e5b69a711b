import type { DisplaySize } from './display.ts';
import { characterOf, type Glyph, glyphsFor, type Hd44780Rom } from './hd44780-charset.ts';
import { rowAddress } from './hd44780-display.ts';

export interface VirtualHd44780Options {
  readonly size: DisplaySize;
  readonly rom: Hd44780Rom;
  /** Microseconds that never go back: the module must not be addressed while it is busy. */
  readonly now: () => number;
  onChange?(): void;
  /** What a real module would have taken amiss, in words. */
  onError?(problem: string): void;
}

/** Microseconds (HD44780U data sheet, table 6 and figure 24). */
const afterPower = 15_000;
const afterFirstWake = 4_100;
const afterSecondWake = 100;
const ordinary = 37;
const long = 1_520;

const rowLength = 0x28;

/**
 * An HD44780 made of software: takes the levels of its pins and has rows of text. It starts in 8-bit mode, counts half
 * bytes, keeps text and glyph memory, and is strict: what is sent while it is busy is reported and lost, commands that we
 * never mean to send are reported.
 */
export class VirtualHd44780 {
  readonly #options: VirtualHd44780Options;
  /** The glyphs that can be told from their dots. */
  readonly #known: readonly Glyph[];
  #text = new Uint8Array(0x80);
  #glyphs = new Uint8Array(64);
  #address = 0;
  #target: 'text' | 'glyphs' = 'text';
  #fourBits = false;
  #upperHalf: number | null = null;
  #busyUntil = 0;
  /** How often it was told "8-bit mode" since power came; three times make it ready for everything else. */
  #wakes = 0;
  #enable = 0;
  #pins = { rs: 0, bits: 0 };
  lit = false;

  constructor(options: VirtualHd44780Options) {
    this.#options = options;
    this.#known = glyphsFor(options.rom);
    this.powerOn();
  }

  /** As when its power was cut and comes back. */
  powerOn(): void {
    this.#text.fill(0x20);
    this.#glyphs.fill(0);
    this.#address = 0;
    this.#target = 'text';
    this.#fourBits = false;
    this.#upperHalf = null;
    this.#wakes = 0;
    this.#enable = 0;
    this.lit = false;
    this.#busyUntil = this.#options.now() + afterPower;
  }

  get rows(): readonly string[] {
    const { size } = this.#options;
    return Array.from({ length: size.rows }, (_, row) => {
      const from = rowAddress(size, row);
      return Array.from(this.#text.subarray(from, from + size.columns), (code) => this.#character(code)).join('');
    });
  }

  /** New levels of all pins; the module takes its bits when E falls. */
  setPins(pins: { readonly rs: number; readonly e: number; readonly bits: number }): void {
    if (this.#enable === 0 && pins.e === 1 && pins.rs !== this.#pins.rs) this.#complain('RS changed together with E');
    if (this.#enable === 1 && pins.e === 0) {
      if (pins.rs !== this.#pins.rs || pins.bits !== this.#pins.bits) this.#complain('data changed together with E');
      this.#take(pins.rs, pins.bits);
    }
    this.#enable = pins.e;
    this.#pins = { rs: pins.rs, bits: pins.bits };
  }

  #take(rs: number, bits: number): void {
    const now = this.#options.now();
    // The second half of a byte needs no waiting.
    if (now < this.#busyUntil && this.#upperHalf === null) {
      this.#complain(`sent while busy for another ${Math.ceil(this.#busyUntil - now)} µs`);
      return;
    }
    if (!this.#fourBits) {
      this.#obey(rs, bits << 4);
    } else if (this.#upperHalf === null) {
      this.#upperHalf = bits;
    } else {
      const byte = (this.#upperHalf << 4) | bits;
      this.#upperHalf = null;
      this.#obey(rs, byte);
    }
  }

  #obey(rs: number, byte: number): void {
    let time = ordinary;
    if (rs === 1) this.#write(byte);
    else if (byte >= 0x80) this.#moveTo(byte & 0x7f);
    else if (byte >= 0x40) {
      this.#target = 'glyphs';
      this.#address = byte & 0x3f;
    } else if (byte >= 0x20) time = this.#setFunction(byte);
    else if (byte === 0x0c || byte === 0x08) this.lit = byte === 0x0c;
    else if (byte >= 0x01 && byte <= 0x03) {
      if (byte === 0x01) this.#text.fill(0x20);
      this.#moveTo(0);
      time = long;
    } else if (byte !== 0x06) this.#complain(`unknown command ${hex(byte)}`);
    this.#busyUntil = this.#options.now() + time;
    this.#options.onChange?.();
  }

  #setFunction(byte: number): number {
    if ((byte & 0x10) !== 0) {
      this.#fourBits = false;
      this.#wakes += 1;
      return this.#wakes === 1 ? afterFirstWake : this.#wakes === 2 ? afterSecondWake : ordinary;
    }
    if (!this.#fourBits) {
      if (this.#wakes < 3) this.#complain('4-bit mode before it was woken three times');
      this.#fourBits = true;
    } else if (byte !== 0x28) this.#complain(`not two lines of 5×8 dots: ${hex(byte)}`);
    return ordinary;
  }

  #moveTo(address: number): void {
    this.#target = 'text';
    if (address % 0x40 >= rowLength) this.#complain(`no such place in text memory: ${hex(address)}`);
    else this.#address = address;
  }

  #write(byte: number): void {
    if (this.#target === 'glyphs') {
      if (byte > 0x1f) this.#complain(`a glyph is five dots wide: ${hex(byte)}`);
      this.#glyphs[this.#address] = byte & 0x1f;
      this.#address = (this.#address + 1) % 64;
      return;
    }
    if (this.#character(byte) === '\ufffd') this.#complain(`a code with no character of ours: ${hex(byte)}`);
    this.#text[this.#address] = byte;
    const next = this.#address + 1;
    this.#address = next % 0x40 < rowLength ? next : next < 0x40 ? 0x40 : 0;
  }

  #character(code: number): string {
    if (code >= 0x10) return characterOf(this.#options.rom, code) ?? '\ufffd';
    const place = code % 8;
    const dots = this.#glyphs.subarray(place * 8, place * 8 + 8);
    const known = this.#known.find((glyph) => glyph.dots.every((row, index) => dots[index] === row));
    return known?.character ?? '\ufffd';
  }

  #complain(problem: string): void {
    this.#options.onError?.(problem);
  }
}

/** The usual backpack in front of a module: a PCF8574 whose eight outputs are the module's pins. */
export class VirtualBackpack {
  readonly #module: VirtualHd44780;
  readonly #onError: (problem: string) => void;
  backlight = false;

  constructor(module: VirtualHd44780, onError: (problem: string) => void) {
    this.#module = module;
    this.#onError = onError;
  }

  receive(byte: number): void {
    if ((byte & 0x02) !== 0) this.#onError('R/W is high: the module would drive against the backpack');
    this.backlight = (byte & 0x08) !== 0;
    this.#module.setPins({ rs: byte & 1, e: (byte >> 2) & 1, bits: byte >> 4 });
  }
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
