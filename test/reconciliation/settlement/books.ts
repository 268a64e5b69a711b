import { type Money, money } from '../../../src/money/money.ts';
import { newPayment, noReferences, type Payment, type PaymentReferences } from '../../../src/payments/payment.ts';
import type { PaymentEvent } from '../../../src/payments/payment-event.ts';
import { receive } from '../../../src/payments/receive.ts';
import { type Instant, instant } from '../../../src/platform/clock.ts';
import type { ReturnId, SaleId } from '../../../src/platform/ids.ts';
import {
  type Case,
  type CaseChange,
  type CaseId,
  caseId,
  caseOf,
  changeForFinding,
} from '../../../src/reconciliation/case.ts';
import { knownPayment } from '../../../src/reconciliation/settlement/known-payment.ts';
import type { SettlementBooks } from '../../../src/reconciliation/settlement/reconcile-settlement.ts';

export const soldOn = instant('2026-11-20T10:00:00Z');

/** `0193597e-0001-7000-8000-000000000001`, … */
export const idOf = (number: number): string =>
  `0193597e-${String(number).padStart(4, '0')}-7000-8000-${String(number).padStart(12, '0')}`;

/** The till's books in memory, on the real machine of payments and the real rules of cases. */
export class Books implements SettlementBooks {
  readonly byId = new Map<string, Payment>();
  readonly cases = new Map<CaseId, CaseChange[]>();
  /** How many durable writes there were. */
  writes = 0;
  readonly arrivals: string[] = [];

  /** A payment of 10.00 and its number in cents that went through `events`. */
  add(number: number, options: PaymentOptions = {}): string {
    const { how = 'approved', references = {}, after = [], amount, at = soldOn, purpose = 'sale' } = options;
    const paymentId = idOf(number);
    const receipt = `K1-${String(number).padStart(8, '0')}`;
    let payment: Payment = newPayment({
      paymentId,
      for:
        purpose === 'sale'
          ? { kind: 'sale', saleId: paymentId as SaleId }
          : { kind: 'return', returnId: paymentId as ReturnId },
      amount: amount ?? money(`10.${String(number % 100).padStart(2, '0')}`),
      currency: 'EUR',
      acquirer: options.acquirer ?? 'adyen',
      requestedAt: at,
      reference: receipt,
    });
    const taken = {
      card: {
        paymentId,
        outcome: how === 'approved' || how === 'approved-offline' || how === 'stored' ? how : 'approved',
        brand: 'Visa',
        maskedPan: '476173******0119',
        authorizationCode: options.code ?? null,
        terminalReference: null,
        entryMode: 'chip',
      },
      references: {
        ...noReferences,
        psp: how === 'approved' ? `PSP${number}` : null,
        tender: `TENDER${number}`,
        merchant: `${receipt}_${paymentId}`,
        ...references,
      },
      reason: how,
      authorizationCode: null,
      psp: null,
      reference: 'earlier-row',
      amount: payment.amount,
    };
    for (const kind of [how, ...after]) {
      const received = receive(payment, { kind, at, eventId: null, ...taken } as unknown as PaymentEvent);
      if (received.kind !== 'advanced') throw new Error(`${kind}: ${received.kind}`);
      payment = received.payment;
    }
    this.byId.set(paymentId, payment);
    return paymentId;
  }

  async *payments() {
    for (const [id, payment] of this.byId) {
      const sold = payment.state !== 'cancelled' && payment.state !== 'unknown';
      yield knownPayment(payment, sold ? `K1-${String(Number(id.slice(-12))).padStart(8, '0')}` : null);
    }
  }

  async take(...[paymentId, event]: Parameters<SettlementBooks['take']>) {
    const payment = this.byId.get(paymentId);
    if (payment === undefined) return 'not-known';
    const received = receive(payment, event);
    if (received.kind === 'advanced') {
      this.writes += 1;
      this.byId.set(paymentId, received.payment);
    }
    return received.kind;
  }

  async find(finding: Parameters<SettlementBooks['find']>[0]) {
    const id = caseId(finding.kind, finding.subject);
    const change = changeForFinding(this.case(id), finding);
    if (change === null) return;
    this.writes += 1;
    this.cases.set(id, [...(this.cases.get(id) ?? []), change]);
  }

  async arrived(paymentId: string) {
    this.arrivals.push(paymentId);
  }

  stateOf(number: number): string | undefined {
    return this.byId.get(idOf(number))?.state;
  }

  private case(id: CaseId): Case | undefined {
    const changes = this.cases.get(id);
    return changes && caseOf(changes.map((change) => ({ at: '2026-11-25T00:00:00Z', change })));
  }
}

export interface PaymentOptions {
  readonly how?: 'approved' | 'approved-offline' | 'stored' | 'declined' | 'cancelled' | 'silent';
  readonly after?: readonly PaymentEvent['kind'][];
  readonly references?: Partial<PaymentReferences>;
  readonly amount?: Money;
  readonly at?: Instant;
  readonly code?: string;
  readonly purpose?: 'sale' | 'return';
  readonly acquirer?: string;
}

export async function* bytesOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
