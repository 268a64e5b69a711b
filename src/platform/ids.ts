import type { Brand } from './brand.ts';
import type { Clock } from './clock.ts';
import { HoldfastError } from './errors.ts';
import type { Random } from './random.ts';

/** Identity of a sale, made at the terminal: a UUIDv7 (RFC 9562 §5.7). */
export type SaleId = Brand<string, 'SaleId'>;
/** Identity of a return, made at the terminal: a UUIDv7. */
export type ReturnId = Brand<string, 'ReturnId'>;
/** Identity of a customer made at the terminal, until Magento has given a number: a UUIDv7. */
export type CustomerKey = Brand<string, 'CustomerKey'>;
/** Identity of what became of a card payment later: a UUIDv7. */
export type OutcomeId = Brand<string, 'OutcomeId'>;
/** Identity of a wish for a receipt by e-mail: a UUIDv7. */
export type MailId = Brand<string, 'MailId'>;
/** Identity of a case, something a person must look into: `kind:subject` (src/reconciliation/case.ts). */
export type CaseId = Brand<string, 'CaseId'>;
/** Identity of anything that is delivered to Magento. */
export type DocumentId = SaleId | ReturnId | CustomerKey | OutcomeId | MailId;
/** Identity of a shift: a UUIDv7. */
export type ShiftId = Brand<string, 'ShiftId'>;
/** The terminal's name inside its fleet: 1–12 of `A–Z 0–9 -`, not ending in `-`. Part of every receipt number. */
export type TerminalId = Brand<string, 'TerminalId'>;
/** `terminal-counter`, e.g. `K1-00000042`; gapless per terminal. At most 32 characters, so that Magento keeps it whole. */
export type ReceiptNumber = Brand<string, 'ReceiptNumber'>;
export type Sku = Brand<string, 'Sku'>;

/** A UUIDv7: 48 bits of wall time, then randomness. Sortable by time only as far as the clock was right. */
export function uuidv7(clock: Pick<Clock, 'now'>, random: Random): string {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const now = Math.max(0, Math.floor(clock.now()));
  view.setUint32(0, Math.floor(now / 0x10000));
  view.setUint16(4, now % 0x10000);
  bytes.set(random.bytes(10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function terminalId(text: string): TerminalId {
  if (!/^[A-Z0-9]([A-Z0-9-]{0,10}[A-Z0-9])?$/.test(text)) {
    throw new HoldfastError('terminal.bad-id', `Not a terminal number: "${text}"`, {
      remedy: 'operator',
      hint: 'Use 1 to 12 of the characters A–Z, 0–9 and "-", for example K1 or MARKET-3.',
    });
  }
  return text as TerminalId;
}

/** The receipt number of the `counter`-th sale or return of a terminal (counter from 1). */
export function receiptNumber(terminal: TerminalId, counter: number): ReceiptNumber {
  return `${terminal}-${String(counter).padStart(8, '0')}` as ReceiptNumber;
}

/** The counter inside a receipt number of this terminal, or undefined for anything else. */
export function receiptCounter(terminal: TerminalId, receipt: string): number | undefined {
  const match = receipt.startsWith(`${terminal}-`) ? /^(\d{8,})$/.exec(receipt.slice(terminal.length + 1)) : null;
  return match ? Number(match[1]) : undefined;
}

export const sku = (text: string): Sku => text as Sku;
