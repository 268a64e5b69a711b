import { beforeEach, describe, expect, it } from 'vitest';
import { money } from '../../../src/money/money.ts';
import { hours, instant } from '../../../src/platform/clock.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { shortUuid } from '../../../src/platform/short-uuid.ts';
import { adyenReport } from '../../../src/reconciliation/settlement/adyen-report.ts';
import { usualRules } from '../../../src/reconciliation/settlement/judge-row.ts';
import { type ColumnMapping, mappedReport } from '../../../src/reconciliation/settlement/mapped-report.ts';
import { readReport } from '../../../src/reconciliation/settlement/read-report.ts';
import {
  isClean,
  reconcileSettlement,
  type SettlementResult,
} from '../../../src/reconciliation/settlement/reconcile-settlement.ts';
import type { ReportFormat } from '../../../src/reconciliation/settlement/report-format.ts';
import { squareLines } from '../../../src/reconciliation/settlement/square-report.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { Books, bytesOf, idOf } from './books.ts';

let books: Books;
beforeEach(() => {
  books = new Books();
});

const clock = new ManualClock('2026-11-28T08:00:00Z');
const reading = (acquirer: string, rules = usualRules) => ({
  acquirer,
  acquirers: ['none', acquirer],
  terminalId: terminalId('K1'),
  rules,
  books,
  clock,
});

/** `outcome: count` of what there was. */
const counts = ({ outcomes }: SettlementResult): Record<string, number> =>
  Object.fromEntries(
    Object.entries(outcomes)
      .filter(([, { count }]) => count > 0)
      .map(([outcome, { count }]) => [outcome, count]),
  );

const heading =
  'Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),Payment Method Variant,Modification Merchant Reference,Batch Number,Reserved4';

interface AdyenRow {
  readonly psp?: string;
  readonly merchant?: string;
  readonly type?: string;
  readonly credit?: string;
  readonly debit?: string;
  readonly modification?: string;
  readonly modificationMerchant?: string;
  readonly date?: string;
  readonly currency?: string;
}

const adyenRow = ({
  psp = '',
  merchant = '',
  type = 'Settled',
  credit = '',
  debit = '',
  modification = psp === '' ? '' : `M${psp}`,
  modificationMerchant = '',
  date = '2026-11-23 03:00:00',
  currency = 'EUR',
}: AdyenRow): string =>
  `Shop,ShopPOS,${psp},"${merchant}",mc,${date},CET,${type},${modification},${currency},${debit},${credit},1,EUR,,${credit},,0.10,,,mcdebit,${modificationMerchant},12,`;

const merchant = (number: number): string => `K1-${String(number).padStart(8, '0')}_${idOf(number)}`;
const file = (...rows: readonly string[]): string => `\ufeff${[heading, ...rows].join('\r\n')}\r\n`;
const read = (text: string, format: ReportFormat = adyenReport, acquirer = 'adyen', rules = usualRules) =>
  reconcileSettlement(readReport(bytesOf(text), format), reading(acquirer, rules));

describe('Adyen’s settlement details report', () => {
  it('settles what was sold, finds every difference once, and is the same when it is read again', async () => {
    books.add(1);
    books.add(2, { how: 'stored' });
    books.add(3);
    books.add(4, { at: instant('2026-11-10T10:00:00Z') });
    books.add(5, { at: instant('2026-11-22T10:00:00Z') });
    books.add(6, { after: ['settled'] });
    books.add(7, { how: 'cancelled' });
    books.add(8, { purpose: 'return' });
    const report = file(
      adyenRow({ psp: 'PSP1', merchant: merchant(1), credit: '10.01' }),
      // Taken offline: only our own name is known on both sides. And the gross amount stands under debit.
      adyenRow({ psp: 'PSP2', merchant: merchant(2), debit: '10.02' }),
      adyenRow({ psp: 'PSP3', merchant: merchant(3), credit: '9.03' }),
      adyenRow({ psp: 'PSP6', merchant: merchant(6), type: 'Chargeback', debit: '10.06' }),
      adyenRow({ psp: 'PSP7', merchant: merchant(7), credit: '10.07' }),
      adyenRow({
        psp: 'PSP1',
        merchant: merchant(1),
        type: 'Refunded',
        debit: '10.08',
        modificationMerchant: merchant(8),
      }),
      adyenRow({ psp: 'PSP99', merchant: merchant(99), credit: '1.00' }),
      adyenRow({ psp: 'WEB1', merchant: '000000123', credit: '55.00' }),
      adyenRow({ psp: 'K2', merchant: 'K2-00000001_x', credit: '5.00' }),
      adyenRow({ type: 'MerchantPayout', debit: '99.00' }),
      adyenRow({ type: 'Fee', debit: '0.10' }),
    );
    const result = await read(report);
    expect(counts(result)).toEqual({
      'settled-as-sold': 2,
      'refunded-as-returned': 1,
      'amount-differs': 1,
      'charged-back': 1,
      contradiction: 1,
      'missing-at-bank': 1,
      'missing-in-journal': 1,
      elsewhere: 2,
      'no-payment': 2,
    });
    expect(result.others).toEqual({ MerchantPayout: 1, Fee: 1 });
    expect(result.rows).toBe(11);
    expect(isClean(result)).toBe(false);
    expect(result.differences.map(({ words }) => words)).toEqual([
      'The card payment of K1-00000003 was sold for 10.03 EUR, the bank settled 9.03 EUR',
      'The card payment of K1-00000006, 10.06 EUR: the card holder’s bank took it back',
      `The card payment ${idOf(7)} is cancelled here, and the bank reports Settled of 10.07`,
      `the bank reports Settled of 1.00 EUR as ${merchant(99)}; no sale of this till knows it`,
      'The card payment of K1-00000004, 10.04 EUR, taken on 2026-11-10, is not in the bank’s report',
    ]);
    expect([1, 2, 3, 4, 5, 6, 8].map((number) => books.stateOf(number))).toEqual([
      'settled',
      'settled',
      'settled',
      'approved-online',
      'approved-online',
      'charged-back',
      'settled',
    ]);
    expect([...books.cases.keys()]).toEqual([
      `settlement-amount-differs:${idOf(3)}`,
      'settlement-missing-in-journal:adyen:12:Settled:PSP99:MPSP99',
      `settlement-missing-at-bank:${idOf(4)}`,
    ]);

    const { writes } = books;
    const again = await read(report);
    expect(books.writes).toBe(writes);
    expect(counts(again)).toMatchObject({ repeated: 5, 'missing-at-bank': 1, contradiction: 1 });
    expect(again.outcomes['settled-as-sold'].count).toBe(0);
  });

  it('settles a payment once: another row for it is a contradiction', async () => {
    books.add(1);
    const result = await read(
      file(
        adyenRow({ psp: 'PSP1', merchant: merchant(1), credit: '10.01' }),
        adyenRow({ psp: 'PSP1', merchant: merchant(1), credit: '10.01', modification: 'OTHER' }),
      ),
    );
    expect(counts(result)).toEqual({ 'settled-as-sold': 1, contradiction: 1 });
    expect(result.differences[0]?.words).toContain('settled a second time');
  });

  it('tells the payment that was missing that it came', async () => {
    books.add(1);
    await read(file(adyenRow({ psp: 'PSP1', merchant: merchant(1), credit: '10.01' })));
    expect(books.arrivals).toEqual([idOf(1)]);
  });

  it('lets a bank round, within the tolerance, and in no other currency', async () => {
    const rules = { ...usualRules, tolerance: money('0.02') };
    books.add(1);
    books.add(2);
    books.add(3);
    const report = file(
      adyenRow({ psp: 'PSP1', merchant: merchant(1), credit: '10.03' }),
      adyenRow({ psp: 'PSP2', merchant: merchant(2), credit: '10.05' }),
      adyenRow({ psp: 'PSP3', merchant: merchant(3), credit: '10.03', currency: 'USD' }),
    );
    expect(counts(await read(report, adyenReport, 'adyen', rules))).toEqual({
      'settled-as-sold': 1,
      'amount-differs': 2,
    });
  });

  it('finds columns by their names, wherever they are', async () => {
    books.add(1);
    const report = 'Type;x\n';
    await expect(read(report)).rejects.toMatchObject({
      code: 'settlement.not-this-report',
      message: expect.stringContaining('Psp Reference, Merchant Reference'),
    });
    await expect(read('Type,type\n')).rejects.toMatchObject({ message: expect.stringContaining('two columns') });
    await expect(read('')).rejects.toMatchObject({ code: 'settlement.not-this-report' });
    const turned =
      `New Column,GROSS CREDIT (GC), gross debit (gc) ,Gross Currency,Type,Merchant Reference,Psp Reference\n` +
      `x,10.01,,EUR,Settled,${merchant(1)},PSP1\n`;
    expect(counts(await read(turned))).toEqual({ 'settled-as-sold': 1 });
  });

  it('says which lines it can’t read, without their content, and then nothing of what is missing', async () => {
    books.add(4, { at: instant('2026-11-10T10:00:00Z') });
    const result = await read(
      file(
        adyenRow({ psp: 'PSP1', merchant: merchant(1), credit: '4111111111111111' }),
        adyenRow({ psp: 'PSP2', merchant: merchant(2), credit: '1.00', date: 'yesterday' }),
        adyenRow({ psp: 'PSP3', type: '' }),
      ),
    );
    expect(result.unreadable).toEqual({
      count: 3,
      first: [
        { line: 1, words: '"************1111" is no amount' },
        { line: 2, words: '"yesterday" is no date like iso' },
        { line: 3, words: 'it has no type' },
      ],
    });
    expect(result.outcomes['missing-at-bank'].count).toBe(0);
    expect(result.missingNotJudged).toContain('3 lines');
    await expect(read(`${file()}"never closed`)).rejects.toMatchObject({ code: 'settlement.not-csv' });
  });
});

describe('Square’s payouts', () => {
  const entry = (id: string, type: string, amount: number, details: object): string =>
    JSON.stringify({
      id,
      payout_id: 'po_1',
      effective_at: '2026-11-23T03:07:09Z',
      type,
      gross_amount_money: { amount, currency: 'EUR' },
      fee_amount_money: { amount: 10, currency: 'EUR' },
      net_amount_money: { amount: amount - 10, currency: 'EUR' },
      ...details,
    });
  const run = (text: string) => reconcileSettlement(squareLines(bytesOf(text)), reading('square'));

  it('are read entry by entry or page by page, and told by Square’s own name of the payment', async () => {
    const square = { acquirer: 'square' };
    books.add(1, square);
    books.add(2, square);
    books.add(3, { ...square, purpose: 'return' });
    const page = `{"payout_entries":[${entry('poe_1', 'CHARGE', 1001, { type_charge_details: { payment_id: 'PSP1' } })},${entry('poe_2', 'DISPUTE', -1002, { type_dispute_details: { payment_id: 'PSP2', dispute_id: 'd' } })}]}`;
    const text = [
      page,
      entry('poe_3', 'REFUND', -1003, { type_refund_details: { payment_id: 'PSP1', refund_id: 'PSP3' } }),
      entry('poe_4', 'DEPOSIT_FEE', -100, {}),
      '{"id":"poe_5"}',
    ].join('\n');
    const result = await run(text);
    expect(counts(result)).toEqual({
      'settled-as-sold': 1,
      'charged-back': 1,
      'refunded-as-returned': 1,
      'no-payment': 1,
    });
    expect(result.unreadable.first).toEqual([{ line: 4, words: 'it is no payout entry of Square' }]);
    const { writes } = books;
    await run(text);
    expect(books.writes).toBe(writes);
  });

  it('of anything else are refused', async () => {
    await expect(run('Date,Amount\n')).rejects.toMatchObject({ code: 'settlement.not-this-report' });
  });
});

describe('any bank’s CSV by a mapping of its columns', () => {
  const mapping: ColumnMapping = {
    delimiter: ';',
    encoding: 'latin1',
    columns: {
      reference: null,
      psp: null,
      merchant: 'Verwendungszweck',
      tender: null,
      authorizationCode: 'Genehmigung',
      amount: 'Betrag',
      credit: null,
      debit: null,
      currency: 'Währung',
      date: 'Buchung',
      type: 'Art',
    },
    decimalSeparator: ',',
    dateFormat: 'dd.mm.yyyy',
    types: { Umsatz: 'payment', Gutschrift: 'refund', Storno: 'declined' },
  };
  const text = (...rows: readonly string[]): AsyncGenerator<Uint8Array> => {
    const content = ['Buchung;Art;Betrag;Währung;Verwendungszweck;Genehmigung', ...rows].join('\n');
    return (async function* () {
      yield Buffer.from(content, 'latin1');
    })();
  };
  const run = (bytes: AsyncIterable<Uint8Array>, rules = usualRules) =>
    reconcileSettlement(readReport(bytes, mappedReport('volksbank', mapping)), reading('bank', rules));

  it('is told by our own name, by the receipt, or by approval code, amount and day', async () => {
    const bank = { acquirer: 'bank', references: { psp: null, merchant: null, tender: null } };
    books.add(1, bank);
    books.add(2, bank);
    books.add(3, { ...bank, code: '123456' });
    books.add(4, { ...bank, code: '777777', at: instant('2026-09-01T10:00:00Z') });
    books.add(5, { ...bank, how: 'stored' });
    const result = await run(
      text(
        `23.11.2026;Umsatz;10,01;EUR;${shortUuid(idOf(1))};`,
        '23.11.2026;Umsatz;+10,02;EUR;K1-00000002;',
        '23.11.2026;Umsatz;10,03;EUR;;123456',
        // The same code, but months away: another payment.
        '23.11.2026;Umsatz;10,04;EUR;;777777',
        `23.11.2026;Storno;10,05;EUR;K1-00000005;`,
        '23.11.2026;Entgelt;-1.234,56;EUR;;',
      ),
    );
    expect(counts(result)).toEqual({
      'settled-as-sold': 3,
      'declined-late': 1,
      'missing-at-bank': 1,
      elsewhere: 1,
      'no-payment': 1,
    });
    expect(books.stateOf(5)).toBe('declined-late');
  });

  it('never guesses between payments that fit alike', async () => {
    const bank = { acquirer: 'bank', references: { psp: null, merchant: null, tender: null }, code: '123456' };
    books.add(1, { ...bank, amount: money('10') });
    books.add(2, { ...bank, amount: money('10') });
    const result = await run(text('23.11.2026;Umsatz;10,00;EUR;;123456'));
    expect(counts(result)).toEqual({ 'missing-in-journal': 1 });
    expect(result.differences[0]?.words).toContain('2 payments here fit it');
  });

  it('counts rows without our name as this till’s where the report is of one till alone', async () => {
    const one = { ...usualRules, settlesWithin: hours(24), reportOfThisTillOnly: true };
    const result = await run(text('23.11.2026;Umsatz;10,00;EUR;;999999', '23.11.2026;Umsatz;10,00;EUR;;'), one);
    expect(counts(result)).toEqual({ 'missing-in-journal': 1 });
    expect(result.unreadable.first).toEqual([{ line: 2, words: 'it names no payment' }]);
  });
});
