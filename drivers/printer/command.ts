/** A command of the subset that Holdfast emits, decoded, in whichever language it was written. */
export type Command =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'line-feed' }
  | { readonly kind: 'initialise' }
  | { readonly kind: 'code-page'; readonly page: number }
  | { readonly kind: 'align'; readonly align: 'left' | 'center' | 'right' }
  /** `ESC !`: sets all of these at once. */
  | {
      readonly kind: 'mode';
      readonly bold: boolean;
      readonly tall: boolean;
      readonly wide: boolean;
      readonly underline: boolean;
    }
  /** `ESC i` of Star. */
  | { readonly kind: 'size'; readonly tall: boolean; readonly wide: boolean }
  | { readonly kind: 'bold'; readonly on: boolean }
  | { readonly kind: 'underline'; readonly on: boolean }
  | { readonly kind: 'line-pitch'; readonly dots: number }
  | { readonly kind: 'feed'; readonly lines: number }
  | { readonly kind: 'drawer'; readonly pin: 2 | 5; readonly on: number; readonly off: number }
  | { readonly kind: 'cut'; readonly feed: number }
  | { readonly kind: 'barcode-text'; readonly position: number }
  | { readonly kind: 'barcode-font'; readonly font: number }
  | { readonly kind: 'barcode-width'; readonly dots: number }
  | { readonly kind: 'barcode-height'; readonly dots: number }
  | {
      readonly kind: 'barcode';
      readonly symbology: 'CODE128' | 'EAN13';
      /** As `GS k` of ESC/POS takes it. */
      readonly data: Uint8Array;
      /** Said in the command itself, as in Star's; else by the commands above. */
      readonly look?: { readonly moduleWidth: number; readonly height: number; readonly textBelow: boolean };
    }
  | { readonly kind: 'qr-setting'; readonly setting: 'model' | 'size' | 'correction'; readonly value: number }
  | { readonly kind: 'qr-data'; readonly data: Uint8Array }
  | { readonly kind: 'qr-print' }
  | { readonly kind: 'image'; readonly stride: number; readonly height: number; readonly rows: Uint8Array }
  /** A strip of 24 rows, printed by the line feed after it (`ESC k` of Star). */
  | { readonly kind: 'strip'; readonly stride: number; readonly rows: Uint8Array }
  | { readonly kind: 'automatic-status'; readonly mask: number }
  | { readonly kind: 'ask-in-order'; readonly what: number }
  | { readonly kind: 'ask-real-time'; readonly query: number }
  | { readonly kind: 'real-time-drawer'; readonly pin: 2 | 5; readonly time: number }
  /** Star: `ESC BEL` sets the pulse of the drawer, `BEL` gives it in order, `FS` at once. */
  | { readonly kind: 'pulse-width'; readonly on: number; readonly off: number }
  | { readonly kind: 'pulse' }
  | { readonly kind: 'real-time-pulse' }
  /** Star: `ESC ACK SOH`. */
  | { readonly kind: 'ask-status' }
  /** Star: `ETB`. */
  | { readonly kind: 'count-printed' }
  /** A setting that makes no difference to what a virtual printer prints, e.g. the font that it has only one of. */
  | { readonly kind: 'harmless' }
  /** A byte that begins no command we know. */
  | { readonly kind: 'unknown'; readonly byte: number; readonly words: string };

/** A command and the bytes it was. */
export interface Decoded {
  readonly command: Command;
  readonly bytes: Uint8Array;
}
