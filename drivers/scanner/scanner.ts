import type { Device } from '../device.ts';

export type Scan =
  | { readonly kind: 'code'; readonly text: string; readonly symbology: string | null }
  /** Too long, not text, or otherwise not a code. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface Scanner extends Device {
  onScan(listener: (scan: Scan) => void): () => void;
}
