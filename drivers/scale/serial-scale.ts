import { type Clock, type Duration, milliseconds, seconds, type Timer } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type LinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { Link, LinkOpener } from '../link/link.ts';
import type { Scale, ScaleSetting, SettingOutcome, Weighing, WeightUnit } from './scale.ts';
import type { ScaleAnswer, ScaleExchange, ScaleProtocol } from './scale-protocol.ts';

/** How long to wait for what, as data. */
export interface ScaleLimits {
  /** For the answer to one question. */
  readonly answer: Duration;
  /** For goods to come to rest. */
  readonly patience: Duration;
  /** Between two questions while they move. */
  readonly again: Duration;
  /** Between two looks at an idle scale. */
  readonly poll: Duration;
}

export const defaultScaleLimits: ScaleLimits = {
  answer: milliseconds(800),
  patience: seconds(4),
  again: milliseconds(150),
  poll: seconds(5),
};

export interface SerialScaleOptions {
  readonly name: string;
  readonly opener: LinkOpener;
  readonly protocol: ScaleProtocol;
  /** What goods are priced by; a weight in another unit is none. */
  readonly unit: WeightUnit;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
  readonly limits?: ScaleLimits;
}

const silent = 'the scale does not answer; is it on, and set to this protocol?';
const disturbed = 'the scale’s answers make no sense; are speed and parity right?';

/** A scale that answers questions over a line. What it says of a weight is never guessed at: no answer is no weight. */
export function createSerialScale(options: SerialScaleOptions): Scale {
  return new LinkedScale(options);
}

class LinkedScale implements Scale {
  readonly name: string;
  readonly #options: SerialScaleOptions;
  readonly #limits: ScaleLimits;
  readonly #device: LinkDevice;
  #turn: Promise<unknown> = Promise.resolve();
  #take: ((byte: number) => void) | null = null;
  #giveUp: (() => void) | null = null;
  #poll: Timer | null = null;

  constructor(options: SerialScaleOptions) {
    this.name = options.name;
    this.#options = options;
    this.#limits = options.limits ?? defaultScaleLimits;
    this.#device = createLinkDevice({
      name: options.name,
      kind: 'scale',
      driver: options.protocol.name,
      opener: options.opener,
      clock: options.clock,
      log: options.log,
      ...(options.retry === undefined ? {} : { retry: options.retry }),
      onConnected: (link) => this.#connected(link),
      onDisconnected: () => {
        this.#giveUp?.();
        this.#poll?.cancel();
      },
    });
  }

  start(): Promise<void> {
    return this.#device.start();
  }

  stop(): Promise<void> {
    return this.#device.stop();
  }

  health(): ReturnType<Scale['health']> {
    return this.#device.health();
  }

  onHealth(listener: Parameters<Scale['onHealth']>[0]): () => void {
    return this.#device.onHealth(listener);
  }

  async weigh(): Promise<Weighing> {
    const weighing = await this.#inTurn(() => this.#weighUntilAtRest());
    this.#options.log.info({ device: this.name, weighing }, 'weighed');
    return weighing;
  }

  async set(what: ScaleSetting): Promise<SettingOutcome> {
    const exchange = this.#options.protocol.set(what);
    if (exchange === null) return 'unsupported';
    const outcome = await this.#inTurn(() => this.#set(exchange));
    this.#options.log.info({ device: this.name, what, outcome }, 'scale set');
    return outcome;
  }

  async #connected(link: Link): Promise<void> {
    link.onData((bytes) => {
      for (const byte of bytes) this.#take?.(byte);
    });
    const first = await this.#ask(link, this.#options.protocol.weigh());
    if (first === null) {
      throw new HoldfastError('scale.silent', silent, { remedy: 'operator', hint: 'Switch the scale on.' });
    }
    this.#judge(first);
    this.#pollLater(link);
  }

  async #weighUntilAtRest(): Promise<Weighing> {
    const { clock, protocol } = this.#options;
    const end = clock.monotonic() + this.#limits.patience;
    for (;;) {
      const link = this.#device.link;
      if (link === null) return { kind: 'no-answer', reason: this.#device.health().condition };
      const said = await this.#ask(link, protocol.weigh());
      if (said === null) {
        this.#drop(link);
        return { kind: 'no-answer', reason: silent };
      }
      this.#judge(said);
      const settled = said.kind !== 'moving' && said.kind !== 'garbled';
      if (settled && said.kind !== 'set') return this.#inOurUnit(said);
      if (clock.monotonic() >= end) {
        return said.kind === 'moving' ? { kind: 'moving' } : { kind: 'no-answer', reason: disturbed };
      }
      await clock.sleep(this.#limits.again);
    }
  }

  #inOurUnit(weighing: Weighing): Weighing {
    const reason = this.#otherUnit(weighing);
    return reason === null ? weighing : { kind: 'no-answer', reason };
  }

  async #set(exchange: ScaleExchange): Promise<SettingOutcome> {
    const link = this.#device.link;
    const said = link === null ? null : await this.#ask(link, exchange);
    if (said?.kind === 'set') return said.done ? 'done' : 'refused';
    return 'no-answer';
  }

  /** One question; null when nothing, or only half an answer, came in time. */
  async #ask(link: Link, exchange: ScaleExchange): Promise<ScaleAnswer | null> {
    const { clock } = this.#options;
    const enough = new AbortController();
    let said: ScaleAnswer | null = null;
    this.#giveUp = () => enough.abort();
    this.#take = (byte) => {
      const step = exchange.receive(byte);
      if (step.kind === 'send') void link.write(step.bytes, this.#limits.answer).catch(() => enough.abort());
      if (step.kind !== 'answer') return;
      this.#take = null;
      said = step.answer;
      enough.abort();
    };
    try {
      await link.write(exchange.request, this.#limits.answer);
      await clock.sleep(this.#limits.answer, enough.signal);
      return said;
    } catch {
      return null;
    } finally {
      this.#take = null;
      this.#giveUp = null;
    }
  }

  #judge(said: ScaleAnswer): void {
    this.#device.setTrouble(said.kind === 'garbled' ? `${disturbed} (${said.words})` : this.#otherUnit(said));
  }

  #otherUnit(said: ScaleAnswer | Weighing): string | null {
    const { unit } = this.#options;
    if (said.kind !== 'weight' || said.unit === unit) return null;
    return `the scale shows ${said.unit}, but goods are priced by the ${unit}`;
  }

  #drop(link: Link): void {
    if (this.#device.link === link) this.#device.drop(silent);
  }

  /** A scale that was switched off is noticed before the next customer's cheese lies on it. */
  #pollLater(link: Link): void {
    this.#poll = this.#options.clock.schedule(this.#limits.poll, () => {
      void this.#inTurn(async () => {
        if (this.#device.link !== link) return;
        const said = await this.#ask(link, this.#options.protocol.weigh());
        if (said === null) this.#drop(link);
        else this.#judge(said);
        if (this.#device.link === link) this.#pollLater(link);
      });
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
