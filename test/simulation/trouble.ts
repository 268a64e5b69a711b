import { HoldfastError } from '../../src/platform/errors.ts';
import type { DiskOperation } from '../../src/platform/memory-disk.ts';
import type { Fault, MagentoRest } from '../../src/showroom/magento/index.ts';
import { type CardReader, noCardTrouble } from './card-reader.ts';
import type { Chance } from './chance.ts';
import type { WallTime } from './clocks.ts';
import { type Counter, noDeviceTrouble } from './devices.ts';
import type { Machine } from './machine.ts';
import { fairWeather, type Network } from './network.ts';
import type { SimulatedTime } from './time.ts';
import type { Trace } from './trace.ts';

const minute = 60_000;
const hour = 60 * minute;

export interface TroubleOptions {
  readonly time: SimulatedTime;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly machine: Machine;
  readonly network: Network;
  readonly rest: MagentoRest;
  readonly counter: Counter;
  readonly reader: CardReader;
  readonly wall: WallTime;
}

/** Which of the journal's two copies misbehaves, how, and how often. */
interface DiskTrouble {
  readonly where: RegExp;
  readonly share: number;
  /** The operation is done and fails all the same. */
  readonly afterwards: boolean;
  readonly error: HoldfastError;
}

/** Everything that goes wrong in a world, each kind by itself and at its own times, until {@link Trouble.end}. */
export class Trouble {
  readonly #options: TroubleOptions;
  #ended = false;
  /** How many spells of trouble with network, shop or disk there are now, and when the last one ended. */
  #spellsNow = 0;
  #calmSince = 0;
  #disk: DiskTrouble | null = null;

  constructor(options: TroubleOptions) {
    this.#options = options;
    options.machine.disk.onOperation = (operation) => this.#onDisk(operation);
  }

  begin(): void {
    const { machine, chance } = this.#options;
    this.#spells('network', 2 * hour, 40 * minute, () => this.#badNetwork());
    this.#spells('shop', 3 * hour, 25 * minute, () => this.#badShop());
    this.#spells('disk', 8 * hour, 8 * minute, () => this.#badDisk());
    this.#spells('printer', 6 * hour, 15 * minute, () => this.#badPrinter());
    this.#spells('card terminal', 4 * hour, 12 * minute, () => this.#badCards());
    this.#spells('bank', 90 * minute, 40 * minute, () => this.#badBank());
    this.#moments('power cut', 7 * hour, () => machine.cutPower());
    this.#moments('power cut at a write', 4 * hour, () => {
      machine.cutAtOperation = chance.whole(1, 40);
    });
    this.#moments('program killed', 9 * hour, () => machine.kill());
    this.#moments('clock set wrong', 16 * hour, () => this.#setClock());
    this.#moments('clock set right', 2 * hour, () => this.#ask());
  }

  /** For how long there has been no spell of trouble. */
  get calmFor(): number {
    return this.#spellsNow > 0 ? 0 : this.#options.time.now - this.#calmSince;
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    const { time, trace, network, rest, counter, reader, machine, wall } = this.#options;
    trace.note('trouble ends');
    this.#ended = true;
    this.#spellsNow = 0;
    this.#calmSince = time.now;
    this.#disk = null;
    machine.cutAtOperation = Number.POSITIVE_INFINITY;
    network.weather = fairWeather;
    rest.faults.clear();
    counter.trouble = noDeviceTrouble;
    reader.trouble = noCardTrouble;
    reader.bankAway = false;
    wall.set(0);
    wall.trusted = true;
  }

  /** A kind of trouble that comes, stays a while and goes. `start` says how it ends. */
  #spells(what: string, between: number, length: number, start: () => () => void): void {
    const { time, chance, trace } = this.#options;
    time.after(chance.pause(between), () => {
      if (this.#ended) return;
      trace.note(`trouble with ${what}`);
      this.#spellsNow += 1;
      const end = start();
      time.after(chance.pause(length), () => {
        if (this.#ended) return;
        trace.note(`no more trouble with ${what}`);
        this.#spellsNow -= 1;
        this.#calmSince = time.now;
        end();
        this.#spells(what, between, length, start);
      });
    });
  }

  #moments(what: string, between: number, happen: () => void): void {
    const { time, chance, trace } = this.#options;
    time.after(chance.pause(between), () => {
      if (this.#ended) return;
      trace.note(what);
      happen();
      this.#moments(what, between, happen);
    });
  }

  #badNetwork(): () => void {
    const { network, chance } = this.#options;
    const kind = chance.weighed({ out: 4, losing: 4, slow: 1 });
    if (kind === 'out') network.weather = { ...fairWeather, up: false, silent: chance.happens(0.4) };
    else if (kind === 'slow') network.weather = { ...fairWeather, latency: chance.between(400, 9_000) };
    else {
      network.weather = {
        ...fairWeather,
        silent: chance.happens(0.3),
        requestsLost: chance.between(0, 0.15),
        repliesLost: chance.between(0.02, 0.3),
        repeated: chance.between(0, 0.15),
      };
    }
    return () => {
      network.weather = fairWeather;
    };
  }

  #badShop(): () => void {
    const { rest, chance } = this.#options;
    const share = chance.between(0.02, 0.25);
    const path = '^(/default)?/V1/';
    const faults: Record<string, readonly Fault[]> = {
      maintenance: [{ action: { kind: 'answer', status: 503 }, path }],
      overload: [
        { action: { kind: 'answer', status: 429, retryAfter: chance.whole(1, 60) }, path, probability: share },
      ],
      refusing: [{ action: { kind: 'answer', status: 401 }, path, probability: share }],
      failing: [
        { action: { kind: 'answer', status: 500 }, path, probability: share / 2 },
        { action: { kind: 'error-after' }, path, probability: share / 2 },
        { action: { kind: 'truncate' }, path, probability: share / 3 },
        { action: { kind: 'drop-after' }, path, probability: share / 2 },
      ],
      slow: [{ action: { kind: 'slow', milliseconds: chance.whole(1_000, 55_000) }, path, probability: share }],
      proxy: [{ action: { kind: 'answer', status: 502 }, path, probability: share }],
    };
    rest.faults.set(chance.pick(Object.values(faults)) ?? []);
    return () => rest.faults.clear();
  }

  #badDisk(): () => void {
    const { chance } = this.#options;
    const where = chance.pick([/^tape\//, /^data\/journal$/, /^data\/anchor/, /^(tape\/|data\/journal$)/]);
    const error = chance.happens(0.5)
      ? new HoldfastError('store.failed', 'EIO: i/o error', { remedy: 'retry' })
      : new HoldfastError('store.disk-full', 'ENOSPC: no space left on device', { remedy: 'retry' });
    const share = chance.happens(0.5) ? 1 : chance.between(0.05, 0.5);
    this.#disk = { where, error, share, afterwards: chance.happens(0.3) };
    return () => {
      this.#disk = null;
    };
  }

  #onDisk({ where, phase }: DiskOperation): HoldfastError | null | Promise<null> {
    const { machine, chance, time } = this.#options;
    machine.cutAtOperation -= 1;
    if (machine.cutAtOperation === 0) {
      machine.cutPower();
      return null;
    }
    const trouble = this.#disk;
    if (trouble?.where.test(where) && (phase === 'after') === trouble.afterwards && chance.happens(trouble.share)) {
      return trouble.error;
    }
    if (phase === 'after') return null;
    return time.sleep(chance.between(0.5, 25)).then(() => null);
  }

  #badPrinter(): () => void {
    const { counter, chance } = this.#options;
    counter.trouble = { paperOut: chance.happens(0.5), printerLost: chance.between(0, 0.6), drawerStuck: 0.2 };
    return () => {
      counter.trouble = noDeviceTrouble;
    };
  }

  #badCards(): () => void {
    const { reader, chance } = this.#options;
    reader.trouble = { away: chance.happens(0.4), repliesLost: chance.between(0.1, 0.9) };
    return () => {
      reader.trouble = noCardTrouble;
    };
  }

  #badBank(): () => void {
    const { reader } = this.#options;
    reader.bankAway = true;
    return () => {
      reader.bankAway = false;
    };
  }

  #setClock(): void {
    const { wall, chance } = this.#options;
    const year = 365 * 24 * hour;
    wall.set(chance.pick([-year, -hour, 2 * hour, year]) * chance.fraction());
    wall.trusted = chance.happens(0.3);
  }

  /** NTP, while there is a network. */
  #ask(): void {
    const { wall, network } = this.#options;
    if (!network.weather.up) return;
    wall.set(0);
    wall.trusted = true;
  }
}
