import { type Clock, type Duration, minutes, seconds } from '../../src/platform/clock.ts';
import { messageOf } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { LinkOpener } from '../link/link.ts';
import type {
  Diagnosis,
  ForwardStatus,
  HostState,
  OriginalPayment,
  PaymentOutcome,
  PaymentTerminal,
  ReversalOutcome,
} from './payment-terminal.ts';
import {
  decodeTerminalFrame,
  encodeTillFrame,
  LineSplitter,
  payFrame,
  refundFrame,
  type TerminalFrame,
  type TillFrame,
} from './simulated-protocol.ts';
import { Waiters } from './waiters.ts';

export interface SimulatedPaymentTerminalOptions {
  readonly name: string;
  readonly opener: LinkOpener;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
  /** How long a customer may take; then the payment is cancelled. */
  readonly paymentTimeout?: Duration;
  /** How long the terminal may take to answer a cancellation or a question; then the outcome counts as unknown. */
  readonly statusTimeout?: Duration;
}

const writeTimeout = seconds(5);

type StatusAnswer = PaymentOutcome | { readonly kind: 'not-found' };

/**
 * Drives a card terminal that speaks `simulated-protocol.ts`. One payment at a time. From the moment the request may have
 * left, silence of any kind (cable, time, garbage) is `unknown`, never `cancelled`: the card may have been charged. Asking for
 * the status of a payment that the terminal still waits for, but no longer the till, cancels it.
 */
export function createSimulatedPaymentTerminal(options: SimulatedPaymentTerminalOptions): PaymentTerminal {
  const { clock, log } = options;
  const statusTimeout = options.statusTimeout ?? seconds(10);
  let payment: {
    readonly paymentId: string;
    onProgress(words: string): void;
    settle(outcome: PaymentOutcome): void;
  } | null = null;
  let host: HostState = 'unknown';
  const hostListeners = new Set<() => void>();
  const statuses = new Waiters<StatusAnswer>();
  const reversals = new Waiters<ReversalOutcome>();
  const forwardings = new Waiters<ForwardStatus>();

  const device = createLinkDevice({
    ...options,
    kind: 'payment-terminal',
    driver: 'simulated',
    onConnected(link) {
      const splitter = new LineSplitter();
      link.onData((bytes) => {
        for (const line of splitter.split(bytes)) {
          const frame = decodeTerminalFrame(line);
          // What was not understood may contain anything, card numbers included: only its length is told.
          if (frame === null) log.warn({ length: line.length }, 'card terminal sent something that is no message');
          else receive(frame);
        }
      });
    },
    onDisconnected(reason) {
      const words = `the connection to the card terminal was lost: ${reason}`;
      payment?.settle({ kind: 'unknown', reason: words });
      statuses.answerAll({ kind: 'unknown', reason: words });
      reversals.answerAll({ kind: 'unknown', reason: words });
      forwardings.answerAll({ kind: 'unreachable', reason: words });
      heardOfHost('unknown');
    },
  });

  function receive(frame: TerminalFrame): void {
    switch (frame.type) {
      case 'host':
        heardOfHost(frame.host);
        break;
      case 'progress':
        if (payment?.paymentId === frame.paymentId) payment.onProgress(frame.words);
        break;
      case 'outcome':
        if (payment?.paymentId === frame.paymentId) payment.settle(frame.outcome);
        else if (!statuses.isAwaited(frame.paymentId)) {
          log.warn({ paymentId: frame.paymentId }, 'outcome of a payment that nobody waits for');
        }
        statuses.answer(frame.paymentId, frame.outcome);
        break;
      case 'status':
        if (frame.outcome.kind !== 'pending') {
          statuses.answer(frame.paymentId, frame.outcome);
        } else if (payment?.paymentId === frame.paymentId) {
          statuses.answer(frame.paymentId, { kind: 'unknown', reason: 'the card terminal is still busy with it' });
        } else {
          // Left over from before a cable or a power cut. Nobody hands over goods for it any more, so no card may be
          // charged for it either; the terminal answers with the outcome that this leads to.
          void send({ type: 'cancel', paymentId: frame.paymentId });
        }
        break;
      case 'reversed':
        reversals.answer(frame.paymentId, frame.result);
        break;
      case 'forwarded':
        forwardings.answer(frame.paymentId, frame.status);
        break;
    }
  }

  function heardOfHost(now: HostState): void {
    if (now === host) return;
    host = now;
    for (const listener of hostListeners) listener();
  }

  /** Null when the bytes are on their way, else what went wrong; then some of them may be. */
  async function send(frame: TillFrame): Promise<string | null> {
    const link = device.link;
    if (link === null) return notConnected;
    try {
      await link.write(encodeTillFrame(frame), writeTimeout);
      return null;
    } catch (error) {
      const reason = `the card terminal takes no data: ${messageOf(error)}`;
      if (device.link === link) device.drop(reason);
      return reason;
    }
  }

  /** A payment or a refund, from the first question to the card's outcome. */
  async function transact(frame: TillFrame, onProgress: (words: string) => void): Promise<PaymentOutcome> {
    if (payment !== null) return { kind: 'cancelled', reason: 'the card terminal is busy with another payment' };
    if (device.link === null) return { kind: 'cancelled', reason: notConnected };
    const { paymentId } = frame;
    const outcome = new Promise<PaymentOutcome>((resolve) => {
      payment = { paymentId, onProgress, settle: resolve };
    });
    // A customer who walked away must not leave a terminal that still takes the next card for this payment.
    let timer = clock.schedule(options.paymentTimeout ?? minutes(3), () => {
      void send({ type: 'cancel', paymentId });
      timer = clock.schedule(statusTimeout, () => payment?.settle({ kind: 'unknown', reason: silent }));
    });
    void send(frame).then((failure) => {
      if (failure !== null && payment?.paymentId === paymentId) payment.settle({ kind: 'unknown', reason: failure });
    });
    try {
      return await outcome;
    } finally {
      timer.cancel();
      payment = null;
    }
  }

  /** Asks about an earlier payment; `silence` makes the answer of why there is none. */
  async function ask<Answer>(
    type: 'status' | 'reverse' | 'forward',
    paymentId: string,
    waiters: Waiters<Answer>,
    silence: (reason: string) => Answer,
  ): Promise<Answer> {
    if (device.link === null) return silence(notConnected);
    const answer = waiters.add(paymentId);
    const timer = clock.schedule(statusTimeout, () => waiters.answer(paymentId, silence(silent)));
    void send({ type, paymentId }).then((failure) => {
      if (failure !== null) waiters.answer(paymentId, silence(failure));
    });
    try {
      return await answer;
    } finally {
      timer.cancel();
    }
  }

  const unknown = (reason: string) => ({ kind: 'unknown', reason }) as const;

  return Object.assign(device, {
    offline: {
      obeysRequest: true,
      host: () => host,
      onHostChange(listener: () => void) {
        hostListeners.add(listener);
        return () => hostListeners.delete(listener);
      },
    },
    forwarding: {
      forward: ({ paymentId }: OriginalPayment) =>
        ask('forward', paymentId, forwardings, (reason) => ({ kind: 'unreachable', reason })),
    },
    pay: (request, onProgress) => transact(payFrame(request), onProgress),
    refund: (request, onProgress) => transact(refundFrame(request), onProgress),
    status: (paymentId: string) => ask('status', paymentId, statuses, unknown),
    reverse: ({ paymentId }: OriginalPayment) => ask('reverse', paymentId, reversals, unknown),
    async diagnose(): Promise<Diagnosis> {
      const connected = device.link !== null;
      return { kind: connected ? 'well' : 'trouble', host, words: connected ? `bank ${host}` : notConnected };
    },
    async cancel(paymentId: string): Promise<void> {
      await send({ type: 'cancel', paymentId });
    },
  } satisfies Partial<PaymentTerminal>);
}

const notConnected = 'the card terminal is not connected';
const silent = 'the card terminal did not answer in time';
