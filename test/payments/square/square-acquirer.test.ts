import { beforeEach, describe, expect, it } from 'vitest';
import { createSquareClient } from '../../../drivers/payment-terminal/square/square-client.ts';
import { money } from '../../../src/money/money.ts';
import type { Acquirer, ForwardedPayment, OutcomesPage } from '../../../src/payments/acquirer.ts';
import { noReferences } from '../../../src/payments/payment.ts';
import { createSquareAcquirer } from '../../../src/payments/square/square-acquirer.ts';
import { instant } from '../../../src/platform/clock.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { usualRules } from '../../../src/reconciliation/settlement/judge-row.ts';
import { reconcileSettlement } from '../../../src/reconciliation/settlement/reconcile-settlement.ts';
import { squarePayouts } from '../../../src/reconciliation/settlement/square-payouts.ts';
import { SimulatedSquare } from '../../drivers/payment-terminal/square/simulated-square.ts';
import { Books, idOf } from '../../reconciliation/settlement/books.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

let clock: ManualClock;
let square: SimulatedSquare;
let acquirer: Acquirer;
const { signal } = new AbortController();

const client = () =>
  createSquareClient({ baseUrl: 'https://square.example', accessToken: 'token', transport: square, clock });

const payment = (number: number, psp: string | null = null): ForwardedPayment => ({
  paymentId: idOf(number),
  amount: money('10'),
  currency: 'EUR',
  references: { ...noReferences, psp },
  takenAt: clock.now(),
});

function uploaded(number: number, status: string): void {
  square.payments.push({
    id: `PAY${number}`,
    created_at: new Date(clock.now()).toISOString(),
    status,
    total_money: { amount: 1000, currency: 'EUR' },
    reference_id: idOf(number),
    card_details: { auth_result_code: 'A1B2C3' },
  });
}

beforeEach(() => {
  clock = new ManualClock('2026-11-23T09:00:00Z');
  square = new SimulatedSquare(clock);
  acquirer = createSquareAcquirer({ api: client(), clock, locationId: 'L1' });
});

describe('Square’s word on a payment', () => {
  it('is found by our key over any number of pages, or by Square’s own name', async () => {
    for (let number = 1; number <= 5; number += 1) uploaded(number, number === 4 ? 'FAILED' : 'COMPLETED');
    expect(await acquirer.lookUp(payment(5), signal)).toEqual({
      kind: 'approved',
      psp: 'PAY5',
      authorizationCode: 'A1B2C3',
    });
    expect(await acquirer.forward(payment(4), null, signal)).toEqual({ kind: 'declined', reason: 'declined' });
    expect(await acquirer.lookUp(payment(9), signal)).toEqual({ kind: 'not-found' });
    expect(await acquirer.lookUp(payment(1, 'PAY1'), signal)).toMatchObject({ kind: 'approved' });
    expect(await acquirer.lookUp(payment(1, 'PAY77'), signal)).toEqual({ kind: 'not-found' });
    square.reachable = false;
    expect(await acquirer.lookUp(payment(1), signal)).toMatchObject({ kind: 'unreachable' });
  });

  it('is polled page by page; the same word always has the same name', async () => {
    uploaded(1, 'COMPLETED');
    uploaded(2, 'PENDING');
    square.payments.push({ ...square.payments[0], id: 'WEB', reference_id: 'order 12' } as (typeof square.payments)[0]);
    uploaded(3, 'CANCELED');
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let more = true; more; ) {
      const page: OutcomesPage | undefined = await acquirer.outcomesSince?.(cursor, signal);
      if (page?.kind !== 'page') throw new Error('unreachable');
      seen.push(...page.reports.map(({ about, event }) => `${about.paymentId} ${event.kind} ${event.eventId}`));
      ({ cursor, more } = page);
    }
    expect(seen).toEqual([
      `${idOf(1)} issuer-approved square:PAY1:COMPLETED`,
      `${idOf(2)} forwarded square:PAY2:PENDING`,
      `${idOf(3)} issuer-declined square:PAY3:CANCELED`,
    ]);
    expect(cursor).toBe('2026-11-19T09:00:00.000Z');
  });
});

describe('Square’s payouts', () => {
  const entry = (id: string, number: number) => ({
    id,
    effective_at: '2026-11-23T03:07:09Z',
    type: 'CHARGE',
    gross_amount_money: { amount: 1000 + number, currency: 'EUR' },
    type_charge_details: { payment_id: `PSP${number}` },
  });
  const run = (books: Books) =>
    reconcileSettlement(squarePayouts(client(), 'L1', instant('2026-11-20T00:00:00Z')), {
      acquirer: 'square',
      acquirers: ['square'],
      terminalId: terminalId('K1'),
      rules: usualRules,
      books,
      clock,
    });

  it('are fetched and settle what was sold; a hole in them settles nothing', async () => {
    const books = new Books();
    for (let number = 1; number <= 5; number += 1) books.add(number, { acquirer: 'square' });
    square.payouts = [
      { id: 'po_1', created_at: '', entries: [entry('poe_1', 1), entry('poe_2', 2), entry('poe_3', 3)] },
      { id: 'po_2', created_at: '', entries: [] },
      { id: 'po_3', created_at: '', entries: [entry('poe_4', 4)] },
    ];
    const result = await run(books);
    expect(result.rows).toBe(4);
    expect(result.outcomes['settled-as-sold'].count).toBe(4);
    square.reachable = false;
    await expect(run(books)).rejects.toMatchObject({ code: 'settlement.not-fetched' });
  });
});
