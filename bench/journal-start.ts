import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedJournal, openJournal } from '../src/journal/open-journal.ts';
import { silentLogger } from '../src/platform/log.ts';
import { SystemClock } from '../src/platform/system-clock.ts';
import { sampleSale, sampleTerminal } from '../test/journal/sample-sale.ts';

/**
 * How long a start takes with so many sales that are not in Magento yet: with both copies whole, and when one is gone.
 * `node dist/bench/journal-start.js [--quick]`
 */
async function measureStarts(sales: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const clock = new SystemClock();
  const open = (provision = false): Promise<OpenedJournal> =>
    openJournal({ dataDir: folder, terminalId: sampleTerminal, clock, log: silentLogger, provision });
  const { journal } = await open(true);
  for (let n = 1; n <= sales; n += 64) {
    const group = Array.from({ length: Math.min(64, sales - n + 1) }, (_, k) => sampleSale({ counter: n + k }));
    await Promise.all(group.map((sale) => journal.append({ kind: 'sale', sale })));
  }
  await journal.close();
  const size = async (path: string): Promise<string> => {
    const sizes = await Promise.all((await readdir(path)).map(async (name) => (await stat(join(path, name))).size));
    return `${(sizes.reduce((sum, one) => sum + one, 0) / 1e6).toFixed(1)} MB`;
  };
  console.log(
    `start with ${sales} unconfirmed sales (database ${await size(join(folder, 'journal'))}, tape ${await size(join(folder, 'tape'))})`,
  );
  const timed = async (name: string): Promise<void> => {
    const start = clock.monotonic();
    const { journal: opened, report } = await open();
    const taken = clock.monotonic() - start;
    console.log(`  ${name.padEnd(34)} ${taken.toFixed(0)} ms   ${report.outcome}`);
    await opened.close();
  };
  await timed('after a clean end');
  await timed('once more');
  await rm(join(folder, 'tape'), { recursive: true });
  await timed('tape gone');
  await rm(join(folder, 'journal'), { recursive: true });
  await timed('database gone');
  await rm(folder, { recursive: true });
}

await measureStarts(process.argv.includes('--quick') ? 1000 : 10_000);
