import { minimum, negate, subtract, zero } from '../money/money.ts';
import type { SaleIdentity } from './complete-sale.ts';
import type { OpenReturn } from './open-return.ts';
import type { PaidSale } from './open-sale.ts';
import type { CompletedReturn, Refund } from './return.ts';
import type { Tender } from './sale.ts';

/** What one settlement leaves behind: goods brought back, goods sold, or both, settled against each other. */
export type Settlement =
  | { readonly kind: 'sale'; readonly sale: PaidSale }
  | { readonly kind: 'return'; readonly returning: OpenReturn; readonly refunds: readonly Refund[] }
  | {
      readonly kind: 'exchange';
      readonly returning: OpenReturn;
      readonly refunds: readonly Refund[];
      readonly sale: PaidSale;
    };

/** Takes apart what was settled with one balance: each record adds up by itself. */
export function settlementOf(paid: PaidSale): Settlement {
  const { sale, tenders } = paid;
  const { returning } = sale;
  if (returning === undefined) return { kind: 'sale', sale: paid };
  const { cardPaid } = returning;
  const refunds = (given: readonly Tender[]): readonly Refund[] =>
    given.flatMap((tender) => refundOf(tender, cardPaid));
  if (sale.lines.length === 0) return { kind: 'return', returning, refunds: refunds(tenders) };
  const exchanged = minimum(returning.totals.grandTotal, sale.totals.grandTotal);
  const back = subtract(returning.totals.grandTotal, sale.totals.grandTotal) > zero;
  const { saleId } = sale;
  const { returnId } = returning;
  return {
    kind: 'exchange',
    returning,
    refunds: [{ kind: 'exchange', amount: exchanged, saleId }, ...(back ? refunds(tenders) : [])],
    sale: { sale, tenders: [{ kind: 'exchange', amount: exchanged, returnId }, ...(back ? [] : tenders)] },
  };
}

/** Money that goes to the customer is a tender below zero. */
function refundOf(tender: Tender, cardPaid: OpenReturn['cardPaid']): readonly Refund[] {
  const amount = negate(tender.amount);
  if (tender.kind === 'cash' || tender.kind === 'rounding') return [{ kind: tender.kind, amount }];
  if (tender.kind !== 'card') return [];
  return [{ kind: 'card', amount, card: tender.card, refundOf: cardPaid?.paymentId ?? null }];
}

export function completeReturn(
  { returnId, of, customer, lines, totals, reason, approvedBy }: OpenReturn,
  refunds: readonly Refund[],
  identity: SaleIdentity,
): CompletedReturn {
  return { version: 1, returnId, ...identity, of, customer, lines, totals, refunds, reason, approvedBy };
}
