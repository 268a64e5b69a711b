import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { receiptNumber } from '../../src/platform/ids.ts';
import { sampleSaleId, sampleTerminal } from './sample-sale.ts';
import { deliver, freshFolder, openIn, removeFolders, sell } from './workbench.ts';

afterAll(removeFolders);

const signal = new AbortController().signal;

/** A journal of 200 sales, opened again, so that the database lies in tables and nothing of it is in memory. */
async function soldBefore(): Promise<{ folder: string; journal: LiveJournal }> {
  const folder = await freshFolder();
  const { journal: first } = await openIn(folder, { provision: true });
  for (let counter = 1; counter <= 200; counter++) {
    await sell(first, 1);
    if (counter <= 150) await deliver(first, counter);
  }
  await first.close();
  const { journal } = await openIn(folder);
  return { folder, journal };
}

async function flip(path: string, share: number): Promise<void> {
  const at = Math.floor((await stat(path)).size * share);
  const bytes = await readFile(path);
  const file = await open(path, 'r+');
  await file.write(Buffer.from([(bytes[at] ?? 0) ^ 0xff]), 0, 1, at);
  await file.close();
}

const largest = async (folder: string, ending: string): Promise<string> => {
  const files = (await readdir(folder)).filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
  const sizes = await Promise.all(files.map(async (path) => ({ path, size: (await stat(path)).size })));
  return sizes.sort((a, b) => b.size - a.size)[0]?.path ?? '';
};

describe('the scrub beside the selling', () => {
  it('finds nothing in a whole journal', async () => {
    const { journal } = await soldBefore();
    expect(await journal.scrub(signal)).toEqual([]);
    expect(journal.health.state).toBe('whole');
    await journal.close();
  });

  it('finds silent damage of the database, and has it built again from the tape while selling goes on', async () => {
    const { folder, journal } = await soldBefore();
    await flip(await largest(join(folder, 'journal'), '.ldb'), 0.5);
    const [words] = await journal.scrub(signal);
    expect(words).toMatch(/it is built again from the tape/);
    expect(journal.health).toMatchObject({
      state: 'one-copy',
      storeError: { code: expect.stringMatching(/damaged$/) },
    });
    await sell(journal, 1);
    expect(await journal.restore()).toMatchObject({ state: 'whole' });
    expect(await journal.scrub(signal)).toEqual([]);
    for (let counter = 1; counter <= 201; counter++) {
      expect(journal.saleByReceipt(receiptNumber(sampleTerminal, counter))?.sale.saleId).toBe(sampleSaleId(counter));
    }
    await journal.close();
  });

  it('finds silent damage of the tape, and has it written again from the database while selling goes on', async () => {
    const { folder, journal } = await soldBefore();
    await flip(await largest(join(folder, 'tape'), '.frames'), 0.5);
    expect(await journal.scrub(signal)).toEqual([
      expect.stringMatching(/^The tape was damaged in 1 record\(s\) \(\d+\)/),
    ]);
    expect(journal.health).toMatchObject({ state: 'one-copy', tapeError: { code: 'journal.damaged' } });
    await sell(journal, 1);
    expect(await journal.restore()).toMatchObject({ state: 'whole' });
    expect(await journal.scrub(signal)).toEqual([]);
    expect(await journal.verify()).toMatchObject({ outcome: 'whole', sales: 201 });
    await journal.close();
  });

  it('is not disturbed by sales that are kept meanwhile, and ends when it is told to', async () => {
    const { journal } = await soldBefore();
    const [found] = await Promise.all([journal.scrub(signal), sell(journal, 30)]);
    expect(found).toEqual([]);
    expect(await journal.scrub(AbortSignal.abort())).toEqual([]);
    await journal.close();
  });
});
