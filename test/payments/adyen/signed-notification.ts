import { createHmac } from 'node:crypto';
import { signedText } from '../../../src/payments/adyen/webhook-signature.ts';

/** Hex, of a webhook at Adyen. */
export const adyenKey = 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00';

/** What Adyen posts about a payment that it has authorised, signed with `key`. */
export function signedNotification(merchantReference: string, key = adyenKey): string {
  const item = {
    pspReference: `PSP-${merchantReference}`,
    originalReference: '',
    merchantAccountCode: 'shop',
    merchantReference,
    amount: { currency: 'EUR', value: 1000 },
    eventCode: 'AUTHORISATION',
    eventDate: '2026-11-23T10:00:00Z',
    reason: '',
    success: 'true',
    additionalData: {},
  } as const;
  const hmacSignature = createHmac('sha256', Buffer.from(key, 'hex')).update(signedText(item)).digest('base64');
  return JSON.stringify({
    notificationItems: [{ NotificationRequestItem: { ...item, additionalData: { hmacSignature } } }],
  });
}
