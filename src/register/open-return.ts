import { add, hundredths, type Money, subtract, sum, zero } from '../money/money.ts';
import { quantity } from '../money/quantity.ts';
import type { ReturnId } from '../platform/ids.ts';
import type { LineTotals, RuleDiscount, TaxTotal } from '../pricing/totals.ts';
import type { CompletedReturn, ReturnLine } from './return.ts';
import type { CompletedSale, SaleLine, SaleTotals } from './sale.ts';

/** Goods that a customer brings back, before the money is settled. */
export interface OpenReturn
  extends Pick<CompletedReturn, 'of' | 'customer' | 'lines' | 'totals' | 'reason' | 'approvedBy'> {
  readonly returnId: ReturnId;
  /** What was paid by card for the goods and not yet given back to it; null: nothing, or nobody knows. */
  readonly cardPaid: {
    readonly paymentId: string;
    /** What may still go back to it. */
    readonly amount: Money;
  } | null;
}

/** A sale that goods are brought back from, and what was brought back of it before. */
export interface ReturnableSale {
  readonly sale: CompletedSale;
  readonly before: readonly CompletedReturn[];
}

/** So much of one line. */
export interface TakenBack {
  /** Index among the sale's lines. */
  readonly index: number;
  readonly quantity: number;
}

/** Four places, as quantities have. */
const exact = (value: number): number => Math.round(value * 10_000) / 10_000;

/** How much of each line is still with the customer, in the order of the sale's lines. */
export function leftOf({ sale, before }: ReturnableSale): readonly number[] {
  return sale.lines.map((line, index) => exact(line.quantity - returnedOf(before, index)));
}

const returnedOf = (before: readonly CompletedReturn[], index: number): number =>
  before
    .flatMap(({ lines }) => lines)
    .reduce((count, line) => (line.saleLine === index ? count + line.quantity : count), 0);

/**
 * The lines of a return with their part of what was paid: over all returns of a line the parts add up to the line, to the cent,
 * however it is taken apart.
 */
export function returnLines(
  { sale, before }: ReturnableSale,
  taken: readonly TakenBack[],
  restock: boolean,
): readonly ReturnLine[] {
  return taken.flatMap(({ index, quantity: count }) => {
    const line = sale.lines[index];
    if (line === undefined) return [];
    const earlier = returnedOf(before, index);
    const part = partOf(line.quantity, earlier, count);
    return [{ ...shareOfLine(line, part, count), saleLine: index, restock }];
  });
}

/** Takes the part of a figure: what is due up to the end of this return, less what was due up to its beginning. */
type Part = (figure: Money) => Money;

function partOf(all: number, earlier: number, count: number): Part {
  const upTo = (figure: Money, units: number): Money => hundredths(Math.round((figure * exact(units)) / all));
  return (figure) => subtract(upTo(figure, earlier + count), upTo(figure, earlier));
}

function shareOfLine(line: SaleLine, part: Part, count: number): SaleLine {
  return { ...line, ...shareOf(line, part), quantity: quantity(exact(count)) };
}

function shareOf<Line extends LineTotals>(line: Line, part: Part): Line {
  return {
    ...line,
    rowTotal: part(line.rowTotal),
    rowTotalInclTax: part(line.rowTotalInclTax),
    discount: part(line.discount),
    tax: part(line.tax),
    taxCompensation: part(line.taxCompensation),
    taxes: line.taxes.map((tax) => ({ ...tax, base: part(tax.base), amount: part(tax.amount) })),
    discounts: line.discounts.map((discount) => ({ ...discount, amount: part(discount.amount) })),
    children: line.children.map((child) => shareOf(child, part)),
  };
}

/**
 * The totals of what is brought back. Once nothing of the sale is left they are what is left of the sale's own totals, which
 * with weighed goods may be a cent away from its lines.
 */
export function returnTotals(
  of: ReturnableSale,
  lines: readonly ReturnLine[],
  taken: readonly TakenBack[],
): SaleTotals {
  const totals = totalsOfLines(lines);
  const rest = leftOf(of).map((left, index) =>
    exact(left - sumOf(taken.filter((each) => each.index === index).map((each) => each.quantity))),
  );
  if (rest.some((left) => left > 0)) return totals;
  const left = (figure: (totals: SaleTotals) => Money): Money =>
    subtract(figure(of.sale.totals), sum(of.before.map((each) => figure(each.totals))));
  return {
    ...totals,
    subtotal: left((each) => each.subtotal),
    subtotalInclTax: left((each) => each.subtotalInclTax),
    discount: left((each) => each.discount),
    tax: left((each) => each.tax),
    taxCompensation: left((each) => each.taxCompensation),
    grandTotal: left((each) => each.grandTotal),
  };
}

const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** As Magento adds up an order: a bundle priced by its parts has its discounts and compensation on them. */
export function totalsOfLines(lines: readonly LineTotals[]): SaleTotals {
  const withParts = lines.flatMap((line) => [line, ...line.children]);
  const total = (figure: (line: LineTotals) => Money, of: readonly LineTotals[]): Money => sum(of.map(figure));
  const subtotal = total((line) => line.rowTotal, lines);
  const discount = total((line) => line.discount, withParts);
  const tax = total((line) => line.tax, lines);
  const taxCompensation = total((line) => line.taxCompensation, withParts);
  return {
    subtotal,
    subtotalInclTax: total((line) => line.rowTotalInclTax, lines),
    discount,
    tax,
    taxCompensation,
    grandTotal: add(add(subtract(subtotal, discount), tax), taxCompensation),
    taxes: addUp(
      lines.flatMap((line) => line.taxes),
      (tax_) => tax_.code,
      (a: TaxTotal, b) => ({ ...a, base: add(a.base, b.base), amount: add(a.amount, b.amount) }),
    ),
    discounts: addUp(
      withParts.flatMap((line) => line.discounts),
      (each) => `${each.ruleId} ${each.name}`,
      (a: RuleDiscount, b) => ({ ...a, amount: add(a.amount, b.amount) }),
    ),
    appliedRuleIds: [],
    couponAccepted: null,
    uncertainties: [],
  };
}

function addUp<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  plus: (a: Item, b: Item) => Item,
): readonly Item[] {
  const sums = new Map<string, Item>();
  for (const item of items) {
    const known = sums.get(key(item));
    sums.set(key(item), known === undefined ? item : plus(known, item));
  }
  return [...sums.values()];
}

/** The card payment that a refund may go back to, with what is left of it; null: there is none. */
export function cardPaidOf({ sale, before }: ReturnableSale): OpenReturn['cardPaid'] {
  const paid = sale.tenders.find((tender) => tender.kind === 'card');
  if (paid?.kind !== 'card') return null;
  const { paymentId } = paid.card;
  const refunded = before
    .flatMap(({ refunds }) => refunds)
    .reduce(
      (given, refund) => (refund.kind === 'card' && refund.refundOf === paymentId ? add(given, refund.amount) : given),
      zero,
    );
  const left = subtract(paid.amount, refunded);
  return left > zero ? { paymentId, amount: left } : null;
}
