import { decimal, type Money } from '../../src/money/money.ts';
import { maskedNumber, withoutCardData } from './card-data.ts';
import type { CardDetails, PaymentOutcome, PaymentRequest } from './payment-terminal.ts';

/**
 * The protocol of the simulated card terminal, ours: one JSON object a line (UTF-8, ended by LF, at most 4096 bytes).
 *
 * Till → terminal
 * - `{"type":"pay","paymentId":"…","amount":"12.50","currency":"EUR","reference":"K1-00000042"}`
 * - `{"type":"cancel","paymentId":"…"}` the outcome tells whether it came in time
 * - `{"type":"status","paymentId":"…"}` what became of an earlier payment; answered with `status`
 *
 * Terminal → till
 * - `{"type":"progress","paymentId":"…","words":"Tap card"}` for the customer to read
 * - `{"type":"outcome","paymentId":"…","outcome":"approved",…}` once per payment
 * - `{"type":"status","paymentId":"…","outcome":"not-found"}`; `pending` while it is being paid
 *
 * `outcome` is `approved`, `approved-offline` (both with `card`: brand, maskedPan, authorizationCode, terminalReference,
 * entryMode), `declined` or `cancelled` (both with `reason`). A `paymentId` that the terminal knows already is never
 * charged again: it answers with the outcome it has.
 */
export type TillFrame =
  | {
      readonly type: 'pay';
      readonly paymentId: string;
      readonly amount: string;
      readonly currency: string;
      readonly reference: string;
    }
  | { readonly type: 'cancel' | 'status'; readonly paymentId: string };

export type TerminalOutcome = Exclude<PaymentOutcome, { readonly kind: 'unknown' }>;

export type TerminalFrame =
  | { readonly type: 'progress'; readonly paymentId: string; readonly words: string }
  | { readonly type: 'outcome'; readonly paymentId: string; readonly outcome: TerminalOutcome }
  | {
      readonly type: 'status';
      readonly paymentId: string;
      readonly outcome: TerminalOutcome | { readonly kind: 'pending' } | { readonly kind: 'not-found' };
    };

export const longestFrame = 4096;

export function payFrame(request: PaymentRequest): TillFrame {
  const { paymentId, currency, reference } = request;
  return { type: 'pay', paymentId, amount: decimal(request.amount satisfies Money), currency, reference };
}

/** A frame of the till as bytes. */
export function encodeTillFrame(frame: TillFrame): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(frame)}\n`);
}

/** A frame of the terminal as bytes: what {@link decodeTerminalFrame} reads. */
export function encodeTerminalFrame(frame: TerminalFrame): Uint8Array {
  if (frame.type === 'progress') return new TextEncoder().encode(`${JSON.stringify(frame)}\n`);
  const { kind, ...details } = frame.outcome;
  const { type, paymentId } = frame;
  return new TextEncoder().encode(`${JSON.stringify({ type, paymentId, outcome: kind, ...details })}\n`);
}

/** Bytes → lines, over any split of the stream. A line that is too long is left out whole and counted. */
export class LineSplitter {
  #held: Uint8Array = new Uint8Array(0);
  #skipping = false;
  dropped = 0;

  split(bytes: Uint8Array): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      this.#hold(bytes.subarray(start, end));
      if (!this.#skipping && this.#held.length > 0) lines.push(new TextDecoder().decode(this.#held));
      this.#held = new Uint8Array(0);
      this.#skipping = false;
      start = end + 1;
    }
    this.#hold(bytes.subarray(start));
    return lines;
  }

  #hold(part: Uint8Array): void {
    if (this.#skipping) return;
    if (this.#held.length + part.length > longestFrame) {
      this.#held = new Uint8Array(0);
      this.#skipping = true;
      this.dropped += 1;
      return;
    }
    const joined = new Uint8Array(this.#held.length + part.length);
    joined.set(this.#held);
    joined.set(part, this.#held.length);
    this.#held = joined;
  }
}

/** The frame in a line from the till; null for anything else. */
export function decodeTillFrame(line: string): TillFrame | null {
  const frame = parseObject(line);
  const paymentId = frame?.['paymentId'];
  if (frame === null || typeof paymentId !== 'string' || !isPaymentId(paymentId)) return null;
  const { type, amount, currency, reference } = frame;
  if (type === 'cancel' || type === 'status') return { type, paymentId };
  const complete = typeof amount === 'string' && typeof currency === 'string' && typeof reference === 'string';
  return type === 'pay' && complete && /^\d{1,9}\.\d{2}$/.test(amount)
    ? { type, paymentId, amount, currency, reference }
    : null;
}

/**
 * The frame in a line from the terminal; null for anything that is none. Everything in it is cut down to what may leave a
 * driver: card numbers masked, track data removed, unknown fields left out.
 */
export function decodeTerminalFrame(line: string): TerminalFrame | null {
  const frame = parseObject(line);
  const paymentId = frame?.['paymentId'];
  if (frame === null || typeof paymentId !== 'string' || !isPaymentId(paymentId)) return null;
  const { type, words, outcome } = frame;
  if (type === 'progress') {
    return typeof words === 'string' ? { type, paymentId, words: withoutCardData(words, 40) } : null;
  }
  if (type === 'status' && (outcome === 'pending' || outcome === 'not-found')) {
    return { type, paymentId, outcome: { kind: outcome } };
  }
  if (type !== 'outcome' && type !== 'status') return null;
  const read = readOutcome(frame);
  return read === null ? null : { type, paymentId, outcome: read };
}

function readOutcome(frame: Readonly<Record<string, unknown>>): TerminalOutcome | null {
  const { outcome, reason } = frame;
  switch (outcome) {
    case 'approved':
    case 'approved-offline':
      return { kind: outcome, card: readCard(frame['card']) };
    case 'declined':
    case 'cancelled':
      return { kind: outcome, reason: typeof reason === 'string' ? withoutCardData(reason, 80) : 'no reason given' };
    default:
      return null;
  }
}

/** Money has moved, so that an approval counts even when the terminal says little about the card. */
function readCard(value: unknown): CardDetails {
  const card: Readonly<Record<string, unknown>> = isRecord(value) ? value : {};
  const text = (field: string, longest: number): string | null => {
    const content = card[field];
    return typeof content === 'string' && content.trim() !== '' ? withoutCardData(content, longest) : null;
  };
  const entryMode = card['entryMode'];
  const number = card['maskedPan'];
  return {
    brand: text('brand', 24) ?? 'Card',
    maskedPan: typeof number === 'string' ? maskedNumber(number) : '****',
    authorizationCode: text('authorizationCode', 12),
    terminalReference: text('terminalReference', 40),
    entryMode: entryMode === 'contactless' || entryMode === 'chip' ? entryMode : 'unknown',
  };
}

/** Our own keys only (UUIDs): a card number in the place of one is no payment of ours. */
function isPaymentId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
