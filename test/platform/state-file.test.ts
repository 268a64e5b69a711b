import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { openStateFile } from '../../src/platform/state-file.ts';

const schema = z.object({ count: z.int() });

describe('a state file', () => {
  const open = (disk: MemoryDisk) =>
    openStateFile(disk.files('data'), 'state.json', schema, { count: 0 }, silentLogger);

  it('is there again after a power cut, whenever that was', async () => {
    for (let cutAt = 1; cutAt <= 12; cutAt += 1) {
      const disk = new MemoryDisk();
      const random = seededRandom(cutAt);
      let operations = 0;
      disk.onOperation = () => {
        operations += 1;
        if (operations === cutAt) disk.cutPower(random);
        return null;
      };
      const file = await open(disk);
      let saved = 0;
      void (async () => {
        for (let count = 1; count <= 3; count += 1) {
          await file.save({ count });
          saved = count;
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 5));
      const after = (await open(disk)).value.count;
      expect([saved, saved + 1]).toContain(after);
    }
  });

  it('falls back to the copy before, and sets a damaged one aside', async () => {
    const disk = new MemoryDisk();
    const file = await open(disk);
    await file.save({ count: 1 });
    await file.save({ count: 2 });
    const good = disk.peek('data', 'state.json');
    disk.poke(
      'data',
      'state.json',
      (good ?? new Uint8Array()).map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
    );
    expect((await open(disk)).value).toEqual({ count: 1 });
    expect(disk.peek('data', 'state.json.damaged')).toBeDefined();
    disk.poke('data', 'state.json.previous', new Uint8Array([1, 2, 3]));
    expect((await open(disk)).value).toEqual({ count: 0 });
  });
});
