import type { ReceiptDocument, ReceiptElement } from '../../drivers/printer/document.ts';
import { add, format, type Money, negate, subtract, sum, zero } from '../money/money.ts';
import type { CompletedSale, OtherTender, Tender } from '../register/sale.ts';
import { customerSlip, withMerchantSlips } from './card-slip.ts';
import { discountOf, giftElements, goodsElements } from './sale-lines.ts';
import {
  blank,
  centered,
  dateAndTime,
  digits,
  framing,
  line,
  numberCode,
  pair,
  percentage,
  type ShopPrint,
  titleElement,
} from './shop-print.ts';
import { type TaxRow, taxTable } from './tax-table.ts';
import { type Condition, type Filling, fillTemplate } from './template.ts';
import type { ReceiptWords } from './words.ts';

export interface SaleReceiptOptions {
  /** A reprint, or a repeat after an unknown outcome: marked, so that nobody takes it for a second sale. */
  readonly copy: boolean;
  /** The till had no network when it sold. */
  readonly offline: boolean;
  /** Nothing was sold: someone was learning the till. */
  readonly training?: boolean;
  /** What has become since of a card payment that was provisional. */
  readonly later?: 'confirmed' | 'declined' | null;
  /** It goes to the customer by e-mail, too. */
  readonly mailed?: boolean;
}

/** The customer's receipt of a sale, ending in the cut. The drawer is another matter: {@link opensDrawer}. */
export function composeSaleReceipt(sale: CompletedSale, shop: ShopPrint, options: SaleReceiptOptions): ReceiptDocument {
  const say = shop.words;
  const table = taxTable(sale.lines, sale.totals);
  const receipt = fillTemplate(
    shop.templates.sale,
    {
      ...common(sale, shop, options),
      blocks: {
        heading: () => saleHeading(sale, say),
        lines: () => sale.lines.flatMap((item) => goodsElements(item, table, shop)),
        totals: () => totals(sale, shop),
        tenders: () => [
          ...sale.tenders.flatMap((tender) => tenderElements(tender, shop)),
          ...(sale.change === zero ? [] : [pair(say.change, digits(sale.change, shop.currency))]),
        ],
        'tax-table': () => taxElements(table, shop),
        savings: () => (saved(sale) === zero ? [] : [centered(`${say.saved} ${format(saved(sale), shop.currency)}`)]),
        marks: () => marks(sale, options, say),
        barcode: () => numberCode(sale.receiptNumber),
      },
      required: ['marks'],
    },
    shop,
  );
  if (options.copy) return receipt;
  const cards = sale.tenders.flatMap((tender) => (tender.kind === 'card' ? [tender.card] : []));
  return withMerchantSlips(receipt, cards);
}

/** For whoever gets the goods as a present: what, and the number to exchange it by; no prices. */
export function composeGiftReceipt(sale: CompletedSale, shop: ShopPrint, options: SaleReceiptOptions): ReceiptDocument {
  const say = shop.words;
  const { at, zone } = sale.stamp;
  return fillTemplate(
    shop.templates.gift,
    {
      // How often it is printed does not matter, as it is no proof of payment.
      ...common(sale, shop, { ...options, copy: false }),
      blocks: {
        title: () => [titleElement(say.gift)],
        heading: () => [pair(`${say.receipt} ${sale.receiptNumber}`, dateAndTime(at, zone, say.date))],
        lines: () => sale.lines.flatMap((item) => giftElements(item, shop)),
        note: () => [centered(say.giftNote)],
        barcode: () => numberCode(sale.receiptNumber),
      },
      required: ['barcode'],
    },
    shop,
  );
}

/** The drawer opens when cash is taken or given, and not for a card. */
export function opensDrawer(sale: CompletedSale): boolean {
  return sale.change !== zero || sale.tenders.some((tender) => tender.kind === 'cash');
}

function common(
  sale: CompletedSale,
  shop: ShopPrint,
  options: SaleReceiptOptions,
): Pick<Filling<never>, 'title' | 'values' | 'conditions' | 'framing'> {
  const { at, zone } = sale.stamp;
  const [date = '', time = ''] = dateAndTime(at, zone, shop.words.date).split(' ');
  const holds: Readonly<Record<Condition, boolean>> = {
    customer: sale.customer !== null,
    'no-customer': sale.customer === null,
    card: sale.tenders.some(({ kind }) => kind === 'card'),
    cash: sale.tenders.some(({ kind }) => kind === 'cash'),
    saved: saved(sale) !== zero,
    coupon: sale.coupon !== null,
    offline: options.offline,
    provisional: isProvisional(sale),
  };
  return {
    title: sale.receiptNumber,
    values: {
      receipt: sale.receiptNumber,
      date,
      time,
      till: sale.terminalId,
      cashier: sale.cashier,
      customer: sale.customer?.name ?? '',
      total: format(sale.totals.grandTotal, shop.currency),
      currency: sale.currency,
      saved: format(saved(sale), shop.currency),
      sale: sale.saleId,
    },
    conditions: new Set((Object.keys(holds) as Condition[]).filter((condition) => holds[condition])),
    framing: framing(options, shop.words),
  };
}

/** What all discounts together took off. */
const saved = (sale: CompletedSale): Money => sum(sale.lines.map(discountOf));

export function saleHeading(sale: CompletedSale, say: ReceiptWords): ReceiptElement[] {
  const { at, zone } = sale.stamp;
  return [
    pair(`${say.receipt} ${sale.receiptNumber}`, dateAndTime(at, zone, say.date)),
    pair(`${say.terminal} ${sale.terminalId}`, `${say.cashier} ${sale.cashier}`),
    ...(sale.customer === null ? [] : [line(`${say.customer}: ${sale.customer.name}`)]),
  ];
}

function totals(sale: CompletedSale, shop: ShopPrint): ReceiptElement[] {
  const say = shop.words;
  const { subtotal, discount, tax, taxCompensation, grandTotal } = sale.totals;
  const read = subtract(sum(sale.lines.map((item) => item.rowTotalInclTax)), saved(sale));
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

function tenderElements(tender: Tender, shop: ShopPrint): ReceiptElement[] {
  const say = shop.words;
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
      return cardElements(tender, shop);
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

function cardElements(tender: Extract<Tender, { kind: 'card' }>, shop: ShopPrint): ReceiptElement[] {
  const say = shop.words;
  const { brand, maskedPan, entryMode, authorizationCode, terminalReference } = tender.card;
  const how = entryMode === 'unknown' ? '' : ` ${say[entryMode]}`;
  const slip = customerSlip(tender.card);
  if (slip !== null) return [pair(`${say.card} ${brand}`, digits(tender.amount, shop.currency)), blank, ...slip];
  return [
    pair(`${say.card} ${brand}`, digits(tender.amount, shop.currency)),
    line(`  ${maskedAgain(maskedPan)}${how}`),
    ...(authorizationCode === null ? [] : [line(`  ${say.authorization} ${authorizationCode}`)]),
    ...(terminalReference === null ? [] : [line(`  ${say.reference} ${terminalReference}`)]),
  ];
}

/** Should a terminal ever hand over more than first six and last four digits, paper is the last place to stop it. */
export function maskedAgain(pan: string): string {
  const shown = pan.replace(/\D/g, '').length;
  let seen = 0;
  return pan.replace(/\d/g, (digit) => {
    seen += 1;
    return shown <= 10 || seen <= 6 || seen > shown - 4 ? digit : '*';
  });
}

export function taxElements(table: readonly TaxRow[], shop: ShopPrint): ReceiptElement[] {
  const say = shop.words;
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

/** The bank has not said yes yet. */
function isProvisional(sale: CompletedSale): boolean {
  return sale.tenders.some((tender) => tender.kind === 'card' && tender.card.outcome !== 'approved');
}

function marks(
  sale: CompletedSale,
  { offline, later, mailed }: SaleReceiptOptions,
  say: ReceiptWords,
): ReceiptElement[] {
  const words = { confirmed: say.provisionalConfirmed, declined: say.provisionalDeclined };
  const provisional = later ? words[later] : say.provisional;
  const told = [
    ...(isProvisional(sale) || later === 'declined' ? [provisional] : []),
    ...(offline ? [say.offline] : []),
    ...(mailed ? [say.email] : []),
  ];
  return told.flatMap((words, index) => (index === 0 ? [centered(words)] : [blank, centered(words)]));
}
