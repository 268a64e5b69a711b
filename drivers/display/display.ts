import type { Device } from '../device.ts';

/** Character displays only: rows of fixed-width text. */
export interface DisplaySize {
  readonly columns: number;
  readonly rows: number;
}

export interface Display extends Device {
  readonly size: DisplaySize;
  /** Shows exactly these rows (cut or padded to the size). Latest wins: a slow display skips what it had no time for. */
  show(rows: readonly string[]): void;
  beep(): void;
}
