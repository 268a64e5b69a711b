import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Money, toNumber } from '../../../src/money/money.ts';
import { HoldfastError } from '../../../src/platform/errors.ts';
import { type NexoKeyName, type NexoKeys, openMessage, type SealedMessage, sealMessage } from './nexo-crypto.ts';

/**
 * The messages of Adyen's Terminal API that the till sends (nexo Sale to POI protocol 3.0 as JSON). Amounts are in main units
 * here, unlike everywhere else at Adyen.
 */

export type NexoCategory = 'Payment' | 'Abort' | 'TransactionStatus' | 'Reversal' | 'Diagnosis';

/** Who speaks with whom; the same in the clear and inside the protected part. */
export interface NexoHeader {
  readonly ProtocolVersion: '3.0';
  readonly MessageClass: 'Service';
  readonly MessageCategory: NexoCategory;
  readonly MessageType: 'Request' | 'Response';
  readonly SaleID: string;
  /** 1 to 10 letters and digits, not used twice within 48 hours on one terminal. */
  readonly ServiceID: string;
  /** e.g. `V400m-324688179`. */
  readonly POIID: string;
}

/** The two ends of the conversation, from the configuration. */
export interface NexoParties {
  readonly saleId: string;
  readonly poiId: string;
}

export interface NexoRequest {
  readonly header: NexoHeader;
  readonly body: Readonly<Record<string, unknown>>;
}

/** By what a payment is found again at the terminal. */
export interface PoiTransaction {
  /** `tenderReference.pspReference`, or the tender reference alone for what was taken offline. */
  readonly transactionId: string;
  /** As the terminal wrote it (ISO 8601). */
  readonly timeStamp: string;
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The ServiceID of one of our keys: the same after a crash, so that what became of a payment can be asked with nothing but its
 * key. 62¹⁰ of them: two payments of one terminal meet within 48 hours once in more than 10¹⁴ tries.
 */
export function serviceIdOf(key: string): string {
  let rest = BigInt(`0x${createHash('sha256').update(key).digest('hex')}`);
  let text = '';
  for (let place = 0; place < 10; place += 1) {
    text += digits[Number(rest % 62n)];
    rest /= 62n;
  }
  return text;
}

export interface NexoPayment {
  readonly serviceId: string;
  readonly amount: Money;
  readonly currency: string;
  /** Ours, as Adyen's reports show it (merchant reference). */
  readonly reference: string;
  /** When the sale asked for it. */
  readonly at: string;
  /** Ask the issuer or refuse; else the terminal decides by its own settings. */
  readonly onlineOnly: boolean;
}

export function paymentRequest(parties: NexoParties, payment: NexoPayment): NexoRequest {
  return request(parties, 'Payment', payment.serviceId, {
    PaymentRequest: {
      SaleData: { SaleTransactionID: { TransactionID: payment.reference, TimeStamp: payment.at } },
      PaymentTransaction: {
        AmountsReq: { Currency: payment.currency, RequestedAmount: toNumber(payment.amount) },
        ...(payment.onlineOnly ? { TransactionConditions: { ForceOnlineFlag: true } } : {}),
      },
    },
  });
}

/** Money back to any card that is presented (an unreferenced refund). */
export function refundRequest(parties: NexoParties, refund: Omit<NexoPayment, 'onlineOnly'>): NexoRequest {
  return request(parties, 'Payment', refund.serviceId, {
    PaymentRequest: {
      SaleData: { SaleTransactionID: { TransactionID: refund.reference, TimeStamp: refund.at } },
      PaymentTransaction: { AmountsReq: { Currency: refund.currency, RequestedAmount: toNumber(refund.amount) } },
      PaymentData: { PaymentType: 'Refund' },
    },
  });
}

/** Gives up a payment that is under way; answered with an empty body, its payment with the outcome. */
export function abortRequest(parties: NexoParties, serviceId: string, paymentServiceId: string): NexoRequest {
  return request(parties, 'Abort', serviceId, {
    AbortRequest: {
      AbortReason: 'MerchantAbort',
      MessageReference: {
        MessageCategory: 'Payment',
        SaleID: parties.saleId,
        ServiceID: paymentServiceId,
        POIID: parties.poiId,
      },
    },
  });
}

/** What became of a request whose answer did not come. */
export function statusRequest(
  parties: NexoParties,
  serviceId: string,
  of: { readonly category: 'Payment' | 'Reversal'; readonly serviceId: string },
): NexoRequest {
  return request(parties, 'TransactionStatus', serviceId, {
    TransactionStatusRequest: {
      ReceiptReprintFlag: false,
      MessageReference: { MessageCategory: of.category, SaleID: parties.saleId, ServiceID: of.serviceId },
    },
  });
}

/** Money back to the card of a payment (a referenced refund): all of it, or `amount` of it. */
export function reversalRequest(
  parties: NexoParties,
  reversal: {
    readonly serviceId: string;
    readonly of: PoiTransaction;
    readonly amount: Money | null;
    /** Of the reversal itself; Adyen's reports show it. */
    readonly reference: string;
    readonly at: string;
  },
): NexoRequest {
  return request(parties, 'Reversal', reversal.serviceId, {
    ReversalRequest: {
      OriginalPOITransaction: {
        POITransactionID: { TransactionID: reversal.of.transactionId, TimeStamp: reversal.of.timeStamp },
      },
      ReversalReason: 'MerchantCancel',
      ...(reversal.amount === null ? {} : { ReversedAmount: toNumber(reversal.amount) }),
      SaleData: { SaleTransactionID: { TransactionID: reversal.reference, TimeStamp: reversal.at } },
    },
  });
}

export function diagnosisRequest(parties: NexoParties, serviceId: string): NexoRequest {
  return request(parties, 'Diagnosis', serviceId, { DiagnosisRequest: { HostDiagnosisFlag: true } });
}

function request(
  { saleId, poiId }: NexoParties,
  category: NexoCategory,
  serviceId: string,
  body: NexoRequest['body'],
): NexoRequest {
  return {
    header: {
      ProtocolVersion: '3.0',
      MessageClass: 'Service',
      MessageCategory: category,
      MessageType: 'Request',
      SaleID: saleId,
      ServiceID: serviceId,
      POIID: poiId,
    },
    body,
  };
}

const headerSchema = z.object({
  ProtocolVersion: z.literal('3.0'),
  MessageClass: z.literal('Service'),
  MessageCategory: z.enum(['Payment', 'Abort', 'TransactionStatus', 'Reversal', 'Diagnosis']),
  MessageType: z.enum(['Request', 'Response']),
  SaleID: z.string().min(1).max(64),
  ServiceID: z.string().regex(/^[0-9A-Za-z]{1,10}$/),
  POIID: z.string().min(1).max(64),
});

const sealedSchema = z.object({
  MessageHeader: headerSchema,
  NexoBlob: z.string().min(1),
  SecurityTrailer: z.object({
    AdyenCryptoVersion: z.int(),
    KeyIdentifier: z.string(),
    KeyVersion: z.int(),
    Nonce: z.string(),
    Hmac: z.string(),
  }),
});

/** What travels: the header in the clear, everything protected. */
export function encodeMessage(
  direction: 'SaleToPOIRequest' | 'SaleToPOIResponse',
  { header, body }: NexoRequest,
  keys: NexoKeys,
  name: NexoKeyName,
  nonce: Uint8Array,
): string {
  const sealed = sealMessage(JSON.stringify({ [direction]: { MessageHeader: header, ...body } }), keys, name, nonce);
  return JSON.stringify({
    [direction]: { MessageHeader: header, NexoBlob: sealed.blob, SecurityTrailer: sealed.trailer },
  });
}

/**
 * The protected part of a message, once it is proven to be from the other end of the key and to belong to the header it came
 * under. Throws `adyen.not-understood`, `adyen.not-authentic`, `adyen.other-key`. The body may hold card data: it is read by a
 * schema that keeps only what may leave a driver, and never logged.
 */
export function decodeMessage(
  direction: 'SaleToPOIRequest' | 'SaleToPOIResponse',
  text: string,
  keys: NexoKeys,
  name: NexoKeyName,
): NexoRequest {
  const outer = z.object({ [direction]: sealedSchema }).safeParse(parsed(text));
  const envelope = outer.success ? outer.data[direction] : undefined;
  if (envelope === undefined) throw notUnderstood('it is not a protected message');
  const sealed: SealedMessage = { blob: envelope.NexoBlob, trailer: envelope.SecurityTrailer };
  const inner = z
    .object({ [direction]: z.looseObject({ MessageHeader: headerSchema }) })
    .safeParse(parsed(openMessage(sealed, keys, name)));
  const message = inner.success ? inner.data[direction] : undefined;
  if (message === undefined) throw notUnderstood('its content is not a message');
  const { MessageHeader: header, ...body } = message;
  if (!sameHeader(header, envelope.MessageHeader)) throw notUnderstood('it came under the header of another message');
  return { header, body };
}

function sameHeader(one: NexoHeader, other: NexoHeader): boolean {
  return headerFields.every((field) => one[field] === other[field]);
}

const headerFields = [
  'ProtocolVersion',
  'MessageClass',
  'MessageCategory',
  'MessageType',
  'SaleID',
  'ServiceID',
  'POIID',
] as const satisfies readonly (keyof NexoHeader)[];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const notUnderstood = (why: string): HoldfastError =>
  new HoldfastError('adyen.not-understood', `A message of the card terminal was not understood: ${why}.`, {
    remedy: 'retry',
  });
