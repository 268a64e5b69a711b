import { describe, expect, it } from 'vitest';
import { decodeApdu } from '../../../../drivers/payment-terminal/zvt/apdu.ts';
import {
  readStatusInformation,
  type StatusInformation,
} from '../../../../drivers/payment-terminal/zvt/status-information.ts';
import {
  identityOf,
  judge,
  type PaymentRecord,
  reportedOf,
  type TransactionIdentity,
} from '../../../../drivers/payment-terminal/zvt/transaction.ts';
import { hundredths } from '../../../../src/money/money.ts';
import { bytes, recorded } from './vectors.ts';

const read = (text: string): StatusInformation => {
  const information = readStatusInformation(decodeApdu(bytes(text))?.data ?? new Uint8Array(0));
  if (information === null) throw new Error('unreadable');
  return information;
};

/** The recorded payment of EUR 20.40, receipt and trace number 470. */
const last = read(recorded.approved);
const earlier: TransactionIdentity = { receiptNumber: 469, traceNumber: 469, amount: 500, at: '1006 223000' };
const asked: PaymentRecord = {
  paymentId: 'p',
  amount: 2040,
  merchant: 'K1-00000042',
  before: earlier,
  reported: null,
  end: null,
  uploaded: false,
};
const reported: PaymentRecord = { ...asked, reported: reportedOf(last) };

describe('a payment whose end was lost', () => {
  it('was booked when the last transaction is the next one and has its amount', () => {
    expect(judge(asked, last)).toMatchObject({ kind: 'booked', reported: { identity: { receiptNumber: 470 } } });
  });

  it.each([
    ['another amount', { amount: hundredths(2041) }],
    ['no amount', { amount: null }],
    ['a later receipt number', { receiptNumber: 471 }],
    ['an earlier receipt number', { receiptNumber: 12 }],
    ['the number before it, but not its figures', { receiptNumber: 469, traceNumber: 469 }],
    ['no numbers at all', { receiptNumber: null, traceNumber: null }],
    ['what takes another one back', { originalTrace: 12 }],
  ])('is left to a person when that has %s', (_, difference) => {
    expect(judge(asked, { ...last, ...difference })).toEqual({ kind: 'unclear' });
  });

  it('was booked by trace numbers where there are no receipt numbers', () => {
    const byTrace = { ...asked, before: { ...earlier, receiptNumber: null } };
    expect(judge(byTrace, last)).toMatchObject({ kind: 'booked' });
    expect(judge(byTrace, { ...last, traceNumber: 472 })).toEqual({ kind: 'unclear' });
    const wrapped = { ...asked, before: { ...earlier, receiptNumber: 9999 } };
    expect(judge(wrapped, { ...last, receiptNumber: 1 })).toMatchObject({ kind: 'booked' });
    expect(judge(wrapped, { ...last, receiptNumber: 2 })).toEqual({ kind: 'unclear' });
    const longest = { ...asked, before: { ...earlier, receiptNumber: null, traceNumber: 999_999 } };
    expect(judge(longest, { ...last, traceNumber: 1 })).toMatchObject({ kind: 'booked' });
  });

  it('was not booked when the last transaction is the one before it, or was not carried out', () => {
    expect(judge({ ...asked, before: identityOf(last) }, last)).toEqual({ kind: 'not-booked' });
    expect(judge(asked, read(recorded.declined))).toEqual({ kind: 'not-booked' });
    expect(judge({ ...asked, before: null }, read(recorded.stopped))).toEqual({ kind: 'not-booked' });
  });

  it('is left to a person when nothing is known of before, or the terminal can’t say', () => {
    expect(judge({ ...asked, before: null }, last)).toEqual({ kind: 'unclear' });
    expect(judge(asked, null)).toEqual({ kind: 'unclear' });
  });

  it('that was reported is booked while it is the last, and not when it was taken back', () => {
    expect(judge(reported, last)).toMatchObject({ kind: 'booked' });
    expect(judge({ ...reported, before: null }, last)).toMatchObject({ kind: 'booked' });
    const before = { ...last, ...earlier, amount: hundredths(500) };
    expect(judge(reported, before)).toEqual({ kind: 'not-booked' });
    const reversal = { ...read(recorded.reversal), originalTrace: 470 };
    expect(judge(reported, reversal)).toEqual({ kind: 'not-booked' });
    expect(judge(reported, { ...reversal, originalTrace: 471 })).toEqual({ kind: 'unclear' });
    expect(judge(reported, { ...last, receiptNumber: 471, traceNumber: 471 })).toEqual({ kind: 'unclear' });
    expect(judge(reported, read(recorded.declined))).toEqual({ kind: 'unclear' });
  });
});
