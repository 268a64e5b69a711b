import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../src/platform/errors.ts';
import { openLevelStore } from '../../src/platform/level-store.ts';
import { MemoryStoreMedium } from '../../src/platform/memory-store.ts';
import { keyValueStoreContract, type StoreUnderTest } from '../contract/key-value-store.ts';

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'holdfast-store-'));
  folders.push(made);
  return made;
}
afterAll(() => Promise.all(folders.map((made) => rm(made, { recursive: true }))));

const openedInFreshFolder = async (): Promise<StoreUnderTest> => {
  const path = join(await folder(), 'db');
  return { open: () => openLevelStore(path, { createIfMissing: true }) };
};
keyValueStoreContract('LevelDB', openedInFreshFolder, { canCrash: false });

const openedInMemory = async (): Promise<StoreUnderTest> => {
  const medium = new MemoryStoreMedium();
  return { open: async () => medium.open({ createIfMissing: true }), crash: () => medium.crash(() => 1) };
};
keyValueStoreContract('memory', openedInMemory, { canCrash: true });

describe('LevelDB', () => {
  it('never makes a database where one was expected', async () => {
    const path = join(await folder(), 'db');
    await expect(openLevelStore(path, { createIfMissing: false })).rejects.toMatchObject({ code: 'store.missing' });
  });

  it('says that another has it open', async () => {
    const path = join(await folder(), 'db');
    const store = await openLevelStore(path, { createIfMissing: true });
    await expect(openLevelStore(path, { createIfMissing: false })).rejects.toMatchObject({ code: 'store.locked' });
    await store.close();
  });
});

describe('memory', () => {
  it('stays failed after a fault until it is reopened, the batch there whole or not at all', async () => {
    for (const written of [false, true]) {
      const medium = new MemoryStoreMedium();
      const store = medium.open({ createIfMissing: true });
      const batch = [{ type: 'put', key: 'a', value: new Uint8Array([1]) } as const];
      medium.fault = new HoldfastError('store.disk-full', 'full', { remedy: 'retry' });
      medium.faultAfterWriting = written;
      await expect(store.write(batch, { durable: true })).rejects.toMatchObject({ code: 'store.disk-full' });
      medium.fault = null;
      await expect(store.write(batch, { durable: true })).rejects.toMatchObject({ code: 'store.disk-full' });
      await store.close();
      expect(medium.open({ createIfMissing: false }).get('a')).toEqual(written ? new Uint8Array([1]) : undefined);
    }
  });
});
