import type { z } from 'zod';
import { type Clock, type Duration, minutes, seconds, type Timer } from '../../../src/platform/clock.ts';
import { HoldfastError, messageOf } from '../../../src/platform/errors.ts';
import type { Logger } from '../../../src/platform/log.ts';
import { type Connection, createLinkDevice, type RetryPolicy } from '../../device-lifecycle.ts';
import type {
  Diagnosis,
  OriginalPayment,
  PaymentOutcome,
  PaymentRequest,
  PaymentTerminal,
  RefundRequest,
  ReversalOutcome,
  TerminalReferences,
} from '../payment-terminal.ts';
import type { SquareAnswer, SquareClient } from './square-client.ts';
import {
  type Checkout,
  cancelWords,
  cardOf,
  checkoutAnswer,
  checkoutsAnswer,
  hundredthsOf,
  madeAt,
  paymentAnswer,
  refundAnswer,
  refundsAnswer,
  squareAmount,
} from './square-messages.ts';

export interface SquareTerminalOptions {
  readonly name: string;
  readonly client: SquareClient;
  readonly deviceId: string;
  readonly locationId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
}

const answerWithin = seconds(15);
const betweenLooks = seconds(2);
const watchEvery = minutes(1);
/** Square's own limit for a checkout is five minutes; then it is cancelled there. */
const deadline = 'PT5M';
const mostLooks = 165;
/** Looks at a payment that nobody waits for any more. */
const shortLooks = 10;

/**
 * Drives a Square Terminal through Square's Terminal API, so only while the shop is online: the till asks Square, and Square the
 * terminal. Our key is the idempotency key and the reference of everything that is asked for, so that what became of it is found
 * again by the key alone. Square's offline payments belong to Square's own app and can't be asked for here.
 */
export function createSquareTerminal(options: SquareTerminalOptions): PaymentTerminal {
  const { client, clock, log, deviceId, locationId } = options;
  let current: { readonly paymentId: string; checkoutId: string | null; givenUp: boolean } | null = null;
  let watch: Timer | null = null;

  const device = createLinkDevice<Connection>({
    ...options,
    kind: 'payment-terminal',
    driver: 'square',
    opener: {
      description: `square ${deviceId}`,
      async open() {
        await greet();
        return { onClose: () => undefined, close: async () => undefined };
      },
    },
    onConnected: () => watchAgain(),
    onDisconnected: () => watch?.cancel(),
  });

  async function greet(): Promise<void> {
    const answer = await get(`/v2/locations/${encodeURIComponent(locationId)}`);
    if (answer.kind !== 'answer') throw new HoldfastError('link.absent', answer.words, { remedy: 'retry' });
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

  const get = (path: string): Promise<SquareAnswer> => client.request('GET', path, undefined, answerWithin);
  const post = (path: string, body: unknown, within: Duration = answerWithin): Promise<SquareAnswer> =>
    client.request('POST', path, body, within);

  const cancelled = (reason: string): PaymentOutcome => ({ kind: 'cancelled', reason });
  const unknown = (reason: string): PaymentOutcome => ({ kind: 'unknown', reason });

  async function pay(request: PaymentRequest, onProgress: (words: string) => void): Promise<PaymentOutcome> {
    if (current !== null) return cancelled('the card terminal is busy with another payment');
    if (device.link === null) return cancelled(notConnected);
    const amount = squareAmount(request.amount, request.currency);
    if (amount === null) return cancelled(`${request.currency} has no such amount`);
    current = { paymentId: request.paymentId, checkoutId: null, givenUp: false };
    try {
      const answer = await post('/v2/terminals/checkouts', {
        idempotency_key: request.paymentId,
        checkout: {
          amount_money: amount,
          reference_id: request.paymentId,
          note: request.reference,
          deadline_duration: deadline,
          device_options: { device_id: deviceId, tip_settings: { allow_tipping: false } },
        },
      });
      if (answer.kind === 'refused') return cancelled(answer.words);
      if (answer.kind === 'unreachable' && !answer.sent) {
        device.drop(answer.words);
        return cancelled(answer.words);
      }
      const checkout = read(checkoutAnswer, answer)?.checkout ?? (await findCheckout(request.paymentId));
      if (checkout === 'unreachable') return unknown('Square did not say whether it has the payment');
      if (checkout === null) return cancelled('Square never had it');
      current.checkoutId = checkout.id;
      if (current.givenUp) await cancelCheckout(checkout.id);
      onProgress('Present card');
      return await outcomeOf(checkout, request.amount, mostLooks);
    } finally {
      current = null;
    }
  }

  /** Follows a checkout to its end. */
  async function outcomeOf(checkout: Checkout, amount: number | null, looks: number): Promise<PaymentOutcome> {
    let now = checkout;
    for (let look = 0; look < looks; look += 1) {
      if (now.status === 'COMPLETED') return paidBy(now, amount);
      if (now.status === 'CANCELED') return cancelled(cancelWords(now.cancel_reason));
      await clock.sleep(betweenLooks);
      const answer = await get(`/v2/terminals/checkouts/${encodeURIComponent(now.id)}`);
      now = read(checkoutAnswer, answer)?.checkout ?? now;
    }
    return unknown('Square has not said how the payment ended');
  }

  async function paidBy({ payment_ids: ids }: Checkout, amount: number | null): Promise<PaymentOutcome> {
    const [id, ...others] = ids ?? [];
    if (id === undefined || others.length > 0) return unknown('Square names no single payment for it');
    const payment = read(paymentAnswer, await get(`/v2/payments/${encodeURIComponent(id)}`))?.payment;
    if (payment === undefined) return unknown('Square has not told the payment’s details yet');
    switch (payment.status) {
      case 'CANCELED':
        return cancelled('cancelled at Square');
      case 'FAILED':
        return { kind: 'declined', reason: 'declined' };
      case 'PENDING':
        return unknown('Square has not decided yet');
      case 'APPROVED':
      case 'COMPLETED': {
        const charged = hundredthsOf(payment.total_money);
        if (amount !== null && charged !== amount) return unknown('Square charged another amount than was asked for');
        return {
          kind: 'approved',
          card: cardOf(payment),
          references: { ...noReferences, psp: payment.id, merchant: payment.reference_id ?? null },
        };
      }
    }
  }

  /** The checkout of one of our keys; `unreachable`: nobody could be asked. Looks twice before it says that there is none. */
  async function findCheckout(paymentId: string): Promise<Checkout | null | 'unreachable'> {
    for (let look = 0; look < 2; look += 1) {
      if (look > 0) await clock.sleep(betweenLooks);
      let cursor: string | null = null;
      do {
        const answer: SquareAnswer = await post('/v2/terminals/checkouts/search', searchFor(paymentId, cursor));
        const page = read(checkoutsAnswer, answer);
        if (page === null) return 'unreachable';
        const found = page.checkouts?.find(({ reference_id: reference }) => reference === paymentId);
        if (found !== undefined) return found;
        cursor = page.cursor ?? null;
      } while (cursor !== null);
    }
    return null;
  }

  const searchFor = (paymentId: string, cursor: string | null) => ({
    query: { filter: { device_id: deviceId, created_at: around(madeAt(paymentId)) } },
    limit: 100,
    ...(cursor === null ? {} : { cursor }),
  });

  async function status(paymentId: string): Promise<PaymentOutcome | { readonly kind: 'not-found' }> {
    if (current?.paymentId === paymentId) return unknown('the card terminal is still busy with it');
    if (device.link === null) return unknown(notConnected);
    const checkout = await findCheckout(paymentId);
    if (checkout === 'unreachable') return unknown('Square can’t be asked');
    if (checkout === null) return refundStatus(paymentId);
    // Nobody hands over goods for it any more, so no card may be charged for it either.
    if (checkout.status === 'PENDING' || checkout.status === 'IN_PROGRESS') await cancelCheckout(checkout.id);
    return outcomeOf(checkout, null, shortLooks);
  }

  async function refundStatus(paymentId: string): Promise<PaymentOutcome | { readonly kind: 'not-found' }> {
    const { start_at, end_at } = around(madeAt(paymentId));
    const query = new URLSearchParams({ begin_time: start_at, end_time: end_at, location_id: locationId });
    let cursor: string | null = null;
    do {
      if (cursor !== null) query.set('cursor', cursor);
      const answer = read(refundsAnswer, await get(`/v2/refunds?${query}`));
      if (answer === null) return unknown('Square can’t be asked');
      const found = answer.refunds?.find(({ reason }) => reason?.endsWith(paymentId));
      if (found !== undefined) return refunded(found.status, found.id, null);
      cursor = answer.cursor ?? null;
    } while (cursor !== null);
    return { kind: 'not-found' };
  }

  async function cancelCheckout(checkoutId: string): Promise<void> {
    await post(`/v2/terminals/checkouts/${encodeURIComponent(checkoutId)}/cancel`, {});
  }

  /** Asks for money back; the same key asks for it once, however often. */
  async function giveBack(
    key: string,
    reason: string,
    original: OriginalPayment,
    money: { readonly amount: number; readonly currency: string },
  ): Promise<SquareAnswer | 'no-reference'> {
    const { psp } = original.references;
    if (psp === null) return 'no-reference';
    return post('/v2/refunds', { idempotency_key: key, payment_id: psp, amount_money: money, reason });
  }

  async function refund(request: RefundRequest): Promise<PaymentOutcome> {
    const { original, paymentId, reference } = request;
    if (original === null) return cancelled('Square gives money back only to the card of a payment: find the receipt');
    const amount = squareAmount(request.amount, request.currency);
    if (amount === null) return cancelled(`${request.currency} has no such amount`);
    const answer = await giveBack(paymentId, `${reference}_${paymentId}`, original, amount);
    if (answer === 'no-reference') return cancelled('Square’s reference of the payment is not known');
    if (answer.kind === 'refused') return cancelled(answer.words);
    if (answer.kind === 'unreachable') return answer.sent ? unknown(answer.words) : cancelled(answer.words);
    const made = read(refundAnswer, answer)?.refund;
    return made === undefined
      ? unknown('Square’s answer was not understood')
      : refunded(made.status, made.id, original.references);
  }

  function refunded(state: string, id: string, original: TerminalReferences | null): PaymentOutcome {
    if (state === 'REJECTED' || state === 'FAILED') return cancelled('Square refused the refund');
    return {
      kind: 'approved',
      card: { brand: 'Card', maskedPan: '****', authorizationCode: null, terminalReference: id, entryMode: 'unknown' },
      references: { ...noReferences, merchant: original?.merchant ?? null, psp: id },
    };
  }

  async function reverse(payment: OriginalPayment): Promise<ReversalOutcome> {
    const { psp } = payment.references;
    if (psp === null) return { kind: 'refused', reason: 'Square’s reference of the payment is not known' };
    const known = read(paymentAnswer, await get(`/v2/payments/${encodeURIComponent(psp)}`))?.payment;
    if (known === undefined) return { kind: 'unknown', reason: 'Square can’t be asked' };
    const answer = await giveBack(
      `r${payment.paymentId}`,
      `reversal of ${payment.paymentId}`,
      payment,
      known.total_money,
    );
    if (answer === 'no-reference') return { kind: 'refused', reason: 'Square’s reference of the payment is not known' };
    if (answer.kind === 'refused') return { kind: 'refused', reason: answer.words };
    if (answer.kind === 'unreachable') return { kind: 'unknown', reason: answer.words };
    return { kind: 'reversed' };
  }

  async function diagnose(): Promise<Diagnosis> {
    try {
      await greet();
      return { kind: 'well', host: 'reachable', words: 'Square answers' };
    } catch (error) {
      return { kind: 'trouble', host: 'unreachable', words: messageOf(error) };
    }
  }

  /** null: no answer, or one that was not understood. */
  function read<Schema extends z.ZodType>(schema: Schema, answer: SquareAnswer): z.infer<Schema> | null {
    if (answer.kind !== 'answer') return null;
    const content = schema.safeParse(answer.body);
    if (!content.success) log.warn({}, 'an answer of Square was not understood');
    return content.success ? content.data : null;
  }

  return Object.assign(device, {
    pay,
    status,
    refund: (request: RefundRequest) => refund(request),
    reverse,
    diagnose,
    async cancel(paymentId: string): Promise<void> {
      if (current?.paymentId !== paymentId) return;
      current.givenUp = true;
      if (current.checkoutId !== null) await cancelCheckout(current.checkoutId);
    },
  });
}

const noReferences: TerminalReferences = {
  tender: null,
  merchant: null,
  trace: null,
  terminalReceipt: null,
  psp: null,
  terminalTime: null,
};

/** A window wide enough for a till whose clock is off by some hours. */
function around(at: number): { readonly start_at: string; readonly end_at: string } {
  const span = 12 * 60 * 60 * 1000;
  return { start_at: new Date(at - span).toISOString(), end_at: new Date(at + span).toISOString() };
}

const notConnected = 'Square can’t be reached';
