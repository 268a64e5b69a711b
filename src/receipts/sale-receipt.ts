import type { ReceiptDocument, ReceiptElement } from '../../drivers/printer/document.ts';
import { add, format, type Money, negate, subtract, sum, zero } from '../money/money.ts';
import { formatQuantity } from '../money/quantity.ts';
import type { LineTotals, RuleDiscount } from '../pricing/totals.ts';
import type { CompletedSale, OtherTender, SaleLine, Tender } from '../register/sale.ts';
import {
  blank,
  centered,
  dateAndTime,
  digits,
  line,
  pair,
  percentage,
  rule,
  type ShopPrint,
  shopHeader,
} from './shop-print.ts';
import { type TaxRow, taxLetters, taxTable } from './tax-table.ts';
import type { ReceiptWords } from './words.ts';

export interface SaleReceiptOptions {
  /** A reprint, or a repeat after an unknown outcome: marked, so that nobody takes it for a second sale. */
  readonly copy: boolean;
  /** The till had no network when it sold. */
  readonly offline: boolean;
}

/** The customer's receipt of a sale, ending in the cut. The drawer is another matter: {@link opensDrawer}. */
export function composeSaleReceipt(sale: CompletedSale, shop: ShopPrint, options: SaleReceiptOptions): ReceiptDocument {
  const say = shop.words;
  const table = taxTable(sale.lines, sale.totals);
  const copyMark: ReceiptElement[] = options.copy
    ? [{ kind: 'text', text: `* ${say.copy} *`, align: 'center', style: { bold: true, wide: true } }]
    : [];
  return {
    title: sale.receiptNumber,
    elements: [
      ...copyMark,
      ...shopHeader(shop),
      ...(shop.taxNumber === null ? [] : [centered(`${say.taxNumber} ${shop.taxNumber}`)]),
      blank,
      ...heading(sale, say),
      rule,
      ...sale.lines.flatMap((item) => lineElements(item, table, shop, say)),
      rule,
      ...totals(sale, shop, say),
      ...sale.tenders.flatMap((tender) => tenderElements(tender, shop, say)),
      ...(sale.change === zero ? [] : [pair(say.change, digits(sale.change, shop.currency))]),
      blank,
      ...taxElements(table, shop, say),
      ...marks(sale, options, say),
      blank,
      ...shop.footer.map(centered),
      ...copyMark,
      blank,
      { kind: 'barcode', symbology: 'CODE128', data: sale.receiptNumber },
      { kind: 'cut' },
    ],
  };
}

/** The drawer opens when cash is taken or given, and not for a card. */
export function opensDrawer(sale: CompletedSale): boolean {
  return sale.change !== zero || sale.tenders.some((tender) => tender.kind === 'cash');
}

function heading(sale: CompletedSale, say: ReceiptWords): ReceiptElement[] {
  const { at, zone } = sale.stamp;
  return [
    pair(`${say.receipt} ${sale.receiptNumber}`, dateAndTime(at, zone, say.date)),
    pair(`${say.terminal} ${sale.terminalId}`, `${say.cashier} ${sale.cashier}`),
    ...(sale.customer === null ? [] : [line(`${say.customer}: ${sale.customer.name}`)]),
  ];
}

function lineElements(item: SaleLine, table: readonly TaxRow[], shop: ShopPrint, say: ReceiptWords): ReceiptElement[] {
  const amount = `${digits(item.rowTotalInclTax, shop.currency)} ${taxLetters(item, table)}`.trimEnd();
  const unit = item.unit === null ? '' : ` ${item.unit}`;
  const single = item.quantity === 1 && item.unit === null;
  const quantity = formatQuantity(item.quantity).replace('.', shop.currency.decimalSeparator);
  const sold = single
    ? [pair(item.name, amount)]
    : [line(item.name), pair(`  ${quantity}${unit} × ${digits(item.priceInclTax, shop.currency)}`, amount)];
  const discounts = discountsOf(item).map(({ name, amount: off }) =>
    pair(`  ${name === '' ? say.discount : name}`, withoutLetter(digits(negate(off), shop.currency))),
  );
  const number = item.serialNumber === undefined ? [] : [line(`  ${say.serialNumber} ${item.serialNumber}`)];
  return [...sold, ...number, ...discounts];
}

/** Room where other lines have their tax letter, so that the amounts stay in one column. */
const withoutLetter = (amount: string): string => `${amount}${noBreakSpace}${noBreakSpace}`;
const noBreakSpace = '\u00a0';

/** By rule; whatever no rule accounts for stands under the general word. */
function discountsOf(item: LineTotals): RuleDiscount[] {
  const named = [item, ...item.children].flatMap(({ discounts }) => discounts).filter(({ amount }) => amount !== zero);
  const unnamed = subtract(discountOf(item), sum(named.map(({ amount }) => amount)));
  return unnamed === zero ? named : [...named, { ruleId: 0, name: '', amount: unnamed }];
}

/** A bundle priced by its parts may have the discount on its parts. */
function discountOf(item: LineTotals): Money {
  return item.discount === zero ? sum(item.children.map(({ discount }) => discount)) : item.discount;
}

function totals(sale: CompletedSale, shop: ShopPrint, say: ReceiptWords): ReceiptElement[] {
  const { subtotal, discount, tax, taxCompensation, grandTotal } = sale.totals;
  const read = subtract(sum(sale.lines.map((item) => item.rowTotalInclTax)), sum(sale.lines.map(discountOf)));
  // In a shop with net prices the lines above do not add up to the total; these do, for every cart (Magento's own sum).
  const steps =
    read === grandTotal
      ? []
      : [
          pair(say.subtotalNet, digits(subtotal, shop.currency)),
          ...(discount === zero ? [] : [pair(say.discount, digits(negate(discount), shop.currency))]),
          pair(say.tax, digits(add(tax, taxCompensation), shop.currency)),
        ];
  return [
    ...steps,
    {
      kind: 'left-right',
      left: say.total,
      right: format(grandTotal, shop.currency),
      style: { bold: true, tall: true },
    },
    ...(sale.coupon === null ? [] : [line(`${say.coupon}: ${sale.coupon}`)]),
  ];
}

function tenderElements(tender: Tender, shop: ShopPrint, say: ReceiptWords): ReceiptElement[] {
  switch (tender.kind) {
    case 'cash':
      // Only change for more than cash: it stands below.
      return tender.tendered === zero ? [] : [pair(say.cashGiven, digits(tender.tendered, shop.currency))];
    case 'rounding':
      return [pair(say.rounding, digits(negate(tender.amount), shop.currency))];
    case 'exchange':
      return [pair(say.exchange, digits(tender.amount, shop.currency))];
    case 'other':
      return otherTenderElements(tender, shop);
    case 'card':
      return cardElements(tender, shop, say);
  }
}

/** A voucher by its number; foreign cash in its own currency and what it was worth. */
function otherTenderElements({ name, amount, reference, foreign }: OtherTender, shop: ShopPrint): ReceiptElement[] {
  const given = foreign === null ? '' : ` ${digits(foreign.amount, shop.currency)} × ${foreign.rate}`;
  return [
    pair(`${name}${given}`, digits(amount, shop.currency)),
    ...(reference === null ? [] : [line(`  ${reference}`)]),
  ];
}

function cardElements(tender: Extract<Tender, { kind: 'card' }>, shop: ShopPrint, say: ReceiptWords): ReceiptElement[] {
  const { brand, maskedPan, entryMode, authorizationCode, terminalReference } = tender.card;
  const how = entryMode === 'unknown' ? '' : ` ${say[entryMode]}`;
  return [
    pair(`${say.card} ${brand}`, digits(tender.amount, shop.currency)),
    line(`  ${maskedAgain(maskedPan)}${how}`),
    ...(authorizationCode === null ? [] : [line(`  ${say.authorization} ${authorizationCode}`)]),
    ...(terminalReference === null ? [] : [line(`  ${say.reference} ${terminalReference}`)]),
  ];
}

/** Should a terminal ever hand over more than first six and last four digits, paper is the last place to stop it. */
function maskedAgain(pan: string): string {
  const shown = pan.replace(/\D/g, '').length;
  let seen = 0;
  return pan.replace(/\d/g, (digit) => {
    seen += 1;
    return shown <= 10 || seen <= 6 || seen > shown - 4 ? digit : '*';
  });
}

function taxElements(table: readonly TaxRow[], shop: ShopPrint, say: ReceiptWords): ReceiptElement[] {
  const row = (first: string, ...amounts: readonly string[]): ReceiptElement => ({
    kind: 'columns',
    cells: [{ text: first, share: 8 }, ...amounts.map((text) => ({ text, align: 'right', share: 8 }) as const)],
  });
  return [
    row(say.rate, say.net, say.tax, say.gross),
    ...table.map(({ letter, percent, net, tax, gross }) =>
      row(
        `${letter} ${percentage(percent, shop.currency)}`,
        digits(net, shop.currency),
        digits(tax, shop.currency),
        digits(gross, shop.currency),
      ),
    ),
  ];
}

function marks(sale: CompletedSale, options: SaleReceiptOptions, say: ReceiptWords): ReceiptElement[] {
  const provisional = sale.tenders.some((tender) => tender.kind === 'card' && tender.card.outcome !== 'approved');
  return [
    ...(provisional ? [blank, centered(say.provisional)] : []),
    ...(options.offline ? [blank, centered(say.offline)] : []),
  ];
}
