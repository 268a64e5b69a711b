import type { Duration } from '../../src/platform/clock.ts';

/**
 * One connection that bytes travel on: a serial port, a TCP socket, a device file. One object per connection: after
 * `onClose` it is dead for good and a new one is opened, so that nothing stale is sent after a re-plug
 * (facts: serialport queues writes on a closed port).
 */
export interface Link {
  /**
   * Resolves when the bytes have left (drained); writes are done one after the other. Rejects `link.closed`, or
   * `link.stuck` after `timeout`: then the connection is closed too and what it still held is thrown away.
   */
  write(bytes: Uint8Array, timeout: Duration): Promise<void>;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Called once, with the reason in plain words; at once when the connection is over already. */
  onClose(listener: (reason: string) => void): void;
  close(): Promise<void>;
}

/** Opens connections of one configured place; rejects `link.absent` in plain words when there is nothing there. */
export interface LinkOpener {
  /** e.g. `serial /dev/ttyUSB0 9600 8N1`, `tcp 127.0.0.1:9100`. */
  readonly description: string;
  open(signal: AbortSignal): Promise<Link>;
}
