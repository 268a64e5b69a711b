import { paymentIdIn, receiptNumberIn } from '../../payments/merchant-reference.ts';
import type { KnownPayment } from './known-payment.ts';
import type { SettlementRow } from './settlement-row.ts';

/** How far apart a payment and its row may lie when only amount, day and approval code are left to tell it by. */
const nearby = 7 * 24 * 60 * 60 * 1000;

export type Found =
  | { readonly kind: 'one'; readonly payment: KnownPayment }
  | { readonly kind: 'none' }
  /** Several payments fit, and nothing tells which. */
  | { readonly kind: 'several'; readonly count: number };

/** Finds the payment that a row means: by the strongest name that both sides have. */
export class PaymentIndex {
  readonly #byName = new Map<string, KnownPayment[]>();
  readonly #all = new Map<string, KnownPayment>();

  add(payment: KnownPayment): void {
    this.#all.set(payment.paymentId, payment);
    const { psp, merchant, tender, authorizationCode } = payment.names;
    this.#name('psp', psp, payment);
    this.#name('merchant', merchant, payment);
    this.#name('tender', tender, payment);
    this.#name('receipt', payment.receiptNumber, payment);
    this.#name('code', authorizationCode, payment);
  }

  all(): IterableIterator<KnownPayment> {
    return this.#all.values();
  }

  get size(): number {
    return this.#all.size;
  }

  find(row: SettlementRow): Found {
    const { psp, merchant, tender, authorizationCode } = row.names;
    const purpose = row.kind === 'refund' ? 'return' : 'sale';
    const fits = (payments: readonly KnownPayment[] | undefined): readonly KnownPayment[] =>
      (payments ?? []).filter((payment) => payment.purpose === purpose);
    const paymentId = merchant === null ? null : paymentIdIn(merchant);
    const keyed = paymentId === null ? undefined : this.#all.get(paymentId);
    for (const candidates of [
      fits(this.#named('psp', psp)),
      fits(keyed && [keyed]),
      fits(this.#named('merchant', merchant)),
      fits(this.#named('tender', tender)),
    ]) {
      if (candidates.length > 0) return best(candidates, row);
    }
    // A receipt may have been paid with several cards, and approval codes repeat: here the amount must agree too.
    const receipt = merchant === null ? null : receiptNumberIn(merchant);
    const byReceipt = fits(this.#named('receipt', receipt)).filter(({ amount }) => amount === row.amount);
    if (byReceipt.length > 0) return best(byReceipt, row);
    const { at } = row;
    const byCode = fits(this.#named('code', authorizationCode)).filter(
      (payment) => payment.amount === row.amount && (at === null || Math.abs(payment.at - at) <= nearby),
    );
    return best(byCode, row);
  }

  #name(kind: string, name: string | null, payment: KnownPayment): void {
    if (name === null || name === '') return;
    const key = `${kind} ${name}`;
    const list = this.#byName.get(key);
    if (list === undefined) this.#byName.set(key, [payment]);
    else list.push(payment);
  }

  #named(kind: string, name: string | null): readonly KnownPayment[] | undefined {
    return name === null || name === '' ? undefined : this.#byName.get(`${kind} ${name}`);
  }
}

function best(candidates: readonly KnownPayment[], row: SettlementRow): Found {
  const [first, ...others] = candidates;
  if (first === undefined) return { kind: 'none' };
  if (others.length === 0) return { kind: 'one', payment: first };
  const exact = candidates.filter(({ amount }) => amount === row.amount);
  const [only] = exact;
  return exact.length === 1 && only !== undefined
    ? { kind: 'one', payment: only }
    : { kind: 'several', count: candidates.length };
}
