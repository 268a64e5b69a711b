import { type Clock, type Duration, seconds, type Timer } from '../../../src/platform/clock.ts';
import { HoldfastError, messageOf } from '../../../src/platform/errors.ts';
import { EventBus } from '../../../src/platform/events.ts';
import type { HttpTransport } from '../../../src/platform/http-transport.ts';
import type { Logger } from '../../../src/platform/log.ts';
import type { Random } from '../../../src/platform/random.ts';
import { type Connection, createLinkDevice, type RetryPolicy } from '../../device-lifecycle.ts';
import type {
  Diagnosis,
  HostState,
  OriginalPayment,
  PaymentOutcome,
  PaymentRequest,
  PaymentTerminal,
  RefundRequest,
  ReversalOutcome,
} from '../payment-terminal.ts';
import { type AdyenLine, exchange } from './adyen-exchange.ts';
import { type GivenBack, paymentOutcome, poiTransactionOf, refundOutcome } from './adyen-outcome.ts';
import { deriveNexoKeys, type NexoKeyName } from './nexo-crypto.ts';
import {
  abortRequest,
  diagnosisRequest,
  type NexoParties,
  type NexoRequest,
  paymentRequest,
  refundRequest,
  reversalRequest,
  serviceIdOf,
  statusRequest,
} from './nexo-message.ts';
import { type AdyenOutcome, readDiagnosis, readPayment, readReversal, readStatus } from './nexo-response.ts';

export interface AdyenTerminalOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly parties: NexoParties;
  readonly key: NexoKeyName & { readonly passphrase: string };
  /** Trusts Adyen's root only, and only a certificate made out to this terminal. */
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
}

/** Adyen: without an answer for this long, ask for the status; never repeat the payment. */
const answerWithin = seconds(120);
const shortAnswerWithin = seconds(10);
const betweenLooks = seconds(5);
/** How often the terminal is looked at while nobody pays. */
const watchEvery = seconds(30);
/** Looks at a payment whose answer was lost, before a person must ask again: half a minute of silence, two minutes of work. */
const silentLooks = 6;
const busyLooks = 24;

type Category = 'Payment' | 'Reversal';
type Resolved = { readonly kind: 'known'; readonly body: NexoRequest['body'] } | NotKnown;
type NotKnown = { readonly kind: 'not-found' } | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Drives an Adyen terminal over its local Terminal API. One payment at a time. A payment is asked for once; whatever prevents
 * its answer (120 s of silence, a cut connection, an answer that can't be authenticated, a crash of the till) is cleared up with
 * status requests, for which nothing but the payment's key is needed.
 */
export function createAdyenTerminal(options: AdyenTerminalOptions): PaymentTerminal {
  const { parties, clock, random, log } = options;
  const line: AdyenLine = { ...options, keys: deriveNexoKeys(options.key.passphrase), keyName: options.key };
  const events = new EventBus<{ host: HostState }>(log);
  let host: HostState = 'unknown';
  let current: { readonly paymentId: string } | null = null;
  let watch: Timer | null = null;

  const device = createLinkDevice<Connection>({
    ...options,
    kind: 'payment-terminal',
    driver: 'adyen',
    opener: {
      description: `adyen ${parties.poiId} at ${options.host}:${options.port}`,
      async open(signal) {
        await greet(signal);
        return { onClose: () => undefined, close: async () => undefined };
      },
    },
    onConnected: () => watchAgain(),
    onDisconnected: () => {
      watch?.cancel();
      setHost('unknown');
    },
  });

  /** Proves that the terminal is there, is the right one and has the same key. */
  async function greet(signal?: AbortSignal): Promise<void> {
    const answer = await ask(diagnosisRequest(parties, freshServiceId()), shortAnswerWithin, signal);
    if (answer.kind !== 'answer') {
      const reason = answer.kind === 'empty' ? 'the card terminal answered nothing' : answer.reason;
      throw new HoldfastError('link.absent', reason, { remedy: 'retry' });
    }
    const diagnosis = readDiagnosis(answer.body);
    if (diagnosis === null)
      throw new HoldfastError('link.absent', 'the card terminal was not understood', { remedy: 'retry' });
    setHost(diagnosis.online === null ? 'unknown' : diagnosis.online ? 'reachable' : 'unreachable');
  }

  function watchAgain(): void {
    watch?.cancel();
    watch = clock.schedule(watchEvery, () => {
      if (device.link === null) return;
      if (current !== null) return watchAgain();
      greet().then(
        () => {
          if (device.link !== null) watchAgain();
        },
        (error: unknown) => device.drop(messageOf(error)),
      );
    });
  }

  function setHost(state: HostState): void {
    device.setTrouble(state === 'unreachable' ? 'the card terminal can’t reach the bank; it decides by itself' : null);
    if (state === host) return;
    host = state;
    events.emit('host', state);
  }

  const ask = (request: NexoRequest, timeout: Duration, signal?: AbortSignal) =>
    exchange(line, request, timeout, signal);
  const freshServiceId = (): string => serviceIdOf(Buffer.from(random.bytes(16)).toString('hex'));
  const now = (): string => new Date(clock.now()).toISOString();

  /** Runs one request that may move money, to its end. `not-found`: the terminal never had it. */
  async function carryOut(
    request: NexoRequest,
    category: Category,
    unclear: (body: NexoRequest['body']) => boolean,
  ): Promise<Resolved> {
    const answer = await ask(request, answerWithin);
    if (answer.kind === 'not-sent') {
      device.drop(answer.reason);
      return { kind: 'not-found' };
    }
    if (answer.kind === 'answer' && !unclear(answer.body)) return { kind: 'known', body: answer.body };
    log.warn(
      { category, serviceId: request.header.ServiceID, reason: answer.kind === 'silent' ? answer.reason : answer.kind },
      'the card terminal’s answer is missing; asking what became of it',
    );
    return resolve(category, request.header.ServiceID, true);
  }

  /** What became of a request. `giveUp`: nobody waits for its card any more, so it is ended where it still waits for one. */
  async function resolve(category: Category, serviceId: string, giveUp: boolean): Promise<Resolved> {
    let reason = silentWords;
    let silent = 0;
    let busy = 0;
    let missing = 0;
    while (silent < silentLooks && busy < busyLooks) {
      const answer = await ask(statusRequest(parties, freshServiceId(), { category, serviceId }), shortAnswerWithin);
      const status =
        answer.kind === 'answer'
          ? readStatus(answer.body, serviceId)
          : { kind: 'unclear' as const, reason: answer.kind === 'empty' ? silentWords : answer.reason };
      if (status.kind === 'known') return status;
      if (status.kind === 'not-found') {
        // Once more: a request that was still on its way must not be taken for one that never left.
        missing += 1;
        if (missing === 2) return status;
      } else if (status.kind === 'in-progress') {
        // Again now and then: an abort may get lost like anything else.
        if (busy % 6 === 0 && giveUp && category === 'Payment') await abort(serviceId);
        busy += 1;
        reason = 'the card terminal is still busy with it';
      } else {
        silent += 1;
        reason = status.reason;
      }
      await clock.sleep(betweenLooks);
      if (device.health().state === 'closed') break;
    }
    return { kind: 'unknown', reason };
  }

  async function abort(paymentServiceId: string): Promise<void> {
    await ask(abortRequest(parties, freshServiceId(), paymentServiceId), shortAnswerWithin);
  }

  async function occupied<Result>(
    paymentId: string,
    refused: (reason: string) => Result,
    task: () => Promise<Result>,
  ): Promise<Result> {
    if (current !== null) return refused('the card terminal is busy with another payment');
    if (device.link === null) return refused(notConnected);
    current = { paymentId };
    try {
      return await task();
    } finally {
      current = null;
    }
  }

  const cancelled = (reason: string): PaymentOutcome => ({ kind: 'cancelled', reason });

  async function pay(request: PaymentRequest): Promise<PaymentOutcome> {
    return occupied(request.paymentId, cancelled, async () => {
      const { paymentId, amount, currency } = request;
      const reference = merchantReference(request);
      const message = paymentRequest(parties, {
        serviceId: serviceIdOf(paymentId),
        amount,
        currency,
        reference,
        at: now(),
        onlineOnly: request.offline === 'forbidden',
      });
      const ended = await carryOut(message, 'Payment', isUnclear);
      if (ended.kind !== 'known') return ended.kind === 'not-found' ? cancelled(neverArrived) : ended;
      const outcome = readPayment(ended.body);
      if (outcome.kind !== 'approved') return paymentOutcome(outcome, reference);
      setHost(outcome.how === 'online' ? 'reachable' : 'unreachable');
      return outcome.amount === null || outcome.amount === amount
        ? paymentOutcome(outcome, reference)
        : giveBack(outcome, request);
    });
  }

  /** Another amount than asked for was charged (a partial approval, a tip): nobody agreed to that, so it goes back at once. */
  async function giveBack(
    outcome: Extract<AdyenOutcome, { kind: 'approved' }>,
    { paymentId }: PaymentRequest,
  ): Promise<PaymentOutcome> {
    const words = 'the card terminal charged another amount than was asked for';
    const reversal = await reverseOnce(`reverse ${paymentId}`, outcome.transaction, null, paymentId);
    return reversal.kind === 'reversed'
      ? { kind: 'cancelled', reason: `${words}; it was given back` }
      : { kind: 'unknown', reason: `${words} and could not give it back` };
  }

  async function reverseOnce(
    key: string,
    of: { readonly transactionId: string; readonly timeStamp: string },
    amount: RefundRequest['amount'] | null,
    reference: string,
  ): Promise<GivenBack> {
    const serviceId = serviceIdOf(key);
    const message = reversalRequest(parties, { serviceId, of, amount, reference, at: now() });
    const ended = await carryOut(message, 'Reversal', (body) => readReversal(body).kind === 'unclear');
    if (ended.kind === 'not-found') return { kind: 'refused', reason: neverArrived };
    if (ended.kind === 'unknown') return ended;
    const reversal = readReversal(ended.body);
    switch (reversal.kind) {
      case 'accepted':
        return { kind: 'reversed', pspReference: reversal.pspReference };
      case 'refused':
        return reversal;
      case 'unclear':
        return { kind: 'unknown', reason: reversal.reason };
    }
  }

  async function reverse(payment: OriginalPayment): Promise<ReversalOutcome> {
    const refused = (reason: string): ReversalOutcome => ({ kind: 'refused', reason });
    const of = poiTransactionOf(payment.references);
    if (of === null) return refused('the card terminal’s reference of this payment is not known');
    return occupied(payment.paymentId, refused, async () => {
      const key = `reverse ${payment.paymentId}`;
      const before = await resolve('Reversal', serviceIdOf(key), false);
      if (before.kind === 'unknown') return before;
      if (before.kind === 'known' && readReversal(before.body).kind === 'accepted') return { kind: 'reversed' };
      const outcome = await reverseOnce(before.kind === 'known' ? `${key} ${now()}` : key, of, null, payment.paymentId);
      return outcome.kind === 'reversed' ? { kind: 'reversed' } : outcome;
    });
  }

  async function refund(request: RefundRequest): Promise<PaymentOutcome> {
    return occupied(request.paymentId, cancelled, async () => {
      const { paymentId, amount, currency, original } = request;
      const reference = merchantReference(request);
      if (original === null) {
        const message = refundRequest(parties, {
          serviceId: serviceIdOf(paymentId),
          amount,
          currency,
          reference,
          at: now(),
        });
        const ended = await carryOut(message, 'Payment', isUnclear);
        if (ended.kind !== 'known') return ended.kind === 'not-found' ? cancelled(neverArrived) : ended;
        return paymentOutcome(readPayment(ended.body), reference);
      }
      const of = poiTransactionOf(original.references);
      if (of === null) return cancelled('the card terminal’s reference of the payment is not known');
      const whole = amount === original.amount;
      const reversal = await reverseOnce(paymentId, of, whole ? null : amount, reference);
      return refundOutcome(reversal, original.references, reference);
    });
  }

  async function status(paymentId: string): Promise<PaymentOutcome | { readonly kind: 'not-found' }> {
    if (current?.paymentId === paymentId) return { kind: 'unknown', reason: 'the card terminal is still busy with it' };
    if (device.link === null) return { kind: 'unknown', reason: notConnected };
    const payment = await resolve('Payment', serviceIdOf(paymentId), true);
    if (payment.kind === 'known') {
      const outcome = readPayment(payment.body);
      // How much was asked for is not known here any more.
      return outcome.kind === 'approved' && outcome.partial
        ? { kind: 'unknown', reason: 'the card terminal charged only a part of it: give that back at Adyen' }
        : paymentOutcome(outcome, null);
    }
    if (payment.kind === 'unknown') return payment;
    const reversal = await resolve('Reversal', serviceIdOf(paymentId), false);
    if (reversal.kind !== 'known') return reversal;
    const read = readReversal(reversal.body);
    switch (read.kind) {
      case 'accepted':
        return refundOutcome({ kind: 'reversed', pspReference: read.pspReference }, null, null);
      case 'refused':
        return cancelled(read.reason);
      case 'unclear':
        return { kind: 'unknown', reason: read.reason };
    }
  }

  async function diagnose(): Promise<Diagnosis> {
    try {
      await greet();
    } catch (error) {
      return { kind: 'trouble', host, words: messageOf(error) };
    }
    return host === 'unreachable'
      ? { kind: 'trouble', host, words: 'the terminal answers, but can’t reach Adyen' }
      : { kind: 'well', host, words: 'the terminal answers' };
  }

  return Object.assign(device, {
    pay: (request: PaymentRequest) => pay(request),
    status,
    refund: (request: RefundRequest) => refund(request),
    reverse,
    diagnose,
    async cancel(paymentId: string): Promise<void> {
      if (current?.paymentId === paymentId) await abort(serviceIdOf(paymentId));
    },
    offline: {
      // Adyen does not say that its terminals obey nexo's ForceOnlineFlag, so nobody may rely on it; it is sent all the same.
      obeysRequest: false,
      host: () => host,
      onHostChange: (listener: () => void) => events.on('host', listener),
    },
  });
}

const isUnclear = (body: NexoRequest['body']): boolean => readPayment(body).kind === 'unclear';

/** Unique, so that a bank's file names one payment; begins with the receipt's number for whoever reads it there. */
export const merchantReference = ({ reference, paymentId }: Pick<PaymentRequest, 'reference' | 'paymentId'>): string =>
  `${reference}_${paymentId}`;

const notConnected = 'the card terminal is not connected';
const silentWords = 'the card terminal did not answer in time';
const neverArrived = 'the card terminal never had it';
