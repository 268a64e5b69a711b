import { decimal } from '../../money/money.ts';
import type { CompletedReturn, Refund } from '../../register/return.ts';
import { momentInWords } from '../delivery/comment.ts';

/** What the order's history says of a return, for the people in the shop's office. Holds its id, by which it is found again. */
export function returnComment(given: CompletedReturn): string {
  const goods = given.lines.map(
    ({ quantity, name, restock }) => `${quantity} × ${name}${restock ? '' : ' (not for the shelf)'}`,
  );
  const approved = given.approvedBy === null ? '' : `, allowed by ${given.approvedBy}`;
  return [
    `Brought back at till ${given.terminalId}, receipt ${given.receiptNumber}, by ${given.cashier}${approved}, ${momentInWords(given.stamp)}.`,
    `${goods.join('; ')}.`,
    `Why: ${given.reason || 'no reason given'}.`,
    `Paid out: ${given.refunds.map((refund) => refundInWords(refund, given.currency)).join('; ') || 'nothing'}.`,
    `Return ${given.returnId}.`,
  ].join('\n');
}

function refundInWords(refund: Refund, currency: string): string {
  const amount = `${decimal(refund.amount)} ${currency}`;
  if (refund.kind !== 'card') return `${plainly[refund.kind]} ${amount}`;
  const references = [refund.card.brand, refund.card.maskedPan, refund.card.terminalReference ?? ''];
  return `card ${amount} (${references.filter((text) => text !== '').join(', ')})`;
}

const plainly: Readonly<Record<Exclude<Refund['kind'], 'card'>, string>> = {
  cash: 'cash',
  rounding: 'cash rounding',
  exchange: 'against other goods',
};
