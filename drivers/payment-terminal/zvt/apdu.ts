/**
 * One message of either side (PA00P016, 5.2): control field (class and instruction), length, data. A length of 255 or more is
 * written as `FF`, low byte, high byte.
 */
export interface Apdu {
  /** Class and instruction as one number, e.g. `0x060f`. */
  readonly control: number;
  readonly data: Uint8Array;
}

const extended = 0xff;
const longestData = 0xffff;
export const longestApdu = 2 + 3 + longestData;

export function encodeApdu(control: number, data: Iterable<number> = []): Uint8Array {
  const bytes = [...data];
  if (bytes.length > longestData) throw new RangeError(`an APDU of ${bytes.length} bytes`);
  const length = bytes.length < extended ? [bytes.length] : [extended, bytes.length & 0xff, bytes.length >>> 8];
  return Uint8Array.from([control >>> 8, control & 0xff, ...length, ...bytes]);
}

/** The one APDU that `bytes` are; null when they are shorter or longer than it says. */
export function decodeApdu(bytes: Uint8Array): Apdu | null {
  const size = sizeOf(bytes);
  if (size === null || size.total !== bytes.length) return null;
  return { control: controlOf(bytes), data: bytes.slice(size.header) };
}

/** APDUs out of a stream without blocks (TCP), however it is cut. */
export class ApduReader {
  #held: Uint8Array = new Uint8Array(0);

  /** A begun APDU waits for its rest. */
  get waiting(): boolean {
    return this.#held.length > 0;
  }

  receive(bytes: Uint8Array): Apdu[] {
    const held = new Uint8Array(this.#held.length + bytes.length);
    held.set(this.#held);
    held.set(bytes, this.#held.length);
    const apdus: Apdu[] = [];
    let at = 0;
    for (;;) {
      const rest = held.subarray(at);
      const size = sizeOf(rest);
      if (size === null || rest.length < size.total) break;
      apdus.push({ control: controlOf(rest), data: rest.slice(size.header, size.total) });
      at += size.total;
    }
    this.#held = held.slice(at);
    return apdus;
  }
}

const controlOf = (bytes: Uint8Array): number => ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);

function sizeOf(bytes: Uint8Array): { readonly header: number; readonly total: number } | null {
  const [, , length, low, high] = bytes;
  if (length === undefined) return null;
  if (length !== extended) return { header: 3, total: 3 + length };
  if (low === undefined || high === undefined) return null;
  return { header: 5, total: 5 + low + (high << 8) };
}
