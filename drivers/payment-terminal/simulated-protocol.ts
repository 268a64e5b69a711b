import { decimal, type Money } from '../../src/money/money.ts';
import { maskedNumber, withoutCardData } from './card-data.ts';
import type {
  CardDetails,
  EntryMode,
  ForwardStatus,
  PaymentOutcome,
  PaymentRequest,
  RefundRequest,
  ReversalOutcome,
} from './payment-terminal.ts';

/**
 * The protocol of the simulated card terminal, ours: one JSON object a line (UTF-8, ended by LF, at most 4096 bytes).
 *
 * Till → terminal
 * - `{"type":"pay","paymentId":"…","amount":"12.50","currency":"EUR","reference":"K1-00000042","offline":"allowed"}`
 * - `{"type":"refund",…}` as `pay`, with `original`: the payment that money goes back for, or null
 * - `{"type":"cancel","paymentId":"…"}` the outcome tells whether it came in time
 * - `{"type":"status","paymentId":"…"}` what became of an earlier payment; answered with `status`
 * - `{"type":"reverse","paymentId":"…"}` takes an earlier payment back whole; answered with `reversed`
 * - `{"type":"forward","paymentId":"…"}` has a stored payment uploaded; answered with `forwarded`
 *
 * Terminal → till
 * - `{"type":"host","host":"unreachable"}` on connecting, and when it changes
 * - `{"type":"progress","paymentId":"…","words":"Tap card"}` for the customer to read
 * - `{"type":"outcome","paymentId":"…","outcome":"approved",…}` once per payment
 * - `{"type":"status","paymentId":"…","outcome":"not-found"}`; `pending` while it is being paid
 * - `{"type":"reversed","paymentId":"…","result":"reversed"}`, or `refused` with `reason`
 * - `{"type":"forwarded","paymentId":"…","result":"approved",…}`: `stored`, `forwarded` and `approved` (with `psp`,
 *   `authorizationCode`), `declined` and `lost` (with `reason`), `not-found`, `unreachable` (with `reason`)
 *
 * `outcome` is `approved`, `approved-offline`, `stored` (all with `card`: brand, maskedPan, authorizationCode,
 * terminalReference, entryMode; `stored` may carry `blob`, base64), `declined` or `cancelled` (both with `reason`). A
 * `paymentId` that the terminal knows already is never charged again: it answers with the outcome it has.
 */
export type TillFrame =
  | PayFrame
  | (Omit<PayFrame, 'type' | 'offline'> & { readonly type: 'refund'; readonly original: string | null })
  | { readonly type: 'cancel' | 'status' | 'reverse' | 'forward'; readonly paymentId: string };

interface PayFrame {
  readonly type: 'pay';
  readonly paymentId: string;
  readonly amount: string;
  readonly currency: string;
  readonly reference: string;
  readonly offline: 'allowed' | 'forbidden';
}

export type TerminalOutcome = Exclude<PaymentOutcome, { readonly kind: 'unknown' }>;

export type TerminalFrame =
  | { readonly type: 'host'; readonly host: 'reachable' | 'unreachable' }
  | { readonly type: 'progress'; readonly paymentId: string; readonly words: string }
  | { readonly type: 'outcome'; readonly paymentId: string; readonly outcome: TerminalOutcome }
  | {
      readonly type: 'status';
      readonly paymentId: string;
      readonly outcome: TerminalOutcome | { readonly kind: 'pending' } | { readonly kind: 'not-found' };
    }
  | {
      readonly type: 'reversed';
      readonly paymentId: string;
      readonly result: Exclude<ReversalOutcome, { readonly kind: 'unknown' }>;
    }
  | { readonly type: 'forwarded'; readonly paymentId: string; readonly status: ForwardStatus };

export const longestFrame = 4096;

export function payFrame(request: PaymentRequest): TillFrame {
  const { paymentId, currency, reference, offline } = request;
  return { type: 'pay', paymentId, amount: decimal(request.amount satisfies Money), currency, reference, offline };
}

export function refundFrame(request: RefundRequest): TillFrame {
  const { paymentId, currency, reference } = request;
  const original = request.original?.paymentId ?? null;
  return { type: 'refund', paymentId, amount: decimal(request.amount satisfies Money), currency, reference, original };
}

/** A frame of the till as bytes. */
export function encodeTillFrame(frame: TillFrame): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(frame)}\n`);
}

/** A frame of the terminal as bytes: what {@link decodeTerminalFrame} reads. */
export function encodeTerminalFrame(frame: TerminalFrame): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(flat(frame))}\n`);
}

function flat(frame: TerminalFrame): object {
  switch (frame.type) {
    case 'host':
    case 'progress':
      return frame;
    case 'outcome':
    case 'status': {
      const { type, paymentId } = frame;
      const { kind, ...details } = frame.outcome;
      const blob = 'blob' in details ? { blob: Buffer.from(details.blob.bytes).toString('base64') } : {};
      return { type, paymentId, outcome: kind, ...details, ...blob };
    }
    case 'reversed': {
      const { kind, ...details } = frame.result;
      return { type: frame.type, paymentId: frame.paymentId, result: kind, ...details };
    }
    case 'forwarded': {
      const { kind, ...details } = frame.status;
      return { type: frame.type, paymentId: frame.paymentId, result: kind, ...details };
    }
  }
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
  const { type, amount, currency, reference, offline, original } = frame;
  if (type === 'cancel' || type === 'status' || type === 'reverse' || type === 'forward') return { type, paymentId };
  if (typeof amount !== 'string' || !/^\d{1,9}\.\d{2}$/.test(amount)) return null;
  if (typeof currency !== 'string' || typeof reference !== 'string') return null;
  const asked = { paymentId, amount, currency, reference };
  if (type === 'refund') return { type, ...asked, original: typeof original === 'string' ? original : null };
  return type === 'pay' ? { type, ...asked, offline: offline === 'allowed' ? offline : 'forbidden' } : null;
}

/**
 * The frame in a line from the terminal; null for anything that is none. Everything in it is cut down to what may leave a
 * driver: card numbers masked, track data removed, unknown fields left out.
 */
export function decodeTerminalFrame(line: string): TerminalFrame | null {
  const frame = parseObject(line);
  if (frame?.['type'] === 'host') {
    const { host } = frame;
    return host === 'reachable' || host === 'unreachable' ? { type: 'host', host } : null;
  }
  const paymentId = frame?.['paymentId'];
  if (frame === null || typeof paymentId !== 'string' || !isPaymentId(paymentId)) return null;
  const { type, words, outcome } = frame;
  if (type === 'reversed') return readReversal(paymentId, frame);
  if (type === 'forwarded') return readForwarding(paymentId, frame);
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

type Fields = Readonly<Record<string, unknown>>;

const reasonIn = ({ reason }: Fields): string =>
  typeof reason === 'string' ? withoutCardData(reason, 80) : 'no reason given';

function readReversal(paymentId: string, frame: Fields): TerminalFrame | null {
  const { result } = frame;
  if (result === 'reversed') return { type: 'reversed', paymentId, result: { kind: result } };
  return result === 'refused'
    ? { type: 'reversed', paymentId, result: { kind: result, reason: reasonIn(frame) } }
    : null;
}

function readForwarding(paymentId: string, frame: Fields): TerminalFrame | null {
  const status = readStatus(frame);
  return status === null ? null : { type: 'forwarded', paymentId, status };
}

function readStatus(frame: Fields): ForwardStatus | null {
  const { result } = frame;
  const text = (field: string): string | null => {
    const content = frame[field];
    return typeof content === 'string' && content !== '' ? withoutCardData(content, 40) : null;
  };
  switch (result) {
    case 'stored':
    case 'not-found':
      return { kind: result };
    case 'forwarded':
      return { kind: result, psp: text('psp') };
    case 'approved':
      return { kind: result, psp: text('psp'), authorizationCode: text('authorizationCode') };
    case 'declined':
    case 'lost':
    case 'unreachable':
      return { kind: result, reason: reasonIn(frame) };
    default:
      return null;
  }
}

function readOutcome(frame: Fields): TerminalOutcome | null {
  const { outcome, blob } = frame;
  switch (outcome) {
    case 'approved':
    case 'approved-offline':
      return { kind: outcome, card: readCard(frame['card']) };
    case 'stored': {
      const card = readCard(frame['card']);
      const handedOut = typeof blob === 'string' && blob !== '';
      return handedOut
        ? { kind: outcome, card, blob: { bytes: Uint8Array.from(Buffer.from(blob, 'base64')) } }
        : { kind: outcome, card };
    }
    case 'declined':
    case 'cancelled':
      return { kind: outcome, reason: reasonIn(frame) };
    default:
      return null;
  }
}

const entryModes: readonly EntryMode[] = ['contactless', 'chip', 'magnetic-stripe', 'keyed'];

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
    entryMode: entryModes.find((mode) => mode === entryMode) ?? 'unknown',
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
