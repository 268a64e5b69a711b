import { toNumber } from '../../money/money.ts';
import type { JsonValue } from '../../platform/brand.ts';
import type { CompletedReturn, Refund, ReturnLine } from '../../register/return.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import { requestLines } from './sale-request.ts';

/**
 * The body of `POST /V1/holdfast/returns`. Deterministic, because the module compares contents by their hash when a return is
 * posted again.
 */
export function returnRequest(
  given: CompletedReturn,
  sale: { readonly saleId: string; readonly receiptNumber: string },
  shop: Pick<DeliveryShop, 'sourceCode'>,
): JsonValue {
  return {
    return: {
      return_id: given.returnId,
      sale_id: sale.saleId,
      receipt_number: sale.receiptNumber,
      return_number: given.receiptNumber,
      return_to_stock: given.lines.some(({ restock }) => restock),
      source_code: shop.sourceCode,
      lines: given.lines.flatMap(returnLines),
      tenders: given.refunds.map(tender),
    },
  };
}

/** What came back, in the lines that the sale was sent in. */
const returnLines = (line: ReturnLine): readonly JsonValue[] =>
  requestLines(line).map(
    ({ sku, qty, row_total, row_total_incl_tax, discount_amount, tax_amount, discount_tax_compensation_amount }) => ({
      sku,
      qty,
      qty_to_stock: line.restock ? qty : 0,
      row_total,
      row_total_incl_tax,
      discount_amount,
      tax_amount,
      discount_tax_compensation_amount,
    }),
  );

/** Never anything of the card: the payment's own key. */
function tender(refund: Refund): JsonValue {
  const reference = refund.kind === 'card' ? refund.card.paymentId : '';
  return { method: refund.kind, amount: toNumber(refund.amount), reference, provisional: false };
}
