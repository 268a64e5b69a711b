import { expect, test } from 'vitest';
import { sku } from '../../src/platform/ids.ts';
import type { KeyValueChange, KeyValueStore } from '../../src/platform/key-value-store.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../src/platform/memory-store.ts';
import { sealJson } from '../../src/snapshot/envelope.ts';
import { importSnapshot } from '../../src/snapshot/import.ts';
import { currentKey, format, importKey, manifestKey } from '../../src/snapshot/layout.ts';
import { SealedReader } from '../../src/snapshot/sealed-reader.ts';
import { openSnapshot } from '../../src/snapshot/snapshot.ts';
import { BriskClock, manyProducts, SampleShop } from './sample-shop.ts';

const clock = new BriskClock();
const take = (store: KeyValueStore) =>
  importSnapshot({
    store,
    source: new SampleShop(...manyProducts(15)),
    clock,
    log: silentLogger,
    sourceId: 'sample',
    budget: 1_000_000_000,
  });

/** A snapshot as a release of another format left it, with an import under way. */
async function ofFormat(other: number): Promise<KeyValueStore> {
  const store = new MemoryStoreMedium().open({ createIfMissing: true });
  await take(store);
  const rewritten = (key: string): KeyValueChange => {
    const value = new SealedReader(store).json(key) as unknown as object;
    return { type: 'put', key, value: sealJson(key, { ...value, format: other }) };
  };
  const state = { format: other, generation: 2, sourceId: 'sample', kind: 'product', cursor: 'somewhere' };
  const importing: KeyValueChange = { type: 'put', key: importKey, value: sealJson(importKey, state) };
  await store.write([rewritten(currentKey), rewritten(manifestKey(1)), importing], { durable: true });
  return store;
}

test.each([
  ['older', format - 1],
  ['newer', format + 1],
])('a snapshot of an %s format is not sold from, and fetched again without a trace of it', async (_, other) => {
  const store = await ofFormat(other);
  const before = await openSnapshot({ store, clock, log: silentLogger });
  expect(before.catalogue.generation).toBeNull();
  expect(before.catalogue.bySku(sku('A-3'))).toBeUndefined();
  expect(before.refetchNeeded).toBe(true);

  const info = await take(store);
  expect(info.counts).toMatchObject({ product: 15 });
  const { catalogue } = await openSnapshot({ store, clock, log: silentLogger });
  expect(catalogue.generation).toEqual(info);
  expect(catalogue.bySku(sku('A-3'))).toMatchObject({ name: 'Article 3' });
  const generations = new Set<string>();
  for await (const key of store.keys({ from: 'g/', before: 'g0' })) generations.add(key.slice(2, 10));
  expect([...generations]).toEqual([String(info.generation).padStart(8, '0')]);
});
