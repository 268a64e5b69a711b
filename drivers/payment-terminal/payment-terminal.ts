import type { Money } from '../../src/money/money.ts';
import type { Device } from '../device.ts';

export interface PaymentRequest {
  /** Our key (UUIDv7), durable before the terminal is asked. */
  readonly paymentId: string;
  readonly amount: Money;
  readonly currency: string;
  /** Printed on the card slip where the terminal can. */
  readonly reference: string;
}

/** Carries nothing that identifies the card holder beyond first six / last four. */
export interface CardDetails {
  readonly brand: string;
  readonly maskedPan: string;
  readonly authorizationCode: string | null;
  readonly terminalReference: string | null;
  readonly entryMode: 'contactless' | 'chip' | 'unknown';
}

export type PaymentOutcome =
  | { readonly kind: 'approved'; readonly card: CardDetails }
  | { readonly kind: 'approved-offline'; readonly card: CardDetails }
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** No answer: money may have moved. Never repeated; resolved with {@link PaymentTerminal.status}. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface PaymentTerminal extends Device {
  /** Asks for a card. `onProgress` carries what the customer should read ("Tap card"). Never throws. */
  pay(request: PaymentRequest, onProgress: (words: string) => void): Promise<PaymentOutcome>;
  cancel(paymentId: string): Promise<void>;
  /** What became of an earlier payment; `unknown` while the terminal can't be asked. `not-found`: it never began. */
  status(paymentId: string): Promise<PaymentOutcome | { readonly kind: 'not-found' }>;
}
