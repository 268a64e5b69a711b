import { beforeEach, describe, expect, it } from 'vitest';
import type { DurableFiles } from '../../src/platform/durable-files.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** What every DurableFiles must do. `crash` cuts the power and gives the folder as it is afterwards. */
export function durableFilesContract(
  name: string,
  make: () => Promise<{ readonly files: DurableFiles; readonly crash?: () => DurableFiles }>,
  { canCrash }: { readonly canCrash: boolean },
): void {
  describe(`${name} as DurableFiles`, () => {
    let files: DurableFiles;
    let crash: (() => DurableFiles) | undefined;
    beforeEach(async () => {
      ({ files, crash } = await make());
    });
    const read = async (file: string, from = 0, length = 1000): Promise<string> =>
      new TextDecoder().decode(await files.read(file, from, length));
    const write = async (file: string, ...parts: string[]): Promise<void> => {
      const opened = await files.openForAppend(file);
      for (const part of parts) await opened.append(text(part));
      await opened.sync();
      await opened.close();
    };

    it('has nothing where there is no folder yet', async () => {
      expect(await files.list()).toEqual([]);
      await expect(files.read('a', 0, 1)).rejects.toMatchObject({ code: 'store.failed' });
    });

    it('appends in order, also to a file that was there, and lists names and sizes by name', async () => {
      await write('b', 'one', 'two');
      await write('a', 'x');
      await write('b', 'three');
      expect(await read('b')).toBe('onetwothree');
      expect(await files.list()).toEqual([
        { name: 'a', size: 1 },
        { name: 'b', size: 11 },
      ]);
    });

    it('appends durably in the same row, before and after a cut', async () => {
      const file = await files.openForAppend('a');
      await file.append(text('one'));
      await file.appendDurably(text('two'));
      await file.append(text('three'));
      await file.truncate(8);
      await file.appendDurably(text('!'));
      expect(await read('a')).toBe('onetwoth!');
      await file.close();
      expect(await read('a')).toBe('onetwoth!');
    });

    it('reads a part, and less at the end', async () => {
      await write('a', 'abcdef');
      expect(await read('a', 2, 3)).toBe('cde');
      expect(await read('a', 4, 100)).toBe('ef');
      expect(await read('a', 9, 2)).toBe('');
    });

    it('cuts, and appends after the cut', async () => {
      await write('a', 'abcdef');
      const file = await files.openForAppend('a');
      await file.truncate(2);
      await file.append(text('X'));
      await file.close();
      expect(await read('a')).toBe('abX');
    });

    it('replaces a file whole, and renames over another', async () => {
      await write('a', 'a long text');
      await files.replace('a', text('short'));
      expect(await read('a')).toBe('short');
      await files.replace('b', text('new'));
      await files.rename('b', 'a');
      expect(await read('a')).toBe('new');
      expect((await files.list()).map((entry) => entry.name)).toEqual(['a']);
    });

    if (!canCrash) return;
    it('keeps at a power cut what was synced, cut or replaced, and of the rest only what came after it', async () => {
      await write('a', 'durable');
      await files.replace('b', text('whole'));
      const a = await files.openForAppend('a');
      await a.appendDurably(text('-too'));
      await a.append(text('-lost?'));
      const c = await files.openForAppend('c');
      await c.append(text('never synced'));
      files = crash?.() ?? files;
      expect(await read('a')).toMatch(/^durable-too/);
      expect(await read('b')).toBe('whole');
    });
  });
}
