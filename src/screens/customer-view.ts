import { negate } from '../money/money.ts';
import type { OpenSale } from '../register/open-sale.ts';
import { amountDue, balanceOf, lastLine, totalsOf } from '../register/open-sale.ts';
import type { Mode, RegisterState } from '../register/state.ts';
import { cardWords } from './card-rows.ts';
import type { Row, View } from './layout.ts';
import { layRows } from './layout.ts';
import type { ViewContext } from './view.ts';
import { amountRow, marked, plain } from './view.ts';

/** What the customer sees: the goods, what is to pay, what to do with the card; nothing of the trader's business. */
export function customerView({ mode, training }: RegisterState, context: ViewContext): View {
  return marked(training !== null, context.size, (size) => layRows(customerRows(mode, context), size, context.page));
}

/** What it says, before it is fitted to the display. */
export function customerRows(mode: Mode, context: ViewContext): readonly Row[] {
  const { labels } = context.texts;
  switch (mode.kind) {
    case 'closed':
      return [{ text: labels.closed }];
    case 'selling':
      if (mode.completed) {
        const { change, total, provisional } = mode.completed;
        return [
          change > 0
            ? amountRow(labels.change, change, context.currency)
            : amountRow(provisional ? labels.notFinal : labels.paid, total, context.currency),
          { text: provisional ? labels.bankDecides : labels.thanks },
        ];
      }
      return saleRows(mode.sale, context);
    case 'menu':
    case 'choosing':
    case 'line':
    case 'weighing':
    case 'asking-price':
    case 'serial-number':
    case 'discount':
    case 'new-price':
    case 'counting':
    case 'new-customer':
    case 'mailing':
    case 'returning':
    case 'return-quantity':
    case 'restock':
    case 'asking-text':
    case 'asking-amount':
    case 'confirming-void':
    case 'service-info':
    case 'confirming-shut-down':
      return saleRows(mode.sale, context);
    case 'signing-in':
      return [{ text: labels.closed }];
    case 'refunding':
      return [amountRow(labels.refund, negate(amountDue(mode)), context.currency)];
    case 'paying':
    case 'choosing-tender':
    case 'tender-reference':
      return [amountRow(labels.toPay, amountDue(mode), context.currency)];
    case 'card':
      return [
        amountRow(labels.card, mode.payment.amount, context.currency),
        { text: cardWords(mode.words, context.texts) ?? labels.pleaseWait },
      ];
    case 'card-unknown':
    case 'saving':
    case 'unsaved':
    case 'recording':
      return [{ text: labels.pleaseWait }];
  }
}

function saleRows(sale: OpenSale | null, context: ViewContext): readonly Row[] {
  const { labels } = context.texts;
  const line = sale && lastLine(sale);
  if (sale?.returning && !line)
    return [amountRow(labels.broughtBack, sale.returning.totals.grandTotal, context.currency)];
  if (!sale || !line) return [{ text: labels.welcome }];
  const figures = totalsOf(sale, line.lineId);
  return [
    {
      prefix: line.quantity === 1 ? '' : `${line.quantity}x `,
      text: line.item.name,
      ...(figures ? { right: plain(figures.rowTotalInclTax, context.currency) } : {}),
    },
    amountRow(labels.total, balanceOf(sale), context.currency),
  ];
}
