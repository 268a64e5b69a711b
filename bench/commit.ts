import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, noPrevious } from '../src/journal/frame.ts';
import { openJournal } from '../src/journal/open-journal.ts';
import { silentLogger } from '../src/platform/log.ts';
import { sampleSale, sampleStamp, sampleTerminal } from '../test/journal/sample-sale.ts';
import { type BenchContext, bench, timed } from './kit/bench.ts';
import { atMost, row, type Table, times, value } from './kit/result.ts';
import { noChromium, openBrowserTill } from './rivals/browser-till.ts';
import { noSqlite, openSqliteTill } from './rivals/sqlite-till.ts';

/**
 * How long a sale takes to be durable in both copies, beside the least that any software could do: the same bytes
 * appended to one file and fdatasync; and beside what others keep sales in. All in one run on one disk, in turns.
 */
async function measureCommits({ quick, clock, progress }: BenchContext): Promise<readonly Table[]> {
  const sales = quick ? 50 : 500;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
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
  const second = await open(join(folder, 'raw-2'), 'a');
  const sqlite = openSqliteTill(folder);
  const browser = await openBrowserTill();
  const raw: number[] = [];
  const both: number[] = [];
  const committed: number[] = [];
  const inSqlite: number[] = [];
  const relaxed: number[] = [];
  const strict: number[] = [];
  const append = async (to: FileHandle): Promise<void> => {
    await to.appendFile(bytes);
    await to.datasync();
  };
  progress(`${sales} sales one after the other`);
  for (let counter = 1; counter <= sales; counter++) {
    raw.push(await timed(clock, () => append(file)));
    both.push(await timed(clock, () => Promise.all([append(file), append(second)])));
    const sale = sampleSale({ counter });
    committed.push(await timed(clock, () => journal.append({ kind: 'sale', sale })));
    if (sqlite !== null) inSqlite.push(await timed(clock, () => sqlite.sell(counter, JSON.stringify(sale))));
    if (browser !== null && counter % 50 === 0) {
      const some = Array.from({ length: 50 }, (_, n) => ({ ...sampleSale({ counter: n + 1 }), id: counter + n }));
      strict.push(...(await browser.sell(some, 'strict')));
      relaxed.push(...(await browser.sell(some, 'relaxed')));
    }
  }
  sqlite?.close();
  await browser?.close();
  progress(`${sales} sales at once`);
  const next = journal.nextReceiptCounter;
  const together = await timed(clock, () =>
    Promise.all(
      Array.from({ length: sales }, (_, n) =>
        journal.append({ kind: 'sale', sale: sampleSale({ counter: next + n }) }),
      ),
    ),
  );
  await file.close();
  await second.close();
  await journal.close();
  await rm(folder, { recursive: true });
  const anchor = row('append and fdatasync, one file', times(raw));
  return [
    {
      id: 'both-copies',
      title: `Commit of one sale (${bytes.length} bytes)`,
      rows: [
        anchor,
        row('append and fdatasync, two files at once', times(both), anchor),
        row('journal, both copies', times(committed), anchor, atMost('ratio', 1.3)),
        row('journal, many at once, each', value(together / sales, 'ms'), anchor),
        ...(sqlite === null ? [] : [row('SQLite, WAL, synchronous=FULL', times(inSqlite), anchor)]),
        ...(browser === null
          ? []
          : [
              row('IndexedDB in Chromium, strict', times(strict), anchor),
              row('IndexedDB in Chromium, relaxed: not durable', times(relaxed), anchor),
            ]),
      ],
      notes: [...(sqlite === null ? [noSqlite] : []), ...(browser === null ? [noChromium] : [])],
    },
  ];
}

await bench({ name: 'commit', title: 'A sale becomes durable' }, measureCommits);
