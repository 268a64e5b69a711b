import { type Money, negate } from '../../../src/money/money.ts';
import type { CartTotals, LineTotals } from '../../../src/pricing/totals.ts';
import type { RecordedCart, RecordedItem } from './recording.ts';

/** One figure that is not Magento's. */
export interface Difference {
  /** Which of Magento's total collectors computes the figure. */
  readonly collector: 'subtotal' | 'discount' | 'tax' | 'grand total';
  /** `cart`, or the line as a person finds it. */
  readonly where: string;
  readonly figure: string;
  readonly magento: string;
  readonly till: string;
}

/** Every line and total, the taxes by rate, the rules applied and the coupon, compared to the cent. */
export function compareCart(recorded: RecordedCart, totals: CartTotals): readonly Difference[] {
  const comparison = new Comparison();
  const { address_totals: address } = recorded;
  compareLines(recorded, totals, comparison);
  comparison.money('subtotal', 'cart', 'subtotal', address.subtotal, totals.subtotal);
  comparison.money('subtotal', 'cart', 'subtotal incl. tax', address.subtotal_incl_tax, totals.subtotalInclTax);
  comparison.money('discount', 'cart', 'discount', address.discount_amount, negate(totals.discount));
  comparison.money('tax', 'cart', 'tax', address.tax_amount, totals.tax);
  comparison.money('tax', 'cart', 'tax compensation', address.discount_tax_compensation_amount, totals.taxCompensation);
  comparison.money('grand total', 'cart', 'grand total', address.grand_total, totals.grandTotal);
  compareTaxes(recorded, totals, comparison);
  comparison.text(
    'discount',
    'cart',
    'applied rules',
    recorded.applied_rule_ids ?? '',
    totals.appliedRuleIds.join(','),
  );
  comparison.text('discount', 'cart', 'coupon', recorded.coupon_accepted ?? 'none', totals.couponAccepted ?? 'none');
  return comparison.differences;
}

function compareLines(recorded: RecordedCart, totals: CartTotals, comparison: Comparison): void {
  const parents = recorded.quote_items.filter((item) => item.parent_item_id === null);
  comparison.text('subtotal', 'cart', 'number of lines', String(parents.length), String(totals.lines.length));
  parents.forEach((item, index) => {
    const line = totals.lines[index];
    if (line === undefined) return;
    const where = `line ${index + 1} ${item.sku}`;
    compareItem(item, line, where, comparison);
    const parts = recorded.quote_items.filter((part) => part.parent_item_id === item.item_id);
    comparison.text('subtotal', where, 'number of parts', String(parts.length), String(line.children.length));
    parts.forEach((part, position) => {
      const child = line.children[position];
      if (child !== undefined) compareItem(part, child, `${where} / ${part.sku}`, comparison);
    });
    const shown = recorded.totals.items.find((row) => row.item_id === item.item_id);
    if (shown === undefined) return;
    comparison.money('subtotal', where, 'price (totals)', shown.price, line.price);
    comparison.money('subtotal', where, 'row total (totals)', shown.row_total, line.rowTotal);
    comparison.money('discount', where, 'discount (totals)', shown.discount_amount, line.discount);
    comparison.money('tax', where, 'tax (totals)', shown.tax_amount, line.tax);
  });
}

function compareItem(item: RecordedItem, line: LineTotals, where: string, comparison: Comparison): void {
  // A configurable is recorded under the SKU of its variant.
  const isSame = item.sku === line.sku || item.product_id === line.productId;
  comparison.text('subtotal', where, 'product', item.sku, isSame ? item.sku : line.sku);
  comparison.text('subtotal', where, 'quantity', String(item.qty), String(line.quantity));
  comparison.money('subtotal', where, 'price', item.price, line.price);
  comparison.money('subtotal', where, 'price incl. tax', item.price_incl_tax, line.priceInclTax);
  comparison.money('subtotal', where, 'row total', item.row_total, line.rowTotal);
  comparison.money('subtotal', where, 'row total incl. tax', item.row_total_incl_tax, line.rowTotalInclTax);
  comparison.money('discount', where, 'discount', item.discount_amount, line.discount);
  comparison.percent('discount', where, 'discount percent', item.discount_percent, line.discountPercent);
  comparison.text('discount', where, 'applied rules', item.applied_rule_ids ?? '', line.appliedRuleIds.join(','));
  comparison.money('tax', where, 'tax', item.tax_amount, line.tax);
  comparison.percent('tax', where, 'tax percent', item.tax_percent, line.taxPercent);
  comparison.money('tax', where, 'tax compensation', item.discount_tax_compensation_amount, line.taxCompensation);
}

function compareTaxes(recorded: RecordedCart, totals: CartTotals, comparison: Comparison): void {
  const expected = recorded.address_totals.applied_taxes.filter((tax) => tax.amount !== 0);
  const codes = (taxes: readonly string[]): string => [...taxes].sort().join(' ') || 'none';
  comparison.text(
    'tax',
    'cart',
    'tax rates',
    codes(expected.map((tax) => tax.id)),
    codes(totals.taxes.map((tax) => tax.code)),
  );
  for (const tax of expected) {
    const own = totals.taxes.find((candidate) => candidate.code === tax.id);
    if (own === undefined) continue;
    comparison.money('tax', 'cart', `tax of ${tax.id}`, tax.amount, own.amount);
    comparison.percent('tax', 'cart', `percent of ${tax.id}`, tax.percent, own.percent);
  }
}

class Comparison {
  readonly differences: Difference[] = [];

  /** A figure Magento left empty is not compared. */
  money(collector: Difference['collector'], where: string, figure: string, magento: number | null, till: Money): void {
    if (magento === null || cents(magento) === till + 0) return;
    this.differences.push({
      collector,
      where,
      figure,
      magento: String(magento),
      till: `${(till / 100).toFixed(2)} (${signed(till - cents(magento))})`,
    });
  }

  percent(
    collector: Difference['collector'],
    where: string,
    figure: string,
    magento: number | null,
    till: number,
  ): void {
    // Stored with four places.
    if (magento === null || Math.abs(magento - till) < 0.000051) return;
    this.differences.push({ collector, where, figure, magento: String(magento), till: String(till) });
  }

  text(collector: Difference['collector'], where: string, figure: string, magento: string, till: string): void {
    if (magento !== till) this.differences.push({ collector, where, figure, magento, till });
  }
}

/** A database figure with four places, in whole cents: half away from zero, free of binary noise. */
const cents = (value: number): number =>
  Math.sign(value) * Math.round(Number((Math.abs(value) * 100).toPrecision(14))) + 0;

const signed = (difference: number): string => `${difference > 0 ? '+' : ''}${(difference / 100).toFixed(2)}`;
