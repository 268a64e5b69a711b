import { ConnectionEnd } from '../connection-end.ts';
import {
  type GpioOpener,
  type GpioPace,
  type GpioPort,
  gpioUnavailable,
  type Level,
  lineBusy,
  unknownLine,
} from './gpio.ts';

interface Line {
  /** Who requested it; null: nobody. */
  owner: object | null;
  /** What an output drives; null: nothing (an input, or an open drain that let go). */
  driven: Level | null;
  pull: 'up' | 'none';
  /** A pull-up resistor outside the chip. */
  resistor: boolean;
  /** What the world outside drives; null: nothing. */
  outside: Level | null;
  onChange: ((line: number, level: Level) => void) | null;
  last: Level;
}

/**
 * A GPIO chip made of software, electrically true as far as keypads and displays need it: lines may be connected with each
 * other (a pressed key), a low wins, nothing driven reads as the pull says. Two outputs that drive against each other are a
 * problem, as they would be for the chip.
 */
export class MemoryGpioChip {
  readonly label: string;
  /** What a real chip would have suffered from. */
  readonly problems: string[] = [];
  readonly #lines: readonly Line[];
  readonly #connections = new Map<number, Set<number>>();
  readonly #watchers: (() => void)[] = [];

  constructor(label = 'memory', lines = 54) {
    this.label = label;
    this.#lines = Array.from({ length: lines }, () => ({
      owner: null,
      driven: null,
      pull: 'none',
      resistor: false,
      outside: null,
      onChange: null,
      last: 0,
    }));
  }

  get size(): number {
    return this.#lines.length;
  }

  level(line: number): Level {
    const net = this.#net(line);
    const drivers = net.flatMap(({ driven, outside }) => [driven, outside]);
    if (drivers.includes(0)) return 0;
    if (drivers.includes(1)) return 1;
    return net.some(({ pull, resistor }) => pull === 'up' || resistor) ? 1 : 0;
  }

  /** What the chip itself drives on a line; null: nothing. */
  driven(line: number): Level | null {
    return this.#line(line).driven;
  }

  /** The world outside drives a line, or lets go of it (null). */
  drive(line: number, level: Level | null): void {
    this.#line(line).outside = level;
    this.#changed();
  }

  /** Solders a pull-up resistor to a line. */
  pullUp(line: number): void {
    this.#line(line).resistor = true;
    this.#changed();
  }

  /** Connects two lines, as a pressed key does, or takes them apart. */
  connect(a: number, b: number, connected: boolean): void {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const others = this.#connections.get(from) ?? new Set();
      this.#connections.set(from, others);
      if (connected) others.add(to);
      else others.delete(to);
    }
    this.#changed();
  }

  /** Called after every change of any line; for devices that are wired to the chip. */
  onActivity(watcher: () => void): void {
    this.#watchers.push(watcher);
  }

  /** Throws `gpio.unknown-line` or `gpio.line-busy`. */
  request(
    owner: object,
    lines: readonly number[],
    wanted: Partial<Pick<Line, 'driven' | 'pull' | 'onChange'>>[],
  ): void {
    for (const line of lines) if (this.#line(line).owner !== null) throw lineBusy(line);
    for (const [index, line] of lines.entries()) {
      Object.assign(this.#line(line), { owner, driven: null, pull: 'none', onChange: null }, wanted[index]);
      this.#line(line).last = this.level(line);
    }
    this.#changed();
  }

  setDriven(lines: readonly number[], levels: readonly (Level | null)[]): void {
    for (const [index, line] of lines.entries()) {
      const level = levels[index] ?? null;
      if (this.#line(line).driven === level) continue;
      this.#line(line).driven = level;
      this.#changed();
    }
  }

  release(owner: object): void {
    for (const line of this.#lines) {
      if (line.owner === owner) Object.assign(line, { owner: null, driven: null, pull: 'none', onChange: null });
    }
    this.#changed();
  }

  #changed(): void {
    for (const [number, line] of this.#lines.entries()) {
      const net = this.#net(number);
      if (net.some(({ driven }) => driven === 0) && net.some(({ driven }) => driven === 1)) {
        this.problems.push(`outputs drive against each other at GPIO ${number}`);
      }
      const level = this.level(number);
      if (level === line.last) continue;
      line.last = level;
      line.onChange?.(number, level);
    }
    for (const watcher of this.#watchers) watcher();
  }

  #net(start: number): readonly Line[] {
    const reached = new Set([start]);
    for (const line of reached) for (const other of this.#connections.get(line) ?? []) reached.add(other);
    return [...reached].map((line) => this.#line(line));
  }

  #line(number: number): Line {
    const line = this.#lines[number];
    if (line === undefined) throw unknownLine(number, this.label);
    return line;
  }
}

/** The chip as a {@link GpioPort}; each opening is another user of it. */
export function memoryGpio(chip: MemoryGpioChip, pace: GpioPace = 'direct'): GpioOpener {
  return { description: `GPIO ${chip.label} (in memory)`, open: async () => portOf(chip, pace) };
}

function portOf(chip: MemoryGpioChip, pace: GpioPace): GpioPort {
  const end = new ConnectionEnd();
  const owner = {};
  const checkOpen = (): void => {
    if (end.reason !== null) throw gpioUnavailable(`GPIO is closed: ${end.reason}`, 'It is opened again by itself.');
  };
  return {
    pace,
    onClose: (listener) => end.onClose(listener),
    async close() {
      end.end('closed by us');
      chip.release(owner);
    },
    async requestInputs(lines, { pull = 'none', onChange } = {}) {
      checkOpen();
      chip.request(
        owner,
        lines,
        lines.map(() => ({ pull, onChange: onChange ?? null })),
      );
      return {
        async read() {
          checkOpen();
          return lines.map((line) => chip.level(line));
        },
      };
    },
    async requestOutputs(lines, initial, drive = 'push-pull') {
      checkOpen();
      const driven = (level: Level | undefined): Level | null =>
        drive === 'open-drain' && level === 1 ? null : (level ?? 0);
      chip.request(
        owner,
        lines,
        lines.map((_, index) => ({ driven: driven(initial[index]) })),
      );
      return {
        async write(levels) {
          checkOpen();
          chip.setDriven(
            lines,
            lines.map((_, index) => driven(levels[index])),
          );
        },
      };
    },
  };
}
