import type { BrokerConnection, ConnectionWishes } from '../../src/fleet/broker-connection.ts';
import { type EnvelopeWishes, type Message, readMessage, writeMessage } from '../../src/fleet/envelope.ts';
import { answeredWithin } from '../../src/fleet/messenger.ts';
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
import { type Clock, type Monotonic, minutes } from '../../src/platform/clock.ts';
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

/** What terminals have said to a controller. */
export interface FleetTraffic {
  /** Messages that came, since the start. */
  readonly heard: number;
  /** Of those, what is not dealt with yet. */
  readonly waiting: number;
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
  #heard = 0;
  #waiting = 0;

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

  get traffic(): FleetTraffic {
    return { heard: this.#heard, waiting: this.#waiting };
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
    this.#heard += 1;
    this.#waiting += 1;
    const who = 'terminal' in address ? address.terminal : address.device;
    const before = this.#busy.get(who) ?? Promise.resolve();
    const since = this.#options.clock.monotonic();
    const done = before.then(() => this.#dealWith(address, message, since));
    this.#busy.set(who, done);
    void done.then(() => {
      this.#waiting -= 1;
      if (this.#busy.get(who) === done) this.#busy.delete(who);
    });
  }

  async #dealWith(address: Address, message: Message, since: Monotonic): Promise<void> {
    const { hear, log, clock } = this.#options;
    const isQuestion = message.type in answers || message.type === 'enrolment.request';
    if (isQuestion && clock.monotonic() - since >= answeredWithin) {
      // Whoever asked has given up and asks again; answering both would make a controller that is behind fall further behind.
      log.info({ type: message.type }, 'a question is left: nobody waits for its answer any more');
      return;
    }
    let answer: Answer | null;
    try {
      answer = await hear(address, message);
    } catch (error) {
      const body = refusalOf(error);
      log.info({ type: message.type, code: body.code, words: messageOf(error) }, 'refused');
      if (!isQuestion) answer = null;
      else answer = { type: message.type === 'enrolment.request' ? 'enrolment.refused' : 'request.refused', body };
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
