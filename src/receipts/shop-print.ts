import type { Bitmap, ReceiptElement } from '../../drivers/printer/document.ts';
import { type CurrencyFormat, decimal, type Money } from '../money/money.ts';
import type { Instant } from '../platform/clock.ts';
import { zoneFormat } from '../platform/zone-formats.ts';
import type { Templates } from './template.ts';
import type { DateForm, ReceiptWords } from './words.ts';

/** What of the shop stands on its paper. */
export interface ShopPrint {
  readonly words: ReceiptWords;
  readonly currency: CurrencyFormat;
  /** First line large: the shop's name; then address, telephone. */
  readonly header: readonly string[];
  /** VAT identification number; null where none is printed. */
  readonly taxNumber: string | null;
  readonly footer: readonly string[];
  /** Not wider than the paper; null where none is printed. */
  readonly logo: Bitmap | null;
  readonly templates: Templates;
}

/** `1234,50`: without the symbol, for columns. */
export function digits(amount: Money, currency: CurrencyFormat): string {
  return decimal(amount).replace('.', currency.decimalSeparator);
}

/** `19 %`, `5,5 %`. */
export function percentage(percent: number, currency: CurrencyFormat): string {
  return `${String(percent).replace('.', currency.decimalSeparator)} %`;
}

const clockOf = zoneFormat('en-GB', {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** `23.11.2026 09:35`, on the clock of `zone` (IANA). */
export function dateAndTime(at: Instant, zone: string, form: DateForm): string {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const date = form.replace('DD', part('day')).replace('MM', part('month')).replace('YYYY', part('year'));
  return `${date} ${part('hour')}:${part('minute')}`;
}

export function shopHeader(shop: ShopPrint): ReceiptElement[] {
  const [name, ...rest] = shop.header;
  const elements: ReceiptElement[] = [];
  if (name !== undefined)
    elements.push({ kind: 'text', text: name, align: 'center', style: { bold: true, tall: true } });
  for (const text of rest) elements.push({ kind: 'text', text, align: 'center' });
  return elements;
}

export const line = (text: string): ReceiptElement => ({ kind: 'text', text });
export const centered = (text: string): ReceiptElement => ({ kind: 'text', text, align: 'center' });
export const pair = (left: string, right: string): ReceiptElement => ({ kind: 'left-right', left, right });
export const blank: ReceiptElement = { kind: 'feed', lines: 1 };
export const rule: ReceiptElement = { kind: 'rule' };

/** What a document is called. */
export const titleElement = (text: string): ReceiptElement => ({
  kind: 'text',
  text,
  align: 'center',
  style: { bold: true, wide: true, tall: true },
});

/** The number as bars, so that a scan finds the document again. */
export const numberCode = (number: string): ReceiptElement[] => [
  { kind: 'barcode', symbology: 'CODE128', data: number },
];

/** Stands at both ends of a paper that must not be taken for a receipt of its own, or for a receipt at all. */
export function framing(
  of: { readonly copy: boolean; readonly training?: boolean },
  say: ReceiptWords,
): ReceiptElement[] {
  const mark = (text: string): ReceiptElement => ({
    kind: 'text',
    text: `* ${text} *`,
    align: 'center',
    style: { bold: true, wide: true },
  });
  return [
    ...(of.training === true ? [mark(say.training), centered(say.trainingNote)] : []),
    ...(of.copy ? [mark(say.copy)] : []),
  ];
}
