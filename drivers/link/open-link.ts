import type { Clock, Duration } from '../../src/platform/clock.ts';
import { HoldfastError, messageOf } from '../../src/platform/errors.ts';
import type { Link } from './link.ts';

/** What a kind of connection must be able to do; {@link OpenLink} makes a {@link Link} of it. */
export interface Transport {
  /** Resolves when the bytes have left, as far as this transport can tell. Never called twice at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Lets go at once. With `discard`, what was handed over but has not left is thrown away. */
  close(discard: boolean): Promise<void>;
}

/**
 * The part of a connection that all kinds share: writes one after the other with a time limit, the one `onClose`, and
 * nothing thrown into the event loop. The transport reports through {@link received} and {@link ended}.
 */
export class OpenLink implements Link {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #dataListeners: ((bytes: Uint8Array) => void)[] = [];
  readonly #closeListeners: ((reason: string) => void)[] = [];
  #turn: Promise<void> = Promise.resolve();
  #closed: { readonly reason: string; readonly done: Promise<void> } | null = null;
  #abandonWrite: ((error: HoldfastError) => void) | null = null;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
  }

  write(bytes: Uint8Array, timeout: Duration): Promise<void> {
    const turn = this.#turn.then(() => this.#write(bytes, timeout));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#dataListeners.push(listener);
  }

  onClose(listener: (reason: string) => void): void {
    if (this.#closed !== null) listener(this.#closed.reason);
    else this.#closeListeners.push(listener);
  }

  async close(): Promise<void> {
    await this.ended('closed by us', true);
  }

  /** Bytes from the other side. A listener that throws ends the connection: its parser can't be trusted any more. */
  received(bytes: Uint8Array): void {
    if (this.#closed !== null || bytes.length === 0) return;
    for (const listener of this.#dataListeners) {
      try {
        listener(bytes);
      } catch (error) {
        void this.ended(`what the device sent could not be handled: ${messageOf(error)}`, true);
        return;
      }
    }
  }

  /** The connection is over; the first reason counts. Resolves when the transport has let go. */
  ended(reason: string, discard = false): Promise<void> {
    if (this.#closed !== null) return this.#closed.done;
    // Whether it let go cleanly makes no difference to anybody.
    const done = this.#transport.close(discard).catch(() => undefined);
    this.#closed = { reason, done };
    this.#abandonWrite?.(closedError(reason));
    for (const listener of this.#closeListeners) {
      try {
        listener(reason);
      } catch {
        // A listener's fault is its own; the others must still hear of it.
      }
    }
    return done;
  }

  async #write(bytes: Uint8Array, timeout: Duration): Promise<void> {
    if (this.#closed !== null) throw closedError(this.#closed.reason);
    const abandoned = new Promise<never>((_resolve, reject) => {
      this.#abandonWrite = reject;
    });
    const limit = this.#clock.schedule(timeout, () => {
      const stuck = new HoldfastError('link.stuck', 'The device has stopped taking data.', {
        remedy: 'operator',
        hint: 'Look at the device: is it on, has it paper, is its cable firm?',
      });
      this.#abandonWrite?.(stuck);
      // What is still queued must not come out later, in front of something newer.
      void this.ended('the device has stopped taking data', true);
    });
    try {
      await Promise.race([this.#transport.write(bytes), abandoned]);
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      const reason = messageOf(error);
      void this.ended(reason, true);
      throw closedError(reason, error);
    } finally {
      limit.cancel();
      this.#abandonWrite = null;
    }
  }
}

function closedError(reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError('link.closed', `Not connected: ${reason}`, { remedy: 'retry', cause });
}
