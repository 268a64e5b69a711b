/** How a case came to its end. */
export type CaseOutcome =
  /** The difference is gone: the order is there, the money came, the stock is right. */
  | 'corrected'
  /** It was no difference after all. */
  | 'explained'
  /** The customer paid, or pays, in another way. */
  | 'paid-otherwise'
  /** The shop bears the loss. */
  | 'written-off'
  /** The money went back to the customer. */
  | 'refunded';

interface KindOfCase {
  /** What it is, as a heading. */
  readonly title: string;
  /** What to do first. */
  readonly nextStep: string;
  /** The page in docs/runbooks, without `.md`. */
  readonly runbook: string;
  /** How it can end. */
  readonly outcomes: readonly CaseOutcome[];
}

/** Every kind of case there is, with what its reader needs. */
export const caseKinds = {
  'payment-declined': {
    title: 'A card payment was declined after the goods had left',
    nextStep: 'Ask the customer to pay in another way; the Magento order is marked.',
    runbook: 'payment-declined-after-the-outage',
    outcomes: ['paid-otherwise', 'written-off', 'explained'],
  },
  'payment-expired': {
    title: 'A stored card payment was not sent to the acquirer in time',
    nextStep: 'Ask the customer to pay in another way, or write it off.',
    runbook: 'payment-declined-after-the-outage',
    outcomes: ['paid-otherwise', 'written-off', 'explained'],
  },
  'payment-unknown': {
    title: 'Nobody knows whether a card was charged',
    nextStep: 'Look the payment up at the acquirer, then say what became of it.',
    runbook: 'unknown-payment',
    outcomes: ['corrected', 'refunded', 'explained'],
  },
  'payment-contradiction': {
    title: 'The acquirer says something of a payment that can’t follow from what is known',
    nextStep: 'Compare the payment with the acquirer’s own page.',
    runbook: 'unknown-payment',
    outcomes: ['corrected', 'explained', 'written-off', 'refunded'],
  },
  'payment-against-policy': {
    title: 'A card was taken offline although the policy forbids it',
    nextStep: 'Watch what becomes of the payment, and correct the card terminal’s own settings.',
    runbook: 'payment-declined-after-the-outage',
    outcomes: ['explained', 'paid-otherwise', 'written-off'],
  },
  'payment-charged-back': {
    title: 'A customer’s bank took a payment back',
    nextStep: 'Answer the acquirer with the receipt, in time.',
    runbook: 'payment-declined-after-the-outage',
    outcomes: ['corrected', 'written-off', 'paid-otherwise', 'explained'],
  },
  'settlement-missing-at-bank': {
    title: 'A card payment is not in the acquirer’s report',
    nextStep: 'Wait for the next report; then ask the acquirer.',
    runbook: 'settlement-differs',
    outcomes: ['corrected', 'explained', 'written-off'],
  },
  'settlement-missing-in-journal': {
    title: 'The acquirer reports a payment that no sale here knows',
    nextStep: 'Find the terminal that took it; if none did, ask the acquirer.',
    runbook: 'settlement-differs',
    outcomes: ['corrected', 'explained', 'refunded'],
  },
  'settlement-amount-differs': {
    title: 'The acquirer settled another amount than was sold',
    nextStep: 'Compare the receipt with the acquirer’s page.',
    runbook: 'settlement-differs',
    outcomes: ['corrected', 'explained', 'written-off', 'refunded'],
  },
  'order-missing': {
    title: 'A confirmed sale or return is not in Magento',
    nextStep: 'If Magento was restored from a backup, have it delivered again.',
    runbook: 'magento-restored-from-backup',
    outcomes: ['corrected', 'explained', 'written-off'],
  },
  'order-partial': {
    title: 'An order lacks its invoice or shipment',
    nextStep: 'Let delivery finish it, or finish it in Magento.',
    runbook: 'queue-does-not-drain',
    outcomes: ['corrected', 'explained'],
  },
  'order-doubled': {
    title: 'Magento has more than one order of a sale',
    nextStep: 'Cancel the younger one in Magento.',
    runbook: 'duplicate-suspected',
    outcomes: ['corrected', 'explained'],
  },
  'order-total-differs': {
    title: 'An order’s figures are not those of the receipt',
    nextStep: 'Compare order and receipt line by line.',
    runbook: 'order-differs',
    outcomes: ['corrected', 'explained', 'written-off'],
  },
  'order-changed': {
    title: 'An order was changed or cancelled in Magento after its sale',
    nextStep: 'Ask who changed it; the customer has the goods.',
    runbook: 'order-differs',
    outcomes: ['corrected', 'explained', 'refunded'],
  },
  'order-unknown': {
    title: 'Magento has an order of this till that its journal does not know',
    nextStep: 'The till was put back to an older state; look for the receipt on paper, then explain the order.',
    runbook: 'till-restored-from-backup',
    outcomes: ['explained', 'corrected', 'refunded'],
  },
  'terminal-gone': {
    title: 'A terminal is gone, with sales that are not in Magento',
    nextStep: 'Keep its medium: the sales are got off it and delivered by the next device.',
    runbook: 'terminal-dead',
    outcomes: ['corrected', 'explained', 'written-off'],
  },
  'stock-differs': {
    title: 'An order’s stock is not accounted for in Magento',
    nextStep: 'Run the shop’s reservation repair, then compare again.',
    runbook: 'stock-differs',
    outcomes: ['corrected', 'explained'],
  },
  'document-parked': {
    title: 'Magento refuses a sale',
    nextStep: 'Correct the cause, then send it on its way again.',
    runbook: 'order-parked',
    outcomes: ['corrected', 'explained', 'refunded', 'written-off'],
  },
} as const satisfies Record<string, KindOfCase>;

export type CaseKind = keyof typeof caseKinds;
