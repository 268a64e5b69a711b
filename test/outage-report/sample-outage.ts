import type { DeliveryRecord, JournalEntry, JournalRecord } from '../../src/journal/journal.ts';
import { undelivered } from '../../src/journal/ledger.ts';
import { hundredths } from '../../src/money/money.ts';
import type { Payment } from '../../src/payments/payment.ts';
import type { PaymentEvent } from '../../src/payments/payment-event.ts';
import { asJson } from '../../src/payments/payment-record.ts';
import { receive } from '../../src/payments/receive.ts';
import { type BootId, instant, type Monotonic } from '../../src/platform/clock.ts';
import type { DocumentId } from '../../src/platform/ids.ts';
import { sampleSale, sampleSaleId } from '../journal/sample-sale.ts';
import { happened, requestedPayment } from '../payments/sample-payments.ts';

const begin = Date.parse('2026-11-23T08:00:00Z');
const minute = 60_000;

/** The records of a journal as a day writes them, minute by minute. */
export class SampleJournal {
  readonly records: JournalRecord[] = [];
  boot = 'boot-1';

  at(minutes: number, entry: JournalEntry): void {
    const at = instant(begin + minutes * minute);
    const stamp = {
      at,
      zone: 'Europe/Berlin',
      monotonic: minutes as Monotonic,
      bootId: this.boot as BootId,
      trusted: true,
    };
    this.records.push({ sequence: this.records.length + 1, stamp, entry });
  }

  sell(minutes: number, counter: number): void {
    this.at(minutes, { kind: 'sale', sale: sampleSale({ counter }) });
  }

  deliver(minutes: number, counter: number, state: DeliveryRecord['state'] = 'confirmed'): void {
    this.at(minutes, { kind: 'delivery', delivery: { ...undelivered(sampleSaleId(counter) as DocumentId), state } });
  }

  /** A card payment from its request on, a minute a step. */
  pay(minutes: number, number: number, ...kinds: PaymentEvent['kind'][]): void {
    const moments = [minutes, ...kinds.map((_, index) => minutes + index + 1)];
    for (const { write } of this.paying(number, kinds, moments)) write();
  }

  /** The same, each step at its moment. */
  paying(number: number, kinds: readonly PaymentEvent['kind'][], moments: readonly number[]) {
    const paymentId = `0190b0c0-0000-7000-8000-${String(number).padStart(12, '0')}`;
    let payment: Payment = requestedPayment({ paymentId, amount: hundredths(1000) });
    return moments.map((at, index) => {
      const kind = kinds[index - 1];
      const received = kind === undefined ? null : receive(payment, happened(kind) as PaymentEvent);
      if (received?.kind === 'advanced') payment = received.payment;
      const state = asJson({ version: 2, payment });
      const { amount } = payment;
      return { at, write: () => this.at(at, { kind: 'payment', paymentId, amount, state, open: true }) };
    });
  }

  async *read(): AsyncGenerator<JournalRecord> {
    yield* this.records;
  }
}

/** A market day: sales every five minutes; from 10:00 to 12:00 the shop is away, one sale is refused afterwards. */
export function marketDay(): SampleJournal {
  const journal = new SampleJournal();
  const steps: { readonly at: number; readonly write: () => void }[] = [];
  for (let counter = 1; counter <= 96; counter += 1) {
    const sold = (counter - 1) * 5;
    const isAway = sold >= 120 && sold < 240;
    const delivered = isAway ? 241 + (sold - 120) / 10 : sold + 0.2;
    steps.push({ at: sold, write: () => journal.sell(sold, counter) });
    const state = counter === 30 ? 'parked' : 'confirmed';
    steps.push({ at: delivered, write: () => journal.deliver(delivered, counter, state) });
    if (counter % 3 !== 0) continue;
    const decided = counter % 9 === 0 ? 'issuer-declined' : 'issuer-approved';
    const kinds = isAway ? (['stored', 'forwarded', decided] as const) : (['approved'] as const);
    const moments = isAway ? [sold + 0.1, sold + 0.11, 250, 251] : [sold + 0.1, sold + 0.11];
    steps.push(...journal.paying(counter, kinds, moments));
  }
  steps.sort((one, other) => one.at - other.at);
  for (const { write } of steps) write();
  return journal;
}

export const sampleWishes = {
  terminal: 'K1',
  zone: 'Europe/Berlin',
  currency: 'EUR',
  from: begin,
  to: begin + 8 * 60 * minute,
  madeAt: begin + 9 * 60 * minute,
};
