import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freeIn, systemStorage } from '../../src/health/system-storage.ts';
import { describeWithSmallDisk } from '../tools/needs.ts';
import { mountSmallDisk, type SmallDisk } from '../tools/small-disk.ts';

const mb = 1024 * 1024;
let dataDir: string;
const media = (change: { tapeDir?: string; logDir?: string } = {}) =>
  systemStorage({ dataDir, tapeDir: join(dataDir, 'tape'), logDir: null, reserve: 4 * mb, ...change });

function put(name: string, bytes: number): string {
  const path = join(dataDir, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, Buffer.alloc(bytes, 7));
  return path;
}

describe('what is on the medium', () => {
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'holdfast-storage-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  test('an empty folder takes next to nothing', async () => {
    const usage = await media().usage();
    expect(usage).toEqual({ snapshot: 0, journal: 0, tape: 0, logs: 0 });
  });

  test('each part is counted with what belongs to it, in whole blocks', async () => {
    put('snapshot/000005.ldb', mb);
    put('journal/000007.log', mb);
    put('journal.damaged-20261123T080000Z/000003.ldb', mb);
    put('anchor', 10);
    put('tape/tape-0000000000000001.frames', 2 * mb);
    put('logs/holdfast.log', 3 * mb);
    put('control.json', 5 * mb);
    const usage = await media({ logDir: join(dataDir, 'logs') }).usage();
    const between = (bytes: number, from: number): void => {
      expect(bytes).toBeGreaterThanOrEqual(from);
      expect(bytes).toBeLessThan(from + 64 * 1024);
    };
    between(usage.snapshot, mb);
    between(usage.journal, 2 * mb + 512);
    between(usage.tape, 2 * mb);
    between(usage.logs, 3 * mb);
  });

  test('a file with two names counts once, a hole not at all', async () => {
    const table = put('journal/000007.ldb', mb);
    const before = (await media().usage()).journal;
    mkdirSync(join(dataDir, 'journal.before'));
    linkSync(table, join(dataDir, 'journal.before', '000007.ldb'));
    expect((await media().usage()).journal - before).toBeLessThan(64 * 1024);
  });

  test('free space is also found for a folder that is not there yet', () => {
    expect(freeIn(join(dataDir, 'not', 'there'))).toBe(freeIn(dataDir));
    expect(media({ tapeDir: join(dataDir, 'not', 'there') }).free().tapeFree).toBeNull();
  });

  test('the reserve really takes its blocks, and gives them back', async () => {
    const { reserve } = media();
    expect(reserve.bytes).toBe(0);
    await reserve.restore();
    expect(reserve.bytes).toBe(4 * mb);
    const { blocks, mode } = statSync(join(dataDir, 'reserve'));
    expect(blocks * 512).toBeGreaterThanOrEqual(4 * mb);
    expect(mode & 0o777).toBe(0o600);
    await reserve.release();
    expect(reserve.bytes).toBe(0);
    await reserve.release();
  });
});

describeWithSmallDisk('on a small file system', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = mountSmallDisk(8 * mb);
    dataDir = disk.folder;
  });
  afterEach(() => disk.unmount());

  test('the reserve is what is left when everything else is full', async () => {
    const { reserve, free } = media();
    await reserve.restore();
    disk.fill();
    expect(free().free).toBe(0);
    expect(() => put('journal/000001.log', 1)).toThrow('ENOSPC');
    await reserve.release();
    expect(free().free).toBe(4 * mb);
    put('journal/000001.log', 3 * mb);
  });

  test('a reserve that does not fit takes nothing', async () => {
    disk.fill();
    const { reserve, free } = media();
    await expect(reserve.restore()).rejects.toMatchObject({ code: 'store.disk-full' });
    expect(reserve.bytes).toBe(0);
    disk.clear();
    expect(free().free).toBeGreaterThan(7 * mb);
  });

  test('a tape on another medium is looked at apart', async () => {
    const other = mkdtempSync(join(tmpdir(), 'holdfast-tape-'));
    try {
      const apart = media({ tapeDir: other });
      expect(apart.free().tapeFree).toBe(freeIn(other));
      expect(apart.free().free).toBe(disk.free());
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});
