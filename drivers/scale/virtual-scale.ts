import type { WeightUnit } from './scale.ts';

/** What lies on a {@link VirtualScale} and how it feels. */
export interface ScaleLoad {
  /** Gross weight in the scale's unit; negative when its dish was taken off. */
  readonly gross: number;
  readonly moving: boolean;
}

export interface VirtualScaleOptions {
  readonly unit?: WeightUnit;
  /** The heaviest it can weigh, in its unit. */
  readonly capacity?: number;
  readonly send: (bytes: Uint8Array) => void;
}

/** The mechanics of a retail scale in software: load, motion, tare and zero; its make decides how it is asked. */
export abstract class VirtualScale {
  readonly unit: WeightUnit;
  /** Bytes that belong to no command it knows; empty for every question that Holdfast asks. */
  readonly problems: string[] = [];
  protected readonly send: (bytes: Uint8Array) => void;
  readonly #capacity: number;
  #load: ScaleLoad = { gross: 0, moving: false };
  #zero = 0;
  #tare = 0;

  constructor(options: VirtualScaleOptions) {
    this.unit = options.unit ?? 'kg';
    this.#capacity = options.capacity ?? 15;
    this.send = options.send;
  }

  /** Puts something on the scale, which comes to rest at once unless `moving`. */
  put(gross: number, moving = false): void {
    this.#load = { gross, moving };
  }

  get moving(): boolean {
    return this.#load.moving;
  }

  get net(): boolean {
    return this.#tare > 0;
  }

  get overload(): boolean {
    return this.#load.gross - this.#zero > this.#capacity;
  }

  /** What the display shows, without rounding errors. */
  get shown(): number {
    return Number((this.#load.gross - this.#zero - this.#tare).toFixed(3));
  }

  /** Two per cent of the capacity, as for verified scales. */
  get withinZeroRange(): boolean {
    return Math.abs(this.#load.gross - this.#zero) <= this.#capacity * 0.02;
  }

  abstract receive(bytes: Uint8Array): void;

  protected captureZero(): void {
    if (this.moving || this.net || !this.withinZeroRange) return;
    this.#zero = this.#load.gross;
  }

  protected captureTare(): void {
    if (this.moving || this.overload || this.#load.gross <= this.#zero) return;
    this.#tare = this.#load.gross - this.#zero;
  }

  protected clearTare(): void {
    if (!this.moving) this.#tare = 0;
  }
}

/** Speaks `toledo-8217`. */
export class VirtualToledoScale extends VirtualScale {
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      switch (String.fromCharCode(byte & 0x7f)) {
        case 'W':
          this.#say(this.#weightIsFit ? this.#weight() : this.#status());
          break;
        case 'Z':
          this.captureZero();
          this.#say(this.#status());
          break;
        case 'T':
          this.captureTare();
          this.#say(this.#status());
          break;
        case 'C':
          this.clearTare();
          this.#say(this.#status());
          break;
        default:
          this.problems.push(`not a command: ${byte.toString(16)}`);
      }
    }
  }

  get #weightIsFit(): boolean {
    return !this.moving && !this.overload && this.shown >= 0;
  }

  #weight(): string {
    const digits = this.unit === 'kg' ? this.shown.toFixed(3) : this.shown.toFixed(2);
    return `${digits.padStart(this.unit === 'kg' ? 6 : 5, '0')}${this.net ? 'N' : ''}`;
  }

  #status(): string {
    const bits =
      0x40 |
      (this.moving ? 0x01 : 0) |
      (this.overload ? 0x02 : 0) |
      (this.shown < 0 ? 0x04 : 0) |
      (this.withinZeroRange ? 0 : 0x08) |
      (this.shown === 0 && !this.net ? 0x10 : 0) |
      (this.net ? 0x20 : 0);
    return `?${String.fromCharCode(bits)}`;
  }

  #say(text: string): void {
    this.send(Buffer.from(`\x02${text}\r`, 'latin1'));
  }
}

/** Speaks `cas`. */
export class VirtualCasScale extends VirtualScale {
  #enquired = false;

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === 0x05) {
        this.#enquired = true;
        this.send(Uint8Array.of(0x06));
      } else if (byte === 0x11 && this.#enquired) {
        this.#enquired = false;
        this.send(this.#block());
      } else {
        this.problems.push(`not a command: ${byte.toString(16)}`);
      }
    }
  }

  #block(): Uint8Array {
    const digits = Math.abs(this.shown).toFixed(this.unit === 'kg' ? 3 : 2);
    const sign = this.overload ? 'F' : this.shown < 0 ? '-' : ' ';
    const weight = this.overload ? 'FFFFFF' : digits.padStart(6, '0');
    const text = `${this.moving ? 'U' : 'S'}${sign}${weight}${this.unit}`;
    const body = Buffer.from(text, 'latin1');
    const check = body.reduce((sum, byte) => sum ^ byte, 0);
    return Uint8Array.of(0x01, 0x02, ...body, check, 0x03, 0x04);
  }
}
