/**
 * What the till tells an acquirer as its own name for a payment always holds the payment's key, so that a report names one
 * payment and no other:
 * - `K1-00000042_0193597e-1111-7000-8000-000000000001` (Adyen), the key alone (Square, 36 characters),
 * - the key in base64url, 22 characters (Worldpay, which takes 30 at most).
 */
export function paymentIdIn(merchantReference: string): string | null {
  const [plain] = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(merchantReference) ?? [];
  if (plain !== undefined) return plain.toLowerCase();
  return /^[\w-]{22}$/.test(merchantReference) ? expandPaymentId(merchantReference) : null;
}

/** A payment's key in 22 characters of `A–Z a–z 0–9 - _`. */
export function shortPaymentId(paymentId: string): string {
  return Buffer.from(paymentId.replaceAll('-', ''), 'hex').toString('base64url');
}

function expandPaymentId(short: string): string | null {
  const hex = Buffer.from(short, 'base64url').toString('hex');
  const [, ...parts] = /^(.{8})(.{4})(7.{3})([89ab].{3})(.{12})$/.exec(hex) ?? [];
  return parts.length === 5 ? parts.join('-') : null;
}

/** The receipt number that a merchant reference begins with; the whole reference where nothing follows it. */
export const receiptNumberIn = (merchantReference: string): string => merchantReference.split('_')[0] ?? '';
