import { z } from 'zod';
import { type Instant, instant } from '../../platform/clock.ts';
import type { AcquirerReport } from '../acquirer.ts';
import { paymentIdIn } from '../merchant-reference.ts';
import type { LaterEvent } from '../payment-event.ts';
import { isSigned } from './webhook-signature.ts';

/** Adyen's standard webhooks: what becomes of payments after the terminal has answered. */

const textMap = z
  .record(z.string(), z.unknown())
  .transform((map) =>
    Object.fromEntries(
      Object.entries(map).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
    ),
  );

const itemSchema = z.object({
  additionalData: textMap.nullish().transform((map): Readonly<Record<string, string>> => map ?? {}),
  amount: z.object({ currency: z.string().max(3), value: z.int() }),
  eventCode: z.string().min(1).max(60),
  eventDate: z.string().max(40),
  merchantAccountCode: z.string().max(100),
  merchantReference: z
    .string()
    .max(100)
    .nullish()
    .transform((text) => text ?? ''),
  originalReference: z
    .string()
    .max(100)
    .nullish()
    .transform((text) => text ?? ''),
  pspReference: z.string().min(1).max(100),
  reason: z
    .string()
    .nullish()
    .transform((text) => text ?? ''),
  // Adyen writes it as a text; signed as such.
  success: z.union([z.enum(['true', 'false']), z.boolean().transform((value) => (value ? 'true' : 'false'))]),
});
export type AdyenNotificationItem = z.infer<typeof itemSchema>;

const notificationSchema = z.object({
  notificationItems: z
    .array(z.object({ NotificationRequestItem: itemSchema }))
    .min(1)
    .max(100),
});

export type AdyenNotification =
  | {
      readonly kind: 'accepted';
      /** For the terminals that took the payments. */
      readonly reports: readonly AcquirerReport[];
      /** Events that say nothing of a payment's state, by name. */
      readonly others: readonly string[];
    }
  /** It was not Adyen, or not whole: nothing of it counts. */
  | { readonly kind: 'refused'; readonly status: 400 | 401; readonly reason: string };

/** Reads one webhook. Every item must be signed by one of `keys` (hex), else nothing of it counts. */
export function readAdyenNotification(text: string, keys: readonly string[]): AdyenNotification {
  const read = notificationSchema.safeParse(parsed(text));
  if (!read.success) return { kind: 'refused', status: 400, reason: 'not a notification of Adyen' };
  const items = read.data.notificationItems.map(({ NotificationRequestItem }) => NotificationRequestItem);
  if (!items.every((item) => isSigned(item, keys))) {
    return { kind: 'refused', status: 401, reason: 'the signature is not right' };
  }
  const reports: AcquirerReport[] = [];
  const others: string[] = [];
  for (const item of items) {
    const report = reportOf(item);
    if (report === null) others.push(item.eventCode);
    else reports.push(report);
  }
  return { kind: 'accepted', reports, others };
}

/** The terminal that took the payment, by the receipt number that our merchant references begin with; null: none of ours. */
export function terminalIn(report: AcquirerReport): string | null {
  const [, terminal] = /^([A-Z0-9](?:[A-Z0-9-]{0,10}[A-Z0-9])?)-\d{8,}(?:_|$)/.exec(report.about.merchant ?? '') ?? [];
  return terminal ?? null;
}

type Timeless = LaterEvent extends infer Event
  ? Event extends LaterEvent
    ? Omit<Event, 'at' | 'eventId'>
    : never
  : never;

/** What an event says of a payment's state; null: nothing. */
function reportOf(item: AdyenNotificationItem): AcquirerReport | null {
  const meaning = meaningOf(item);
  if (meaning === null) return null;
  const { event, names } = meaning;
  return {
    acquirer: 'adyen',
    about: names,
    event: {
      ...event,
      at: momentOf(item.eventDate),
      // Adyen sends an event at least once; its code, reference and success name it.
      eventId: `adyen:${item.eventCode}:${item.pspReference}:${item.success}`,
    } as AcquirerReport['event'],
  };
}

interface Meaning {
  readonly event: Timeless;
  readonly names: AcquirerReport['about'];
}

function meaningOf(item: AdyenNotificationItem): Meaning | null {
  const { eventCode, pspReference, originalReference, additionalData } = item;
  const done = item.success === 'true';
  const merchant = item.merchantReference === '' ? null : item.merchantReference;
  const tender = additionalData['tenderReference'] ?? null;
  // The payment itself, or the payment that a modification is about.
  const paymentId = paymentIdIn(item.merchantReference);
  const known = { merchant, tender, ...(paymentId === null ? {} : { paymentId }) };
  const payment = { ...known, psp: originalReference || pspReference };
  const because = reasonOf(item);
  switch (eventCode) {
    case 'AUTHORISATION':
      return { names: { ...known, psp: pspReference }, event: done ? approvedBy(item) : declined(because) };
    // Adyen tried a declined payment again, under a reference of its own.
    case 'AUTORESCUE':
      return { names: known, event: done ? approvedBy(item) : declined(because || 'not rescued') };
    case 'CAPTURE':
      return done ? null : { names: payment, event: declined(because || 'the capture was refused') };
    case 'CAPTURE_FAILED':
      return done ? { names: payment, event: declined(because || 'the capture failed') } : null;
    case 'EXPIRE':
      return done ? { names: payment, event: declined('the authorisation has expired') } : null;
    case 'TECHNICAL_CANCEL':
    case 'CANCELLATION':
      return done ? { names: payment, event: { kind: 'reversed', reason: because || 'cancelled at Adyen' } } : null;
    case 'CANCEL_OR_REFUND':
      if (done) {
        return additionalData['modification.action'] === 'cancel'
          ? { names: payment, event: { kind: 'reversed', reason: because || 'cancelled at Adyen' } }
          : null;
      }
      return refundFailed(pspReference, because);
    case 'REFUND':
    case 'REFUND_WITH_DATA':
      return done ? null : refundFailed(pspReference, because);
    case 'REFUND_FAILED':
    case 'REFUNDED_REVERSED':
      return done ? refundFailed(pspReference, because) : null;
    case 'CHARGEBACK':
    case 'SECOND_CHARGEBACK':
      return done ? { names: payment, event: { kind: 'charged-back', reason: because || 'charged back' } } : null;
    case 'CHARGEBACK_REVERSED':
    case 'PREARBITRATION_WON':
      return done
        ? { names: payment, event: { kind: 'charge-back-reversed', reason: because || 'dispute won' } }
        : null;
    default:
      return null;
  }
}

const declined = (reason: string): Timeless => ({ kind: 'issuer-declined', reason: reason || 'declined' });

/** A refund is known by its own reference only: the names of the payment that it refunds must not lead to that payment. */
const refundFailed = (pspReference: string, reason: string): Meaning => ({
  names: { psp: pspReference },
  event: declined(reason || 'the refund failed'),
});

function approvedBy({ pspReference, additionalData, reason }: AdyenNotificationItem): Timeless {
  // `reason` of an approval is "code:last four:expiry"; only the code may be kept.
  const [code = ''] = reason.split(':');
  const authorizationCode = additionalData['authCode'] ?? code;
  return {
    kind: 'issuer-approved',
    psp: pspReference,
    authorizationCode: /^[A-Za-z0-9]{1,12}$/.test(authorizationCode) ? authorizationCode : null,
  };
}

/** Adyen's words without any run of digits that could be part of a card's number or its expiry. */
function reasonOf({ eventCode, success, reason }: AdyenNotificationItem): string {
  if (eventCode === 'AUTHORISATION' && success === 'true') return '';
  return reason
    .replace(/\d{2,}/g, '*')
    .replace(/[^\x20-\x7e\u00a0-\u024f]/g, ' ')
    .slice(0, 120)
    .trim();
}

/** A date that can't be read is no reason to lose an event. */
function momentOf(text: string): Instant {
  try {
    return instant(text);
  } catch {
    return instant(0);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
