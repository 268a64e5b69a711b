import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { money } from '../../src/money/money.ts';
import { seal } from '../../src/payments/blobs/sealing.ts';
import { noReferences } from '../../src/payments/payment.ts';
import { createSimulatedAcquirer } from '../../src/payments/simulated-acquirer.ts';
import { instant } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { createNodeTransport } from '../../src/platform/system-http-transport.ts';
import { adyenReport } from '../../src/reconciliation/settlement/adyen-report.ts';
import { readReport } from '../../src/reconciliation/settlement/read-report.ts';
import { AcquirerBooks } from '../../src/showroom/acquirer/books.ts';
import { type AcquirerServer, startAcquirerServer } from '../../src/showroom/acquirer/server.ts';
import { settlementReport } from '../../src/showroom/acquirer/settlement-report.ts';
import { cardRows } from '../../src/showroom/card-books.ts';
import { payment as sampleEntry } from '../control/sample-answers.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const keys = generateKeyPairSync('x25519');
const paymentId = '0190b0c0-0000-7000-8000-000000000001';
const payment = {
  paymentId,
  amount: money('12.50'),
  currency: 'EUR',
  references: { ...noReferences, merchant: `K1-00000001_${paymentId}` },
  takenAt: instant('2026-03-02T12:00:00Z'),
};
const signal = new AbortController().signal;

let books: AcquirerBooks;
let server: AcquirerServer;
const transport = createNodeTransport();
const acquirer = () => createSimulatedAcquirer(`http://127.0.0.1:${server.port}`, transport);

beforeEach(async () => {
  books = new AcquirerBooks(new ManualClock());
  server = await startAcquirerServer({ books, privateKey: keys.privateKey, port: 0, log: silentLogger });
});
afterEach(() => server.close());

describe('the showroom’s acquirer, asked by a till', () => {
  it('books one payment however often it is handed over, answers lost included', async () => {
    const blob = seal(Buffer.from('opaque'), paymentId, keys.publicKey);
    server.dropReplies = 1;
    expect(await acquirer().forward(payment, blob, signal)).toMatchObject({ kind: 'unreachable' });
    expect(await acquirer().forward(payment, blob, signal)).toMatchObject({
      kind: 'approved',
      psp: 'SIM0000000000001',
    });
    expect(books.payments()).toMatchObject([{ amount: '12.50', came: 'forwarded', handedOver: 2 }]);
    expect(await acquirer().lookUp(payment, signal)).toMatchObject({ kind: 'approved' });
    expect(await acquirer().lookUp({ ...payment, paymentId: paymentId.replace(/1$/, '2') }, signal)).toEqual({
      kind: 'not-found',
    });
  });

  it('takes no blob that was sealed for another payment', async () => {
    const blob = seal(Buffer.from('opaque'), paymentId.replace(/1$/, '2'), keys.publicKey);
    expect(await acquirer().forward(payment, blob, signal)).toMatchObject({ kind: 'unreachable' });
    expect(books.payments()).toEqual([]);
  });

  it('tells by numbered events what it decided later, twice if it must', async () => {
    books.later = 'wait';
    expect(await acquirer().forward(payment, null, signal)).toMatchObject({ kind: 'forwarded' });
    books.duplicates = 1;
    expect(books.approveLate(paymentId)).toBe(true);
    expect(books.approveLate(paymentId)).toBe(false);
    expect(books.declineLate(paymentId)).toBe(true);
    const page = await acquirer().outcomesSince?.(null, signal);
    expect(page).toMatchObject({
      kind: 'page',
      cursor: '3',
      reports: [
        { about: { paymentId }, event: { kind: 'issuer-approved', eventId: 'SIM0000000000001-approved' } },
        { event: { eventId: 'SIM0000000000001-approved' } },
        { event: { kind: 'issuer-declined' } },
      ],
    });
    expect(await acquirer().outcomesSince?.('3', signal)).toMatchObject({ reports: [], cursor: '3', more: false });
  });

  it('that is gone is unreachable, not a refusal', async () => {
    await server.close();
    expect(await acquirer().forward(payment, null, signal)).toMatchObject({ kind: 'unreachable' });
    expect(await acquirer().outcomesSince?.(null, signal)).toMatchObject({ kind: 'unreachable' });
    server = await startAcquirerServer({ books, privateKey: keys.privateKey, port: 0, log: silentLogger });
  });
});

it('pays out what it approved, once, in a report that reads like Adyen’s', async () => {
  books.authorise({ paymentId, amount: '12.50', currency: 'EUR', reference: 'K1-00000001' });
  const settled = books.settle();
  expect(books.settle()).toBeNull();
  const report = settlementReport(settled?.payments ?? [], settled?.batch ?? 0, new Date('2026-03-03T01:00:00Z'));
  const lines = [];
  for await (const line of readReport(Readable.from([Buffer.from(report)]), adyenReport)) lines.push(line);
  expect(lines).toMatchObject([
    {
      kind: 'row',
      row: {
        kind: 'payment',
        amount: money('12.50'),
        currency: 'EUR',
        names: { merchant: `K1-00000001_${paymentId}` },
      },
    },
    { kind: 'row', row: { type: 'MerchantPayout' } },
  ]);
});

it('keeps its books over a restart', () => {
  books.forward({ paymentId, amount: '12.50', currency: 'EUR', reference: 'K1-00000001' });
  books.declineLate(paymentId);
  const again = new AcquirerBooks(new ManualClock());
  again.restore(JSON.parse(JSON.stringify(books.state())));
  expect(again.payments()).toEqual(books.payments());
  expect(again.events(0)).toEqual(books.events(0));
});

it('stands beside the till’s books, payment by payment', () => {
  books.forward({ paymentId, amount: '12.50', currency: 'EUR', reference: 'K1-00000001' });
  const other = { ...sampleEntry, paymentId: paymentId.replace(/1$/, '2'), receiptNumber: null };
  expect(cardRows([other, sampleEntry], books.payments())).toMatchObject([
    { receiptNumber: null, till: { state: 'stored' }, acquirer: null, may: [] },
    { receiptNumber: 'K1-00000001', till: { state: 'stored' }, acquirer: { state: 'approved' }, may: ['decline'] },
  ]);
  expect(cardRows([], books.payments())).toMatchObject([{ till: null, acquirer: { came: 'forwarded' } }]);
});
