import { isClosed } from '../journal/document.ts';
import { stamp } from '../platform/clock.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import { type MailId, type ReceiptNumber, uuidv7 } from '../platform/ids.ts';
import type { WorldInput } from '../register/input.ts';
import type { TillParts } from './ports.ts';

/**
 * Makes the wish for a receipt by e-mail durable; from then on it is delivered like everything else, after its sale. The same
 * address again while the first wish is not fulfilled is no second one.
 */
export async function wishForMail(
  { journal, clock, random, log }: Pick<TillParts, 'journal' | 'clock' | 'random' | 'log'>,
  receiptNumber: ReceiptNumber,
  to: string,
): Promise<Extract<WorldInput, { kind: 'mail-wished' | 'not-recorded' }>> {
  try {
    const sale = journal.saleByReceipt(receiptNumber)?.sale;
    if (sale === undefined) return { kind: 'not-recorded', code: 'till.no-receipt' };
    const { saleId } = sale;
    const again = journal.mailsOf(saleId).some(({ mail, delivery }) => mail.to === to && !isClosed(delivery.state));
    if (!again) {
      // A fresh UUIDv7 is what a MailId is made of.
      const mailId = uuidv7(clock, random) as MailId;
      const mail = { version: 1, mailId, saleId, receiptNumber, to, stamp: stamp(clock) } as const;
      await journal.append({ kind: 'receipt-mail', mail });
    }
    return { kind: 'mail-wished', receiptNumber, again };
  } catch (error) {
    log.error({ receiptNumber, error: messageOf(error) }, 'the wish for a receipt by e-mail could not be kept');
    return { kind: 'not-recorded', code: codeOf(error) ?? 'journal.failed' };
  }
}
