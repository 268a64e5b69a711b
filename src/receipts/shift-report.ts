import type { ReceiptDocument, ReceiptElement } from '../../drivers/printer/document.ts';
import { add, type Money, negate, subtract, sum, zero } from '../money/money.ts';
import type { Stamp } from '../platform/clock.ts';
import type { ShiftId, TerminalId } from '../platform/ids.ts';
import { dateAndTime, digits, framing, pair, type ShopPrint, titleElement } from './shop-print.ts';
import { fillTemplate } from './template.ts';

/** A shift's running sums, as the journal keeps them. */
export interface ShiftFigures {
  readonly shiftId: ShiftId;
  readonly cashier: string;
  readonly openedAt: Stamp;
  readonly float: Money;
  /** How many. */
  readonly sales: number;
  readonly cashSales: Money;
  readonly cardSales: Money;
  /** By the shop's own tenders, foreign cash (by currency), `rounding` and `exchange`; absent: none. */
  readonly otherSales?: Readonly<Record<string, Money>>;
  /** How many. */
  readonly returns: number;
  /** As positive amounts. */
  readonly cashRefunds: Money;
  readonly cardRefunds: Money;
  readonly cashIn: Money;
  readonly cashOut: Money;
  /** float + cashSales − cashRefunds + cashIn − cashOut. */
  readonly expectedCash: Money;
  /** Sales and returns of this till that Magento does not have yet; absent: not asked. */
  readonly unconfirmed?: number;
}

export type ShiftReport =
  /** A look at the open shift; changes nothing. */
  | { readonly kind: 'X'; readonly at: Stamp }
  /** Closes it. `counted` is null when the cash was not counted. */
  | { readonly kind: 'Z'; readonly at: Stamp; readonly counted: Money | null };

/** The report of a shift, ending in the cut. */
export function composeShiftReport(
  report: ShiftReport,
  shift: ShiftFigures,
  terminal: TerminalId,
  shop: ShopPrint,
  training = false,
): ReceiptDocument {
  const say = shop.words;
  const moment = (stamp: Stamp): string => dateAndTime(stamp.at, stamp.zone, say.date);
  const amount = (left: string, money: Money): ReceiptElement => pair(left, digits(money, shop.currency));
  const ifReturned = (elements: readonly ReceiptElement[]): readonly ReceiptElement[] =>
    shift.returns === 0 ? [] : elements;
  // What evens out (goods exchanged for goods) is nothing to report.
  const others = Object.entries(shift.otherSales ?? {}).filter(([, sum]) => sum !== zero);
  const sold = add(add(shift.cashSales, shift.cardSales), sum(others.map(([, each]) => each)));
  const turnover = subtract(sold, add(shift.cashRefunds, shift.cardRefunds));
  const nameOf = (code: string): string =>
    ({ rounding: say.rounding, exchange: say.exchange, voucher: say.voucher })[code] ?? code;
  const [date = '', time = ''] = moment(report.at).split(' ');
  return fillTemplate(
    shop.templates.shift,
    {
      title: `${report.kind} ${shift.shiftId}`,
      blocks: {
        title: () => [titleElement(report.kind === 'X' ? say.reportX : say.reportZ)],
        heading: () => [
          pair(`${say.terminal} ${terminal}`, `${say.cashier} ${shift.cashier}`),
          // The end of the id is its random part: enough to find the shift again, and it fits the narrowest paper.
          pair(say.shift, shift.shiftId.slice(-12)),
          pair(say.opened, moment(shift.openedAt)),
          pair(report.kind === 'X' ? say.printed : say.closed, moment(report.at)),
        ],
        sales: () => [
          pair(say.sales, String(shift.sales)),
          amount(say.cashSales, shift.cashSales),
          amount(say.cardSales, shift.cardSales),
          ...others.map(([code, each]) => amount(nameOf(code), each)),
          ...ifReturned([
            pair(say.returns, String(shift.returns)),
            amount(say.cashRefunds, negate(shift.cashRefunds)),
            amount(say.cardRefunds, negate(shift.cardRefunds)),
          ]),
          {
            kind: 'left-right',
            left: `${say.turnover} ${shop.currency.code}`,
            right: digits(turnover, shop.currency),
            style: { bold: true },
          },
          ...(shift.unconfirmed ? [pair(say.notInMagento, String(shift.unconfirmed))] : []),
        ],
        cash: () => [
          amount(say.float, shift.float),
          amount(say.cashSales, shift.cashSales),
          ...ifReturned([amount(say.cashRefunds, negate(shift.cashRefunds))]),
          amount(say.paidIn, shift.cashIn),
          amount(say.paidOut, negate(shift.cashOut)),
          amount(say.expected, shift.expectedCash),
        ],
        counted: () => (report.kind === 'X' ? [] : countedElements(report.counted)),
      },
      values: { till: terminal, cashier: shift.cashier, date, time, currency: shop.currency.code },
      conditions: new Set(),
      framing: framing({ copy: false, training }, say),
      required: ['title', 'heading', 'sales', 'cash', 'counted'],
    },
    shop,
  );

  function countedElements(counted: Money | null): ReceiptElement[] {
    if (counted === null) return [pair(say.counted, say.notCounted)];
    return [
      amount(say.counted, counted),
      {
        kind: 'left-right',
        left: say.difference,
        right: digits(subtract(counted, shift.expectedCash), shop.currency),
        style: { bold: true },
      },
    ];
  }
}
