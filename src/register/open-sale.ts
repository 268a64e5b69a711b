import type { Money } from '../money/money.ts';
import { subtract, sum, zero } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import { quantity } from '../money/quantity.ts';
import { isHoldfastError } from '../platform/errors.ts';
import type { SaleId, Sku } from '../platform/ids.ts';
import type { CartTotals, LineTotals } from '../pricing/totals.ts';
import type { OpenReturn } from './open-return.ts';
import type { LinePrice, SaleBasis, SaleCustomer, SaleLine, SaleReduction, Tender } from './sale.ts';

/** Something that can be put on a line, as the catalogue describes it. */
export interface SaleItem {
  /** Configurable: the parent's SKU, {@link variant} is what is handed over. */
  readonly sku: Sku;
  readonly variant: Sku | null;
  readonly name: string;
  readonly barcode: string | null;
  readonly configurableOptions: SaleLine['configurableOptions'];
  readonly bundleSelections: SaleLine['bundleSelections'];
  /** False: whole units only. */
  readonly decimalQuantity: boolean;
  /** What is sold along with each unit of it, e.g. the bottle it is in. */
  readonly deposit?: { readonly item: SaleItem; readonly quantity: number };
  /** A department: what it costs is asked each time. */
  readonly askPrice?: boolean;
  /** Its serial number is asked. */
  readonly askSerialNumber?: boolean;
}

export interface OpenLine {
  /** Unique in the sale, from 1. */
  readonly lineId: number;
  readonly item: SaleItem;
  readonly quantity: Quantity;
  /** Absent: the shop's price. */
  readonly price?: LinePrice;
  readonly serialNumber?: string;
  /** A deposit: the line it belongs to. It follows that line's quantity. */
  readonly depositOf?: number;
}

/** What the trader and the customer have agreed on so far, before prices. */
export interface SaleContents {
  readonly saleId: SaleId;
  /** One line an article: the same article again raises its quantity, as it does in a Magento cart. */
  readonly lines: readonly OpenLine[];
  /** What was put in, one after the other, so that the last one can be taken back. */
  readonly additions: readonly { readonly lineId: number; readonly quantity: Quantity }[];
  readonly customer: SaleCustomer | null;
  /** As entered; {@link CartTotals.couponAccepted} says whether it counts. */
  readonly coupon: string | null;
  /** In the order they were given. */
  readonly reductions?: readonly SaleReduction[];
  /** Goods brought back, settled together with what is sold. */
  readonly returning?: OpenReturn;
}

/** A sale that is not completed. It lives in memory only: a power cut ends it, unless it is held (a card payment begun for it keeps a copy). */
export interface OpenSale extends SaleContents {
  readonly totals: CartTotals;
  readonly basis: SaleBasis;
}

/** A sale with what was paid towards it. */
export interface PaidSale {
  readonly sale: OpenSale;
  readonly tenders: readonly Tender[];
}

/** What is still to be paid; below zero: to be given back. */
export function amountDue({ sale, tenders }: PaidSale): Money {
  const paid = sum(tenders.map((tender) => tender.amount));
  return subtract(balanceOf(sale), paid);
}

/** What the goods cost, less what was brought back. */
export const balanceOf = ({ totals, returning }: OpenSale): Money =>
  subtract(totals.grandTotal, returning?.totals.grandTotal ?? zero);

/** What is handed back from the cash that was given. */
export function changeOf(tenders: readonly Tender[]): Money {
  return sum(tenders.map((tender) => (tender.kind === 'cash' ? subtract(tender.tendered, tender.amount) : zero)));
}

export function emptyContents(saleId: SaleId): SaleContents {
  return { saleId, lines: [], additions: [], customer: null, coupon: null };
}

/** True when nothing would be lost by forgetting it. */
export function isEmpty(contents: SaleContents): boolean {
  const { lines, customer, coupon, returning } = contents;
  return lines.length === 0 && customer === null && coupon === null && returning === undefined;
}

/** The number as a quantity that can be sold, or null. */
export function quantityOrNull(value: number): Quantity | null {
  try {
    return quantity(value);
  } catch (error) {
    if (isHoldfastError(error, 'quantity.bad')) return null;
    throw error;
  }
}

/** `a + b` without the noise of binary fractions. */
const plus = (a: number, b: number): number => Math.round((a + b) * 10_000) / 10_000;

export type Added =
  | { readonly ok: true; readonly contents: SaleContents; readonly lineId: number }
  | { readonly ok: false; readonly reason: 'bad-quantity' | 'whole-only' };

/** What only one thing on the counter has. */
export type Particulars = Pick<OpenLine, 'price' | 'serialNumber'>;

/** Puts `added` units in: onto the article's line if it has one at this price, else onto a new one. */
export function addItem(contents: SaleContents, item: SaleItem, added: Quantity, particulars: Particulars = {}): Added {
  if (!item.decimalQuantity && !Number.isInteger(added)) return { ok: false, reason: 'whole-only' };
  const line = contents.lines.find((each) => isSame(each.item, item) && canGrow(each, particulars));
  const lineId = line?.lineId ?? Math.max(0, ...goodsLines(contents).map((each) => each.lineId)) + 1;
  const total = quantityOrNull(plus(line?.quantity ?? 0, added));
  if (total === null || depositFor(item, total) === 'too-many') return { ok: false, reason: 'bad-quantity' };
  const lines = line
    ? contents.lines.map((each) => (each === line ? { ...each, quantity: total } : each))
    : [...contents.lines, { lineId, item, quantity: total, ...particulars }];
  return {
    ok: true,
    lineId,
    contents: { ...contents, lines, additions: [...contents.additions, { lineId, quantity: added }] },
  };
}

function isSame(a: SaleItem, b: SaleItem): boolean {
  return (
    a.sku === b.sku &&
    a.variant === b.variant &&
    JSON.stringify(a.bundleSelections) === JSON.stringify(b.bundleSelections)
  );
}

/** Numbered articles and labelled packs stand alone: each has a price or a number of its own. */
function canGrow(line: OpenLine, { price, serialNumber }: Particulars): boolean {
  if (line.depositOf !== undefined || line.serialNumber !== undefined || serialNumber !== undefined) return false;
  if (price === undefined || line.price === undefined) return price === line.price;
  return price.kind === 'open' && line.price.kind === 'open' && price.amount === line.price.amount;
}

/** The lines that somebody put in, without the deposits that follow them. */
export const goodsLines = (contents: Pick<SaleContents, 'lines'>): readonly OpenLine[] =>
  contents.lines.filter((line) => line.depositOf === undefined);

/** How much of its deposit goes with so much of an article; null: it has none. */
export function depositFor({ deposit }: SaleItem, sold: Quantity): Quantity | 'too-many' | null {
  return deposit === undefined ? null : (quantityOrNull(plus(sold * deposit.quantity, 0)) ?? 'too-many');
}

/** Deposit lines are numbered apart, so that a line keeps its number whatever is sold beside it. */
const depositLineIds = 100_000;

/**
 * The contents with a deposit line for each line that needs one, and without discounts on lines that are gone. What follows from
 * other things is made anew each time, so that it can't be forgotten.
 */
export function tidied(contents: SaleContents): SaleContents {
  const goods = goodsLines(contents);
  const deposits = goods.flatMap(({ lineId, item, quantity: sold }) => {
    const amount = depositFor(item, sold);
    if (!item.deposit || amount === null || amount === 'too-many') return [];
    return [{ lineId: depositLineIds + lineId, item: item.deposit.item, quantity: amount, depositOf: lineId }];
  });
  const reductions = contents.reductions?.filter(
    ({ lineId }) => lineId === null || goods.some((line) => line.lineId === lineId),
  );
  return { ...contents, lines: [...goods, ...deposits], ...(reductions === undefined ? {} : { reductions }) };
}

/** Takes the last addition back; null when there is none. */
export function takeBackLast(
  contents: SaleContents,
): { readonly contents: SaleContents; readonly line: OpenLine; readonly quantity: Quantity } | null {
  const last = contents.additions.at(-1);
  const line = last && contents.lines.find((each) => each.lineId === last.lineId);
  if (!last || !line) return null;
  const left = quantityOrNull(plus(line.quantity, -last.quantity));
  return {
    line,
    quantity: last.quantity,
    contents: {
      ...contents,
      additions: contents.additions.slice(0, -1),
      lines:
        left === null
          ? contents.lines.filter((each) => each !== line)
          : contents.lines.map((each) => (each === line ? { ...each, quantity: left } : each)),
    },
  };
}

/** The line with another quantity; null voids it. Its additions become one, in the place of the last. */
export function changeLine(contents: SaleContents, lineId: number, changed: Quantity | null): SaleContents {
  const others = contents.additions.filter((each) => each.lineId !== lineId);
  if (changed === null) {
    return { ...contents, additions: others, lines: contents.lines.filter((each) => each.lineId !== lineId) };
  }
  return {
    ...contents,
    additions: [...others, { lineId, quantity: changed }],
    lines: contents.lines.map((each) => (each.lineId === lineId ? { ...each, quantity: changed } : each)),
  };
}

/** The line that was touched last. */
export function lastLine(contents: SaleContents): OpenLine | null {
  const last = contents.additions.at(-1);
  return contents.lines.find((each) => each.lineId === last?.lineId) ?? null;
}

export function totalsOf(sale: OpenSale, lineId: number): LineTotals | null {
  return sale.totals.lines.find((each) => each.lineId === lineId) ?? null;
}
