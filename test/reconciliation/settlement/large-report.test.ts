import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { terminalId } from '../../../src/platform/ids.ts';
import { adyenReport } from '../../../src/reconciliation/settlement/adyen-report.ts';
import { usualRules } from '../../../src/reconciliation/settlement/judge-row.ts';
import { readReport } from '../../../src/reconciliation/settlement/read-report.ts';
import { reconcileSettlement } from '../../../src/reconciliation/settlement/reconcile-settlement.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { Books, idOf } from './books.ts';

/** One in a hundred rows is this till's; the others are the rest of the chain's. `HOLDFAST_LARGE_REPORT=1000000` for the full size. */
const rows = Number(process.env['HOLDFAST_LARGE_REPORT'] ?? 60_000);
const ours = 400;

async function* report(): AsyncGenerator<Uint8Array> {
  let text =
    'Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Batch Number\n';
  for (let row = 1; row <= rows; row += 1) {
    const number = row % 100 === 0 && row / 100 <= ours ? row / 100 : null;
    const merchant =
      number === null ? `K${(row % 97) + 2}-${row}_x` : `K1-${String(number).padStart(8, '0')}_${idOf(number)}`;
    const amount = number === null ? '19.99' : `10.${String(number % 100).padStart(2, '0')}`;
    text += `Shop,ShopPOS,PSP${number ?? `X${row}`},"${merchant}",mc,2026-11-23 03:00:00,CET,Settled,M${row},EUR,,${amount},12\n`;
    if (text.length > 64 * 1024) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}

it('reads a report of any size in bounded memory', async () => {
  const books = new Books();
  for (let number = 1; number <= ours; number += 1) books.add(number);
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  let most = 0;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const result = await reconcileSettlement(readReport(report(), adyenReport), {
    acquirer: 'adyen',
    acquirers: ['adyen'],
    terminalId: terminalId('K1'),
    rules: usualRules,
    books,
    clock: new ManualClock(),
    onProgress: () => {
      collectGarbage();
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    },
  });
  expect(result.rows).toBe(rows);
  const settled = Math.min(ours, Math.floor(rows / 100));
  expect(result.outcomes['settled-as-sold'].count).toBe(settled);
  expect(result.outcomes.elsewhere.count).toBe(rows - settled);
  // The rows in hand and the payments that they are compared with; the report itself is many times that.
  expect(most).toBeLessThan(16 * 1024 * 1024);
});
