import { type Money, money, toNumber, zero } from '../../../src/money/money.ts';
import { quantity } from '../../../src/money/quantity.ts';
import type { ReceiptNumber, ReturnId } from '../../../src/platform/ids.ts';
import type { LineTotals } from '../../../src/pricing/totals.ts';
import type { CompletedReturn, ReturnLine } from '../../../src/register/return.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';

/** What comes back of one of a sale's lines. */
export interface ReturnWish {
  /** Index among the sale's lines. */
  readonly line: number;
  /** Left out: all of it. */
  readonly quantity?: number;
  /** Left out: yes. */
  readonly restock?: boolean;
}

const part = (amount: Money, share: number): Money => money((toNumber(amount) * share).toFixed(2));

function share<Line extends LineTotals>(line: Line, of: number): Line {
  const [inclTax, tax] = [part(line.rowTotalInclTax, of), part(line.tax, of)];
  return {
    ...line,
    rowTotal: money(((inclTax - tax) / 100).toFixed(2)),
    rowTotalInclTax: inclTax,
    tax,
    discount: part(line.discount, of),
    taxCompensation: part(line.taxCompensation, of),
  };
}

/** A return of these lines of a sale, its figures their share of what was paid, in cash. */
export function returnOf(
  sale: CompletedSale,
  wishes: readonly ReturnWish[],
  counter: number,
  change: Partial<CompletedReturn> = {},
): CompletedReturn {
  const lines = wishes.map((wish): ReturnLine => {
    const sold = sale.lines[wish.line];
    if (sold === undefined) throw new Error(`the sale has no line ${wish.line}`);
    const count = wish.quantity ?? sold.quantity;
    const of = count / sold.quantity;
    const children = sold.children.map((child) => share(child, of));
    return {
      ...share(sold, of),
      children,
      quantity: quantity(count),
      saleLine: wish.line,
      restock: wish.restock ?? true,
    };
  });
  const total = (field: (line: ReturnLine) => Money): Money =>
    money((lines.reduce((sum, line) => sum + field(line), 0) / 100).toFixed(2));
  const discount = total((line) => line.discount);
  const grandTotal = money(((total((line) => line.rowTotalInclTax) - discount) / 100).toFixed(2));
  return {
    version: 1,
    returnId: `01900000-0000-7000-9000-${String(counter).padStart(12, '0')}` as ReturnId,
    receiptNumber: `${sale.terminalId}-${String(counter).padStart(8, '0')}` as ReceiptNumber,
    terminalId: sale.terminalId,
    shiftId: sale.shiftId,
    cashier: 'Ada',
    stamp: sale.stamp,
    currency: sale.currency,
    of: { saleId: sale.saleId, receiptNumber: sale.receiptNumber },
    customer: sale.customer,
    lines,
    totals: {
      ...sale.totals,
      subtotal: total((line) => line.rowTotal),
      subtotalInclTax: total((line) => line.rowTotalInclTax),
      discount,
      tax: total((line) => line.tax),
      taxCompensation: lines.length === 0 ? zero : total((line) => line.taxCompensation),
      grandTotal,
    },
    refunds: [{ kind: 'cash', amount: grandTotal }],
    reason: 'did not fit',
    approvedBy: null,
    ...change,
  };
}
