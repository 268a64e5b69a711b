import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Key, Keypad } from '../../../drivers/keypad/keypad.ts';
import {
  createMatrixKeypad,
  type MatrixKeypadOptions,
  usualMatrixLayout,
} from '../../../drivers/keypad/matrix-keypad.ts';
import type { GpioOpener, GpioPort } from '../../../drivers/link/gpio/gpio.ts';
import { MemoryGpioChip, memoryGpio } from '../../../drivers/link/gpio/memory-gpio.ts';
import { milliseconds, minutes, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

const rows = [5, 6, 13, 19];
const columns = [12, 16, 20, 21];
let chip: MemoryGpioChip;
let clock: ManualClock;
let keypad: Keypad | null;
let keys: Key[];

beforeEach(() => {
  chip = new MemoryGpioChip();
  clock = new ManualClock();
  keys = [];
  keypad = null;
});
afterEach(async () => {
  await keypad?.stop();
  expect(chip.problems).toEqual([]);
  expect(clock.waiting).toBe(0);
});

function build(options: Partial<MatrixKeypadOptions> = {}): Keypad {
  const gpio = memoryGpio(chip);
  return createMatrixKeypad({
    name: 'keypad',
    gpio,
    rows,
    columns,
    layout: usualMatrixLayout,
    clock,
    log: silentLogger,
    ...options,
  });
}

async function start(options: Partial<MatrixKeypadOptions> = {}): Promise<Keypad> {
  const started = build(options);
  keypad = started;
  started.onKey((key) => keys.push(key));
  await started.start();
  return started;
}

/** The key as it is printed on the usual layout, pressed or let go: its contact connects a row with a column. */
function contact(label: string, pressed: boolean): void {
  const row = usualMatrixLayout.findIndex((text) => text.split(' ').includes(label));
  const column = usualMatrixLayout[row]?.split(' ').indexOf(label) ?? -1;
  chip.connect(rows[row] ?? -1, columns[column] ?? -1, pressed);
}
const wait = (time: number): Promise<void> => clock.advance(milliseconds(time));
async function type(label: string): Promise<void> {
  contact(label, true);
  await wait(40);
  contact(label, false);
  await wait(40);
}

describe('createMatrixKeypad', () => {
  it('knows every key of a 4×4 keypad', async () => {
    await start();
    const labels = usualMatrixLayout.flatMap((row) => row.split(' '));
    for (const label of labels) await type(label);
    expect(keys).toEqual(labels);
  });

  it('knows a 4×3 keypad with its own layout', async () => {
    const telephone = ['1 2 3', '4 5 6', '7 8 9', 'clear 0 enter'];
    await start({ columns: columns.slice(0, 3), layout: telephone });
    for (const [row, text] of telephone.entries()) {
      for (const column of text.split(' ').keys()) {
        chip.connect(rows[row] ?? -1, columns[column] ?? -1, true);
        await wait(40);
        chip.connect(rows[row] ?? -1, columns[column] ?? -1, false);
        await wait(40);
      }
    }
    expect(keys.join(' ')).toBe(telephone.join(' '));
  });

  it('reports a key within 30 ms, whenever between two scans it was pressed', async () => {
    await start();
    for (let phase = 0; phase < 10; phase += 0.5) {
      await wait(phase);
      const before = keys.length;
      contact('5', true);
      let taken = 0;
      while (keys.length === before && taken <= 30) {
        await wait(1);
        taken += 1;
      }
      expect(taken).toBeLessThanOrEqual(30);
      expect(keys.length).toBe(before + 1);
      contact('5', false);
      await wait(100);
      expect(keys.length).toBe(before + 1);
    }
  });

  it('takes a bouncing contact for one key and a spike for none', async () => {
    await start();
    for (const spike of [1, 3, 5, 7, 9]) {
      contact('8', true);
      await wait(spike);
      contact('8', false);
      await wait(40);
    }
    expect(keys).toEqual([]);
    for (const [state, pauses] of [
      [true, [1, 2, 1, 3]],
      [false, [2, 1, 3, 1]],
    ] as const) {
      for (const pause of pauses) {
        contact('8', state);
        await wait(pause);
        contact('8', !state);
        await wait(1);
      }
      contact('8', state);
      await wait(50);
    }
    expect(keys).toEqual(['8']);
  });

  it('takes the next key before the last one is let go', async () => {
    await start();
    contact('1', true);
    await wait(20);
    contact('2', true);
    await wait(20);
    contact('1', false);
    contact('3', true);
    await wait(40);
    contact('2', false);
    contact('3', false);
    await wait(40);
    expect(keys).toEqual(['1', '2', '3']);
  });

  it('makes no fourth key out of three', async () => {
    await start();
    contact('7', true);
    await wait(20);
    contact('8', true);
    await wait(20);
    contact('4', true);
    await wait(200);
    // "5" is the fourth corner: electrically it looks pressed, too. Neither it nor "4" can be believed.
    expect(keys).toEqual(['7', '8']);
    for (const label of ['7', '8', '4']) contact(label, false);
    await wait(50);
    await type('5');
    expect(keys).toEqual(['7', '8', '5']);
  });

  it('does nothing between keys but read the columns', async () => {
    await start();
    await wait(20);
    let changes = 0;
    chip.onActivity(() => {
      changes += 1;
    });
    await wait(1_000);
    expect(changes).toBe(0);
    expect(rows.map((row) => chip.driven(row))).toEqual([0, 0, 0, 0]);
  });

  it('repeats a held key only when asked to', async () => {
    const plain = await start();
    contact('clear', true);
    await wait(3_000);
    expect(keys).toEqual(['clear']);
    contact('clear', false);
    await wait(50);
    await plain.stop();

    keys = [];
    await start({ repeat: { after: milliseconds(500), every: milliseconds(100) } });
    contact('clear', true);
    await wait(480);
    expect(keys).toEqual(['clear']);
    await wait(270);
    expect(keys).toEqual(['clear', 'clear', 'clear', 'clear']);
    contact('clear', false);
    await wait(1_000);
    expect(keys).toHaveLength(4);
  });

  it('says which key is stuck, and when it no longer is', async () => {
    const started = await start();
    contact('9', true);
    await clock.advance(minutes(1.1));
    expect(started.health()).toMatchObject({ state: 'ready', condition: 'the key "9" is stuck' });
    contact('9', false);
    await wait(50);
    expect(started.health().condition).toBe('ready');
  });

  it('says which column is wired wrong, and works when it is right', async () => {
    chip.drive(columns[2] ?? -1, 0);
    const started = await start();
    expect(started.health().state).toBe('absent');
    expect(started.health().condition).toContain('column on GPIO 20 is low although no row is driven');
    chip.drive(columns[2] ?? -1, null);
    await clock.advance(seconds(5));
    expect(started.health().state).toBe('ready');
    await type('0');
    expect(keys).toEqual(['0']);
  });

  it('is lost when its pins are, and comes back', async () => {
    let broken = false;
    const ports: GpioPort[] = [];
    const inner = memoryGpio(chip);
    const gpio: GpioOpener = {
      description: 'breakable GPIO',
      async open(signal) {
        if (broken) throw new Error('no GPIO here');
        const port = await inner.open(signal);
        ports.push(port);
        return port;
      },
    };
    const started = await start({ gpio });
    broken = true;
    await ports[0]?.close();
    expect(started.health()).toMatchObject({ state: 'lost', condition: 'closed by us' });
    contact('1', true);
    await wait(1_000);
    contact('1', false);
    broken = false;
    await clock.advance(seconds(5));
    expect(started.health().state).toBe('ready');
    await type('2');
    expect(keys).toEqual(['2']);
  });

  it('refuses pins that are too slow for a matrix, and says what to do instead', async () => {
    const started = await start({ gpio: memoryGpio(chip, 'piped') });
    expect(started.health().condition).toContain('a key matrix can’t be scanned through GPIO memory');
    expect(chip.driven(rows[0] ?? -1)).toBeNull();
  });

  it.each<[string, Partial<MatrixKeypadOptions>, RegExp]>([
    ['a row too few', { layout: usualMatrixLayout.slice(1) }, /4 rows are wired, but 3 are named/],
    ['a key too few', { layout: ['7 8 9', '4 5 6 clear', '1 2 3 total', '0 . menu enter'] }, /row 1 names 3 keys/],
    ['an unknown key', { layout: ['7 8 9 x', '4 5 6 clear', '1 2 3 total', '0 . menu enter'] }, /"x" is not a key/],
    ['a line used twice', { columns: [5, 16, 20, 21] }, /GPIO 5 is named twice/],
    ['slow scans', { scanEvery: milliseconds(10) }, /only after 30 ms/],
  ])('refuses %s at once', (_, options, words) => {
    expect(() => build(options)).toThrow(words);
  });
});
