import type { PrinterStatus } from './printer-status.ts';

/**
 * Status in Star Line Mode. Sources: Star Micronics, "STAR Line Mode Command Specifications" (line thermal printers rev. 0.09, hybrid
 * printers rev. 0.00), appendix 2, "Automatic Status"; TSP700 programmer's manual, pages 41 to 43.
 */

/** `ESC RS a 0`: no status unasked, as `ESC ACK SOH` may only be used without it. */
export const noAutomaticStatus: Uint8Array = Uint8Array.of(0x1b, 0x1e, 0x61, 0);
/** `ESC ACK SOH`: send the status now, even without paper. */
export const askStatus: Uint8Array = Uint8Array.of(0x1b, 0x06, 0x01);
/** `ETB`: when everything before it is printed, count one up in the status. */
export const countPrinted: Uint8Array = Uint8Array.of(0x17);

export interface StarStatus {
  readonly status: PrinterStatus;
  /** `ETB`s that were come to, 0 to 31 and over again; null from printers that do not count (status version 1). */
  readonly counter: number | null;
  /** An `ETB` was come to since the last status was sent. */
  readonly printed: boolean;
}

/** The least that makes sense: two headers and the five status bytes of version 1. */
const shortest = 7;

/**
 * Splits what a printer sends into statuses. The first byte has bit 0 and carries the length, no other has it; bit 4 is never set
 * (XON and XOFF, which may come in between, have it). After noise it is in step again with the next first byte.
 */
export class StarStatusParser {
  #bytes: number[] = [];
  #length = 0;

  push(bytes: Uint8Array): StarStatus[] {
    const found: StarStatus[] = [];
    for (const byte of bytes) {
      if (byte === 0x11 || byte === 0x13) continue;
      this.#take(byte, found);
    }
    return found;
  }

  #take(byte: number, found: StarStatus[]): void {
    if (isFirst(byte)) {
      this.#bytes = [byte];
      this.#length = lengthOf(byte);
      return;
    }
    if (this.#bytes.length === 0) return;
    // Bit 7 of the second byte announces two bytes of length after the status, as network printers send it; they say that
    // nothing follows, which is what they say here, as nothing else is asked for.
    const fits = (byte & 0x11) === 0 && (byte < 0x80 || this.#bytes.length === 1);
    if (!fits) {
      this.#bytes = [];
      return;
    }
    this.#bytes.push(byte);
    if (this.#bytes.length < this.#length) return;
    found.push(read(this.#bytes));
    this.#bytes = [];
  }
}

const isFirst = (byte: number): boolean => (byte & 0x91) === 0x01 && lengthOf(byte) >= shortest;

/** Bits 1 to 3 and 5 of the first byte. */
const lengthOf = (first: number): number => ((first >> 1) & 0x07) | ((first >> 2) & 0x08);

function read(bytes: readonly number[]): StarStatus {
  const [, , printer = 0, error = 0, error2 = 0, paper = 0, , counter] = bytes;
  return {
    printed: (printer & 0x02) !== 0,
    counter: counter === undefined ? null : ((counter & 0x60) >> 2) | ((counter & 0x0e) >> 1),
    status: {
      online: (printer & 0x08) === 0,
      coverOpen: (printer & 0x20) !== 0,
      drawerPin: (printer & 0x04) === 0 ? 'low' : 'high',
      fault: faultOf(error, error2),
      paper: (paper & 0x08) !== 0 ? 'out' : (paper & 0x06) !== 0 ? 'near-end' : 'ok',
    },
  };
}

/** A buffer overflow (bit 6 of the third status byte) has lost a part of the document. */
function faultOf(error: number, error2: number): PrinterStatus['fault'] {
  if ((error & 0x20) !== 0) return 'unrecoverable';
  if ((error & 0x08) !== 0) return 'cutter';
  if ((error & 0x40) !== 0) return 'recovering';
  return (error & 0x04) !== 0 || (error2 & 0x40) !== 0 ? 'other' : 'none';
}
