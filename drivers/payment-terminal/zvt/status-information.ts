import { hundredths, type Money } from '../../../src/money/money.ts';
import { decodeBcd, hexDigits } from './bcd.ts';
import { maskedCardNumber } from './card-number.ts';
import { cardTypeName } from './card-types.ts';
import { type Field, fieldOf, readFields } from './fields.ts';
import { readableText } from './text.ts';
import { readTlv, type TlvObject, tlvAt } from './tlv.ts';

/** What a terminal says of a transaction (04 0F; PA00P015, 3.1.1), as far as it may be kept. */
export interface StatusInformation {
  /** 0: it was carried out. */
  readonly result: number;
  readonly amount: Money | null;
  /** ISO 4217 number, e.g. 978. */
  readonly currency: number | null;
  readonly traceNumber: number | null;
  /** Of the payment that this one takes back: it is a reversal. */
  readonly originalTrace: number | null;
  readonly receiptNumber: number | null;
  /** By the terminal's clock: `MMDD HHMMSS`. */
  readonly at: string | null;
  readonly terminalId: string | null;
  readonly maskedPan: string;
  readonly brand: string;
  readonly authorizationCode: string | null;
  readonly entryMode: 'contactless' | 'chip' | 'unknown';
  /** The terminal decided alone, without asking the bank. */
  readonly offline: boolean;
  /** What the bank or the terminal says about it, e.g. "Abgelehnt". */
  readonly words: string;
}

/** Null when it can't be read or says no result: then nobody knows what it reports. */
export function readStatusInformation(data: Uint8Array): StatusInformation | null {
  const fields = readFields(data);
  if (fields === null) return null;
  const [result] = fieldOf(fields, 0x27) ?? [];
  if (result === undefined) return null;
  const tlv = containerOf(fields);
  const number = (bitmap: number): number | null => {
    const value = fieldOf(fields, bitmap);
    return value === undefined ? null : decodeBcd(value);
  };
  const amountField = fieldOf(fields, 0x04);
  const amount = amountField === undefined ? null : decodeBcd(amountField);
  // An amount that is there but is none: it must not count as "not said".
  if (amountField !== undefined && amount === null) return null;
  return {
    result,
    amount: amount === null ? null : hundredths(amount),
    currency: number(0x49),
    traceNumber: longTrace(tlv) ?? number(0x0b),
    originalTrace: number(0x37),
    receiptNumber: number(0x87),
    at: momentOf(fields),
    terminalId: hexOf(fields, 0x29),
    maskedPan: maskedCardNumber(fieldOf(fields, 0x22) ?? new Uint8Array(0)),
    brand: brandOf(fields, tlv),
    authorizationCode: textOf(fields, 0x3b, 8) || null,
    entryMode: entryModeOf(tlv),
    offline: isOffline(fields, tlv),
    words: textOf(fields, 0x3c, 80) || textIn(tlvAt(tlv, 0x24, 0x07), 80) || textIn(tlvAt(tlv, 0x1f17), 80),
  };
}

/** The TLV container of a message; an unreadable one says nothing. */
export function containerOf(fields: readonly Field[]): readonly TlvObject[] {
  const container = fieldOf(fields, 0x06);
  return container === undefined ? [] : (readTlv(container) ?? []);
}

function textOf(fields: readonly Field[], bitmap: number, longest: number): string {
  const value = fieldOf(fields, bitmap);
  return value === undefined ? '' : readableText(value, longest);
}

const textIn = (object: TlvObject | undefined, longest: number): string =>
  object === undefined ? '' : readableText(object.value, longest);

function hexOf(fields: readonly Field[], bitmap: number): string | null {
  const value = fieldOf(fields, bitmap);
  return value === undefined ? null : hexDigits(value);
}

/** Trace numbers of more than six digits stand in tag 1F2B. */
function longTrace(tlv: readonly TlvObject[]): number | null {
  const value = tlvAt(tlv, 0x1f2b)?.value;
  return value === undefined ? null : decodeBcd(value);
}

function momentOf(fields: readonly Field[]): string | null {
  const date = hexOf(fields, 0x0d) ?? hexOf(fields, 0xaa)?.slice(2) ?? null;
  const time = hexOf(fields, 0x0c);
  return date === null || time === null ? null : `${date} ${time}`;
}

function brandOf(fields: readonly Field[], tlv: readonly TlvObject[]): string {
  const [type] = fieldOf(fields, 0x8a) ?? [];
  const longType = tlvAt(tlv, 0x41)?.value.reduce((number, byte) => number * 256 + byte, 0);
  return textOf(fields, 0x8b, 40) || cardTypeName(type === 0xff ? longType : (type ?? longType)) || 'Card';
}

/** Card technology, tag 1F12, alone or inside payment type, tag 2F. */
function entryModeOf(tlv: readonly TlvObject[]): StatusInformation['entryMode'] {
  const [technology] = findAnywhere(tlv, 0x1f12) ?? [];
  if (technology === 0x01) return 'chip';
  return technology === 0x02 ? 'contactless' : 'unknown';
}

/** Online flag (tag 1F11), else payment type (bitmap 19): 40 offline, 50 checked but not authorised. */
function isOffline(fields: readonly Field[], tlv: readonly TlvObject[]): boolean {
  const [online] = findAnywhere(tlv, 0x1f11) ?? [];
  if (online !== undefined) return online === 0;
  const [type = 0] = fieldOf(fields, 0x19) ?? [];
  return (type & 0xf0) === 0x40 || (type & 0xf0) === 0x50;
}

const findAnywhere = (tlv: readonly TlvObject[], tag: number): Uint8Array | undefined =>
  (tlvAt(tlv, tag) ?? tlvAt(tlv, 0x2f, tag) ?? tlvAt(tlv, 0x60, tag))?.value;
