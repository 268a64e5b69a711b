import { type Clock, type Duration, type Instant, instant, seconds } from '../platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { OutgoingMessage } from './broker-link.ts';
import { type EnvelopeWishes, type Message, type MessageOf, readMessage, writeMessage } from './envelope.ts';
import {
  type AnswerOf,
  answers,
  type BodyOf,
  channels,
  type MessageId,
  type MessageType,
  messages,
  type Refusal,
  type RequestType,
} from './protocol.ts';
import { type Address, parseTopic, topicOf } from './topics.ts';

/** What a messenger sends through. {@link BrokerConnection} is one. */
export interface Publisher {
  publish(message: OutgoingMessage): Promise<void>;
}

export interface MessengerOptions {
  readonly publisher: Publisher;
  readonly address: Address;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Whoever asks waits so long for the answer. */
export const answeredWithin = seconds(30);

/**
 * Speaks the protocol from the device's side: writes and reads messages of one address, matches answers to what was asked, and passes
 * everything else to whoever listens for it.
 */
export class Messenger {
  readonly #options: MessengerOptions;
  readonly #listeners = new Map<MessageType, (message: never) => void>();
  readonly #asked = new Map<MessageId, (answer: Message) => void>();
  /** Controller's time minus this machine's, from the newest answer; null: none came yet. Milliseconds. */
  #controllerAhead: number | null = null;

  constructor(options: MessengerOptions) {
    this.#options = options;
  }

  /** One listener a type. It is called before the broker gets its acknowledgement, so it must only take note. */
  on<Type extends MessageType>(type: Type, listener: (message: MessageOf<Type>) => void): void {
    this.#listeners.set(type, listener as (message: never) => void);
  }

  /** A message as it is to be published; for the will, which is handed to the broker in advance. */
  compose<Type extends MessageType>(type: Type, body: BodyOf<Type>, wishes: EnvelopeWishes = {}): OutgoingMessage {
    return this.#write(type, body, wishes).message;
  }

  /** Resolves when the broker has it. Throws `fleet.offline`, `fleet.refused`. */
  async send<Type extends MessageType>(type: Type, body: BodyOf<Type>, wishes: EnvelopeWishes = {}): Promise<void> {
    await this.#options.publisher.publish(this.compose(type, body, wishes));
  }

  /**
   * Asks the controller. Throws `fleet.offline`, `fleet.refused`, `fleet.no-answer` (remedy `retry`) when none came in time, and what
   * the controller refused with (its code, `fleet.…`).
   */
  ask<Type extends RequestType>(type: Type, body: BodyOf<Type>): Promise<AnswerOf<Type>> {
    return this.askFor(type, body, answers[type], 'request.refused') as Promise<AnswerOf<Type>>;
  }

  /** As {@link ask}, for what has answers of its own. */
  async askFor<Granted extends MessageType>(
    type: MessageType,
    body: BodyOf<MessageType>,
    granted: Granted,
    refused: 'request.refused' | 'enrolment.refused',
    patience: Duration = answeredWithin,
  ): Promise<BodyOf<Granted>> {
    const { clock, publisher } = this.#options;
    const { id, message } = this.#write(type, body, { expiresAfter: patience });
    let settle: (answer: Message | null) => void = () => undefined;
    const answered = new Promise<Message | null>((resolve) => {
      settle = resolve;
    });
    this.#asked.set(id, settle);
    const late = clock.schedule(patience, () => settle(null));
    try {
      await publisher.publish(message);
      const answer = await answered;
      if (answer === null) throw noAnswer(type);
      if (answer.type === refused) throw refusedBy(answer.body as Refusal);
      if (answer.type !== granted) throw noAnswer(type, `answered by ${answer.type}`);
      // `answer.type` is `granted`, so the body is that type's.
      return answer.body as BodyOf<Granted>;
    } finally {
      late.cancel();
      this.#asked.delete(id);
    }
  }

  /** Reads what the broker brought. What can't be read is logged and left: it will not get better by being sent again. */
  receive(topic: string, payload: Uint8Array): void {
    const { log } = this.#options;
    const channel = parseTopic(topic)?.channel;
    try {
      if (channel === undefined) throw new Error('not one of our topics');
      this.#pass(readMessage(payload, channel));
    } catch (error) {
      log.warn({ topic, code: isHoldfastError(error) ? error.code : null, error: messageOf(error) }, 'fleet: not read');
    }
  }

  /** The controller itself has answered something since this process began, not its broker alone. */
  get wasAnswered(): boolean {
    return this.#controllerAhead !== null;
  }

  /** Whether a message is of no use any more. Without a clock that was set, the controller's own time counts. */
  isExpired(expiresAt: Instant | null): boolean {
    return expiresAt !== null && expiresAt < this.fleetTime();
  }

  /** Wall time as good as it is known here: this machine's if it was set, else as the controller's answers told. */
  fleetTime(): Instant {
    const { clock } = this.#options;
    return clock.trusted() || this.#controllerAhead === null
      ? clock.now()
      : instant(clock.now() + this.#controllerAhead);
  }

  #write<Type extends MessageType>(type: Type, body: BodyOf<Type>, wishes: EnvelopeWishes) {
    const { address, clock, random } = this.#options;
    const { channel } = messages[type];
    const { id, text } = writeMessage(type, body, { clock, random }, wishes);
    const message: OutgoingMessage = {
      topic: topicOf(address, channel),
      text,
      retained: channels[channel].retained,
      ...(wishes.expiresAfter === undefined ? {} : { expiresAfter: wishes.expiresAfter }),
    };
    return { id, message };
  }

  #pass(message: Message): void {
    if (message.replyTo !== null) {
      this.#controllerAhead = message.issuedAt - this.#options.clock.now();
      // An answer that nobody waits for any more is dropped: whoever asked asks again.
      this.#asked.get(message.replyTo)?.(message);
      return;
    }
    if (this.isExpired(message.expiresAt)) {
      this.#options.log.info({ type: message.type }, 'fleet: a message came too late');
      return;
    }
    // The map's keys are the types of the listeners' messages.
    (this.#listeners.get(message.type) as ((message: Message) => void) | undefined)?.(message);
  }
}

function noAnswer(type: MessageType, cause?: string): HoldfastError {
  return new HoldfastError('fleet.no-answer', `The fleet’s controller does not answer (${type})`, {
    remedy: 'retry',
    ...(cause === undefined ? {} : { cause }),
  });
}

function refusedBy({ code, words, hint, retryAfter }: Refusal): HoldfastError {
  return new HoldfastError(code, words, {
    remedy: retryAfter === null ? 'operator' : 'retry-after',
    ...(hint === null ? {} : { hint }),
    ...(retryAfter === null ? {} : { retryAfter }),
  });
}
