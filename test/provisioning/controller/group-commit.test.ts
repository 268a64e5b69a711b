import { describe, expect, it } from 'vitest';
import { GroupCommit } from '../../../provisioning/controller/store/group-commit.ts';
import { KeyValueControllerStore } from '../../../provisioning/controller/store/key-value-controller-store.ts';
import { HoldfastError } from '../../../src/platform/errors.ts';
import type { KeyValueChange, KeyValueStore } from '../../../src/platform/key-value-store.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';

/** Counts the writes of a store in memory. */
function counted(medium = new MemoryStoreMedium()) {
  const store = medium.open({ createIfMissing: true });
  const writes: { readonly keys: readonly string[]; readonly durable: boolean }[] = [];
  const counting: KeyValueStore = {
    get: (key) => store.get(key),
    entries: (range) => store.entries(range),
    keys: (range) => store.keys(range),
    approximateSize: (from, before) => store.approximateSize(from, before),
    compact: () => store.compact(),
    close: () => store.close(),
    write: async (batch, options) => {
      writes.push({ keys: batch.map(({ key }) => key), durable: options.durable });
      await store.write(batch, options);
    },
  };
  return { store: counting, writes, medium };
}

const put = (key: string): KeyValueChange[] => [{ type: 'put', key, value: new Uint8Array() }];
const plain = { durable: false, over: () => undefined };
const group = (name: string) => ({ name, label: '', settings: {}, secrets: {} });

describe('writes that come up together', () => {
  it('are one, durable when one of them must be, in their order', async () => {
    const { store, writes } = counted();
    const commit = new GroupCommit(store);
    const over: string[] = [];
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((key) =>
        commit.write({ durable: key === 'c', decide: () => put(key), over: () => over.push(key) }),
      ),
    );
    expect(writes).toEqual([
      { keys: ['a'], durable: false },
      { keys: ['b', 'c', 'd'], durable: true },
    ]);
    expect(over).toEqual(['a', 'b', 'c', 'd']);
  });

  it('do not suffer from one that is refused, nor does what comes right behind it', async () => {
    const { store, writes } = counted();
    const commit = new GroupCommit(store);
    const refuse = (): never => {
      throw new Error('no');
    };
    await expect(commit.write({ ...plain, decide: refuse })).rejects.toThrow('no');
    await commit.write({ ...plain, decide: () => put('a') });
    const both = [commit.write({ ...plain, decide: refuse }), commit.write({ ...plain, decide: () => put('b') })];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await commit.settled();
    expect(writes.flatMap(({ keys }) => keys)).toEqual(['a', 'b']);
  });
});

describe('a controller’s store', () => {
  it('compares with what is on its way, so that of two changes of one version one wins', async () => {
    const { store, writes } = counted();
    const documents = new KeyValueControllerStore(store, silentLogger);
    const change = (label: string, expected: number) =>
      documents.write([{ collection: 'groups', id: 'market', expected, value: { ...group('market'), label } }]);
    const outcomes = await Promise.allSettled([change('a', 0), change('b', 1), change('c', 1), change('d', 2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(writes.length).toBe(2);
    expect(await documents.get('groups', 'market')).toMatchObject({ version: 3, value: { label: 'd' } });
  });

  it('believes nothing of a write that failed', async () => {
    const medium = new MemoryStoreMedium();
    const documents = new KeyValueControllerStore(counted(medium).store, silentLogger);
    const change = (label: string, expected: number) =>
      documents.write([{ collection: 'groups', id: 'market', expected, value: { ...group('market'), label } }]);
    await change('a', 0);
    expect(await documents.get('groups', 'market')).toMatchObject({ version: 1 });
    medium.fault = new HoldfastError('store.failed', 'broken', { remedy: 'retry' });
    await expect(change('b', 1)).rejects.toThrow('broken');
    expect(await documents.get('groups', 'market')).toMatchObject({ version: 1, value: { label: 'a' } });
    medium.fault = null;
    await documents.close();
    const reopened = new KeyValueControllerStore(medium.open({ createIfMissing: false }), silentLogger);
    expect(await reopened.list('groups')).toMatchObject([{ version: 1, value: { label: 'a' } }]);
  });
});
