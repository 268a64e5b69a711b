import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { SystemDurableFiles } from '../../src/platform/system-durable-files.ts';
import { durableFilesContract } from '../contract/durable-files.ts';
import { seededRandom } from '../journal/seeded-random.ts';

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'holdfast-files-'));
  folders.push(made);
  return made;
}
afterAll(() => Promise.all(folders.map((made) => rm(made, { recursive: true }))));

const onTheSystem = async () => ({ files: new SystemDurableFiles(join(await folder(), 'deep', 'er')) });
durableFilesContract('the file system', onTheSystem, { canCrash: false });

const inMemory = async () => {
  const disk = new MemoryDisk();
  const crash = () => {
    disk.cutPower(seededRandom(1));
    return disk.files('place');
  };
  return { files: disk.files('place'), crash };
};
durableFilesContract('a disk in memory', inMemory, { canCrash: true });

describe('the file system', () => {
  it('says what can not be written, where, and what to do', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    await expect(new SystemDurableFiles(file).openForAppend('a')).rejects.toThrow(`Can't open ${join(file, 'a')}`);
    await expect(new SystemDurableFiles('/proc').replace('a', new Uint8Array())).rejects.toThrow("Can't write /proc/a");
  });

  it('does not show a file that was being replaced when the power failed', async () => {
    const place = await folder();
    await writeFile(join(place, 'a.tmp'), 'half');
    expect(await new SystemDurableFiles(place).list()).toEqual([]);
  });
});

describe('a disk in memory', () => {
  it('loses, keeps and tears what was not synced, as chance has it', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const disk = new MemoryDisk();
      const file = await disk.files('place').openForAppend('a');
      await file.append(new Uint8Array(100).fill(1));
      await file.sync();
      await file.append(new Uint8Array(2000).fill(2));
      disk.cutPower(seededRandom(seed));
      const left = disk.peek('place', 'a') ?? new Uint8Array();
      expect([...left.subarray(0, 100)].every((value) => value === 1)).toBe(true);
      const rest = left.subarray(100);
      if (rest.length < 2000) outcomes.add('cut');
      if (rest.some((value) => value === 2)) outcomes.add('kept');
      if (rest.some((value) => value === 0) && rest.at(-1) === 2) outcomes.add('torn');
    }
    expect([...outcomes].sort()).toEqual(['cut', 'kept', 'torn']);
  });

  it('never answers who was there before the power failed', async () => {
    const disk = new MemoryDisk();
    const file = await disk.files('place').openForAppend('a');
    disk.cutPower(seededRandom(1));
    const answer = await Promise.race([
      file.append(new Uint8Array(1)).then(() => 'answered'),
      Promise.resolve('silence'),
    ]);
    expect(answer).toBe('silence');
  });
});
