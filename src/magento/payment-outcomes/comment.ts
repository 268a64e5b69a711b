import { decimal } from '../../money/money.ts';
import type { PaymentOutcomeNote } from '../../register/payment-outcome.ts';
import { momentInWords } from '../delivery/comment.ts';
import type { OutcomeProgress } from './progress.ts';

/** What the order's history says of a card payment's later outcome. Holds the outcome's id, by which it is found again. */
export function outcomeComment(
  note: PaymentOutcomeNote,
  currency: string,
  { held, status }: Pick<OutcomeProgress, 'held' | 'status'>,
): string {
  const impossible = `This order is ${status}, which Magento can't put on hold: see to it by hand.`;
  return [
    `Card payment of ${decimal(note.amount)} ${currency} ${inWords[note.kind]}, ${momentInWords(note.stamp)}.`,
    ...(note.words === '' ? [] : [note.words]),
    ...(held === 'impossible' ? [impossible] : []),
    `Payment ${note.paymentId}, outcome ${note.outcomeId}.`,
  ].join('\n');
}

const inWords: Readonly<Record<PaymentOutcomeNote['kind'], string>> = {
  approved: 'approved by the bank',
  settled: 'settled',
  declined: 'declined by the bank',
  expired: 'expired before the bank was asked',
  reversed: 'reversed',
  'charged-back': 'charged back',
};
