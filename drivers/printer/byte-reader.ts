/** Reads forward; beyond the end it gives zeros and says so in `short`. */
export class ByteReader {
  at: number;
  short = false;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  peek(): number | undefined {
    return this.#bytes[this.at];
  }

  byte(): number {
    const [byte = 0] = this.take(1);
    return byte;
  }

  /** Two bytes, low one first. */
  word(): number {
    const low = this.byte();
    return low | (this.byte() << 8);
  }

  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.at);
  }

  take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.#bytes.length) this.short = true;
    const taken = this.#bytes.slice(this.at, end);
    this.at = end;
    return taken;
  }

  /** Up to and without `end`, which is read over; short when it has not come yet. */
  until(end: number): Uint8Array {
    const found = this.#bytes.indexOf(end, this.at);
    if (found < 0) this.short = true;
    const taken = this.#bytes.slice(this.at, found < 0 ? this.#bytes.length : found);
    this.at = found < 0 ? this.#bytes.length : found + 1;
    return taken;
  }
}
