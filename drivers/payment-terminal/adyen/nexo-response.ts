import { z } from 'zod';
import { type Money, money } from '../../../src/money/money.ts';
import { maskedNumber, withoutCardData } from '../card-data.ts';
import type { CardDetails } from '../payment-terminal.ts';
import { readAdditionalResponse } from './additional-response.ts';
import type { NexoRequest, PoiTransaction } from './nexo-message.ts';

/**
 * What a terminal's answer means. The schemas keep only what may leave the driver: everything else, `SensitiveCardData` and the
 * receipts first of all, is dropped where it is read.
 */

const errorConditions = [
  'Aborted',
  'Busy',
  'Cancel',
  'DeviceOut',
  'InProgress',
  'InsertedCard',
  'InvalidCard',
  'LoggedOut',
  'MessageFormat',
  'NotAllowed',
  'NotFound',
  'PaymentRestriction',
  'Refusal',
  'UnavailableDevice',
  'UnavailableService',
  'UnreachableHost',
  'WrongPIN',
] as const;

const responseSchema = z.object({
  Result: z.enum(['Success', 'Partial', 'Failure']),
  ErrorCondition: z.enum(errorConditions).nullish().catch(null),
  AdditionalResponse: z.string().nullish().catch(null),
});

/** Adyen's names for a payment: letters, digits and a dot, as in `4r7i001557325515012.8815573255107661`. */
const poiTransactionSchema = z.object({
  TransactionID: z.string().regex(/^[A-Za-z0-9.]{1,64}$/),
  TimeStamp: z.string().regex(/^[0-9TZ:.+-]{1,40}$/),
});
const saleTransactionSchema = z.object({ TransactionID: z.string().regex(/^[\w./-]{1,80}$/) });

const paymentSchema = z.object({
  PaymentResponse: z.object({
    Response: responseSchema,
    POIData: z.object({ POITransactionID: poiTransactionSchema.nullish() }).nullish(),
    SaleData: z.object({ SaleTransactionID: saleTransactionSchema.nullish().catch(null) }).nullish(),
    PaymentResult: z
      .object({
        OnlineFlag: z.boolean().nullish(),
        PaymentAcquirerData: z.object({ ApprovalCode: z.string().nullish() }).nullish(),
        PaymentInstrumentData: z
          .object({
            CardData: z
              .object({
                EntryMode: z.array(z.string()).nullish(),
                PaymentBrand: z.string().nullish(),
                MaskedPan: z.string().nullish(),
              })
              .nullish(),
          })
          .nullish(),
        AmountsResp: z.object({ AuthorizedAmount: z.number(), Currency: z.string().nullish() }).nullish(),
      })
      .nullish(),
  }),
});

/** How the terminal came to its yes: asked the issuer, let the chip decide, or kept it for the issuer to decide later. */
export type AdyenApproval = 'online' | 'offline-emv' | 'stored';

export type AdyenOutcome =
  | {
      readonly kind: 'approved';
      readonly how: AdyenApproval;
      readonly card: CardDetails;
      readonly transaction: PoiTransaction;
      /** The terminal's own name for it; the join key until Adyen's PSP reference is known. */
      readonly tenderReference: string;
      readonly pspReference: string | null;
      /** Ours, as the terminal passed it on; null: it does not repeat it. */
      readonly merchantReference: string | null;
      /** Less than was asked for, by the terminal's own account. */
      readonly partial: boolean;
      /** What was really charged; null when the terminal does not say. */
      readonly amount: Money | null;
      /** How many payments the terminal keeps now, this one included; null: it does not say. */
      readonly storedOnTerminal: number | null;
    }
  | { readonly kind: 'declined' | 'cancelled'; readonly reason: string }
  /** Not the end of it: ask with a status request. */
  | { readonly kind: 'unclear'; readonly reason: string };

/** The outcome in a payment's (or an unreferenced refund's) answer. */
export function readPayment(body: NexoRequest['body']): AdyenOutcome {
  const read = paymentSchema.safeParse(body);
  if (!read.success) return { kind: 'unclear', reason: 'the card terminal’s answer was not understood' };
  const { Response: response, POIData, SaleData, PaymentResult } = read.data.PaymentResponse;
  const additional = readAdditionalResponse(response.AdditionalResponse ?? '');
  if (response.Result === 'Failure') return readFailure(response.ErrorCondition ?? null, additional);
  const transaction = POIData?.POITransactionID;
  if (!transaction) return { kind: 'unclear', reason: 'the card terminal approved without naming the payment' };
  const [tenderReference = '', pspReference = null] = splitOnce(transaction.TransactionID, '.');
  const instrument = PaymentResult?.PaymentInstrumentData?.CardData;
  const code = PaymentResult?.PaymentAcquirerData?.ApprovalCode ?? additional.get('authCode') ?? '';
  const amounts = PaymentResult?.AmountsResp;
  return {
    kind: 'approved',
    how: approvalOf(PaymentResult?.OnlineFlag ?? null, pspReference, additional),
    card: {
      brand: withoutCardData(instrument?.PaymentBrand ?? '', 24) || 'Card',
      maskedPan: maskedNumber(instrument?.MaskedPan ?? ''),
      authorizationCode: code.trim() === '' ? null : withoutCardData(code, 12),
      terminalReference: transaction.TransactionID,
      entryMode: entryModeOf(instrument?.EntryMode ?? []),
    },
    transaction: { transactionId: transaction.TransactionID, timeStamp: transaction.TimeStamp },
    tenderReference,
    pspReference,
    merchantReference: SaleData?.SaleTransactionID?.TransactionID ?? null,
    partial: response.Result === 'Partial',
    amount: amounts ? exactAmount(amounts.AuthorizedAmount) : null,
    storedOnTerminal: countOf(additional.get('unconfirmedBatchCount')),
  };
}

/**
 * Adyen marks what the issuer has not seen by `OnlineFlag: false`, `offline=true` and a transaction without a PSP reference.
 * `offlineAuthCode` then tells the chip's own approval from what was kept for later; anything that is not plainly the chip's
 * approval counts as kept, because that promises less.
 */
function approvalOf(
  onlineFlag: boolean | null,
  pspReference: string | null,
  additional: ReadonlyMap<string, string>,
): AdyenApproval {
  const offline = onlineFlag === false || additional.get('offline') === 'true' || pspReference === null;
  if (!offline) return 'online';
  return additional.get('offlineAuthCode')?.trim().toLowerCase() === 'offline approved' ? 'offline-emv' : 'stored';
}

function readFailure(
  condition: (typeof errorConditions)[number] | null,
  additional: ReadonlyMap<string, string>,
): AdyenOutcome {
  const said = additional.get('refusalReason') ?? additional.get('message') ?? '';
  const words = withoutCardData(said, 80);
  // A time-out inside the terminal does not say whether the issuer was reached.
  if (/time.?d?.?out/i.test(said)) return { kind: 'unclear', reason: words };
  switch (condition) {
    case 'Refusal':
    case 'InvalidCard':
    case 'WrongPIN':
    case 'PaymentRestriction':
      return { kind: 'declined', reason: words || declineWords[condition] };
    case 'Aborted':
    case 'Cancel':
      return { kind: 'cancelled', reason: words || 'cancelled at the card terminal' };
    case 'Busy':
      return { kind: 'cancelled', reason: 'the card terminal is busy' };
    case 'UnreachableHost':
      return { kind: 'cancelled', reason: words || 'the card terminal can’t reach the bank' };
    case 'DeviceOut':
    case 'InsertedCard':
    case 'LoggedOut':
    case 'MessageFormat':
    case 'NotAllowed':
    case 'UnavailableDevice':
    case 'UnavailableService':
      return { kind: 'cancelled', reason: words || `the card terminal can’t take it (${condition})` };
    case 'NotFound':
    case 'InProgress':
    case null:
      return { kind: 'unclear', reason: words || 'the card terminal did not say how it ended' };
  }
}

const declineWords = {
  Refusal: 'declined',
  InvalidCard: 'this card is not valid',
  WrongPIN: 'wrong PIN',
  PaymentRestriction: 'this card is not accepted here',
} as const;

/** What a terminal answers to the question what became of a request. */
export type AdyenStatus =
  | { readonly kind: 'known'; readonly body: NexoRequest['body'] }
  | { readonly kind: 'in-progress' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'unclear'; readonly reason: string };

const statusSchema = z.object({
  TransactionStatusResponse: z.object({
    Response: responseSchema,
    RepeatedMessageResponse: z
      .object({
        MessageHeader: z.object({ ServiceID: z.string() }),
        RepeatedResponseMessageBody: z.record(z.string(), z.unknown()),
      })
      .nullish(),
  }),
});

/** `serviceId`: of the request that was asked about; an answer about another one counts as none. */
export function readStatus(body: NexoRequest['body'], serviceId: string): AdyenStatus {
  const read = statusSchema.safeParse(body);
  if (!read.success) return { kind: 'unclear', reason: 'the card terminal’s answer was not understood' };
  const { Response: response, RepeatedMessageResponse: repeated } = read.data.TransactionStatusResponse;
  if (response.Result === 'Success' && repeated?.MessageHeader.ServiceID === serviceId) {
    return { kind: 'known', body: repeated.RepeatedResponseMessageBody };
  }
  if (response.ErrorCondition === 'InProgress') return { kind: 'in-progress' };
  if (response.ErrorCondition === 'NotFound') return { kind: 'not-found' };
  return {
    kind: 'unclear',
    reason: `the card terminal can’t say what became of it (${response.ErrorCondition ?? '?'})`,
  };
}

export type AdyenReversal =
  /** Adyen has the request; the money is back when its webhook says so. */
  | { readonly kind: 'accepted'; readonly pspReference: string | null }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unclear'; readonly reason: string };

const reversalSchema = z.object({
  ReversalResponse: z.object({
    Response: responseSchema,
    POIData: z.object({ POITransactionID: poiTransactionSchema.nullish() }).nullish(),
  }),
});

export function readReversal(body: NexoRequest['body']): AdyenReversal {
  const read = reversalSchema.safeParse(body);
  if (!read.success) return { kind: 'unclear', reason: 'the card terminal’s answer was not understood' };
  const { Response: response, POIData } = read.data.ReversalResponse;
  const additional = readAdditionalResponse(response.AdditionalResponse ?? '');
  if (response.Result === 'Success') {
    const id = POIData?.POITransactionID?.TransactionID ?? null;
    return { kind: 'accepted', pspReference: id === null ? null : (splitOnce(id, '.')[1] ?? id) };
  }
  const failure = readFailure(response.ErrorCondition ?? null, additional);
  return failure.kind === 'unclear' || failure.kind === 'approved'
    ? { kind: 'unclear', reason: failure.kind === 'unclear' ? failure.reason : '' }
    : { kind: 'refused', reason: failure.reason };
}

export interface AdyenDiagnosis {
  /** The terminal reaches Adyen; null: it does not say. */
  readonly online: boolean | null;
  readonly ok: boolean;
}

const diagnosisSchema = z.object({
  DiagnosisResponse: z.object({
    Response: responseSchema,
    POIStatus: z.object({ GlobalStatus: z.string().nullish(), CommunicationOKFlag: z.boolean().nullish() }).nullish(),
    HostStatus: z.array(z.object({ IsReachableFlag: z.boolean().nullish() })).nullish(),
  }),
});

/** null: it was no answer to a diagnosis. */
export function readDiagnosis(body: NexoRequest['body']): AdyenDiagnosis | null {
  const read = diagnosisSchema.safeParse(body);
  if (!read.success) return null;
  const { Response: response, POIStatus, HostStatus } = read.data.DiagnosisResponse;
  const host = HostStatus?.map(({ IsReachableFlag }) => IsReachableFlag).find((flag) => typeof flag === 'boolean');
  return { online: host ?? POIStatus?.CommunicationOKFlag ?? null, ok: response.Result === 'Success' };
}

const entryModes = [
  ['Contactless', 'contactless'],
  ['Tapped', 'contactless'],
  ['ICC', 'chip'],
  ['MagStripe', 'magnetic-stripe'],
  ['Keyed', 'keyed'],
  ['Manual', 'keyed'],
] as const;

function entryModeOf(modes: readonly string[]): CardDetails['entryMode'] {
  const known = entryModes.find(([mode]) => modes.includes(mode));
  return known?.[1] ?? 'unknown';
}

/** A JSON number in main units; null when it has more than two places, which no amount of ours has. */
function exactAmount(value: number): Money | null {
  const rounded = Math.round(value * 100) / 100;
  return Number.isFinite(value) && Math.abs(rounded - value) < 1e-9 ? money(rounded.toFixed(2)) : null;
}

function countOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
