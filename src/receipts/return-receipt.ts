import type { ReceiptDocument, ReceiptElement } from '../../drivers/printer/document.ts';
import { format, negate } from '../money/money.ts';
import type { CompletedReturn, Refund } from '../register/return.ts';
import { customerSlip, withMerchantSlips } from './card-slip.ts';
import { goodsElements } from './sale-lines.ts';
import { maskedAgain, type SaleReceiptOptions, taxElements } from './sale-receipt.ts';
import {
  centered,
  dateAndTime,
  digits,
  framing,
  line,
  numberCode,
  pair,
  type ShopPrint,
  titleElement,
} from './shop-print.ts';
import { taxTable } from './tax-table.ts';
import { type Condition, fillTemplate } from './template.ts';

/** The receipt of goods taken back, ending in the cut: what, how much of which tax, how it was paid back, to be signed. */
export function composeReturnReceipt(
  taken: CompletedReturn,
  shop: ShopPrint,
  options: Omit<SaleReceiptOptions, 'later'>,
): ReceiptDocument {
  const say = shop.words;
  const table = taxTable(taken.lines, taken.totals);
  const moment = dateAndTime(taken.stamp.at, taken.stamp.zone, say.date);
  const [date = '', time = ''] = moment.split(' ');
  const receipt = fillTemplate(
    shop.templates.return,
    {
      title: taken.receiptNumber,
      blocks: {
        title: () => [titleElement(say.returned)],
        heading: () => [
          pair(`${say.receipt} ${taken.receiptNumber}`, moment),
          pair(`${say.terminal} ${taken.terminalId}`, `${say.cashier} ${taken.cashier}`),
          line(taken.of === null ? say.withoutReceipt : `${say.returnOf} ${taken.of.receiptNumber}`),
          ...(taken.customer === null ? [] : [line(`${say.customer}: ${taken.customer.name}`)]),
        ],
        lines: () => taken.lines.flatMap((item) => goodsElements(item, table, shop)),
        total: () => [
          {
            kind: 'left-right',
            left: say.refund,
            right: format(taken.totals.grandTotal, shop.currency),
            style: { bold: true, tall: true },
          },
        ],
        refunds: () => taken.refunds.flatMap((refund) => refundElements(refund, shop)),
        'tax-table': () => taxElements(table, shop),
        reason: () => [
          ...(taken.reason === '' ? [] : [line(`${say.reason}: ${taken.reason}`)]),
          ...(taken.approvedBy === null ? [] : [line(`${say.approvedBy}: ${taken.approvedBy}`)]),
        ],
        marks: () => (options.offline ? [centered(say.offline)] : []),
        signature: () => [{ kind: 'feed', lines: 2 }, { kind: 'rule' }, line(say.signature)],
        barcode: () => numberCode(taken.receiptNumber),
      },
      values: {
        receipt: taken.receiptNumber,
        date,
        time,
        till: taken.terminalId,
        cashier: taken.cashier,
        customer: taken.customer?.name ?? '',
        total: format(taken.totals.grandTotal, shop.currency),
        currency: taken.currency,
        of: taken.of?.receiptNumber ?? '',
      },
      conditions: conditionsOf(taken, options.offline),
      framing: framing(options, say),
      required: ['title', 'total', 'refunds', 'marks'],
    },
    shop,
  );
  if (options.copy) return receipt;
  const cards = taken.refunds.flatMap((refund) => (refund.kind === 'card' ? [refund.card] : []));
  return withMerchantSlips(receipt, cards);
}

function refundElements(refund: Refund, shop: ShopPrint): ReceiptElement[] {
  const say = shop.words;
  const amount = digits(refund.amount, shop.currency);
  switch (refund.kind) {
    case 'cash':
      return [pair(say.refundCash, amount)];
    case 'rounding':
      return [pair(say.rounding, digits(negate(refund.amount), shop.currency))];
    case 'exchange':
      return [pair(say.exchanged, amount)];
    case 'card':
      return [
        pair(say.refundCard, amount),
        ...(customerSlip(refund.card) ?? [line(`  ${refund.card.brand} ${maskedAgain(refund.card.maskedPan)}`)]),
      ];
  }
}

function conditionsOf(taken: CompletedReturn, offline: boolean): ReadonlySet<Condition> {
  const holds: Readonly<Record<Condition, boolean>> = {
    customer: taken.customer !== null,
    'no-customer': taken.customer === null,
    card: taken.refunds.some(({ kind }) => kind === 'card'),
    cash: taken.refunds.some(({ kind }) => kind === 'cash'),
    saved: false,
    coupon: false,
    offline,
    provisional: false,
  };
  return new Set((Object.keys(holds) as Condition[]).filter((condition) => holds[condition]));
}
