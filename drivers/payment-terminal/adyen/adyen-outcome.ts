import type { PaymentOutcome, ReversalOutcome, TerminalReferences } from '../payment-terminal.ts';
import type { PoiTransaction } from './nexo-message.ts';
import type { AdyenOutcome } from './nexo-response.ts';

const outcomeKinds = { online: 'approved', 'offline-emv': 'approved-offline', stored: 'stored' } as const;

/** An outcome as every driver tells it. `reference`: ours, where the answer does not repeat it. */
export function paymentOutcome(outcome: AdyenOutcome, reference: string | null): PaymentOutcome {
  switch (outcome.kind) {
    case 'approved':
      return {
        kind: outcomeKinds[outcome.how],
        card: outcome.card,
        references: {
          tender: outcome.tenderReference,
          merchant: outcome.merchantReference ?? reference,
          trace: null,
          terminalReceipt: null,
          psp: outcome.pspReference,
          terminalTime: outcome.transaction.timeStamp,
        },
      };
    case 'declined':
    case 'cancelled':
      return outcome;
    case 'unclear':
      return { kind: 'unknown', reason: outcome.reason };
  }
}

/** By what the terminal finds a payment again; null when it was never told. */
export function poiTransactionOf(references: TerminalReferences): PoiTransaction | null {
  const { tender, psp, terminalTime } = references;
  if (tender === null || terminalTime === null) return null;
  return { transactionId: psp === null ? tender : `${tender}.${psp}`, timeStamp: terminalTime };
}

/** How a reversal ended, and by what Adyen will name it. */
export type GivenBack =
  | { readonly kind: 'reversed'; readonly pspReference: string | null }
  | Exclude<ReversalOutcome, { readonly kind: 'reversed' }>;

/** A refund to the card of a payment: nothing is read from a card, and Adyen's last word comes by its webhook. */
export function refundOutcome(
  reversal: GivenBack,
  original: TerminalReferences | null,
  reference: string | null,
): PaymentOutcome {
  switch (reversal.kind) {
    case 'reversed':
      return {
        kind: 'approved',
        card: {
          brand: 'Card',
          maskedPan: '****',
          authorizationCode: null,
          terminalReference: original?.tender ?? null,
          entryMode: 'unknown',
        },
        references: {
          tender: original?.tender ?? null,
          merchant: reference,
          trace: null,
          terminalReceipt: null,
          psp: reversal.pspReference,
          terminalTime: original?.terminalTime ?? null,
        },
      };
    case 'refused':
      return { kind: 'cancelled', reason: reversal.reason };
    case 'unknown':
      return reversal;
  }
}
