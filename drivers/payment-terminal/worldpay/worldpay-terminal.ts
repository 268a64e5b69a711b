import { type Clock, minutes, seconds } from '../../../src/platform/clock.ts';
import { messageOf } from '../../../src/platform/errors.ts';
import type { Logger } from '../../../src/platform/log.ts';
import { shortUuid } from '../../../src/platform/short-uuid.ts';
import { type Connection, createLinkDevice, type RetryPolicy } from '../../device-lifecycle.ts';
import type { Link, LinkOpener } from '../../link/link.ts';
import type {
  AnswerReferral,
  Diagnosis,
  PaymentOutcome,
  PaymentRequest,
  PaymentTerminal,
  VoiceReferral,
} from '../payment-terminal.ts';
import {
  attributesOf,
  type IpcResult,
  MessageSplitter,
  progressOf,
  progressWords,
  readResult,
  referralAnswer,
  referralOf,
  saleRequest,
} from './ipc-message.ts';

export interface WorldpayTerminalOptions {
  readonly name: string;
  /** IPC's request port, e.g. 10000. */
  readonly requests: LinkOpener;
  /** IPC's message port, e.g. 8000. */
  readonly messages: LinkOpener;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
}

const writeWithin = seconds(5);
const openWithin = seconds(10);
const answerWithin = minutes(5);

/**
 * Drives Worldpay's IPC, which drives the card terminal. One payment at a time, each over connections of its own. IPC's protocol
 * has no question after an earlier payment that is documented well enough to rely on, so a payment whose answer was lost stays
 * unknown until the settlement report or a person tells; refunds and reversals are not offered for the same reason.
 */
export function createWorldpayTerminal(options: WorldpayTerminalOptions): PaymentTerminal {
  const { requests, messages, clock, log } = options;
  let busy = false;
  /** Outcomes since the start, for whoever asks again. */
  const known = new Map<string, PaymentOutcome>();

  const device = createLinkDevice<Connection>({
    ...options,
    kind: 'payment-terminal',
    driver: 'worldpay',
    opener: {
      description: `worldpay ${requests.description}`,
      async open() {
        await greet();
        return { onClose: () => undefined, close: async () => undefined };
      },
    },
  });

  /** Sees whether IPC runs, by its port alone; throws `link.absent`. */
  async function greet(): Promise<void> {
    await (await opened(requests)).close();
  }

  async function pay(
    request: PaymentRequest,
    onProgress: (words: string) => void,
    onReferral?: AnswerReferral,
  ): Promise<PaymentOutcome> {
    const cancelled = (reason: string): PaymentOutcome => ({ kind: 'cancelled', reason });
    if (busy) return cancelled('the card terminal is busy with another payment');
    if (device.link === null) return cancelled(notConnected);
    busy = true;
    const links: Link[] = [];
    try {
      // The message port first: IPC may ask at once.
      const console = await opened(messages);
      links.push(console);
      const line = await opened(requests);
      links.push(line);
      const outcome = await sell(request, line, console, onProgress, onReferral);
      if (outcome.kind !== 'unknown') known.set(request.paymentId, outcome);
      return outcome;
    } catch (error) {
      device.drop(messageOf(error));
      return cancelled(messageOf(error));
    } finally {
      busy = false;
      for (const link of links) void link.close();
    }
  }

  async function opened(opener: LinkOpener): Promise<Link> {
    const late = new AbortController();
    const timer = clock.schedule(openWithin, () => late.abort());
    try {
      return await opener.open(late.signal);
    } finally {
      timer.cancel();
    }
  }

  /** From its first byte on, whatever goes wrong leaves the outcome unknown. */
  function sell(
    request: PaymentRequest,
    line: Link,
    console: Link,
    onProgress: (words: string) => void,
    onReferral: AnswerReferral | undefined,
  ): Promise<PaymentOutcome> {
    return new Promise((resolve) => {
      let referred = false;
      let over = false;
      const settle = (outcome: PaymentOutcome): void => {
        over = true;
        timer.cancel();
        resolve(outcome);
      };
      const lost = (reason: string): void => settle({ kind: 'unknown', reason });
      const patience = () => clock.schedule(answerWithin, () => lost('Worldpay’s IPC did not answer in time'));
      let timer = patience();
      const answers = new MessageSplitter();
      line.onData((bytes) => {
        const [message] = answers.split(bytes);
        if (message !== undefined) settle(outcomeOf(readResult(attributesOf(message), referred), request, referred));
      });
      line.onClose((reason) => lost(`the connection to Worldpay’s IPC was lost: ${reason}`));
      const questions = new MessageSplitter();
      console.onData((bytes) => {
        for (const message of questions.split(bytes)) {
          const progress = progressOf(message);
          const words = progress === null ? null : progressWords(progress);
          if (words !== null) onProgress(words);
          if (progress !== null) continue;
          // A telephone call takes as long as it takes.
          timer.cancel();
          void answer(message, console, onReferral).then((code) => {
            referred ||= code !== null;
            timer.cancel();
            if (!over) timer = patience();
          });
        }
      });
      line.write(saleRequest(shortUuid(request.paymentId), request.amount), writeWithin).catch((error: unknown) => {
        lost(messageOf(error));
      });
    });
  }

  /** The code that was given to IPC; null: the question was rejected, as all but a voice referral are. */
  async function answer(
    message: string,
    console: Link,
    onReferral: AnswerReferral | undefined,
  ): Promise<string | null> {
    const attributes = attributesOf(message);
    const requestType = attributes.get(2);
    if (requestType === undefined) return null;
    const referral = referralOf(attributes);
    const given = referral === null ? null : await askedFor(referral, onReferral);
    const code = given !== null && /^[A-Za-z0-9]{1,6}$/.test(given) ? given : null;
    try {
      await console.write(referralAnswer(requestType, code), writeWithin);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'Worldpay’s question could not be answered');
    }
    return code;
  }

  async function askedFor(referral: VoiceReferral, onReferral: AnswerReferral | undefined): Promise<string | null> {
    try {
      return (await onReferral?.(referral)) ?? null;
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the cashier could not be asked for the authorisation code');
      return null;
    }
  }

  return Object.assign(device, {
    pay,
    async status(paymentId: string): Promise<PaymentOutcome> {
      return (
        known.get(paymentId) ?? { kind: 'unknown', reason: 'Worldpay’s IPC can’t be asked after an earlier payment' }
      );
    },
    async diagnose(): Promise<Diagnosis> {
      try {
        await greet();
        return {
          kind: 'well',
          host: 'unknown',
          words: 'Worldpay’s IPC takes connections; whether its terminal is ready it does not say',
        };
      } catch (error) {
        return { kind: 'trouble', host: 'unknown', words: messageOf(error) };
      }
    },
    /** IPC documents no way to break off a payment from the till: it is cancelled at the card terminal. */
    async cancel(): Promise<void> {},
    offline: { obeysRequest: false, host: () => 'unknown' as const, onHostChange: () => () => undefined },
  });
}

/**
 * An approval with a reference of Worldpay's central service came from there. One without, or one that was spoken over the
 * telephone, is only as good as its upload, which nothing but the settlement report shows: it counts as stored.
 */
function outcomeOf(result: IpcResult, { paymentId }: PaymentRequest, referred: boolean): PaymentOutcome {
  switch (result.kind) {
    case 'approved':
      return {
        kind: result.gateway === null || referred ? 'stored' : 'approved',
        card: result.card,
        references: {
          tender: null,
          merchant: result.reference ?? shortUuid(paymentId),
          trace: null,
          terminalReceipt: null,
          psp: result.gateway,
          terminalTime: null,
        },
      };
    case 'declined':
    case 'cancelled':
      return result;
    case 'unclear':
      return { kind: 'unknown', reason: result.reason };
  }
}

const notConnected = 'Worldpay’s IPC is not connected';
