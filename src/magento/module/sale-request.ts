import { add, subtract, sum, toNumber, zero } from '../../money/money.ts';
import { type Quantity, quantity } from '../../money/quantity.ts';
import type { JsonValue } from '../../platform/brand.ts';
import type { LineTotals, TaxTotal } from '../../pricing/totals.ts';
import type { CompletedSale, SaleLine, Tender } from '../../register/sale.ts';
import type { DeliveryShop } from '../delivery/shop.ts';

/**
 * The body of `POST /V1/holdfast/sales`: the sale as it was made. Deterministic, because the module compares contents by
 * their hash when a sale is posted again.
 */
export function saleRequest(sale: CompletedSale, shop: Pick<DeliveryShop, 'storeId' | 'sourceCode'>): JsonValue {
  const { totals } = sale;
  return {
    sale: {
      sale_id: sale.saleId,
      terminal_id: sale.terminalId,
      receipt_number: sale.receiptNumber,
      sold_at: new Date(sale.stamp.at).toISOString(),
      store_id: shop.storeId,
      source_code: shop.sourceCode,
      currency: sale.currency,
      customer_id: sale.customer?.id ?? null,
      customer_email: sale.customer?.email ?? null,
      coupon_code: totals.couponAccepted,
      applied_rule_ids: totals.appliedRuleIds.join(','),
      lines: sale.lines.flatMap(requestLines),
      totals: {
        subtotal: toNumber(totals.subtotal),
        subtotal_incl_tax: toNumber(totals.subtotalInclTax),
        discount_amount: toNumber(totals.discount),
        tax_amount: toNumber(totals.tax),
        discount_tax_compensation_amount: toNumber(totals.taxCompensation),
        grand_total: toNumber(totals.grandTotal),
      },
      tenders: sale.tenders.map(tender),
    },
  };
}

/** A line as the module takes it. */
export type RequestLine = Readonly<
  Record<
    | 'qty'
    | 'price'
    | 'price_incl_tax'
    | 'row_total'
    | 'row_total_incl_tax'
    | 'discount_amount'
    | 'tax_percent'
    | 'tax_amount'
    | 'discount_tax_compensation_amount',
    number
  > &
    Record<'sku' | 'name' | 'applied_rule_ids', string> & { taxes: readonly JsonValue[] }
>;

/**
 * What left the shop: of a configurable the child that was chosen, of a bundle its parts. A bundle with a price of its own is a
 * line beside them, which the module keeps as text.
 */
export function requestLines(line: SaleLine): readonly RequestLine[] {
  if (line.type !== 'bundle' || line.children.length === 0) {
    return [requestLine({ ...line, sku: line.variant ?? line.sku }, line.name)];
  }
  const parts = line.children.map((child) =>
    requestLine({ ...child, quantity: ofAll(child, line) }, `${line.name}: ${child.sku}`),
  );
  const pricedByParts = sum(line.children.map((child) => child.rowTotal)) === line.rowTotal;
  return pricedByParts ? parts : [...parts, requestLine(line, line.name)];
}

/** A part's quantity is kept for one bundle, its amounts for all of them. */
const ofAll = (part: LineTotals, bundle: SaleLine): Quantity =>
  quantity(Math.round(part.quantity * bundle.quantity * 10_000) / 10_000);

function requestLine(line: LineTotals, name: string): RequestLine {
  return {
    sku: line.sku,
    name,
    qty: line.quantity,
    price: toNumber(line.price),
    price_incl_tax: toNumber(line.priceInclTax),
    row_total: toNumber(line.rowTotal),
    row_total_incl_tax: toNumber(line.rowTotalInclTax),
    discount_amount: toNumber(line.discount),
    tax_percent: line.taxPercent,
    tax_amount: toNumber(line.tax),
    discount_tax_compensation_amount: toNumber(line.taxCompensation),
    applied_rule_ids: line.appliedRuleIds.join(','),
    taxes: taxes(line),
  };
}

/** The line's tax by rate. The parts must add up to the line's tax, so the last takes what rounding left. */
function taxes(line: LineTotals): readonly JsonValue[] {
  const known: readonly Pick<TaxTotal, 'code' | 'percent' | 'amount'>[] =
    line.taxes.length > 0 || line.tax === zero
      ? line.taxes
      : [{ code: `${line.taxPercent} %`, percent: line.taxPercent, amount: line.tax }];
  const left = subtract(line.tax, sum(known.map(({ amount }) => amount)));
  return known.map(({ code, percent, amount }, index) => ({
    code,
    title: code,
    percent,
    amount: toNumber(index === known.length - 1 ? add(amount, left) : amount),
  }));
}

/** Never anything of the card: the payment's own key, under which its outcome is reported later. */
function tender(paid: Tender): JsonValue {
  const amount = toNumber(paid.amount);
  if (paid.kind !== 'card') {
    const method = paid.kind === 'other' ? paid.code : paid.kind;
    return { method, amount, reference: paid.kind === 'other' ? (paid.reference ?? '') : '', provisional: false };
  }
  return {
    method: 'card',
    amount,
    reference: paid.card.paymentId,
    provisional: paid.card.outcome !== 'approved',
  };
}
