import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedJournal, openJournal } from '../src/journal/open-journal.ts';
import { silentLogger } from '../src/platform/log.ts';
import { sampleSale, sampleTerminal } from '../test/journal/sample-sale.ts';
import { type BenchContext, bench, bytesIn, timed } from './kit/bench.ts';
import { atMost, type Row, row, type Table, times, value } from './kit/result.ts';

/** How long the journal's start takes with so many sales that are not in Magento yet: with both copies whole, and when one is gone. */
async function measureStarts({ quick, clock, progress }: BenchContext): Promise<readonly Table[]> {
  const sales = quick ? 1000 : 10_000;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const open = (provision = false): Promise<OpenedJournal> =>
    openJournal({ dataDir: folder, terminalId: sampleTerminal, clock, log: silentLogger, provision });
  progress(`selling ${sales} times`);
  const { journal } = await open(true);
  for (let n = 1; n <= sales; n += 64) {
    const group = Array.from({ length: Math.min(64, sales - n + 1) }, (_, k) => sampleSale({ counter: n + k }));
    await Promise.all(group.map((sale) => journal.append({ kind: 'sale', sale })));
  }
  await journal.close();
  const sizes = [await bytesIn(join(folder, 'journal')), await bytesIn(join(folder, 'tape'))];
  const start = async (): Promise<number> => {
    let opened: OpenedJournal | undefined;
    const taken = await timed(clock, async () => {
      opened = await open();
    });
    await opened?.journal.close();
    return taken;
  };
  const rows: Row[] = [];
  progress('starting');
  const whole: number[] = [];
  for (let round = 0; round < (quick ? 3 : 9); round++) whole.push(await start());
  const anchor = row('both copies whole', times(whole), null, atMost('median', 1000));
  rows.push(anchor);
  progress('starting without the tape, then without the database');
  await rm(join(folder, 'tape'), { recursive: true });
  rows.push(row('tape gone: written again', value(await start(), 'ms'), anchor));
  await rm(join(folder, 'journal'), { recursive: true });
  rows.push(row('database gone: built again', value(await start(), 'ms'), anchor));
  await rm(folder, { recursive: true });
  const [database = 0, tape = 0] = sizes.map((size) => size / 1e6);
  return [
    {
      id: 'start',
      title: `Start of the journal with ${sales} unconfirmed sales`,
      rows,
      notes: [`Database ${database.toFixed(1)} MB, tape ${tape.toFixed(1)} MB.`],
    },
  ];
}

await bench({ name: 'journal-start', title: 'From power to a verified journal' }, measureStarts);
