import type { BrokerConnection, ConnectionWishes } from '../../src/fleet/broker-connection.ts';
import { type EnvelopeWishes, type Message, readMessage, writeMessage } from '../../src/fleet/envelope.ts';
import {
  answers,
  type BodyOf,
  channels,
  type FleetName,
  type MessageId,
  type MessageType,
  messages,
  type Refusal,
} from '../../src/fleet/protocol.ts';
import { type Address, controllerAccess, parseTopic, topicOf } from '../../src/fleet/topics.ts';
import { type Clock, minutes } from '../../src/platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../../src/platform/errors.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';

/** An answer: its type and body. */
export type Answer = {
  readonly [Type in MessageType]: { readonly type: Type; readonly body: BodyOf<Type> };
}[MessageType];

/** What the controller does with what terminals say. Answers null where there is nothing to answer. Throws what is refused. */
export type Hear = (address: Address, message: Message) => Promise<Answer | null>;

export interface FleetLineOptions {
  readonly fleet: FleetName;
  readonly hear: Hear;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What a controller sends to terminals. */
export interface ToTerminals {
  /** Resolves when the broker has it. Throws `fleet.offline`, `fleet.refused`. */
  send<Type extends MessageType>(terminal: TerminalId, type: Type, body: BodyOf<Type>): Promise<void>;
}

/** Nothing that is sent to a terminal unasked is of use later: it fetches all of it when it comes by. */
const commandExpiry = minutes(5);
/** When something failed here that has nothing to do with who asked. */
const askAgainAfter = 15_000;

/** The controller's end of the protocol: hears everybody, one message of a terminal after the other, and answers. */
export class FleetLine implements ToTerminals {
  readonly #options: FleetLineOptions;
  #connection: BrokerConnection | null = null;
  readonly #busy = new Map<string, Promise<void>>();

  constructor(options: FleetLineOptions) {
    this.#options = options;
  }

  /** What a connection needs to know of this. */
  get wishes(): Pick<ConnectionWishes, 'topics' | 'message'> {
    return {
      topics: controllerAccess(this.#options.fleet).subscribe,
      message: (topic, payload) => this.#receive(topic, payload),
    };
  }

  use(connection: BrokerConnection | null): void {
    this.#connection = connection;
  }

  async send<Type extends MessageType>(terminal: TerminalId, type: Type, body: BodyOf<Type>): Promise<void> {
    await this.#publish({ fleet: this.#options.fleet, terminal }, type, body, { expiresAfter: commandExpiry });
  }

  /** Resolves when everything heard so far is dealt with. */
  async settled(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  /** Takes note only: the broker gets its acknowledgement at once, and an answer needs the connection. */
  #receive(topic: string, payload: Uint8Array): void {
    const { log, fleet } = this.#options;
    const parsed = parseTopic(topic);
    if (parsed === null || parsed.address.fleet !== fleet) return;
    const { address, channel } = parsed;
    let message: Message;
    try {
      message = readMessage(payload, channel);
    } catch (error) {
      log.warn({ topic, error: messageOf(error) }, 'a message can’t be read');
      return;
    }
    const who = 'terminal' in address ? address.terminal : address.device;
    const before = this.#busy.get(who) ?? Promise.resolve();
    const done = before.then(() => this.#dealWith(address, message));
    this.#busy.set(who, done);
    void done.then(() => {
      if (this.#busy.get(who) === done) this.#busy.delete(who);
    });
  }

  async #dealWith(address: Address, message: Message): Promise<void> {
    const { hear, log } = this.#options;
    let answer: Answer | null;
    try {
      answer = await hear(address, message);
    } catch (error) {
      const body = refusalOf(error);
      log.info({ type: message.type, code: body.code, words: messageOf(error) }, 'refused');
      if (message.type in answers) answer = { type: 'request.refused', body };
      else answer = message.type === 'enrolment.request' ? { type: 'enrolment.refused', body } : null;
    }
    if (answer === null) return;
    try {
      await this.#publish(address, answer.type, answer.body, { replyTo: message.id });
    } catch (error) {
      // Whoever asked asks again.
      log.info({ type: answer.type, error: messageOf(error) }, 'an answer could not be sent');
    }
  }

  async #publish<Type extends MessageType>(
    address: Address,
    type: Type,
    body: BodyOf<Type>,
    wishes: EnvelopeWishes & { readonly replyTo?: MessageId },
  ): Promise<void> {
    const { clock, random } = this.#options;
    const { channel } = messages[type];
    const { text } = writeMessage(type, body, { clock, random }, wishes);
    if (this.#connection === null) throw offline();
    await this.#connection.publish({
      topic: topicOf(address, channel),
      text,
      retained: channels[channel].retained,
      ...(wishes.expiresAfter === undefined ? {} : { expiresAfter: wishes.expiresAfter }),
    });
  }
}

function refusalOf(error: unknown): Refusal {
  const isMeant = isHoldfastError(error) && error.code.startsWith('fleet.');
  if (!isMeant) {
    return { code: 'fleet.busy', words: 'The controller could not do it now', hint: null, retryAfter: askAgainAfter };
  }
  const retryAfter = error.remedy === 'retry' ? askAgainAfter : (error.retryAfter ?? null);
  return { code: error.code, words: error.message, hint: error.hint ?? null, retryAfter };
}

const offline = () =>
  new HoldfastError('fleet.offline', 'This controller has no connection to the broker', { remedy: 'retry' });
