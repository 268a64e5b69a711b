import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { money } from '../src/money/money.ts';
import { instant } from '../src/platform/clock.ts';
import { terminalId } from '../src/platform/ids.ts';
import { adyenReport } from '../src/reconciliation/settlement/adyen-report.ts';
import { csvRecords, usualCsv } from '../src/reconciliation/settlement/csv-table.ts';
import { usualRules } from '../src/reconciliation/settlement/judge-row.ts';
import type { KnownPayment } from '../src/reconciliation/settlement/known-payment.ts';
import { readReport } from '../src/reconciliation/settlement/read-report.ts';
import { reconcileSettlement, type SettlementBooks } from '../src/reconciliation/settlement/reconcile-settlement.ts';
import { type BenchContext, bench, timed } from './kit/bench.ts';
import { atMost, row, type Table, value } from './kit/result.ts';

const soldAt = instant('2026-11-20T10:00:00Z');
const idOf = (number: number): string => `0193597e-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Adyen's settlement details of a chain: every `each`-th row is this till's. */
async function* report(rows: number, each: number): AsyncGenerator<Uint8Array> {
  let text =
    'Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),Payment Method Variant,Modification Merchant Reference,Batch Number\n';
  for (let number = 1; number <= rows; number += 1) {
    const till = number % each === 0 ? 'K1' : `K${2 + (number % 97)}`;
    const merchant = `${till}-${String(number).padStart(8, '0')}_${idOf(number)}`;
    text += `Shop,ShopPOS,PSP${number},"${merchant}",mc,2026-11-23 03:00:00,CET,Settled,M${number},EUR,,19.99,1,EUR,,19.79,,0.05,0.05,0.10,mcdebit,,12\n`;
    if (text.length > 64 * 1024) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}

/** Books with a payment for every row of this till; writing is left out, so that reading and matching are what is measured. */
function booksOf(rows: number, each: number): SettlementBooks {
  return {
    async *payments() {
      for (let number = each; number <= rows; number += each) {
        yield {
          paymentId: idOf(number),
          purpose: 'sale',
          receiptNumber: `K1-${String(number).padStart(8, '0')}`,
          amount: money('19.99'),
          currency: 'EUR',
          acquirer: 'adyen',
          state: 'approved-online',
          names: { psp: `PSP${number}`, merchant: null, tender: null, authorizationCode: null },
          at: soldAt,
          settled: null,
        } satisfies KnownPayment;
      }
    },
    take: async () => 'advanced',
    find: async () => undefined,
    arrived: async () => undefined,
  };
}

async function measure({ quick, numbers, clock, progress }: BenchContext): Promise<readonly Table[]> {
  const rows = numbers[0] ?? (quick ? 50_000 : 200_000);
  const each = 100;
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  progress(`reading ${rows} rows and nothing else`);
  let read = 0;
  const bare = await timed(clock, async () => {
    for await (const _ of csvRecords(report(rows, each), usualCsv)) read += 1;
  });

  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  progress(`comparing ${rows} rows with ${rows / each} payments`);
  let settled = 0;
  const whole = await timed(clock, async () => {
    const result = await reconcileSettlement(readReport(report(rows, each), adyenReport), {
      acquirer: 'adyen',
      acquirers: ['adyen'],
      terminalId: terminalId('K1'),
      rules: usualRules,
      books: booksOf(rows, each),
      clock,
      onProgress: () => {
        collectGarbage();
        most = Math.max(most, process.memoryUsage().heapUsed - before);
      },
    });
    settled = result.outcomes['settled-as-sold'].count;
  });
  if (read !== rows + 1 || settled !== rows / each) throw new Error(`read ${read} rows, settled ${settled}`);

  const parsing = row('reading the rows alone', value(bare / 1000, 's'));
  return [
    {
      id: 'settlement',
      title: `A settlement report of ${rows} rows`,
      rows: [
        parsing,
        row('read, matched and judged', value(whole / 1000, 's'), parsing, atMost('ratio', 3)),
        row('memory held beside the report', value(most / 1e6, 'MB'), null, atMost('value', 40)),
      ],
      notes: [
        `One row in ${each} is a payment of this till; held are those ${rows / each} payments and the rows in hand.`,
        'Writing what is settled into the journal is left out: one durable record a payment (bench/commit.ts).',
      ],
    },
  ];
}

await bench({ name: 'settlement', title: 'A bank’s report beside the journal' }, measure);
