import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { milliseconds } from '../../src/platform/clock.ts';
import { sku } from '../../src/platform/ids.ts';
import type { KeyValueStore } from '../../src/platform/key-value-store.ts';
import { silentLogger as log } from '../../src/platform/log.ts';
import { importSnapshot } from '../../src/snapshot/import.ts';
import { openSnapshot } from '../../src/snapshot/snapshot.ts';
import { openSnapshotStore } from '../../src/snapshot/snapshot-store.ts';
import { BriskClock, manyProducts, SampleShop } from './sample-shop.ts';

const clock = new BriskClock();
let folder: string;
let open: KeyValueStore[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-store-'));
});
afterEach(async () => {
  for (const store of open) await store.close();
  open = [];
  await rm(folder, { recursive: true, force: true });
});

async function openStore(): Promise<KeyValueStore> {
  const store = await openSnapshotStore(folder, log);
  open.push(store);
  return store;
}

const take = (store: KeyValueStore, name: string) =>
  importSnapshot({
    store,
    source: new SampleShop(...manyProducts(400, name)),
    clock,
    log,
    sourceId: 'sample',
    budget: 1e9,
  });

describe('every file of the database', () => {
  const damages: [string, (file: string) => Promise<void>][] = [
    ['deleted', (file) => rm(file)],
    ['emptied', (file) => truncate(file)],
    ['filled with something else', (file) => writeFile(file, 'x'.repeat(5_000))],
  ];
  test.each(damages)('%s: the till sells from what is left, or from a new snapshot', async (_, harm) => {
    await closeAfter(async (store) => {
      await take(store, 'Old');
      await take(store, 'New');
    });
    const files = (await readdir(folder)).filter((name) => name !== 'LOCK' && !name.startsWith('LOG'));
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      await harm(join(folder, file));
      await closeAfter(async (store) => {
        const snapshot = await openSnapshot({ store, clock, log });
        const name = snapshot.catalogue.bySku(sku('A-17'))?.name;
        expect(['Old 17', 'New 17', undefined]).toContain(name);
        const { damage } = await snapshot.scrub({ pause: milliseconds(0) });
        if (name === undefined || damage !== null) expect(snapshot.refetchNeeded).toBe(true);
        // The first may find the database unreadable; it is begun anew then, and the next one succeeds.
        await take(store, 'New').catch(() => take(store, 'New'));
        snapshot.reload();
        expect(snapshot.catalogue.bySku(sku('A-17'))?.name).toBe('New 17');
        expect((await snapshot.scrub({ pause: milliseconds(0) })).damage).toBeNull();
        expect(snapshot.refetchNeeded).toBe(false);
      });
      if ((await readdir(folder)).length === 0) break;
    }
  });

  async function closeAfter(task: (store: KeyValueStore) => Promise<void>): Promise<void> {
    const store = await openSnapshotStore(folder, log);
    try {
      await task(store);
    } finally {
      await store.close();
    }
  }
});

test('a snapshot that is open elsewhere is left alone', async () => {
  await openStore();
  await expect(openSnapshotStore(folder, log)).rejects.toMatchObject({ code: 'store.locked' });
});

test('asked while it is closed, the till finds nothing, and nothing is taken for damaged', async () => {
  const store = await openStore();
  await take(store, 'New');
  const damages: unknown[] = [];
  const snapshot = await openSnapshot({ store, clock, log, onDamage: (damage) => damages.push(damage) });
  await store.close();
  expect(snapshot.catalogue.bySku(sku('A-1'))).toBeUndefined();
  expect(await snapshot.scrub()).toMatchObject({ damage: null });
  expect(damages).toEqual([]);
});
