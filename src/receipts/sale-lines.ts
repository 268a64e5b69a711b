import type { ReceiptElement } from '../../drivers/printer/document.ts';
import { type Money, negate, subtract, sum, zero } from '../money/money.ts';
import { formatQuantity } from '../money/quantity.ts';
import type { LineTotals, RuleDiscount } from '../pricing/totals.ts';
import type { SaleLine } from '../register/sale.ts';
import { digits, line, pair, type ShopPrint } from './shop-print.ts';
import { type TaxRow, taxLetters } from './tax-table.ts';

/** A line of goods: what, how many of what price, the amount with its tax letter, and the discounts by their rules' names. */
export function goodsElements(item: SaleLine, table: readonly TaxRow[], shop: ShopPrint): ReceiptElement[] {
  const amount = `${digits(item.rowTotalInclTax, shop.currency)} ${taxLetters(item, table)}`.trimEnd();
  const single = item.quantity === 1 && item.unit === null;
  const sold = single
    ? [pair(item.name, amount)]
    : [line(item.name), pair(`  ${quantityOf(item, shop)} × ${digits(item.priceInclTax, shop.currency)}`, amount)];
  const discounts = discountsOf(item).map(({ name, amount: off }) =>
    pair(`  ${name === '' ? shop.words.discount : name}`, withoutLetter(digits(negate(off), shop.currency))),
  );
  const number = item.serialNumber === undefined ? [] : [line(`  ${shop.words.serialNumber} ${item.serialNumber}`)];
  return [...sold, ...number, ...discounts];
}

/** The same without a price. */
export function giftElements(item: SaleLine, shop: ShopPrint): ReceiptElement[] {
  const single = item.quantity === 1 && item.unit === null;
  return [single ? line(item.name) : pair(item.name, quantityOf(item, shop))];
}

/** `0,345 kg`, `2`. */
function quantityOf({ quantity, unit }: SaleLine, { currency }: ShopPrint): string {
  return `${formatQuantity(quantity).replace('.', currency.decimalSeparator)}${unit === null ? '' : ` ${unit}`}`;
}

/** Room where other lines have their tax letter, so that the amounts stay in one column. */
const withoutLetter = (amount: string): string => `${amount}${noBreakSpace}${noBreakSpace}`;
const noBreakSpace = '\u00a0';

/** By rule; whatever no rule accounts for stands under the general word. */
export function discountsOf(item: LineTotals): RuleDiscount[] {
  const named = [item, ...item.children].flatMap(({ discounts }) => discounts).filter(({ amount }) => amount !== zero);
  const unnamed = subtract(discountOf(item), sum(named.map(({ amount }) => amount)));
  return unnamed === zero ? named : [...named, { ruleId: 0, name: '', amount: unnamed }];
}

/** A bundle priced by its parts may have the discount on its parts. */
export function discountOf(item: LineTotals): Money {
  return item.discount === zero ? sum(item.children.map(({ discount }) => discount)) : item.discount;
}
