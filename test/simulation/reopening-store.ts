import type { KeyValueStore } from '../../src/platform/key-value-store.ts';
import type { StorePlace } from '../../src/platform/store-place.ts';
import type { RecoverableStore } from '../../src/snapshot/snapshot-store.ts';

/** The snapshot's store in memory; after a failed write it is opened again, as the one on LevelDB does. */
export async function reopening(place: StorePlace): Promise<RecoverableStore> {
  let store: KeyValueStore = (await place.open({ createIfMissing: true })).store;
  let failed = false;
  return {
    get: (key) => store.get(key),
    entries: (range) => store.entries(range),
    keys: (range) => store.keys(range),
    async write(batch, options) {
      if (failed) {
        await store.close();
        ({ store } = await place.open({ createIfMissing: true }));
        failed = false;
      }
      try {
        await store.write(batch, options);
      } catch (error) {
        failed = true;
        throw error;
      }
    },
    approximateSize: (from, before) => store.approximateSize(from, before),
    compact: (from, before) => store.compact(from, before),
    close: () => store.close(),
    recover: async () => {},
  };
}
