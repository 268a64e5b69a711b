import type { Document, Unconfirmed } from '../journal/journal.ts';
import type { ReturnBeside } from './delivery-messages.ts';

type Sale = Extract<Document, { kind: 'sale' }>['sale'];
type Return = Extract<Document, { kind: 'return' }>['return'];
type Paid = Sale['tenders'][number] | Return['refunds'][number];

/** As it travels: texts that a card terminal had printed are for paper, and Magento gets none of them. */
export function withoutSlips<Kept extends Document>(document: Kept): Kept {
  // Only what a card's receipt may have or lack is left out, so it stays of its type.
  switch (document.kind) {
    case 'sale':
      return { ...document, sale: { ...document.sale, tenders: document.sale.tenders.map(bare) } } as Kept;
    case 'return':
      return { ...document, return: { ...document.return, refunds: document.return.refunds.map(bare) } } as Kept;
    default:
      return document;
  }
}

function bare<Each extends Paid>(paid: Each): Each {
  if (paid.kind !== 'card') return paid;
  const { slip: _slip, ...card } = paid.card;
  return { ...paid, card };
}

/** The returns that wait and have begun, of all that a journal has not confirmed. */
export function returnsBegun(unconfirmed: readonly Unconfirmed[]): readonly ReturnBeside[] {
  return unconfirmed.flatMap(({ kind, receiptNumber, delivery }) => {
    const { state, documentId, progress } = delivery;
    const hasBegun = kind === 'return' && receiptNumber !== null && state === 'waiting' && progress !== null;
    return hasBegun ? [{ documentId, receiptNumber, progress }] : [];
  });
}
