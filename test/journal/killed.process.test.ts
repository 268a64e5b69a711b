import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { seededRandom } from './seeded-random.ts';
import { all, freshFolder, openIn, removeFolders } from './workbench.ts';

// No limit that a slow or busy machine could meet.
vi.setConfig({ testTimeout: 1_800_000 });

const writer = fileURLToPath(new URL('../../dist/test/journal/writer-to-be-killed.js', import.meta.url));
const rounds = 12;

afterAll(removeFolders);

describe('a process that is killed while it sells', () => {
  it('loses nothing that it acknowledged and gives no number twice, however often', async () => {
    expect(existsSync(writer), 'run "npm run build" first').toBe(true);
    const folder = await freshFolder();
    const random = seededRandom(4);
    const acknowledged = new Map<string, string>();
    for (let round = 0; round < rounds; round++) {
      // Every third one is killed while it starts.
      const afterLines = round % 3 === 2 ? 0 : 1 + Math.floor(random.fraction() * 60);
      const lines = await sellUntilKilled(folder, round === 0, afterLines, random.fraction() * 40);
      for (const line of lines) {
        const [receipt = '', sale = ''] = line.split(' ');
        expect(acknowledged.has(receipt)).toBe(false);
        acknowledged.set(receipt, sale);
      }
    }
    expect(acknowledged.size).toBeGreaterThan(rounds);

    const { journal, report } = await openIn(folder);
    expect(report.lostReceipts).toEqual([]);
    expect(report.skippedReceipts).toEqual([]);
    const found = new Map<string, string>();
    for (const { entry } of await all(journal.records())) {
      if (entry.kind === 'sale') found.set(entry.sale.receiptNumber, entry.sale.saleId);
    }
    for (const [receipt, sale] of acknowledged) expect([receipt, found.get(receipt)]).toEqual([receipt, sale]);
    expect(found.size).toBe(journal.counts.sales);
    expect(journal.nextReceiptCounter).toBe(found.size + 1);
    expect((await journal.verify()).outcome).toBe('whole');
    await journal.close();
  });
});

/** Lets a writer sell, kills it `delay` ms after its line number `afterLines`, and gives back its whole lines. */
async function sellUntilKilled(folder: string, first: boolean, afterLines: number, delay: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, folder, first ? 'provision' : 'go on'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const enough = new Promise<void>((resolve) => {
    if (afterLines === 0) resolve();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.split('\n').length > afterLines) resolve();
    });
    child.once('exit', () => resolve());
  });
  await enough;
  await wait(afterLines === 0 ? delay * 5 : delay);
  const ended = once(child, 'close');
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  await ended;
  return output.split('\n').slice(0, -1);
}
