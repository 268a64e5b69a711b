import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLevelFiles } from '../../src/platform/level-check.ts';
import { LevelPlace } from '../../src/platform/level-place.ts';
import { salvageLevelFiles } from '../../src/platform/level-salvage.ts';
import { openLevelStore } from '../../src/platform/level-store.ts';
import { MemoryStore } from '../../src/platform/memory-store.ts';
import { seededRandom } from '../journal/seeded-random.ts';

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'holdfast-level-'));
  folders.push(made);
  return made;
}
afterAll(() => Promise.all(folders.map((made) => rm(made, { recursive: true }))));

/** Values of every size up to beyond a log block, some that compress well and some that do not. */
function contentOf(n: number): Buffer {
  const value = Buffer.alloc((n * 397) % 40_000, `value ${n} `);
  if (n % 2 === 0) value.set(seededRandom(n).bytes(value.length));
  return value;
}
const rows = 120;
/** The last ones are in the log only. */
const inTables = 90;
let original: string;

/** A database with tables, a log, and keys that were written twice and deleted; not closed, as after kill -9. */
beforeAll(async () => {
  const path = join(await folder(), 'db');
  const options = { createIfMissing: true, writeBufferSize: 4_000_000 };
  let store = await openLevelStore(path, options);
  for (let n = 0; n < rows; n++) {
    const changes = [
      { type: 'put', key: `k${n}`, value: Buffer.from('older') },
      { type: 'put', key: `gone${n}`, value: Buffer.from('to be deleted') },
    ] as const;
    await store.write(changes, { durable: false });
  }
  for (let n = 0; n < rows; n++) {
    if (n === inTables) {
      await store.compact('', '~');
      await store.close();
      store = await openLevelStore(path, options);
    }
    const changes = [
      { type: 'put', key: `k${n}`, value: contentOf(n) },
      { type: 'delete', key: `gone${n}` },
    ] as const;
    await store.write(changes, { durable: true });
  }
  original = join(await folder(), 'copy');
  await cp(path, original, { recursive: true });
  await store.close();
});

async function copy(): Promise<string> {
  const path = join(await folder(), 'db');
  await cp(original, path, { recursive: true });
  return path;
}
async function fileOf(path: string, pattern: RegExp): Promise<string> {
  const found = (await readdir(path)).filter((name) => pattern.test(name)).sort();
  return join(path, found[0] ?? '');
}
async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  await writeFile(path, bytes);
}
async function salvaged(path: string): Promise<Map<string, Buffer>> {
  const into = new MemoryStore();
  await salvageLevelFiles([path], into);
  const found = new Map<string, Buffer>();
  for await (const [key, value] of into.entries({})) found.set(key, Buffer.from(value));
  return found;
}

describe('a look at the files of a LevelDB', () => {
  it('finds no fault with a database that was killed, and nothing where there is none', async () => {
    expect(await checkLevelFiles(await copy())).toEqual({ exists: true, damage: [], unfinishedWrite: false });
    expect(await checkLevelFiles(join(await folder(), 'none'))).toMatchObject({ exists: false, damage: [] });
  });

  it('finds every flipped byte of a table and every one before the end of a log', async () => {
    for (const pattern of [/\.ldb$/, /\.log$/]) {
      const path = await copy();
      const file = await fileOf(path, pattern);
      const sound = await readFile(file);
      let noticed = 0;
      for (let at = 3; at < sound.length - 45_000; at += Math.ceil(sound.length / 40)) {
        await flip(file, at);
        const { damage, unfinishedWrite } = await checkLevelFiles(path);
        expect({ at, noticed: damage.length > 0 || unfinishedWrite }).toEqual({ at, noticed: true });
        await writeFile(file, sound);
        noticed++;
      }
      expect(noticed).toBeGreaterThan(10);
    }
  });

  it.each([
    ['CURRENT', /^CURRENT$/, 'CURRENT does not name a manifest'],
    ['the manifest', /^MANIFEST/, 'manifest'],
  ])('finds %s empty or gone', async (_, pattern, words) => {
    const path = await copy();
    await truncate(await fileOf(path, pattern), 0);
    expect((await checkLevelFiles(path)).damage.join().toLowerCase()).toContain(words.toLowerCase().slice(-8));
    await rm(await fileOf(path, pattern));
    expect((await checkLevelFiles(path)).damage.length).toBe(1);
  });

  it('finds a table missing or cut, and takes no notice of one that is not in use', async () => {
    const path = await copy();
    await writeFile(join(path, '999999.ldb'), 'a compaction that did not finish');
    expect((await checkLevelFiles(path)).damage).toEqual([]);
    const table = await fileOf(path, /\.ldb$/);
    await truncate(table, 5000);
    expect((await checkLevelFiles(path)).damage).toEqual([expect.stringContaining('has not the size')]);
    await rm(table);
    expect((await checkLevelFiles(path)).damage).toEqual([expect.stringContaining('is missing')]);
  });

  it('takes a log that was cut off for a write that did not finish', async () => {
    const path = await copy();
    const log = await fileOf(path, /\.log$/);
    await truncate(log, (await readFile(log)).length - 3);
    expect(await checkLevelFiles(path)).toEqual({ exists: true, damage: [], unfinishedWrite: true });
  });
});

describe('salvaging the files of a LevelDB', () => {
  it('gives exactly what LevelDB itself reads, if nothing is damaged', async () => {
    const found = await salvaged(await copy());
    expect([...found.keys()].sort()).toEqual(Array.from({ length: rows }, (_, n) => `k${n}`).sort());
    for (let n = 0; n < rows; n++) expect(found.get(`k${n}`)?.equals(contentOf(n))).toBe(true);
  });

  it('loses only the block that is damaged, also without manifest and with a damaged index', async () => {
    const path = await copy();
    await rm(join(path, 'CURRENT'));
    const table = await fileOf(path, /\.ldb$/);
    const { length } = await readFile(table);
    await flip(table, length - 100);
    expect((await salvaged(path)).size).toBeGreaterThanOrEqual(rows);
    await flip(table, 1000);
    await flip(table, length - 100);
    const found = await salvaged(path);
    const right = Array.from({ length: rows }, (_, n) => n).filter((n) => found.get(`k${n}`)?.equals(contentOf(n)));
    expect(right.length).toBeGreaterThan(rows - 20);
  });
});

describe('the place of a LevelDB', () => {
  it('is rebuilt beside and flipped, keeping what was there', async () => {
    const path = await copy();
    const place = new LevelPlace(path);
    const aside = await place.rebuild('damaged-1', async (fresh, old) => {
      const value = old?.get('k7') ?? new Uint8Array();
      await fresh.write([{ type: 'put', key: 'only', value }], { durable: true });
    });
    expect(aside).toEqual([`${path}.damaged-1`]);
    const { store } = await place.open({ createIfMissing: false });
    expect(Buffer.from(store.get('only') ?? []).equals(contentOf(7))).toBe(true);
    expect(store.get('k7')).toBeUndefined();
    await store.close();
    expect((await salvaged(`${path}.damaged-1`)).size).toBe(rows);
  });

  it('stays as it was when a rebuild fails', async () => {
    const path = await copy();
    const place = new LevelPlace(path);
    await expect(place.rebuild('damaged-1', () => Promise.reject(new Error('power')))).rejects.toThrow('power');
    expect(await place.check()).toMatchObject({ exists: true, damage: [] });
    expect((await salvaged(path)).size).toBe(rows);
  });

  it('takes a rebuild that was complete but for the last step', async () => {
    const path = await copy();
    await cp(path, `${path}.rebuilt`, { recursive: true });
    await rm(path, { recursive: true });
    expect(await new LevelPlace(path).check()).toMatchObject({ exists: true, damage: [] });
  });
});
