// A process that sells as fast as it can and says on its standard output what was acknowledged, until it is killed.
// Started by killed.process.test.ts with the data folder and, the first time, `provision`.
import { openJournal } from '../../src/journal/open-journal.ts';
import type { SaleId } from '../../src/platform/ids.ts';
import { uuidv7 } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { acquireProcessLock } from '../../src/platform/process-lock.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { sampleSale, sampleTerminal } from './sample-sale.ts';

const [dataDir = '', mode] = process.argv.slice(2);
const clock = new SystemClock();
await acquireProcessLock(dataDir);
const { journal } = await openJournal({
  dataDir,
  terminalId: sampleTerminal,
  clock,
  log: silentLogger,
  provision: mode === 'provision',
  segmentBytes: 50_000,
});
for (;;) {
  const next = journal.nextReceiptCounter;
  const sales = [0, 1, 2].map((n) => sampleSale({ counter: next + n, saleId: uuidv7(clock, systemRandom) as SaleId }));
  await Promise.all(
    sales.map(async (sale) => {
      await journal.append({ kind: 'sale', sale });
      process.stdout.write(`${sale.receiptNumber} ${sale.saleId}\n`);
    }),
  );
}
