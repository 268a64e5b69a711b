import { type Payment, takenOf } from '../payments/payment.ts';
import type { RecordedPayment } from '../payments/payment-record.ts';
import type { ReturnId, SaleId } from '../platform/ids.ts';
import type { PaidSale } from '../register/open-sale.ts';
import type { CardReceipt } from '../register/sale.ts';
import type { CardPayment } from '../register/state.ts';

/** A payment (or refund) whose sale (or return) never reached the journal. */
export interface LeftBehind extends PaidSale {
  readonly payment: CardPayment;
  /** null: nobody knows whether money moved. */
  readonly approved: CardReceipt | null;
}

/**
 * The payments that a stopped terminal has left behind, oldest first: at most one a sale (the last one that may have taken
 * money; its sale carries the tenders before it).
 */
export function leftBehind(
  open: readonly RecordedPayment[],
  isJournaled: (id: SaleId | ReturnId) => boolean,
): readonly LeftBehind[] {
  const lastOf = new Map<SaleId | ReturnId, LeftBehind>();
  for (const { payment, paid } of open) {
    const { for: purpose, paymentId, amount } = payment;
    const id = purpose.kind === 'sale' ? purpose.saleId : purpose.returnId;
    if (paid === null || tookNoMoney(payment) || isJournaled(id)) continue;
    lastOf.set(id, {
      payment: { paymentId, amount },
      sale: paid.sale,
      tenders: paid.tenders,
      approved: takenOf(payment)?.card ?? null,
    });
  }
  return [...lastOf.values()];
}

const tookNoMoney = ({ state }: Payment): boolean =>
  state === 'declined' || state === 'cancelled' || state === 'reversed';
