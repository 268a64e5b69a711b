import { longestApdu } from './apdu.ts';
import { crc16 } from './crc16.ts';

/**
 * How an APDU travels on a serial line (PA00P016, 3.1): `DLE STX APDU DLE ETX CRC-low CRC-high`. Every DLE inside the APDU is
 * doubled, which counts neither for its length nor for the CRC; the CRC covers APDU and ETX and is never doubled.
 */
const dle = 0x10;
const stx = 0x02;
const etx = 0x03;

export const acknowledged = 0x06;
export const notAcknowledged = 0x15;

export function encodeBlock(apdu: Uint8Array): Uint8Array {
  const crc = crc16([...apdu, etx]);
  const doubled = [...apdu].flatMap((byte) => (byte === dle ? [dle, dle] : [byte]));
  return Uint8Array.from([dle, stx, ...doubled, dle, etx, crc & 0xff, crc >>> 8]);
}

export type BlockEvent =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'not-acknowledged' }
  | { readonly kind: 'block'; readonly apdu: Uint8Array }
  /** A block that was disturbed; its sender is told by a NAK and repeats it. */
  | { readonly kind: 'broken' };

type State = 'outside' | 'outside-escape' | 'inside' | 'inside-escape' | 'crc-low' | 'crc-high';

/** Bytes of a serial line, over any split of the stream, as blocks and acknowledgements. */
export class BlockReader {
  #state: State = 'outside';
  #apdu: number[] = [];
  #crcLow = 0;

  /** In the middle of a block: silence now means that the rest of it was lost (T1). */
  get inBlock(): boolean {
    return this.#state !== 'outside';
  }

  receive(bytes: Uint8Array): BlockEvent[] {
    const events: BlockEvent[] = [];
    for (const byte of bytes) {
      const event = this.#take(byte);
      if (event !== null) events.push(event);
    }
    return events;
  }

  /** Forgets a block whose end did not come. */
  reset(): void {
    this.#state = 'outside';
    this.#apdu = [];
  }

  #take(byte: number): BlockEvent | null {
    switch (this.#state) {
      case 'outside':
        if (byte === acknowledged) return { kind: 'acknowledged' };
        if (byte === notAcknowledged) return { kind: 'not-acknowledged' };
        if (byte === dle) this.#state = 'outside-escape';
        return null;
      case 'outside-escape':
        if (byte === stx) this.#begin();
        else if (byte !== dle) this.#state = 'outside';
        return null;
      case 'inside':
        if (byte === dle) this.#state = 'inside-escape';
        else return this.#keep(byte);
        return null;
      case 'inside-escape':
        if (byte === dle) {
          this.#state = 'inside';
          return this.#keep(dle);
        }
        if (byte === etx) {
          this.#state = 'crc-low';
          return null;
        }
        if (byte === stx) {
          // The end of the one before was lost, and this is its repetition.
          this.#begin();
          return null;
        }
        this.reset();
        return { kind: 'broken' };
      case 'crc-low':
        this.#crcLow = byte;
        this.#state = 'crc-high';
        return null;
      case 'crc-high': {
        const apdu = Uint8Array.from(this.#apdu);
        this.reset();
        const right = crc16([etx], crc16(apdu)) === (this.#crcLow | (byte << 8));
        return right ? { kind: 'block', apdu } : { kind: 'broken' };
      }
    }
  }

  #begin(): void {
    this.#state = 'inside';
    this.#apdu = [];
  }

  #keep(byte: number): BlockEvent | null {
    if (this.#apdu.length >= longestApdu) {
      this.reset();
      return { kind: 'broken' };
    }
    this.#apdu.push(byte);
    return null;
  }
}
