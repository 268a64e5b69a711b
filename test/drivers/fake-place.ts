import type { Link, LinkOpener } from '../../drivers/link/link.ts';
import { HoldfastError } from '../../src/platform/errors.ts';

interface Connection {
  readonly data: ((bytes: Uint8Array) => void)[];
  readonly close: ((reason: string) => void)[];
}

/** A socket in the wall that a test plugs a device into, without an operating system in between. */
export class FakePlace implements LinkOpener {
  readonly description = 'fake place';
  /** One entry per write, over all connections. */
  readonly writes: Uint8Array[] = [];
  /** What the device at the other end does with each write; may throw. */
  onWrite: (bytes: Uint8Array) => void = () => undefined;
  #present = true;
  #held: (() => void)[] | null = null;
  #connection: Connection | null = null;

  async open(): Promise<Link> {
    if (!this.#present) throw new HoldfastError('link.absent', 'nothing is plugged in', { remedy: 'retry' });
    const connection: Connection = { data: [], close: [] };
    this.#connection = connection;
    return {
      write: async (bytes) => {
        if (this.#connection !== connection) {
          throw new HoldfastError('link.closed', 'the cable is out', { remedy: 'retry' });
        }
        this.writes.push(bytes);
        this.onWrite(bytes);
        await new Promise<void>((resolve) => {
          if (this.#held === null) resolve();
          else this.#held.push(resolve);
        });
      },
      onData: (listener) => connection.data.push(listener),
      onClose: (listener) => connection.close.push(listener),
      close: async () => this.#end(connection, 'closed by us'),
    };
  }

  get connected(): boolean {
    return this.#connection !== null;
  }

  send(bytes: Uint8Array | string): void {
    const sent = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    for (const listener of this.#connection?.data ?? []) listener(sent);
  }

  unplug(): void {
    this.#present = false;
    if (this.#connection !== null) this.#end(this.#connection, 'unplugged');
  }

  plugIn(): void {
    this.#present = true;
  }

  /** The device takes bytes but nothing reports that they have left, until {@link releaseWrites}. */
  holdWrites(): void {
    this.#held = [];
  }

  releaseWrites(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const release of held) release();
  }

  #end(connection: Connection, reason: string): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    for (const listener of connection.close) listener(reason);
  }
}

/** Lets everything that waits for nothing but its turn happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The pieces of `bytes` when cut at `cuts` (fractions of its length, in any order). */
export function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}
