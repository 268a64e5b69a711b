/**
 * What goes onto paper, before anybody knows which printer it is: a list of elements from top to bottom. Text is laid out for
 * a width by `layout.ts`; nothing here is a printer's command. Control characters in any text are dropped when printed.
 */
export interface ReceiptDocument {
  /** For logs and for who looks at the queue, e.g. a receipt number; not printed. */
  readonly title: string;
  readonly elements: readonly ReceiptElement[];
}

export interface TextStyle {
  readonly bold?: boolean;
  readonly underline?: boolean;
  /** Twice as wide: a line then holds half as many characters. */
  readonly wide?: boolean;
  readonly tall?: boolean;
}

export type Align = 'left' | 'center' | 'right';

export type ReceiptElement =
  /** Wrapped at words; `\n` begins a new line, and an empty line is kept. */
  | { readonly kind: 'text'; readonly text: string; readonly align?: Align; readonly style?: TextStyle }
  /** `left` wraps where it must; `right` stands at the right edge of the last line. */
  | { readonly kind: 'left-right'; readonly left: string; readonly right: string; readonly style?: TextStyle }
  /** One row of a table; a cell that is too narrow for its text wraps inside itself. */
  | { readonly kind: 'columns'; readonly cells: readonly Cell[]; readonly style?: TextStyle }
  | { readonly kind: 'rule'; readonly character?: '-' | '=' }
  | { readonly kind: 'barcode'; readonly symbology: 'CODE128' | 'EAN13'; readonly data: string }
  | { readonly kind: 'qr'; readonly data: string; readonly align?: Align }
  | { readonly kind: 'image'; readonly image: Bitmap; readonly align?: Align }
  | { readonly kind: 'feed'; readonly lines: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'drawer'; readonly pulse: DrawerPulse };

export interface Cell {
  readonly text: string;
  readonly align?: 'left' | 'right';
  /** Part of the line's width, in relation to the other cells' shares. */
  readonly share: number;
}

/** Black and white dots; each row is padded to whole bytes, highest bit leftmost, 1 is black. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly rows: Uint8Array;
}

/** The pulse that opens a drawer. */
export interface DrawerPulse {
  /** Pin of the printer's drawer connector; almost always 2. */
  readonly pin: 2 | 5;
  /** Milliseconds, 2 to 510. */
  readonly on: number;
  /** Milliseconds of rest after it, 2 to 510. */
  readonly off: number;
}

/** Strong enough for common drawers (50 ms on, 500 ms off: `ESC p m 25 250`, Epson's own example). */
export const usualPulse: DrawerPulse = { pin: 2, on: 50, off: 500 };

/** A roll's width: characters of font A a line, and dots. */
export interface PaperWidth {
  readonly columns: number;
  readonly dots: number;
}

/** 58 mm, 80 mm in its 42-column setting, and 80 mm. */
export const paperWidths = {
  32: { columns: 32, dots: 384 },
  42: { columns: 42, dots: 512 },
  48: { columns: 48, dots: 576 },
} as const satisfies Readonly<Record<number, PaperWidth>>;
