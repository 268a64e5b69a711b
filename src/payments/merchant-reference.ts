import { longUuid } from '../platform/short-uuid.ts';

/**
 * What the till tells an acquirer as its own name for a payment always holds the payment's key, so that a report names one
 * payment and no other:
 * - `K1-00000042_0193597e-1111-7000-8000-000000000001` (Adyen), the key alone (Square, 36 characters),
 * - the key in base64url, 22 characters (Worldpay, which takes 30 at most).
 */
export function paymentIdIn(merchantReference: string): string | null {
  const [plain] = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(merchantReference) ?? [];
  if (plain !== undefined) return plain.toLowerCase();
  return longUuid(merchantReference);
}

/** The receipt number that a merchant reference begins with; the whole reference where nothing follows it. */
export const receiptNumberIn = (merchantReference: string): string => merchantReference.split('_')[0] ?? '';
