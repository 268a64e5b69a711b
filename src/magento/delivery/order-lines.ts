import { type Money, money, negate, sum, toNumber, zero } from '../../money/money.ts';
import type { JsonValue } from '../../platform/brand.ts';
import type { LineTotals } from '../../pricing/totals.ts';
import type { CompletedSale, SaleLine } from '../../register/sale.ts';

/**
 * Lines of the sale that Magento keeps as one: the same article with the same options, however often it was scanned
 * (adding a SKU again only raises the quantity of the line that is there).
 */
export interface OrderLine {
  /** As the order shows it: the chosen variant's SKU for a configurable. */
  readonly sku: string;
  readonly name: string;
  readonly productId: number;
  readonly quantity: number;
  readonly sold: readonly SaleLine[];
}

/** The lines that Magento's order must have, in the order of the sale. */
export function orderLines(sale: Pick<CompletedSale, 'lines'>): readonly OrderLine[] {
  const merged = new Map<string, SaleLine[]>();
  for (const line of sale.lines) {
    const key = JSON.stringify([line.sku, line.variant, line.configurableOptions, line.bundleSelections]);
    const same = merged.get(key);
    if (same === undefined) merged.set(key, [line]);
    else same.push(line);
  }
  return [...merged.values()].flatMap((sold) => {
    const [first] = sold;
    if (first === undefined) return [];
    const quantity = totalQuantity(sold);
    return [{ sku: first.variant ?? first.sku, name: first.name, productId: first.productId, quantity, sold }];
  });
}

/** Four places, as Magento stores quantities. */
const totalQuantity = (lines: readonly { readonly quantity: number }[]): number =>
  Math.round(lines.reduce((total, line) => total + line.quantity, 0) * 10_000) / 10_000;

/** `POST /V1/carts/:id/items` for one merged line; the cart id goes into the body too, as Magento demands. */
export function cartItem(cartId: string, line: OrderLine): JsonValue {
  const sold = line.sold[0];
  const options = sold === undefined ? null : productOption(sold);
  return {
    cartItem: {
      quote_id: cartId,
      // A configurable is added by its own SKU; its options choose the variant.
      sku: sold?.sku ?? line.sku,
      qty: line.quantity,
      ...(options === null ? {} : { product_type: sold?.type ?? 'simple', product_option: options }),
    },
  };
}

function productOption(line: SaleLine): JsonValue {
  if (line.configurableOptions.length > 0) {
    const chosen = line.configurableOptions.map((option) => ({
      option_id: option.optionId,
      option_value: option.optionValue,
    }));
    return { extension_attributes: { configurable_item_options: chosen } };
  }
  if (line.bundleSelections.length > 0) return { extension_attributes: { bundle_options: bundleOptions(line) } };
  return null;
}

function bundleOptions(line: SaleLine): JsonValue {
  const options = new Map<number, { option_qty: number; option_selections: number[] }>();
  for (const selection of line.bundleSelections) {
    const option = options.get(selection.optionId) ?? { option_qty: selection.quantity, option_selections: [] };
    option.option_selections.push(Number(selection.selectionId));
    options.set(selection.optionId, option);
  }
  return [...options].map(([optionId, option]) => ({ option_id: optionId, ...option }));
}

/** What one item of the order must say, in Magento's field names; each also as `base_…`. */
export type ItemFigures = {
  readonly price: Money;
  readonly price_incl_tax: Money;
  /** Before discounts, as the database has it; REST shows it net of them. */
  readonly row_total: Money;
  readonly row_total_incl_tax: Money;
  readonly discount_amount: Money;
  readonly tax_amount: Money;
  readonly discount_tax_compensation_amount: Money;
};

/** The figures of lines that Magento keeps as one item. */
export function itemFigures(lines: readonly LineTotals[]): ItemFigures {
  const total = (of: (line: LineTotals) => Money): Money => sum(lines.map(of));
  const quantity = totalQuantity(lines);
  const rowTotal = total((line) => line.rowTotal);
  const rowTotalInclTax = total((line) => line.rowTotalInclTax);
  return {
    price: unitPrice(lines, (line) => line.price, rowTotal, quantity),
    price_incl_tax: unitPrice(lines, (line) => line.priceInclTax, rowTotalInclTax, quantity),
    row_total: rowTotal,
    row_total_incl_tax: rowTotalInclTax,
    discount_amount: total((line) => line.discount),
    tax_amount: total((line) => line.tax),
    discount_tax_compensation_amount: total((line) => line.taxCompensation),
  };
}

/** The unit price of the lines; where they were sold at different ones, what a unit cost on average. */
function unitPrice(lines: readonly LineTotals[], of: (line: LineTotals) => Money, row: Money, quantity: number): Money {
  const first = lines[0] === undefined ? zero : of(lines[0]);
  return lines.every((line) => of(line) === first) ? first : money((toNumber(row) / quantity).toFixed(2));
}

/** Percent, where all lines got the same; Magento only shows it. */
export function discountPercent(lines: readonly LineTotals[]): number {
  const first = lines[0]?.discountPercent ?? 0;
  return lines.every((line) => line.discountPercent === first) ? first : 0;
}

/** Children of merged lines by product: a bundle's parts carry its tax and discounts in Magento. */
export function childLines(line: OrderLine): ReadonlyMap<number, readonly LineTotals[]> {
  const children = new Map<number, LineTotals[]>();
  for (const child of line.sold.flatMap((sold) => sold.children)) {
    children.set(child.productId, [...(children.get(child.productId) ?? []), child]);
  }
  return children;
}

/** What the order itself must say; each also as `base_…`. */
export function orderFigures(sale: CompletedSale): Readonly<Record<string, Money>> {
  const { totals } = sale;
  return {
    subtotal: totals.subtotal,
    subtotal_incl_tax: totals.subtotalInclTax,
    // Magento keeps an order's discount negative, an item's positive.
    discount_amount: negate(totals.discount),
    discount_tax_compensation_amount: totals.taxCompensation,
    tax_amount: totals.tax,
    grand_total: totals.grandTotal,
  };
}
