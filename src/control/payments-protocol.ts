import { z } from 'zod';

/**
 * Cards, over the control socket. Amounts are decimal texts, moments ISO 8601.
 *
 * | request | answer |
 * |---|---|
 * | `GET /payments/status` | {@link PaymentsStatus} |
 * | `GET /payments` (`?open=true&limit=50`) | {@link PaymentEntry}[], newest first |
 * | `GET /payments/{payment id or receipt number}` | {@link PaymentDetail}[] |
 * | `POST /payments/forward` | {@link PaymentsStatus}, after a round |
 * | `POST /payments/{payment id}/resolve` {@link resolveRequest} | {@link PaymentDetail} |
 */
export interface PaymentsStatus {
  /** Whose limits hold. */
  readonly acquirer: string;
  /** Whether cards are taken without network at all. */
  readonly offlineAllowed: boolean;
  /** What only the terminal or this till has yet. */
  readonly stored: { readonly count: number; readonly total: string; readonly oldestAt: string | null };
  /** What may still be taken without network; null: no such limit. */
  readonly headRoom: {
    readonly payments: number | null;
    readonly total: string | null;
    readonly perPayment: string | null;
    readonly windowEndsAt: string | null;
  };
  /** `soon` from 75 % of the window, `urgent` from 90 %. */
  readonly window: 'open' | 'soon' | 'urgent' | 'over';
  /** Forwarded, and the bank has not decided. */
  readonly deciding: number;
  /** Nobody knows whether a card was charged. */
  readonly unknown: number;
  /** The acquirer's last answer in plain words; null: not asked yet. */
  readonly lastAnswer: string | null;
}

export interface PaymentEntry {
  readonly paymentId: string;
  readonly purpose: 'sale' | 'return';
  /** null: what it pays is not in the journal. */
  readonly receiptNumber: string | null;
  readonly requestedAt: string;
  readonly amount: string;
  readonly currency: string;
  readonly state: string;
  /** How the terminal took it; null: no card was taken. */
  readonly how: 'online' | 'offline-emv' | 'stored' | null;
  /** Brand and masked number. */
  readonly card: string | null;
  /** Whether anybody has yet to look after it. */
  readonly open: boolean;
  /** Attempts to forward it, and what the last one came to. */
  readonly attempts: number;
  readonly lastAnswer: string | null;
}

export interface PaymentDetail extends PaymentEntry {
  readonly references: Readonly<Record<string, string | null>>;
  readonly history: readonly { readonly at: string; readonly state: string; readonly words: string }[];
}

export const paymentsFilter = z.object({
  open: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  limit: z.coerce.number().int().min(1).max(10_000).default(50),
});

export const resolveRequest = z.strictObject({
  as: z.enum(['charged', 'not-charged']),
  by: z.string().trim().min(1).max(60),
});
