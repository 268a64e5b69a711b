import { type Clock, type Duration, milliseconds, type Timer } from '../../src/platform/clock.ts';
import { HoldfastError, messageOf } from '../../src/platform/errors.ts';
import { EventBus } from '../../src/platform/events.ts';
import type { Logger } from '../../src/platform/log.ts';
import { type Connection, createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { GpioInputs, GpioOpener, GpioOutputs, GpioPort } from '../link/gpio/gpio.ts';
import { HeldKey, type Repeat } from './held-key.ts';
import { badLayout, keyNamed } from './key-names.ts';
import type { Key, Keypad } from './keypad.ts';
import { MatrixDecoder, type MatrixScan, type Position } from './matrix-decoder.ts';

export interface MatrixKeypadOptions {
  readonly name: string;
  readonly gpio: GpioOpener;
  /** Lines that are driven, top row first. */
  readonly rows: readonly number[];
  /** Lines that are read, leftmost first; each needs a pull-up. */
  readonly columns: readonly number[];
  /** One text a row, its keys by name with spaces between: `7 8 9 times`. */
  readonly layout: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
  readonly scanEvery?: Duration;
  /** Equal scans after which a key counts. */
  readonly samples?: number;
  /** null (usual): a key that is held down counts once. */
  readonly repeat?: Repeat | null;
}

/** How a 4×4 keypad is labelled when nothing else is configured (docs/keypad.md). */
export const usualMatrixLayout: readonly string[] = ['7 8 9 times', '4 5 6 clear', '1 2 3 total', '0 . menu enter'];

/** A key must count within 30 ms; the rest is for the scans themselves, which take a millisecond at most. */
const longestDecision = milliseconds(25);
const mostSamples = 5;

/**
 * A key matrix on GPIO lines: rows are driven low one after the other, columns are read. Between scans all rows are low and
 * only the columns are read, so that an idle keypad costs next to nothing. Rows let go instead of driving high: two keys
 * in one column never make two outputs fight. Throws `keypad.bad-layout` or `keypad.too-slow` at once.
 */
export function createMatrixKeypad(options: MatrixKeypadOptions): Keypad {
  const { clock, rows, columns, repeat = null, samples = 3 } = options;
  const scanEvery = options.scanEvery ?? milliseconds(5);
  const layout = readLayout(options);
  if (samples < 1 || samples > mostSamples || samples * scanEvery > longestDecision) {
    throw new HoldfastError(
      'keypad.too-slow',
      `A key would count only after ${samples * scanEvery} ms (${samples} scans, one every ${scanEvery} ms).`,
      { remedy: 'operator', hint: `Take at most ${mostSamples} scans, in at most ${longestDecision} ms.` },
    );
  }
  const events = new EventBus<{ key: Key }>(options.log);
  let timer: Timer | null = null;

  const device = createLinkDevice<Matrix>({
    ...options,
    kind: 'keypad',
    driver: 'matrix',
    opener: {
      description: `key matrix on ${options.gpio.description}`,
      open: (signal) => openMatrix(options.gpio, rows, columns, signal),
    },
    async onConnected(matrix) {
      await matrix.check();
      const decoder = new MatrixDecoder(rows.length, columns.length, samples);
      const held = new HeldKey(clock, repeat);
      let last: Position | null = null;

      const take = (seen: MatrixScan): void => {
        for (const position of decoder.scan(seen)) {
          const key = layout[position.row]?.[position.column] ?? null;
          if (key === null) continue;
          last = position;
          held.press(key);
          events.emit('key', key);
        }
        if (last !== null && !decoder.isHeld(last)) {
          last = null;
          held.release();
        }
        const again = held.due();
        if (again !== null) events.emit('key', again);
        device.setTrouble(held.trouble);
      };
      const scan = async (): Promise<void> => {
        try {
          const seen = await matrix.scan();
          if (matrix.closed) return;
          take(seen);
          timer = clock.schedule(scanEvery, () => void scan());
        } catch (error) {
          device.drop(`the keypad can’t be read: ${messageOf(error)}`);
        }
      };
      timer = clock.schedule(scanEvery, () => void scan());
    },
    onDisconnected() {
      timer?.cancel();
      timer = null;
    },
  });
  return Object.assign(device, { onKey: (listener: (key: Key) => void) => events.on('key', listener) });
}

function readLayout({ rows, columns, layout }: MatrixKeypadOptions): readonly (readonly (Key | null)[])[] {
  if (layout.length !== rows.length) {
    throw badLayout(`${rows.length} rows are wired, but ${layout.length} are named`);
  }
  const used = [...rows, ...columns];
  const twice = used.find((line, index) => used.indexOf(line) !== index);
  if (twice !== undefined) throw badLayout(`GPIO ${twice} is named twice`);
  return layout.map((text, row) => {
    const names = text.trim().split(/\s+/);
    if (names.length !== columns.length) {
      throw badLayout(`${columns.length} columns are wired, but row ${row + 1} names ${names.length} keys ("${text}")`);
    }
    return names.map((name, column) => keyNamed(name, `row ${row + 1}, column ${column + 1}`));
  });
}

/** The wired lines of one connection. */
interface Matrix extends Connection {
  readonly closed: boolean;
  /** Rejects when a column is low although nothing drives it. */
  check(): Promise<void>;
  scan(): Promise<MatrixScan>;
}

async function openMatrix(
  gpio: GpioOpener,
  rows: readonly number[],
  columns: readonly number[],
  signal: AbortSignal,
): Promise<Matrix> {
  const port = await gpio.open(signal);
  try {
    if (port.pace !== 'direct') {
      throw new HoldfastError('keypad.too-slow', `a key matrix can’t be scanned through ${gpio.description}`, {
        remedy: 'operator',
        hint: 'Let the kernel scan it (docs/hardware/keypad.md, "Scanned by the kernel") and set the driver to evdev.',
      });
    }
    const outputs = await port.requestOutputs(
      rows,
      rows.map(() => 1),
      'open-drain',
    );
    return matrixOver(port, outputs, await port.requestInputs(columns, { pull: 'up' }), rows, columns);
  } catch (error) {
    await port.close();
    throw error;
  }
}

function matrixOver(
  port: GpioPort,
  outputs: GpioOutputs,
  inputs: GpioInputs,
  rows: readonly number[],
  columns: readonly number[],
): Matrix {
  const allRows = rows.map(() => 0 as const);
  const noRow = rows.map(() => 1 as const);
  const oneRow = rows.map((_, row) => rows.map((_line, other) => (other === row ? 0 : 1)));
  const nothing: MatrixScan = rows.map(() => columns.map(() => false));
  let closed = false;
  port.onClose(() => {
    closed = true;
  });
  return {
    get closed() {
      return closed;
    },
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
    async check() {
      await outputs.write(noRow);
      const levels = await inputs.read();
      const low = columns.filter((_, index) => levels[index] === 0);
      if (low.length > 0) {
        throw new HoldfastError(
          'keypad.wiring',
          `column on GPIO ${low.join(', ')} is low although no row is driven: its pull-up is missing, or it is wired to ground`,
          { remedy: 'operator', hint: 'Give each column a pull-up (docs/hardware/keypad.md).' },
        );
      }
      await outputs.write(allRows);
    },
    async scan() {
      if ((await inputs.read()).every((level) => level === 1)) return nothing;
      const seen: boolean[][] = [];
      for (const only of oneRow) {
        await outputs.write(only);
        seen.push((await inputs.read()).map((level) => level === 0));
      }
      await outputs.write(allRows);
      return seen;
    },
  };
}
