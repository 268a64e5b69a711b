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

  /** Up to and without `end`, which is read over; null when it is not among the next `most` bytes, short while it may be. */
  until(end: number, most: number): Uint8Array | null {
    const found = this.#bytes.subarray(this.at, this.at + most).indexOf(end);
    if (found < 0) {
      this.short = this.#bytes.length - this.at < most;
      return null;
    }
    const taken = this.#bytes.slice(this.at, this.at + found);
    this.at += found + 1;
    return taken;
  }
}
