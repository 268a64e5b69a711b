import type { Device } from '../device.ts';

export interface PrintJob {
  /** Receipt number or report name, for logs and reprints. */
  readonly id: string;
  /** Complete ESC/POS document, from `ESC @` to the cut. */
  readonly bytes: Uint8Array;
}

/** `printed` is proven by the printer's status after the cut; without a back-channel the best is `sent`. */
export type PrintOutcome =
  | { readonly kind: 'printed' }
  | { readonly kind: 'sent' }
  /** Nothing of it is on paper. */
  | { readonly kind: 'not-printed'; readonly reason: string }
  /** Some of it may be on paper: a repeat is marked COPY. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface Printer extends Device {
  /** Jobs are printed one after the other. Never throws. */
  print(job: PrintJob): Promise<PrintOutcome>;
  readonly paper: 'ok' | 'near-end' | 'out' | 'unknown';
  readonly columns: number;
}
