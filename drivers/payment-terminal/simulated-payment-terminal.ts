import { type Clock, type Duration, minutes, seconds } from '../../src/platform/clock.ts';
import { messageOf } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { LinkOpener } from '../link/link.ts';
import type { PaymentOutcome, PaymentRequest, PaymentTerminal } from './payment-terminal.ts';
import {
  decodeTerminalFrame,
  encodeTillFrame,
  LineSplitter,
  payFrame,
  type TerminalFrame,
  type TillFrame,
} from './simulated-protocol.ts';

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
  const statusWaiters = new Map<string, Set<(answer: StatusAnswer) => void>>();

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
      for (const paymentId of [...statusWaiters.keys()]) answerStatus(paymentId, { kind: 'unknown', reason: words });
    },
  });

  function receive(frame: TerminalFrame): void {
    switch (frame.type) {
      case 'progress':
        if (payment?.paymentId === frame.paymentId) payment.onProgress(frame.words);
        break;
      case 'outcome':
        if (payment?.paymentId === frame.paymentId) payment.settle(frame.outcome);
        else if (!statusWaiters.has(frame.paymentId)) {
          log.warn({ paymentId: frame.paymentId }, 'outcome of a payment that nobody waits for');
        }
        answerStatus(frame.paymentId, frame.outcome);
        break;
      case 'status':
        if (frame.outcome.kind !== 'pending') {
          answerStatus(frame.paymentId, frame.outcome);
        } else if (payment?.paymentId === frame.paymentId) {
          answerStatus(frame.paymentId, { kind: 'unknown', reason: 'the card terminal is still busy with it' });
        } else {
          // Left over from before a cable or a power cut. Nobody hands over goods for it any more, so no card may be
          // charged for it either; the terminal answers with the outcome that this leads to.
          void send({ type: 'cancel', paymentId: frame.paymentId });
        }
        break;
    }
  }

  function answerStatus(paymentId: string, answer: StatusAnswer): void {
    const waiters = statusWaiters.get(paymentId);
    statusWaiters.delete(paymentId);
    for (const waiter of waiters ?? []) waiter(answer);
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

  async function pay(request: PaymentRequest, onProgress: (words: string) => void): Promise<PaymentOutcome> {
    if (payment !== null) return { kind: 'cancelled', reason: 'the card terminal is busy with another payment' };
    if (device.link === null) return { kind: 'cancelled', reason: notConnected };
    const outcome = new Promise<PaymentOutcome>((resolve) => {
      payment = { paymentId: request.paymentId, onProgress, settle: resolve };
    });
    // A customer who walked away must not leave a terminal that still takes the next card for this payment.
    let timer = clock.schedule(options.paymentTimeout ?? minutes(3), () => {
      void send({ type: 'cancel', paymentId: request.paymentId });
      timer = clock.schedule(statusTimeout, () => payment?.settle({ kind: 'unknown', reason: silent }));
    });
    void send(payFrame(request)).then((failure) => {
      if (failure !== null && payment?.paymentId === request.paymentId) {
        payment.settle({ kind: 'unknown', reason: failure });
      }
    });
    try {
      return await outcome;
    } finally {
      timer.cancel();
      payment = null;
    }
  }

  async function status(paymentId: string): Promise<StatusAnswer> {
    if (device.link === null) return { kind: 'unknown', reason: notConnected };
    const answer = new Promise<StatusAnswer>((resolve) => {
      const waiters = statusWaiters.get(paymentId) ?? new Set();
      statusWaiters.set(paymentId, waiters.add(resolve));
    });
    const timer = clock.schedule(statusTimeout, () => answerStatus(paymentId, { kind: 'unknown', reason: silent }));
    void send({ type: 'status', paymentId }).then((failure) => {
      if (failure !== null) answerStatus(paymentId, { kind: 'unknown', reason: failure });
    });
    try {
      return await answer;
    } finally {
      timer.cancel();
    }
  }

  return Object.assign(device, {
    pay,
    status,
    async cancel(paymentId: string): Promise<void> {
      await send({ type: 'cancel', paymentId });
    },
  });
}

const notConnected = 'the card terminal is not connected';
const silent = 'the card terminal did not answer in time';
