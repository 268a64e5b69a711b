import type { ReceiptDocument, ReceiptElement } from '../../drivers/printer/document.ts';
import { add, type Money, negate, subtract, sum, zero } from '../money/money.ts';
import type { Stamp } from '../platform/clock.ts';
import type { ShiftReport } from '../register/shift-report.ts';
import { dateAndTime, digits, framing, pair, type ShopPrint, titleElement } from './shop-print.ts';
import { fillTemplate } from './template.ts';

/** The report of a shift, ending in the cut. */
export function composeShiftReport(report: ShiftReport, shop: ShopPrint): ReceiptDocument {
  const say = shop.words;
  const { terminalId: terminal } = report;
  const moment = (stamp: Stamp): string => dateAndTime(stamp.at, stamp.zone, say.date);
  const amount = (left: string, money: Money): ReceiptElement => pair(left, digits(money, shop.currency));
  const ifReturned = (elements: readonly ReceiptElement[]): readonly ReceiptElement[] =>
    report.returns === 0 ? [] : elements;
  // What evens out (goods exchanged for goods) is nothing to report.
  const others = Object.entries(report.otherSales ?? {}).filter(([, sum]) => sum !== zero);
  const sold = add(add(report.cashSales, report.cardSales), sum(others.map(([, each]) => each)));
  const turnover = subtract(sold, add(report.cashRefunds, report.cardRefunds));
  const nameOf = (code: string): string =>
    ({ rounding: say.rounding, exchange: say.exchange, voucher: say.voucher })[code] ?? code;
  const [date = '', time = ''] = moment(report.at).split(' ');
  return fillTemplate(
    shop.templates.shift,
    {
      title: `${report.kind} ${report.shiftId}`,
      blocks: {
        title: () => [titleElement(report.kind === 'X' ? say.reportX : say.reportZ)],
        heading: () => [
          pair(`${say.terminal} ${terminal}`, `${say.cashier} ${report.cashier}`),
          // The end of the id is its random part: enough to find the shift again, and it fits the narrowest paper.
          pair(say.shift, report.shiftId.slice(-12)),
          pair(say.opened, moment(report.openedAt)),
          pair(report.kind === 'X' ? say.printed : say.closed, moment(report.at)),
        ],
        sales: () => [
          pair(say.sales, String(report.sales)),
          amount(say.cashSales, report.cashSales),
          amount(say.cardSales, report.cardSales),
          ...others.map(([code, each]) => amount(nameOf(code), each)),
          ...ifReturned([
            pair(say.returns, String(report.returns)),
            amount(say.cashRefunds, negate(report.cashRefunds)),
            amount(say.cardRefunds, negate(report.cardRefunds)),
          ]),
          {
            kind: 'left-right',
            left: `${say.turnover} ${shop.currency.code}`,
            right: digits(turnover, shop.currency),
            style: { bold: true },
          },
          ...(report.unconfirmed ? [pair(say.notInMagento, String(report.unconfirmed))] : []),
        ],
        cash: () => [
          amount(say.float, report.float),
          amount(say.cashSales, report.cashSales),
          ...ifReturned([amount(say.cashRefunds, negate(report.cashRefunds))]),
          amount(say.paidIn, report.cashIn),
          amount(say.paidOut, negate(report.cashOut)),
          amount(say.expected, report.expectedCash),
        ],
        counted: () => (report.kind === 'X' ? [] : countedElements(report.counted)),
      },
      values: { till: terminal, cashier: report.cashier, date, time, currency: shop.currency.code },
      conditions: new Set(),
      framing: framing({ copy: false, training: false }, say),
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
        right: digits(subtract(counted, report.expectedCash), shop.currency),
        style: { bold: true },
      },
    ];
  }
}
