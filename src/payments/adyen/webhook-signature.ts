import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AdyenNotificationItem } from './webhook.ts';

/**
 * Adyen's HMAC over the fields of one notification (SHA-256, key in hex, signature in Base64). Several keys: while one is being
 * replaced by the next, both count.
 */
export function isSigned(item: AdyenNotificationItem, keys: readonly string[]): boolean {
  const given = Buffer.from(item.additionalData['hmacSignature'] ?? '', 'base64');
  const text = signedText(item);
  let right = false;
  for (const key of keys) {
    const expected = createHmac('sha256', Buffer.from(key, 'hex')).update(text, 'utf8').digest();
    // No early way out: how long it takes says nothing about which key was right.
    right = (given.length === expected.length && timingSafeEqual(given, expected)) || right;
  }
  return right;
}

/** What is signed, in Adyen's order. */
export function signedText(item: AdyenNotificationItem): string {
  return [
    item.pspReference,
    item.originalReference,
    item.merchantAccountCode,
    item.merchantReference,
    item.amount.value,
    item.amount.currency,
    item.eventCode,
    item.success,
  ].join(':');
}
