import { describe, expect, test } from 'vitest';
import { openHeldNote } from '../../src/assembly/held-note.ts';
import { seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import type { HeldStore } from '../../src/till/held-desk.ts';
import { Counter, openCounter } from './fakes/counter.ts';

const note = (disk: MemoryDisk): Promise<HeldStore> => openHeldNote(disk.files('data'), silentLogger);

/** The next process, with what is durable. */
async function again(before: Counter, disk: MemoryDisk, terminal = before.terminal): Promise<Counter> {
  const counter = new Counter({ kept: before.journal.kept, terminal, held: await note(disk) });
  await counter.idle();
  return counter;
}

describe('held sales', () => {
  test('are there after a power cut, and are sold once', async () => {
    const disk = new MemoryDisk();
    const counter = await openCounter({ held: await note(disk) });
    await counter.press('1 enter menu 1 7 enter 7 enter menu 1');
    const next = await again(counter, disk);
    expect(next.screen).toBe('Held: 2. Recall:|MENU 2');
    await next.press('clear menu 2 2 total enter');
    expect(next.sales.map(({ lines }) => lines.map(({ quantity }) => quantity))).toEqual([[2]]);
    const third = await again(next, disk);
    expect(third.till.status().held).toBe(1);
    await third.press('clear menu 2 total enter');
    expect(third.sales).toHaveLength(2);
    expect((await again(third, disk)).till.status().held).toBe(0);
  });

  test('are not sold again where the note could not be written any more', async () => {
    const disk = new MemoryDisk();
    const store = await note(disk);
    let full = false;
    const held: HeldStore = {
      load: () => store.load(),
      save: (sales) => (full ? Promise.reject(new Error('disk full')) : store.save(sales)),
    };
    const counter = await openCounter({ held });
    await counter.press('1 enter menu 1');
    full = true;
    await counter.press('menu 2 total enter');
    expect(counter.sales).toHaveLength(1);
    const next = await again(counter, disk);
    expect(next.till.status().held).toBe(0);
    expect(next.screen).toContain('online');
  });

  test('come back once, when a card payment brings its sale itself', async () => {
    const disk = new MemoryDisk();
    const store = await note(disk);
    const counter = await openCounter({ held: { load: () => store.load(), save: async () => {} } });
    await counter.press('7 enter menu 1');
    await store.save(counter.till.state.held);
    // Recalled, which is not written down; the card gives no answer, and the power goes.
    counter.terminal.plan = 'lost';
    await counter.press('menu 2 total times');
    expect(counter.till.state.mode.kind).toBe('card-unknown');
    const next = await again(counter, disk);
    expect(next.till.status().held).toBe(0);
    expect(next.sales).toHaveLength(1);
  });

  test('keep what was paid towards them', async () => {
    const disk = new MemoryDisk();
    const counter = await openCounter({ held: await note(disk) });
    counter.terminal.plan = 'silent';
    await counter.press('7 enter total 10 enter times');
    await counter.press('clear');
    await counter.clock.advance(seconds(16));
    await counter.idle();
    const { held } = counter.till.state;
    expect(held).toMatchObject([{ tenders: [{ kind: 'cash', amount: 1000 }] }]);
    const next = await again(counter, disk);
    expect(next.till.state.held).toEqual(held);
  });

  test('that can’t be read are gone, and selling goes on', async () => {
    const disk = new MemoryDisk();
    const counter = await openCounter({ held: await note(disk) });
    await counter.press('1 enter menu 1');
    const files = disk.files('data');
    const bytes = Buffer.from(await files.read('held-sales.json', 0, 100_000)).toString('utf8');
    await files.replace('held-sales.json', Buffer.from(bytes.replace('APPLE', 'PEARS')));
    const next = await again(counter, disk);
    expect(next.till.status().held).toBe(0);
    await next.press('1 enter total enter');
    expect(next.sales).toHaveLength(1);
  });

  test('of a training are forgotten', async () => {
    const disk = new MemoryDisk();
    const counter = await openCounter({ held: await note(disk) });
    await counter.press('menu 9 0 times times enter 1 enter menu 1');
    expect(counter.till.status().held).toBe(1);
    expect((await again(counter, disk)).till.status().held).toBe(0);
  });
});
