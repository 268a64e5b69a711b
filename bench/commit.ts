import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, noPrevious } from '../src/journal/frame.ts';
import { openJournal } from '../src/journal/open-journal.ts';
import { silentLogger } from '../src/platform/log.ts';
import { SystemClock } from '../src/platform/system-clock.ts';
import { sampleSale, sampleStamp, sampleTerminal } from '../test/journal/sample-sale.ts';

/**
 * How long a sale takes to be durable in both copies, beside the least that any software could do: the same bytes
 * appended to one file and fdatasync. Both in one run on one disk; the ratio is what counts.
 * `node dist/bench/commit.js [--quick]`
 */
async function measureCommits(sales: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const clock = new SystemClock();
  const entry = { kind: 'sale', sale: sampleSale({ counter: 1 }) } as const;
  const { bytes } = encodeFrame({ sequence: 1, stamp: sampleStamp(1), entry }, noPrevious);
  const { journal } = await openJournal({
    dataDir: folder,
    terminalId: sampleTerminal,
    clock,
    log: silentLogger,
    provision: true,
  });
  const file = await open(join(folder, 'raw'), 'a');
  const raw: number[] = [];
  const committed: number[] = [];
  const timed = async (times: number[], task: () => Promise<unknown>): Promise<void> => {
    const start = clock.monotonic();
    await task();
    times.push(clock.monotonic() - start);
  };
  for (let n = 1; n <= sales; n++) {
    await timed(raw, async () => {
      await file.appendFile(bytes);
      await file.datasync();
    });
    const sale = sampleSale({ counter: n });
    await timed(committed, () => journal.append({ kind: 'sale', sale }));
  }
  const start = clock.monotonic();
  const next = journal.nextReceiptCounter;
  await Promise.all(
    Array.from({ length: sales }, (_, n) => journal.append({ kind: 'sale', sale: sampleSale({ counter: next + n }) })),
  );
  const together = (clock.monotonic() - start) / sales;
  await file.close();
  await journal.close();
  await rm(folder, { recursive: true });
  const row = (name: string, times: number[]): string =>
    `  ${name.padEnd(34)} median ${at(times, 0.5)} ms   p95 ${at(times, 0.95)} ms   p99 ${at(times, 0.99)} ms`;
  console.log(`commit of one sale (${bytes.length} bytes), ${sales} times`);
  console.log(row('one file, append and fdatasync', raw));
  console.log(row('journal, both copies and anchor', committed));
  console.log(`  ${'journal, many at once'.padEnd(34)} ${together.toFixed(3)} ms a sale`);
  console.log(`  ratio of the medians ${(Number(at(committed, 0.5)) / Number(at(raw, 0.5))).toFixed(2)}`);
}

function at(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(3);
}

await measureCommits(process.argv.includes('--quick') ? 50 : 300);
