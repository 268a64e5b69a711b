import type { Money } from '../../../src/money/money.ts';
import { encodeApdu } from './apdu.ts';
import { encodeBcd } from './bcd.ts';
import { encodeTlv } from './tlv.ts';

/** What a till tells its card terminal (PA00P015, chapter 2). The password is three bytes of digits. */
export type Password = string;

/** Amounts have two decimals and six bytes. */
const amountField = (amount: Money): readonly number[] => [0x04, ...encodeBcd(amount, 6)];
const currencyField = (currency: number): readonly number[] => [0x49, ...encodeBcd(currency, 2)];
const passwordOf = (password: Password): Uint8Array => encodeBcd(Number(password), 3);

/** Who prints card slips: the terminal itself, or the till with the terminal's words. */
export type Printing = 'terminal' | 'till';

/**
 * 06 00. Config byte: intermediate status wanted (08), amounts only from the till (10); when the till prints, its slips for
 * payments (02) as print commands (80), blocks of text (06 D3) allowed, `columns` wide.
 */
export function registration(password: Password, currency: number, printing: Printing, columns: number): Uint8Array {
  const config = 0x08 | 0x10 | (printing === 'till' ? 0x82 : 0);
  const allowed = encodeTlv(0x26, encodeTlv(0x0a, [0x06, 0xd3]));
  const container = printing === 'till' ? encodeTlv(0x06, [...allowed, ...width(columns)]) : [];
  return encodeApdu(0x0600, [...passwordOf(password), config, ...encodeBcd(currency, 2), ...container]);
}

const width = (columns: number): Uint8Array => encodeTlv(0x12, encodeBcd(columns, 1));

/** 06 01. */
export const authorisation = (amount: Money, currency: number): Uint8Array =>
  encodeApdu(0x0601, [...amountField(amount), ...currencyField(currency)]);

/** 06 30: takes a payment back as if it had never been; the amount makes sure that it is the right one. */
export const reversal = (password: Password, receiptNumber: number, amount: Money | null): Uint8Array =>
  encodeApdu(0x0630, [
    ...passwordOf(password),
    0x87,
    ...encodeBcd(receiptNumber, 2),
    ...(amount === null ? [] : amountField(amount)),
  ]);

/** 06 31: pays an amount out to a card. */
export const refund = (password: Password, amount: Money, currency: number): Uint8Array =>
  encodeApdu(0x0631, [...passwordOf(password), ...amountField(amount), ...currencyField(currency)]);

/** 05 01. */
export const statusEnquiry = (password: Password): Uint8Array => encodeApdu(0x0501, passwordOf(password));

/** 06 20, asking for the status information of the last transaction and for no paper (table 5). */
export const repeatReceipt = (password: Password): Uint8Array =>
  encodeApdu(0x0620, [...passwordOf(password), 0x03, 0x03]);

/** 06 50. */
export const endOfDay = (password: Password): Uint8Array => encodeApdu(0x0650, passwordOf(password));

/** 06 70. */
export const diagnosis = (): Uint8Array => encodeApdu(0x0670);

/** 06 93: the terminal fetches its keys from its host again. */
export const initialisation = (password: Password): Uint8Array => encodeApdu(0x0693, passwordOf(password));

/** 06 B0. */
export const abort = (): Uint8Array => encodeApdu(0x06b0);

/** 06 02. */
export const logOff = (): Uint8Array => encodeApdu(0x0602);

/** What a till answers to a message of the terminal. */
export const positiveReply = (): Uint8Array => encodeApdu(0x8000);

/** Refuses a message. To a status information this makes the terminal take the payment back (PA00P015, 2.2.6 c). */
export const negativeReply = (code: number): Uint8Array => encodeApdu(0x8400 | code);

/** "Function not possible", "protocol error", "amount wrong", "memory full", "printer not ready" (PA00P015, chapter 10). */
export const refusals = {
  notPossible: 0x83,
  protocolError: 0x9a,
  wrongAmount: 0xb7,
  memoryFull: 0xb1,
  wrongCurrency: 0x6f,
} as const;
