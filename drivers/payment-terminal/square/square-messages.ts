import { z } from 'zod';
import type { Money } from '../../../src/money/money.ts';
import { maskedNumber, withoutCardData } from '../card-data.ts';
import type { CardDetails } from '../payment-terminal.ts';

/** What the till reads of Square's objects (Terminal API, Payments API); everything else is dropped. */

const moneySchema = z.object({ amount: z.int(), currency: z.string() });

export const checkoutSchema = z.object({
  id: z.string().min(1).max(100),
  status: z.enum(['PENDING', 'IN_PROGRESS', 'CANCEL_REQUESTED', 'CANCELED', 'COMPLETED']),
  reference_id: z.string().nullish(),
  cancel_reason: z.string().nullish(),
  payment_ids: z.array(z.string()).nullish(),
});
export type Checkout = z.infer<typeof checkoutSchema>;

export const checkoutAnswer = z.object({ checkout: checkoutSchema });
export const checkoutsAnswer = z.object({ checkouts: z.array(checkoutSchema).nullish(), cursor: z.string().nullish() });

export const paymentSchema = z.object({
  id: z.string().min(1).max(100),
  status: z.enum(['APPROVED', 'PENDING', 'COMPLETED', 'CANCELED', 'FAILED']),
  total_money: moneySchema,
  reference_id: z.string().nullish(),
  card_details: z
    .object({
      entry_method: z.string().nullish(),
      auth_result_code: z.string().nullish(),
      card: z.object({ card_brand: z.string().nullish(), last_4: z.string().nullish() }).nullish(),
    })
    .nullish(),
});
export type SquarePayment = z.infer<typeof paymentSchema>;
export const paymentAnswer = z.object({ payment: paymentSchema });

export const refundSchema = z.object({
  id: z.string().min(1).max(192),
  status: z.enum(['PENDING', 'COMPLETED', 'REJECTED', 'FAILED']).catch('PENDING'),
  reason: z.string().nullish(),
});
export const refundAnswer = z.object({ refund: refundSchema });
export const refundsAnswer = z.object({ refunds: z.array(refundSchema).nullish(), cursor: z.string().nullish() });

/** Yen and the like have no smaller unit. */
const wholeUnits = new Set(['JPY', 'KRW', 'VND', 'CLP']);

/** In the currency's smallest unit; null: the amount has a fraction that the currency has not. */
export function squareAmount(amount: Money, currency: string): { amount: number; currency: string } | null {
  if (!wholeUnits.has(currency)) return { amount, currency };
  return amount % 100 === 0 ? { amount: amount / 100, currency } : null;
}

/** Back again. */
export const hundredthsOf = ({ amount, currency }: { readonly amount: number; readonly currency: string }): number =>
  wholeUnits.has(currency) ? amount * 100 : amount;

export function cardOf({ id, card_details: details }: SquarePayment): CardDetails {
  const { card_brand: brand, last_4: last } = details?.card ?? {};
  const code = details?.auth_result_code ?? '';
  return {
    brand: withoutCardData((brand ?? '').replaceAll('_', ' '), 24) || 'Card',
    maskedPan: maskedNumber(last ?? ''),
    authorizationCode: code === '' ? null : withoutCardData(code, 12),
    terminalReference: id,
    entryMode: entryModes[details?.entry_method ?? ''] ?? 'unknown',
  };
}

const entryModes: Readonly<Record<string, CardDetails['entryMode']>> = {
  CONTACTLESS: 'contactless',
  EMV: 'chip',
  SWIPED: 'magnetic-stripe',
  KEYED: 'keyed',
};

export function cancelWords(reason: string | null | undefined): string {
  switch (reason) {
    case 'BUYER_CANCELED':
      return 'cancelled at the card terminal';
    case 'SELLER_CANCELED':
      return 'cancelled at the till';
    case 'TIMED_OUT':
      return 'no card was presented in time';
    default:
      return 'the card terminal gave it up';
  }
}

/** When a key of ours was made: its first 48 bits (UUIDv7). */
export function madeAt(paymentId: string): number {
  return Number.parseInt(paymentId.replaceAll('-', '').slice(0, 12), 16);
}
