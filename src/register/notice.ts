import type { Money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { ReceiptNumber } from '../platform/ids.ts';
import type { OfflineRefusal } from './offline-refusal.ts';

/** What the trader must be told once; `src/screens` has the words. It goes away with the next key. */
export type Notice =
  // Goods
  | { readonly key: 'unknown-code'; readonly code: string }
  | { readonly key: 'misread' }
  | { readonly key: 'not-for-sale'; readonly name: string }
  | { readonly key: 'sold-by-parts'; readonly name: string }
  | { readonly key: 'no-price'; readonly name: string }
  | { readonly key: 'no-catalogue' }
  /** Not sold: the shop has only so much left. */
  | { readonly key: 'out-of-stock'; readonly name: string; readonly left: number }
  /** Sold, though the shop has only so much left. */
  | { readonly key: 'low-stock'; readonly name: string; readonly left: number }
  | { readonly key: 'pricing-failed'; readonly reason: string }
  | { readonly key: 'bad-quantity' }
  | { readonly key: 'whole-only'; readonly name: string }
  | { readonly key: 'taken-back'; readonly name: string; readonly quantity: Quantity }
  | { readonly key: 'line-voided'; readonly name: string }
  | { readonly key: 'sale-voided' }
  | { readonly key: 'nothing-found'; readonly text: string }
  | { readonly key: 'finish-typing' }
  /** Numbered pieces are put in one by one. */
  | { readonly key: 'one-by-one'; readonly name: string }
  | { readonly key: 'serial-number-twice'; readonly serialNumber: string }
  // Discounts and prices
  | { readonly key: 'discount-given'; readonly amount: Money }
  | { readonly key: 'discount-taken-back' }
  | { readonly key: 'nothing-to-discount' }
  | { readonly key: 'price-changed'; readonly name: string; readonly price: Money }
  | { readonly key: 'price-as-listed' }
  // Returns
  | { readonly key: 'return-in-hand' }
  | { readonly key: 'return-held'; readonly receiptNumber: ReceiptNumber }
  | { readonly key: 'return-scan-first' }
  | { readonly key: 'no-such-receipt'; readonly text: string }
  | { readonly key: 'receipts-unreadable' }
  | { readonly key: 'all-returned'; readonly receiptNumber: ReceiptNumber }
  | { readonly key: 'line-returned' }
  | { readonly key: 'only-left'; readonly left: number }
  | { readonly key: 'taken-in'; readonly amount: Money }
  | { readonly key: 'not-paid-by-card' }
  | { readonly key: 'exchange-broken'; readonly receiptNumber: ReceiptNumber; readonly amount: Money }
  // Service
  | { readonly key: 'nothing-parked' }
  | { readonly key: 'no-devices' }
  | { readonly key: 'testing-device'; readonly device: string }
  | { readonly key: 'device-passed'; readonly reason: string }
  | { readonly key: 'device-failed'; readonly reason: string }
  | { readonly key: 'claiming' }
  | { readonly key: 'claim-taken'; readonly reason: string }
  | { readonly key: 'claim-refused'; readonly reason: string }
  | { readonly key: 'training-begun' }
  | { readonly key: 'training-ended' }
  | { readonly key: 'shutting-down' }
  // Staff
  | { readonly key: 'sign-in-first' }
  | { readonly key: 'signed-in'; readonly name: string }
  | { readonly key: 'no-staff' }
  | { readonly key: 'wrong-pin' }
  | { readonly key: 'shared-pin' }
  | { readonly key: 'pin-locked'; readonly seconds: number }
  | { readonly key: 'unknown-badge' }
  /** That person may not allow it either. */
  | { readonly key: 'not-allowed'; readonly name: string }
  | { readonly key: 'not-approved' }
  // Sale
  | { readonly key: 'held'; readonly count: number }
  | { readonly key: 'nothing-held' }
  | { readonly key: 'no-goods' }
  | { readonly key: 'bad-email' }
  | { readonly key: 'no-mail-receipts' }
  | { readonly key: 'mail-follows'; readonly receiptNumber: ReceiptNumber }
  | { readonly key: 'mail-waits'; readonly receiptNumber: ReceiptNumber }
  | { readonly key: 'customer-set'; readonly name: string }
  | { readonly key: 'coupon-taken'; readonly code: string; readonly discount: Money }
  | { readonly key: 'coupon-refused'; readonly code: string }
  // Paying
  | { readonly key: 'bad-amount' }
  | { readonly key: 'too-much-cash' }
  | { readonly key: 'cash-given-back'; readonly amount: Money }
  | { readonly key: 'finish-payment' }
  | { readonly key: 'more-than-due' }
  | { readonly key: 'voucher-twice'; readonly reference: string }
  | { readonly key: 'tender-given-back'; readonly tender: string }
  /** How much of it would pay what is due. */
  | { readonly key: 'foreign-amount-first'; readonly needed: string }
  | { readonly key: 'card-more-than-due' }
  | { readonly key: 'card-unavailable'; readonly code: string }
  /** The bank can't be asked, and the policy forbids the card without. */
  | {
      readonly key: 'card-refused';
      readonly because: OfflineRefusal['code'];
      readonly limit?: Money;
      readonly room?: Money;
      readonly count?: number;
      readonly hours?: number;
    }
  | { readonly key: 'card-declined'; readonly reason: string }
  | { readonly key: 'card-cancelled'; readonly reason: string }
  | { readonly key: 'card-part-paid'; readonly amount: Money }
  | { readonly key: 'bad-voice-code' }
  | { readonly key: 'card-not-charged' }
  | { readonly key: 'card-still-unknown' }
  | { readonly key: 'card-not-returnable' }
  | { readonly key: 'card-unresolved' }
  | { readonly key: 'card-set-aside' }
  | { readonly key: 'nothing-unresolved' }
  | { readonly key: 'settled-late'; readonly receiptNumber: ReceiptNumber }
  | { readonly key: 'restored-after-card' }
  | { readonly key: 'money-back'; readonly amount: Money }
  // Records and devices
  | { readonly key: 'no-new-sale' }
  | { readonly key: 'no-payment' }
  | { readonly key: 'not-saved'; readonly code: string }
  | { readonly key: 'card-not-saved'; readonly code: string }
  | { readonly key: 'not-recorded'; readonly code: string }
  | { readonly key: 'not-printed'; readonly reason: string }
  | { readonly key: 'reprinting'; readonly receiptNumber: ReceiptNumber }
  | { readonly key: 'no-receipt' }
  | { readonly key: 'drawer-not-opened' }
  // Shift
  | { readonly key: 'shift-needed' }
  | { readonly key: 'shift-opened'; readonly float: Money }
  | { readonly key: 'shift-busy'; readonly because: 'sale' | 'held' | 'card' }
  | { readonly key: 'shift-already-open' }
  | { readonly key: 'cash-moved'; readonly direction: 'in' | 'out'; readonly amount: Money }
  | { readonly key: 'busy' };

export type NoticeKey = Notice['key'];

/** Notices that tell of something done, not of something wrong: shown without a beep. */
const quiet: ReadonlySet<NoticeKey> = new Set<NoticeKey>([
  'taken-back',
  'line-voided',
  'sale-voided',
  'held',
  'customer-set',
  'mail-follows',
  'mail-waits',
  'coupon-taken',
  'cash-given-back',
  'card-part-paid',
  'card-set-aside',
  'reprinting',
  'shift-opened',
  'cash-moved',
  'discount-given',
  'discount-taken-back',
  'price-changed',
  'price-as-listed',
  'signed-in',
  'taken-in',
  'testing-device',
  'device-passed',
  'claiming',
  'claim-taken',
  'training-begun',
  'training-ended',
  'shutting-down',
  'not-approved',
  'tender-given-back',
]);

export const isAlarming = (notice: Notice): boolean => !quiet.has(notice.key);
