import type { PrinterStatus } from './printer-status.ts';

/**
 * Sources of everything here: the status tables of the Epson TM-U220, Bixolon SRP-350 and HPRT TP80K manuals (`DLE EOT n`, `GS a`,
 * `GS r`), which agree.
 */

/** `DLE EOT n`: 1 printer, 2 why offline, 3 error, 4 roll sensor. Answered at once, even without paper. */
export type RealTimeQuery = 1 | 2 | 3 | 4;

export const askRealTime = (query: RealTimeQuery): Uint8Array => Uint8Array.of(0x10, 0x04, query);
/** `GS r 1`: answered when everything before it has been carried out, and never without paper. */
export const askInOrder: Uint8Array = Uint8Array.of(0x1d, 0x72, 1);
/** `GS a`: report every change of drawer, online state, errors and paper by itself. */
export const enableAutomaticStatus: Uint8Array = Uint8Array.of(0x1d, 0x61, 0x0f);

export type StatusEvent =
  /** Answer to `DLE EOT n`; the byte does not say which n. */
  | { readonly kind: 'real-time'; readonly byte: number }
  /** Automatic status. */
  | { readonly kind: 'automatic'; readonly status: PrinterStatus }
  /** Answer to `GS r 1`. */
  | { readonly kind: 'in-order'; readonly paper: 'ok' | 'near-end' | 'out' }
  /** A byte that belongs to nothing: line noise, or another printer's dialect. */
  | { readonly kind: 'noise'; readonly byte: number };

/**
 * Splits what a printer sends into answers. The kinds are told apart by fixed bits (`b & 93`: 12 real time, 10 first of four
 * automatic bytes; 11 and 13 exactly are XON and XOFF and mean nothing here). Any bytes are survived; after noise it is in step
 * again with the next first byte.
 */
export class StatusParser {
  #automatic: number[] = [];

  push(bytes: Uint8Array): StatusEvent[] {
    const events: StatusEvent[] = [];
    for (const byte of bytes) this.#take(byte, events);
    return events;
  }

  #take(byte: number, events: StatusEvent[]): void {
    if (byte === 0x11 || byte === 0x13) return;
    if ((byte & 0x93) === 0x12) {
      events.push({ kind: 'real-time', byte });
    } else if ((byte & 0x93) === 0x10) {
      this.#discard(events);
      this.#automatic = [byte];
    } else if ((byte & 0x90) !== 0) {
      this.#discard(events);
      events.push({ kind: 'noise', byte });
    } else if (this.#automatic.length > 0) {
      this.#automatic.push(byte);
      const [first, second, third, fourth] = this.#automatic;
      if (first === undefined || second === undefined || third === undefined || fourth === undefined) return;
      this.#automatic = [];
      events.push({ kind: 'automatic', status: automaticStatus(first, second, third) });
    } else {
      events.push({ kind: 'in-order', paper: paperOf(byte) });
    }
  }

  #discard(events: StatusEvent[]): void {
    for (const byte of this.#automatic) events.push({ kind: 'noise', byte });
    this.#automatic = [];
  }
}

function automaticStatus(first: number, second: number, third: number): PrinterStatus {
  return {
    online: (first & 0x08) === 0,
    drawerPin: (first & 0x04) === 0 ? 'low' : 'high',
    coverOpen: (first & 0x20) !== 0,
    fault: faultOf(second),
    paper: paperOf(third),
  };
}

/** Paper sensor bits as `GS a` (third byte) and `GS r 1` have them. */
function paperOf(byte: number): 'ok' | 'near-end' | 'out' {
  if ((byte & 0x0c) !== 0) return 'out';
  return (byte & 0x03) === 0 ? 'ok' : 'near-end';
}

function faultOf(byte: number): PrinterStatus['fault'] {
  if ((byte & 0x20) !== 0) return 'unrecoverable';
  if ((byte & 0x08) !== 0) return 'cutter';
  return (byte & 0x40) === 0 ? 'none' : 'recovering';
}

/** `status` after the answer to one real-time query; asked in the order 1, 2, 3, 4. */
export function withAnswer(status: PrinterStatus, query: RealTimeQuery, byte: number): PrinterStatus {
  switch (query) {
    case 1:
      return { ...status, online: (byte & 0x08) === 0, drawerPin: (byte & 0x04) === 0 ? 'low' : 'high' };
    case 2: {
      const stopped = (byte & 0x20) !== 0;
      const fault = (byte & 0x40) === 0 ? 'none' : status.fault === 'none' ? 'other' : status.fault;
      const paper = stopped ? 'out' : status.paper === 'out' ? 'unknown' : status.paper;
      return { ...status, coverOpen: (byte & 0x04) !== 0, fault, paper };
    }
    case 3: {
      const fault = faultOf(byte);
      return { ...status, fault: fault === 'none' && status.fault === 'other' ? 'other' : fault };
    }
    case 4:
      // Query 2 comes first; a printer without this sensor has said there that it stopped for want of paper.
      if ((byte & 0x60) !== 0 || status.paper === 'out') return { ...status, paper: 'out' };
      return { ...status, paper: (byte & 0x0c) === 0 ? 'ok' : 'near-end' };
  }
}
