import type { Money } from '../../src/money/money.ts';
import type { Device } from '../device.ts';

export interface PaymentRequest {
  /** Our key (UUIDv7), durable before the terminal is asked. */
  readonly paymentId: string;
  readonly amount: Money;
  readonly currency: string;
  /** Our name for it towards the acquirer, and printed on the card slip where the terminal can. */
  readonly reference: string;
  /**
   * Whether the terminal may take the card without its host. `forbidden` binds a terminal that {@link PaymentTerminal.offline}
   * says can be told so, whatever its own settings; any other is not asked at all while its host is out of reach.
   */
  readonly offline: 'allowed' | 'forbidden';
}

/** Carries nothing that identifies the card holder beyond first six / last four. */
export interface CardDetails {
  readonly brand: string;
  readonly maskedPan: string;
  readonly authorizationCode: string | null;
  readonly terminalReference: string | null;
  readonly entryMode: EntryMode;
}

export type EntryMode = 'contactless' | 'chip' | 'magnetic-stripe' | 'keyed' | 'unknown';

/** By what others call a payment, kept so that later outcomes find it; null: not known (yet). */
export interface TerminalReferences {
  /** The terminal's own, e.g. Adyen's tender reference. */
  readonly tender: string | null;
  /** {@link PaymentRequest.reference} as the terminal passed it on. */
  readonly merchant: string | null;
  /** ZVT trace number. */
  readonly trace: string | null;
  /** Number of the terminal's own receipt (ZVT BMP 87). */
  readonly terminalReceipt: string | null;
  /** The acquirer's own, e.g. Adyen's PSP reference. */
  readonly psp: string | null;
  /** When the terminal took it, as it wrote it itself: Adyen wants it back with the tender reference to refund it. */
  readonly terminalTime: string | null;
}

/** The issuer wants to be called before it decides, e.g. because its host can't be reached; it gives a code by telephone. */
export interface VoiceReferral {
  /** The terminal's own words. */
  readonly words: string;
  readonly phones: readonly string[];
  /** What the issuer knows the shop by. */
  readonly merchantId: string | null;
}

/** The code that the issuer gave, 1 to 6 letters or digits; null: none. Absent: there is nobody to call. */
export type AnswerReferral = (referral: VoiceReferral) => Promise<string | null>;

/** What a terminal without a printer gives the till to print: one text a line, without card data. */
export interface CardSlip {
  readonly customer: readonly string[];
  readonly merchant: readonly string[];
}

/** A card was taken. */
export interface CardTaken {
  readonly card: CardDetails;
  /** Left out: the terminal prints its slips itself, or none. */
  readonly slip?: CardSlip;
  /** Left out: nothing but {@link CardDetails.terminalReference}. */
  readonly references?: TerminalReferences;
}

export type PaymentOutcome =
  /** The issuer said yes. */
  | ({ readonly kind: 'approved' } & CardTaken)
  /** The chip said yes in the issuer's name (offline EMV, TC): as good as final. */
  | ({ readonly kind: 'approved-offline' } & CardTaken)
  /** Store and forward: kept, and the issuer decides when it is forwarded. */
  | ({ readonly kind: 'stored'; readonly blob?: EncryptedCard } & CardTaken)
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** No answer: money may have moved. Never repeated; resolved with {@link PaymentTerminal.status}. */
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * What a reader without a store of its own hands out for the till to forward: encrypted inside the reader (SRED, DUKPT), opaque
 * here. Never logged, shown or written as it is: `src/payments/blobs` seals it at once.
 */
export interface EncryptedCard {
  readonly bytes: Uint8Array;
}

/** The acquirer's host as the terminal last saw it; `unknown` for a terminal that does not tell. */
export type HostState = 'reachable' | 'unreachable' | 'unknown';

/** What becomes of payments while the host is out of reach. */
export interface OfflineAbility {
  /** Whether {@link PaymentRequest.offline} is obeyed. False: what the terminal does is set in the terminal only. */
  readonly obeysRequest: boolean;
  host(): HostState;
  /** Calls `listener` when {@link host} changes; returns what ends that. */
  onHostChange(listener: () => void): () => void;
}

export interface RefundRequest {
  /** Our key (UUIDv7) of the refund, durable before the terminal is asked. */
  readonly paymentId: string;
  readonly amount: Money;
  readonly currency: string;
  readonly reference: string;
  /** The payment that is refunded, when it is known; null: without reference, to whatever card is presented. */
  readonly original: OriginalPayment | null;
}

export interface OriginalPayment {
  readonly paymentId: string;
  readonly amount: Money;
  readonly references: TerminalReferences;
}

export type ReversalOutcome =
  | { readonly kind: 'reversed' }
  /** Not (any more): it must be refunded instead. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No answer; asked again with the same payment, it is reversed once. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** What became of one payment that was taken without the host: the acquirer's answer, or the terminal's about its own store. */
export type ForwardStatus =
  /** Still only where it was taken. */
  | { readonly kind: 'stored' }
  /** The acquirer has it and has not decided. */
  | { readonly kind: 'forwarded'; readonly psp: string | null }
  | { readonly kind: 'approved'; readonly psp: string | null; readonly authorizationCode: string | null }
  | { readonly kind: 'declined'; readonly reason: string }
  /** Can't be forwarded any more: too late, or the store was lost. */
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'not-found' }
  /** It is uploaded by itself, and nobody here can say when; a webhook or a settlement report will tell. */
  | { readonly kind: 'not-told' }
  /** Nobody could be asked; again later. */
  | { readonly kind: 'unreachable'; readonly reason: string };

/** A terminal that keeps payments and uploads them. */
export interface ForwardingAbility {
  /**
   * Has one stored payment uploaded now, if that can be asked for, and tells how it stands; where the terminal uploads by
   * itself (Adyen, ZVT at end of day), only tells. Asked twice, it is uploaded once. Never throws.
   */
  forward(payment: OriginalPayment): Promise<ForwardStatus>;
}

export type Diagnosis =
  | { readonly kind: 'well'; readonly host: HostState; readonly words: string }
  | { readonly kind: 'trouble'; readonly host: HostState; readonly words: string };

export interface PaymentTerminal extends Device {
  /** Asks for a card. `onProgress` carries what the customer should read ("Tap card"). Never throws. */
  pay(
    request: PaymentRequest,
    onProgress: (words: string) => void,
    onReferral?: AnswerReferral,
  ): Promise<PaymentOutcome>;
  cancel(paymentId: string): Promise<void>;
  /** What became of an earlier payment or refund; `unknown` while the terminal can't be asked. `not-found`: it never began. */
  status(paymentId: string): Promise<PaymentOutcome | { readonly kind: 'not-found' }>;

  // What not every terminal can. Absent: it can't. None of these throws.
  /** Absent: it takes no card without its host. */
  readonly offline?: OfflineAbility;
  readonly forwarding?: ForwardingAbility;
  /** Gives money back to a card; approved as a payment is. */
  refund?(request: RefundRequest, onProgress: (words: string) => void): Promise<PaymentOutcome>;
  /** Takes a payment of this day back whole, as if it had not been. */
  reverse?(payment: OriginalPayment): Promise<ReversalOutcome>;
  diagnose?(): Promise<Diagnosis>;
  /** Closes the terminal's day and sends what it kept; the words are for a person. */
  endOfDay?(): Promise<Diagnosis>;
}
