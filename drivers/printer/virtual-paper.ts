import { type Bars, barsOf } from './barcode-bars.ts';
import type { Command } from './command.ts';
import type { Align, Bitmap, PaperWidth, TextStyle } from './document.ts';
import { cellHeight, cellWidth } from './font/glyphs.ts';
import { characterOf } from './printable-text.ts';
import { type QrCode, qrCode } from './qr-code.ts';
import { stripHeight } from './star-symbols.ts';
import { linePitch } from './text-image.ts';

/** What is on the paper, from top to bottom. Lengths in dots (8 a millimetre). */
export type PaperElement =
  | { readonly kind: 'line'; readonly runs: readonly TextRun[]; readonly align: Align; readonly height: number }
  | {
      readonly kind: 'barcode';
      readonly symbology: 'CODE128' | 'EAN13';
      readonly bars: Bars;
      readonly moduleWidth: number;
      readonly height: number;
      readonly align: Align;
    }
  | {
      readonly kind: 'qr';
      readonly data: string;
      readonly code: QrCode;
      readonly moduleSize: number;
      readonly align: Align;
    }
  | { readonly kind: 'image'; readonly image: Bitmap; readonly align: Align };

export interface TextRun {
  readonly text: string;
  readonly style: TextStyle;
}

/** One piece of paper, from cut to cut. */
export interface PaperReceipt {
  readonly elements: readonly PaperElement[];
  readonly cut: boolean;
}

/** Where the knife sits above the print head: `GS V 66` feeds this far first. */
export const knifeDistance = 96;

/** Height an element takes on the roll. */
export function heightOf(element: PaperElement): number {
  switch (element.kind) {
    case 'line':
      return element.height;
    case 'barcode':
      return element.height + cellHeight;
    case 'qr':
      return element.code.side * element.moduleSize;
    case 'image':
      return element.image.height;
  }
}

interface Mode {
  align: Align;
  bold: boolean;
  underline: boolean;
  wide: boolean;
  tall: boolean;
  linePitch: number;
  codePage: number;
  barcodeText: number;
  barcodeWidth: number;
  barcodeHeight: number;
  qrSize: number;
}

/** As after power-on and after `ESC @`: code page 437, not 858. */
const powerOn: Mode = {
  align: 'left',
  bold: false,
  underline: false,
  wide: false,
  tall: false,
  linePitch,
  codePage: 0,
  barcodeText: 0,
  barcodeWidth: 3,
  barcodeHeight: 162,
  qrSize: 3,
};

const codePage858 = 19;

/** The print head: keeps the modes, puts commands onto paper. What a real printer would print wrong is reported as a problem. */
export class PrintHead {
  readonly #width: PaperWidth;
  readonly #problem: (words: string) => void;
  #mode: Mode = { ...powerOn };
  #runs: TextRun[] = [];
  #used = 0;
  #qrData = '';
  #strip: Bitmap | null = null;

  constructor(width: PaperWidth, problem: (words: string) => void) {
    this.#width = width;
    this.#problem = problem;
  }

  /** What comes out when `command` is carried out. Commands that are not for the print head give nothing. */
  carryOut(command: Command): PaperElement[] {
    switch (command.kind) {
      case 'initialise':
        this.#mode = { ...powerOn };
        this.#runs = [];
        this.#used = 0;
        this.#qrData = '';
        this.#strip = null;
        return [];
      case 'text':
        return this.#print(command.bytes);
      case 'strip':
        if (this.#used > 0 || this.#strip !== null) this.#problem('an image in the middle of a line');
        this.#strip = { width: command.stride * 8, height: stripHeight, rows: command.rows };
        return [];
      case 'line-feed':
        return [this.#strip === null ? this.#endLine() : this.#endStrip(this.#strip)];
      case 'feed':
        return Array.from({ length: command.lines }, () => this.#endLine());
      case 'cut':
        if (this.#used > 0) this.#problem('cut in the middle of a line');
        return [];
      case 'barcode':
        return this.#barcode(command);
      case 'qr-data':
        this.#qrData = Buffer.from(command.data).toString('utf8');
        return [];
      case 'qr-print':
        return this.#qr();
      case 'image':
        return this.#image(command.stride, command.height, command.rows);
      default:
        this.#setMode(command);
        return [];
    }
  }

  #setMode(command: Command): void {
    const mode = this.#mode;
    switch (command.kind) {
      case 'code-page':
        mode.codePage = command.page;
        break;
      case 'align':
        // A printer ignores it inside a line.
        if (this.#used > 0) this.#problem('alignment changed in the middle of a line');
        else mode.align = command.align;
        break;
      case 'mode':
        mode.bold = command.bold;
        mode.underline = command.underline;
        mode.wide = command.wide;
        mode.tall = command.tall;
        break;
      case 'size':
        mode.wide = command.wide;
        mode.tall = command.tall;
        break;
      case 'bold':
        mode.bold = command.on;
        break;
      case 'underline':
        mode.underline = command.on;
        break;
      case 'line-pitch':
        mode.linePitch = command.dots;
        break;
      case 'barcode-text':
        mode.barcodeText = command.position;
        break;
      case 'barcode-width':
        mode.barcodeWidth = command.dots;
        break;
      case 'barcode-height':
        mode.barcodeHeight = command.dots;
        break;
      case 'qr-setting':
        if (command.setting === 'size') mode.qrSize = command.value;
        break;
      default:
        break;
    }
  }

  #print(bytes: Uint8Array): PaperElement[] {
    const { bold, underline, wide, tall } = this.#mode;
    const done: PaperElement[] = [];
    const width = cellWidth * (wide ? 2 : 1);
    let text = '';
    const flush = (): void => {
      if (text !== '') this.#runs.push({ text, style: { bold, underline, wide, tall } });
      text = '';
    };
    for (const byte of bytes) {
      if (this.#used + width > this.#width.dots) {
        this.#problem('a line is longer than the paper is wide');
        flush();
        done.push(this.#endLine());
      }
      text += this.#character(byte);
      this.#used += width;
    }
    flush();
    return done;
  }

  #character(byte: number): string {
    if (byte >= 0x80 && this.#mode.codePage !== codePage858) {
      this.#problem(`character ${byte.toString(16)} printed under code page ${this.#mode.codePage}`);
      return '?';
    }
    return characterOf(byte) ?? '?';
  }

  #endLine(): PaperElement {
    const tall = this.#runs.some((run) => run.style.tall === true);
    const height = Math.max(this.#mode.linePitch, tall ? 2 * cellHeight : 0);
    const line = { kind: 'line', runs: this.#runs, align: this.#mode.align, height } as const;
    this.#runs = [];
    this.#used = 0;
    return line;
  }

  #endStrip(strip: Bitmap): PaperElement {
    if (this.#mode.linePitch !== strip.height) this.#problem('a gap between the strips of an image');
    if (strip.width > this.#width.dots) this.#problem('an image is wider than the paper');
    this.#strip = null;
    return { kind: 'image', image: strip, align: this.#mode.align };
  }

  #barcode({ symbology, data, look }: Extract<Command, { kind: 'barcode' }>): PaperElement[] {
    const bars = barsOf(symbology, data);
    const moduleWidth = look?.moduleWidth ?? this.#mode.barcodeWidth;
    const modules = bars?.widths.reduce((total, width) => total + width, 0) ?? 0;
    if (bars === null || modules * moduleWidth > this.#width.dots) {
      this.#problem(bars === null ? `not a ${symbology} bar code` : 'a bar code is wider than the paper');
      return [];
    }
    if (!(look?.textBelow ?? this.#mode.barcodeText === 2)) this.#problem('a bar code without its text below');
    const height = look?.height ?? this.#mode.barcodeHeight;
    return [{ kind: 'barcode', symbology, bars, moduleWidth, height, align: this.#mode.align }];
  }

  #qr(): PaperElement[] {
    const { qrSize: moduleSize, align } = this.#mode;
    const code = qrCode(this.#qrData);
    if (code === null || code.side * moduleSize > this.#width.dots) {
      this.#problem(code === null ? 'too much for a QR code' : 'a QR code is wider than the paper');
      return [];
    }
    return [{ kind: 'qr', data: this.#qrData, code, moduleSize, align }];
  }

  #image(stride: number, height: number, rows: Uint8Array): PaperElement[] {
    if (stride * 8 > this.#width.dots) this.#problem('an image is wider than the paper');
    return [{ kind: 'image', image: { width: stride * 8, height, rows }, align: this.#mode.align }];
  }
}
