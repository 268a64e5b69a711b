import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Money, money, sum, zero } from '../../src/money/money.ts';
import { advance, type Payment } from '../../src/payments/payment.ts';
import {
  headRoom,
  mayStore,
  nothingStored,
  type OfflinePolicy,
  objectionTo,
  storedAmong,
  windowStage,
} from '../../src/payments/policy.ts';
import { type AcquirerName, offlinePolicy, presets } from '../../src/payments/presets.ts';
import { hours, type Instant, instant } from '../../src/platform/clock.ts';
import { happened, requestedPayment } from './sample-payments.ts';

const noon = instant('2026-03-02T12:00:00Z');
const later = (by: number): Instant => instant(noon + by * 3_600_000);
const ask = (amount: string, more: { now?: Instant; contact?: boolean } = {}) => ({
  amount: money(amount),
  now: noon,
  contact: false,
  ...more,
});
const policyOf = (acquirer: AcquirerName, more = {}): OfflinePolicy =>
  offlinePolicy(acquirer, { allowed: true, ...more }, 'EUR');

describe('what the acquirers publish', () => {
  test('SumUp: 50 EUR, 75 payments, 24 hours, Visa and Mastercard, nothing online meanwhile', () => {
    const policy = policyOf('sumup');
    expect(mayStore(policy, nothingStored, ask('50'))).toEqual({ kind: 'allowed' });
    expect(mayStore(policy, nothingStored, ask('50.01'))).toEqual({
      kind: 'refused',
      because: { code: 'amount', limit: money('50') },
    });
    const full = { count: 75, total: money('75'), since: noon };
    expect(mayStore(policy, full, ask('1'))).toMatchObject({ because: { code: 'count', count: 75 } });
    const one = { count: 1, total: money('1'), since: noon };
    expect(mayStore(policy, one, ask('1', { now: later(23.9) }))).toEqual({ kind: 'allowed' });
    expect(mayStore(policy, one, ask('1', { now: later(24) }))).toMatchObject({
      because: { code: 'window-over', hours: 24 },
    });
    expect(policy.onlineWhileStored).toBe(false);
    expect(objectionTo(policy, { brand: 'girocard', entryMode: 'chip' })).toEqual({ code: 'brand', brand: 'girocard' });
    expect(objectionTo(policy, { brand: 'VISA Debit', entryMode: 'contactless' })).toBeNull();
    expect(objectionTo(policy, { brand: 'Visa', entryMode: 'magnetic-stripe' })).toMatchObject({ code: 'entry-mode' });
  });

  test('Square: 100 by default, at most what is published, 24 hours, 72 at most', () => {
    expect(policyOf('square')).toMatchObject({ maximumAmount: money('100'), window: hours(24) });
    const pounds = offlinePolicy('square', { allowed: true, maximumAmount: money('30000'), window: hours(100) }, 'GBP');
    expect(pounds).toMatchObject({ maximumAmount: money('25000'), window: hours(72) });
    expect(objectionTo(pounds, { brand: 'Interac', entryMode: 'chip' })).toMatchObject({ code: 'brand' });
  });

  test('Adyen and Worldpay publish no amount: nothing is stored before it was agreed and set', () => {
    for (const acquirer of ['adyen', 'worldpay'] as const) {
      expect(mayStore(policyOf(acquirer), nothingStored, ask('1'))).toMatchObject({
        because: { code: 'no-limit-agreed' },
      });
      const agreed = policyOf(acquirer, { maximumAmount: money('30') });
      expect(mayStore(agreed, nothingStored, ask('30'))).toEqual({ kind: 'allowed' });
      expect(mayStore(agreed, nothingStored, ask('31'))).toMatchObject({ because: { code: 'amount' } });
    }
    const worldpay = policyOf('worldpay');
    expect(objectionTo(worldpay, { brand: 'Maestro', entryMode: 'chip' })).toMatchObject({ code: 'brand' });
    expect(objectionTo(worldpay, { brand: 'Visa', entryMode: 'contactless' })).toMatchObject({ code: 'entry-mode' });
  });

  test('nothing is stored unless the shop says so, and never without an acquirer', () => {
    for (const acquirer of Object.keys(presets) as AcquirerName[]) {
      const policy = offlinePolicy(acquirer, { allowed: false, maximumAmount: money('10') }, 'EUR');
      expect(mayStore(policy, nothingStored, ask('1'))).toMatchObject({ because: { code: 'not-allowed' } });
    }
    expect(mayStore(policyOf('none'), nothingStored, ask('1'))).toMatchObject({ because: { code: 'not-allowed' } });
  });
});

describe('the shop’s own limits', () => {
  const policy = policyOf('simulated', {
    maximumAmount: money('80'),
    maximumTotal: money('120'),
    supervisorAbove: money('40'),
    contactRequired: true,
  });

  test('a customer, a supervisor, and what is left of the total', () => {
    expect(mayStore(policy, nothingStored, ask('20'))).toMatchObject({ because: { code: 'contact-needed' } });
    expect(mayStore(policy, nothingStored, ask('40', { contact: true }))).toEqual({ kind: 'allowed' });
    expect(mayStore(policy, nothingStored, ask('40.01', { contact: true }))).toEqual({
      kind: 'approval-needed',
      above: money('40'),
    });
    const most = { count: 2, total: money('100'), since: noon };
    expect(mayStore(policy, most, ask('20.01', { contact: true }))).toMatchObject({
      because: { code: 'total', limit: money('120'), room: money('20') },
    });
    expect(headRoom(policy, most)).toEqual({
      payments: 18,
      total: money('20'),
      perPayment: money('80'),
      windowEndsAt: later(24),
    });
  });

  test('warns at 75 % and 90 % of the window; a clock that went back warns of nothing', () => {
    const one = { count: 1, total: money('1'), since: noon };
    const at = (by: number) => windowStage(policy, one, later(by));
    expect([at(-5), at(17.9), at(18), at(21.5), at(21.6), at(23.9), at(24)]).toEqual([
      'open',
      'open',
      'soon',
      'soon',
      'urgent',
      'urgent',
      'over',
    ]);
    expect(windowStage(policy, nothingStored, later(1_000))).toBe('open');
  });

  test('a narrower list of brands stays within the acquirer’s', () => {
    expect(policyOf('sumup', { brands: ['Visa', 'girocard'] }).brands).toEqual({ kind: 'only', brands: ['Visa'] });
    expect(policyOf('worldpay', { brands: ['Visa', 'Maestro'] }).brands).toEqual({ kind: 'only', brands: ['Visa'] });
  });
});

test('counts what only the terminal has, the payment that nobody knows included', () => {
  const stored = advance(requestedPayment({ paymentId: 'a' }), happened('stored', later(1)));
  const chip = advance(requestedPayment({ paymentId: 'b' }), happened('approved-offline', later(2)));
  const unknown = advance(requestedPayment({ paymentId: 'c', requestedAt: later(3) }), happened('silent'));
  const gone = advance(advance(requestedPayment({ paymentId: 'd' }), happened('stored')), happened('forwarded'));
  const all: readonly Payment[] = [stored, chip, unknown, gone, requestedPayment({ paymentId: 'e' })];
  expect(storedAmong(all)).toEqual({
    count: 3,
    total: sum([stored.amount, chip.amount, unknown.amount]),
    since: later(1),
  });
});

test('whatever is allowed stays within every limit, and more stored never allows more', () => {
  const amounts = fc.integer({ min: 1, max: 20_000 }).map((cents) => cents as Money);
  fc.assert(
    fc.property(amounts, amounts, amounts, fc.nat(30), fc.nat(30), (amount, limit, total, count, stored) => {
      const policy = policyOf('simulated', {
        maximumAmount: limit,
        maximumTotal: total,
        maximumCount: Math.max(1, count),
      });
      const held = { count: stored, total: (stored * 10) as Money, since: stored === 0 ? null : noon };
      const question = { amount, now: noon, contact: true };
      const decision = mayStore(policy, held, question);
      const room = headRoom(policy, held);
      if (decision.kind === 'allowed') {
        expect(amount).toBeLessThanOrEqual(room.perPayment ?? zero);
        expect(amount).toBeLessThanOrEqual(room.total ?? zero);
        expect(room.payments).toBeGreaterThan(0);
      } else {
        const more = { ...held, count: held.count + 1, total: (held.total + 10) as Money };
        expect(mayStore(policy, more, question).kind).not.toBe('allowed');
      }
    }),
  );
});
