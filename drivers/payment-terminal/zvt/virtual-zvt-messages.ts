import { encodeApdu } from './apdu.ts';
import { encodeBcd } from './bcd.ts';
import { encodeTlv } from './tlv.ts';

/** A transaction inside a virtual terminal. */
export interface VirtualTransaction {
  readonly receiptNumber: number;
  readonly traceNumber: number;
  /** Hundredths. */
  readonly amount: number;
  readonly kind: 'payment' | 'refund' | 'reversal';
  readonly originalTrace: number | null;
  readonly offline: boolean;
  readonly at: { readonly date: number; readonly time: number };
  readonly card: VirtualCard;
  reversed: boolean;
}

export interface VirtualCard {
  readonly name: string;
  /** All digits; the terminal masks all but the last four unless it is told to misbehave. */
  readonly number: string;
  readonly technology: 'magnetic-stripe' | 'chip' | 'contactless';
}

export const terminalNumber = 28004869;

export function statusOf(transaction: VirtualTransaction, leaksCardData: boolean): Uint8Array {
  const { receiptNumber, traceNumber, amount, originalTrace, offline, at, card } = transaction;
  const authorization = String(100_000 + (traceNumber % 900_000));
  const technology = { 'magnetic-stripe': 0, chip: 1, contactless: 2 }[card.technology];
  return encodeApdu(0x040f, [
    ...[0x27, 0x00],
    ...[0x04, ...encodeBcd(amount, 6)],
    ...[0x0b, ...encodeBcd(traceNumber, 3)],
    ...[0x0c, ...encodeBcd(at.time, 3)],
    ...[0x0d, ...encodeBcd(at.date, 2)],
    ...[0x0e, 0x29, 0x12],
    ...[0x17, 0x00, 0x01],
    ...[0x19, offline ? 0x40 : 0x70],
    ...[0x22, ...packedNumber(leaksCardData ? card.number : masked(card.number))],
    ...(leaksCardData ? [0x23, ...packedNumber(`${card.number}d29122010000`)] : []),
    ...[0x29, ...encodeBcd(terminalNumber, 4)],
    ...[0x2a, ...ascii('100461763'.padEnd(15))],
    ...(originalTrace === null ? [] : [0x37, ...encodeBcd(originalTrace, 3)]),
    ...[0x3b, ...ascii(authorization), 0, 0],
    ...[0x3c, ...variable(ascii(`GEN.NR.:${authorization}`), 3)],
    ...[0x49, 0x09, 0x78],
    ...[0x87, ...encodeBcd(receiptNumber, 2)],
    ...[0x88, ...encodeBcd(traceNumber, 3)],
    ...[0x8a, 0x06],
    ...[0x8b, ...variable([...ascii(card.name), 0], 2)],
    ...encodeTlv(0x06, encodeTlv(0x2f, [...encodeTlv(0x1f12, [technology]), ...encodeTlv(0x1f10, [0x02])])),
  ]);
}

/** A transaction that was not carried out. */
export const failureOf = (code: number, words: string): Uint8Array =>
  encodeApdu(0x040f, [
    ...[0x27, code],
    ...[0x29, ...encodeBcd(terminalNumber, 4)],
    ...[0x3c, ...variable(ascii(words), 3)],
  ]);

export const intermediate = (code: number): Uint8Array => encodeApdu(0x04ff, [code]);

export const completion = (data: readonly number[] = []): Uint8Array => encodeApdu(0x060f, data);

export const abortion = (code: number): Uint8Array => encodeApdu(0x061e, [code]);

export const registered = (): Uint8Array =>
  completion([0x19, 0x00, 0x29, ...encodeBcd(terminalNumber, 4), 0x49, 0x09, 0x78]);

/** The two slips of a transaction as blocks of text. */
export function slipsOf(transaction: VirtualTransaction, leaksCardData: boolean): Uint8Array[] {
  const { amount, receiptNumber, traceNumber, card } = transaction;
  const lines = [
    `Beleg-Nr.   ${String(receiptNumber).padStart(4, '0')}`,
    `Trace-Nr. ${String(traceNumber).padStart(6, '0')}`,
    card.name,
    leaksCardData ? card.number : masked(card.number).replaceAll('e', '*'),
    `EUR ${(amount / 100).toFixed(2)}`,
  ];
  return [
    slip(1, ['** H\x8eNDLERBELEG **', ...lines]),
    slip(2, ['** KUNDENBELEG **', ...lines, '', 'Zahlung erfolgt']),
  ];
}

function slip(type: number, lines: readonly string[]): Uint8Array {
  const texts = lines.flatMap((text) => [...encodeTlv(0x07, ascii(text))]);
  const container = [...encodeTlv(0x1f07, [type]), ...encodeTlv(0x25, [...texts, ...encodeTlv(0x09, [0x81])])];
  return encodeApdu(0x06d3, encodeTlv(0x06, container));
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** LLVAR or LLLVAR. */
const variable = (bytes: readonly number[], digits: 2 | 3): number[] => [
  ...[...String(bytes.length).padStart(digits, '0')].map((digit) => 0xf0 + Number(digit)),
  ...bytes,
];

function packedNumber(digits: string): number[] {
  const even = digits.length % 2 === 0 ? digits : `${digits}f`;
  return variable([...Buffer.from(even, 'hex')], 2);
}

const masked = (number: string): string => `${'e'.repeat(number.length - 4)}${number.slice(-4)}`;
