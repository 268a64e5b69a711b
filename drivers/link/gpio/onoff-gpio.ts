import { codeOf, messageOf } from '../../../src/platform/errors.ts';
import { ConnectionEnd } from '../connection-end.ts';
import { chooseChip } from './choose-chip.ts';
import {
  type GpioDrive,
  type GpioInputs,
  type GpioOpener,
  type GpioOutputs,
  type GpioPort,
  gpioUnavailable,
  type InputOptions,
  type Level,
  lineBusy,
  unknownLine,
} from './gpio.ts';
import { type SysfsChip, sysfsChips, sysfsRoot, unexportStale } from './sysfs-gpio.ts';

/** What is used of `onoff`'s class `Gpio`. */
export interface OnoffLine {
  readSync(): Level;
  writeSync(level: Level): void;
  setDirection(direction: 'in' | 'out' | 'high' | 'low'): void;
  watch(listener: (error: Error | null | undefined, level: Level) => void): void;
  unexport(): void;
}

export interface OnoffLibrary {
  readonly Gpio: {
    readonly accessible: boolean;
    new (line: number, direction: 'in' | 'high' | 'low', edge?: 'none' | 'both'): OnoffLine;
  };
}

export interface OnoffGpioOptions {
  /** Label of the chip; empty: see {@link chooseChip}. */
  readonly chip: string;
  /** Where sysfs is; for tests. */
  readonly root?: string;
  /** Loads the library; for tests. The real one is optional (it needs a compiler) and always works on {@link sysfsRoot}. */
  readonly load?: () => Promise<OnoffLibrary>;
}

/**
 * GPIO through the package `onoff`, loaded when the first device opens it, so that a machine without it still starts. One
 * opener for all devices of a terminal: only it knows which exported lines are its own and not a killed process's.
 */
export function onoffGpio(options: OnoffGpioOptions): GpioOpener {
  const root = options.root ?? sysfsRoot;
  const load = options.load ?? (async (): Promise<OnoffLibrary> => (await import('onoff')) satisfies OnoffLibrary);
  const inUse = new Set<number>();
  return {
    description: `GPIO${options.chip === '' ? '' : ` ${options.chip}`} (onoff)`,
    async open() {
      let library: OnoffLibrary;
      try {
        library = await load();
      } catch (cause) {
        throw gpioUnavailable(
          'the package "onoff" is not installed on this machine',
          'Install it ("npm install onoff", needs a compiler), or set devices.gpio.driver to gpiod.',
          cause,
        );
      }
      if (!library.Gpio.accessible) {
        throw gpioUnavailable(
          `GPIO can’t be used through ${root}: it is missing or not permitted`,
          'Add the user that runs the till to the group gpio; on systems without /sys/class/gpio set devices.gpio.driver to gpiod.',
        );
      }
      return new OnoffPort(library, root, chooseChip(sysfsChips(root), options.chip), inUse);
    },
  };
}

interface Requested {
  readonly line: number;
  readonly gpio: OnoffLine;
}

class OnoffPort implements GpioPort {
  readonly pace = 'direct';
  readonly #library: OnoffLibrary;
  readonly #root: string;
  readonly #chip: SysfsChip;
  readonly #end = new ConnectionEnd();
  /** Numbers in sysfs that any port of this terminal holds. */
  readonly #inUse: Set<number>;
  readonly #requested: Requested[] = [];

  constructor(library: OnoffLibrary, root: string, chip: SysfsChip, inUse: Set<number>) {
    this.#library = library;
    this.#root = root;
    this.#chip = chip;
    this.#inUse = inUse;
  }

  onClose(listener: (reason: string) => void): void {
    this.#end.onClose(listener);
  }

  async requestInputs(lines: readonly number[], options: InputOptions = {}): Promise<GpioInputs> {
    const { onChange } = options;
    const requested = lines.map((line) => this.#request(line, 'in', onChange === undefined ? 'none' : 'both'));
    const levels = requested.map(({ gpio }) => gpio.readSync());
    if (onChange === undefined) {
      return { read: async () => this.#guard(() => requested.map(({ gpio }) => gpio.readSync())) };
    }
    for (const [index, { line, gpio }] of requested.entries()) {
      gpio.watch((error, level) => {
        if (this.#end.reason !== null) return;
        if (error) this.#end.end(messageOf(error));
        else if (levels[index] !== level) {
          levels[index] = level;
          onChange(line, level);
        }
      });
    }
    return { read: async () => this.#guard(() => [...levels]) };
  }

  async requestOutputs(
    lines: readonly number[],
    initial: readonly Level[],
    drive: GpioDrive = 'push-pull',
  ): Promise<GpioOutputs> {
    const released = drive === 'open-drain' ? 'in' : 'high';
    const requested = lines.map((line, index) => this.#request(line, initial[index] === 1 ? released : 'low', 'none'));
    const shown = requested.map((_, index) => initial[index] ?? 0);
    return {
      write: async (levels) =>
        this.#guard(() => {
          for (const [index, { gpio }] of requested.entries()) {
            const level = levels[index] ?? 0;
            if (shown[index] === level) continue;
            if (drive === 'open-drain') gpio.setDirection(level === 1 ? 'in' : 'low');
            else gpio.writeSync(level);
            shown[index] = level;
          }
        }),
    };
  }

  async close(): Promise<void> {
    this.#end.end('closed by us');
    for (const { line, gpio } of this.#requested.splice(0)) {
      try {
        // Nothing is driven any more when nobody watches over it.
        gpio.setDirection('in');
        gpio.unexport();
      } catch {
        // The line is gone already.
      }
      this.#inUse.delete(this.#chip.base + line);
    }
  }

  /** The constructor of `Gpio` blocks and may wait for udev's permissions: once per line at the start, never per key. */
  #request(line: number, direction: 'in' | 'high' | 'low', edge: 'none' | 'both'): Requested {
    if (!Number.isInteger(line) || line < 0 || line >= this.#chip.lines) throw unknownLine(line, this.#chip.label);
    this.#checkOpen();
    const number = this.#chip.base + line;
    if (this.#inUse.has(number)) throw lineBusy(line);
    try {
      unexportStale(this.#root, number);
      const requested = { line, gpio: new this.#library.Gpio(number, direction, edge) };
      this.#requested.push(requested);
      this.#inUse.add(number);
      return requested;
    } catch (cause) {
      switch (codeOf(cause)) {
        case 'EBUSY':
          throw lineBusy(line, cause);
        case 'EINVAL':
          throw unknownLine(line, this.#chip.label, cause);
        default:
          throw gpioUnavailable(
            `GPIO ${line} can’t be used: ${messageOf(cause)}`,
            'Add the user that runs the till to the group gpio.',
            cause,
          );
      }
    }
  }

  #checkOpen(): void {
    if (this.#end.reason === null) return;
    throw gpioUnavailable(`GPIO is closed: ${this.#end.reason}`, 'It is opened again by itself.');
  }

  #guard<T>(move: () => T): T {
    this.#checkOpen();
    try {
      return move();
    } catch (cause) {
      this.#end.end(messageOf(cause));
      throw gpioUnavailable(`GPIO has failed: ${messageOf(cause)}`, 'It is opened again by itself.', cause);
    }
  }
}
