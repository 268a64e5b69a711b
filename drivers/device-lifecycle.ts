import { type Clock, type Duration, type Monotonic, milliseconds, seconds, type Timer } from '../src/platform/clock.ts';
import { messageOf } from '../src/platform/errors.ts';
import { EventBus } from '../src/platform/events.ts';
import type { Logger } from '../src/platform/log.ts';
import type { Device, DeviceHealth, DeviceState } from './device.ts';
import type { Link } from './link/link.ts';

/** When to try again, as data. Local hardware: no jitter, and the cap is what a person waits after plugging something in. */
export interface RetryPolicy {
  /** Pause before the second attempt; doubles with each failure. */
  readonly first: Duration;
  /** Longest pause. */
  readonly most: Duration;
  /** A connection that lived at least this long starts the pauses over; a shorter one counts as one more failure. */
  readonly stableAfter: Duration;
  /** Opening and `onConnected` together may take this long. */
  readonly openTimeout: Duration;
}

export const defaultRetryPolicy: RetryPolicy = {
  first: milliseconds(250),
  most: seconds(4),
  stableAfter: seconds(10),
  openTimeout: seconds(8),
};

/** What a device's life needs of its connection; {@link Link} has it, and so may anything else that can be opened and lost. */
export interface Connection {
  /** Called once, with the reason in plain words. */
  onClose(listener: (reason: string) => void): void;
  close(): Promise<void>;
}

export interface LinkDeviceOptions<Line extends Connection = Link> {
  readonly name: string;
  /** e.g. `printer`. */
  readonly kind: string;
  /** e.g. `escpos`. */
  readonly driver: string;
  readonly opener: { readonly description: string; open(signal: AbortSignal): Promise<Line> };
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
  /**
   * A fresh connection: attach listeners, greet the device. The device is `ready` when this has resolved; rejecting counts
   * as a failed attempt and closes the connection. `signal` aborts when the attempt is out of time or the device is stopped.
   */
  onConnected?(line: Line, signal: AbortSignal): void | Promise<void>;
  /** The connection is gone for good; also called when {@link onConnected} had rejected, and on `stop`. */
  onDisconnected?(reason: string): void;
}

export interface LinkDevice<Line extends Connection = Link> extends Device {
  /** The live connection; null unless the state is `ready`. Never keep it: after a re-plug there is another one. */
  readonly link: Line | null;
  /**
   * What is wrong although connected ("paper is out"); null: all well. May be said from `onConnected` on; forgotten when the
   * connection is lost.
   */
  setTrouble(words: string | null): void;
  /** Gives up this connection because the device stopped making sense; a new one is opened. No effect unless ready. */
  drop(reason: string): void;
}

/**
 * The life of a device that is reached over a connection: `opening → absent | ready`, `ready → lost → reopening → ready`,
 * `closed` after `stop`. Nothing thrown by the hardware escapes: it becomes {@link DeviceHealth.condition}. While a device is
 * missing it is tried again for ever; state and words change only when there is news. `start` resolves after the first
 * attempt, whatever came of it.
 */
export function createLinkDevice<Line extends Connection = Link>(options: LinkDeviceOptions<Line>): LinkDevice<Line> {
  return new ConnectedDevice(options);
}

class ConnectedDevice<Line extends Connection> implements LinkDevice<Line> {
  readonly name: string;
  readonly #options: LinkDeviceOptions<Line>;
  readonly #retry: RetryPolicy;
  readonly #log: Logger;
  readonly #events: EventBus<{ health: DeviceHealth }>;
  #state: DeviceState = 'absent';
  #words = 'not started';
  #trouble: string | null = null;
  #since: Monotonic | null = null;
  #line: Line | null = null;
  #readySince: Monotonic | null = null;
  #failures = 0;
  /** One per start–stop; aborted by `stop`, so that whatever was under way for it ends without effect. */
  #life: AbortController | null = null;
  #attempt: Promise<void> = Promise.resolve();
  #pause: Timer | null = null;

  constructor(options: LinkDeviceOptions<Line>) {
    this.name = options.name;
    this.#options = options;
    this.#retry = options.retry ?? defaultRetryPolicy;
    this.#log = options.log.child({ device: options.name, driver: options.driver });
    this.#events = new EventBus(this.#log);
  }

  get link(): Line | null {
    return this.#line;
  }

  async start(): Promise<void> {
    if (this.#life === null) {
      this.#life = new AbortController();
      this.#failures = 0;
      this.#enter('opening', `opening ${this.#options.opener.description}`);
      this.#attempt = this.#tryToConnect(this.#life.signal);
    }
    await this.#attempt;
  }

  async stop(): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    this.#life = null;
    this.#pause?.cancel();
    this.#pause = null;
    const line = this.#line;
    this.#line = null;
    life.abort();
    if (line !== null) {
      this.#disconnected('stopped');
      await this.#close(line);
    }
    await this.#attempt;
    this.#enter('closed', 'stopped');
  }

  health(): DeviceHealth {
    const { clock, kind, driver } = this.#options;
    return {
      name: this.name,
      kind,
      driver,
      state: this.#state,
      condition: this.#state === 'ready' ? (this.#trouble ?? this.#words) : this.#words,
      since: this.#since === null ? null : milliseconds(clock.monotonic() - this.#since),
    };
  }

  onHealth(listener: (health: DeviceHealth) => void): () => void {
    return this.#events.on('health', listener);
  }

  setTrouble(words: string | null): void {
    if (this.#trouble === words || this.#life === null) return;
    this.#trouble = words;
    if (this.#line === null) return;
    this.#log.info({ state: this.#state, condition: words ?? this.#words }, 'device condition');
    this.#events.emit('health', this.health());
  }

  drop(reason: string): void {
    const line = this.#line;
    if (line === null) return;
    this.#lost(line, reason);
    void this.#close(line);
  }

  /** One attempt; schedules the next when it fails. Never rejects. */
  async #tryToConnect(life: AbortSignal): Promise<void> {
    const { opener, clock } = this.#options;
    const attempt = new AbortController();
    const abort = (): void => attempt.abort();
    life.addEventListener('abort', abort, { once: true });
    const late = clock.schedule(this.#retry.openTimeout, abort);
    let failure: string | null = null;
    try {
      const opening = opener.open(attempt.signal);
      const line = await abortable(opening, attempt.signal);
      if (line === 'aborted') {
        // The opener may still succeed after its time; nobody wants that connection any more.
        opening.then(
          (stray) => this.#close(stray),
          () => undefined,
        );
        failure = 'opening took too long';
      } else {
        failure = await this.#greet(line, attempt.signal);
      }
    } catch (error) {
      failure = messageOf(error);
      this.#log.debug({ error: failure }, 'device could not be opened');
    } finally {
      late.cancel();
      life.removeEventListener('abort', abort);
    }
    if (failure === null || life.aborted) return;
    this.#enter(this.#state === 'opening' || this.#state === 'absent' ? 'absent' : 'reopening', failure);
    this.#again(life);
  }

  /** Runs `onConnected`; null when the device is ready now, else what went wrong (the connection is closed then). */
  async #greet(line: Line, signal: AbortSignal): Promise<string | null> {
    let closed: string | null = null;
    line.onClose((reason) => {
      closed = reason;
      if (this.#line === line) this.#lost(line, reason);
    });
    let failure: string | null = null;
    try {
      const greeting = Promise.resolve(this.#options.onConnected?.(line, signal));
      // Keeps a late rejection from becoming an unhandled one when the attempt was given up before.
      greeting.catch(() => undefined);
      if ((await abortable(greeting, signal)) === 'aborted') failure = 'it did not answer in time';
    } catch (error) {
      failure = messageOf(error);
    }
    failure ??= closed;
    if (failure !== null || signal.aborted) {
      this.#disconnected(failure ?? 'stopped');
      await this.#close(line);
      return failure ?? 'stopped';
    }
    this.#line = line;
    this.#readySince = this.#options.clock.monotonic();
    this.#enter('ready', 'ready');
    return null;
  }

  #lost(line: Line, reason: string): void {
    if (this.#line !== line || this.#life === null) return;
    this.#line = null;
    const stable =
      this.#readySince !== null && this.#options.clock.monotonic() - this.#readySince >= this.#retry.stableAfter;
    if (stable) this.#failures = 0;
    this.#disconnected(reason);
    this.#enter('lost', reason);
    this.#again(this.#life.signal);
  }

  #again(life: AbortSignal): void {
    const pause = Math.min(this.#retry.first * 2 ** Math.min(this.#failures, 20), this.#retry.most);
    this.#failures += 1;
    this.#pause = this.#options.clock.schedule(milliseconds(pause), () => {
      if (life.aborted) return;
      if (this.#state === 'lost') this.#enter('reopening', this.#words);
      this.#attempt = this.#tryToConnect(life);
    });
  }

  #enter(state: DeviceState, words: string): void {
    if (state === this.#state && words === this.#words) return;
    if (state !== this.#state || this.#since === null) this.#since = this.#options.clock.monotonic();
    const from = this.#state;
    this.#state = state;
    this.#words = words;
    if (state !== 'ready') this.#trouble = null;
    this.#log.info({ from, state, condition: this.#trouble ?? words }, 'device state');
    this.#events.emit('health', this.health());
  }

  #disconnected(reason: string): void {
    this.#trouble = null;
    try {
      this.#options.onDisconnected?.(reason);
    } catch (error) {
      this.#log.error({ error: messageOf(error) }, 'driver failed while letting go of its connection');
    }
  }

  async #close(line: Line): Promise<void> {
    try {
      await line.close();
    } catch (error) {
      this.#log.debug({ error: messageOf(error) }, 'connection did not close cleanly');
    }
  }
}

/** `promise`, or `'aborted'` as soon as the signal says so. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | 'aborted'> {
  if (signal.aborted) return 'aborted';
  let abort: (() => void) | undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    abort = () => resolve('aborted');
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}
