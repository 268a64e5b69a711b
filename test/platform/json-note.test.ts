import { expect, it } from 'vitest';
import { z } from 'zod';
import { openJsonNote } from '../../src/platform/json-note.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';

const noChance = { fraction: () => 0, bytes: (count: number) => new Uint8Array(count) };
const open = (disk: MemoryDisk) => openJsonNote(disk.files('data'), 'paused.json', z.boolean(), false, silentLogger);

it('a note is there again after a power cut, the last one', async () => {
  const disk = new MemoryDisk();
  const note = await open(disk);
  expect(note.value).toBe(false);
  await note.save(true);
  expect(note.value).toBe(true);
  disk.cutPower(noChance);
  expect((await open(disk)).value).toBe(true);
});

it('what can’t be read counts as nothing noted, and can be written anew', async () => {
  const disk = new MemoryDisk();
  await disk.files('data').replace('paused.json', Buffer.from('"ye'));
  const note = await open(disk);
  expect(note.value).toBe(false);
  await note.save(true);
  expect((await open(disk)).value).toBe(true);
});

it('a value that could not be saved does not count', async () => {
  const disk = new MemoryDisk();
  const files = disk.files('data');
  const note = await openJsonNote(
    {
      ...files,
      list: () => files.list(),
      read: files.read.bind(files),
      replace: () => Promise.reject(new Error('full')),
    },
    'paused.json',
    z.boolean(),
    false,
    silentLogger,
  );
  await expect(note.save(true)).rejects.toThrow('full');
  expect(note.value).toBe(false);
});
