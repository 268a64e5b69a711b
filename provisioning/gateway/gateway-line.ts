import type { ConnectionWishes } from '../../src/fleet/broker-connection.ts';
import { type AttemptId, type GatewayId, type Granted, grantedWithin } from '../../src/fleet/delivery-messages.ts';
import {
  type EnvelopeWishes,
  type Message,
  type MessageOf,
  readMessage,
  writeMessage,
} from '../../src/fleet/envelope.ts';
import type { Publisher } from '../../src/fleet/messenger.ts';
import { type BodyOf, type FleetName, type MessageId, type MessageType, messages } from '../../src/fleet/protocol.ts';
import { gatewayAccess, parseTopic, topicOf } from '../../src/fleet/topics.ts';
import { type Clock, seconds } from '../../src/platform/clock.ts';
import { HoldfastError, messageOf } from '../../src/platform/errors.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';

export interface GatewayLineOptions {
  readonly fleet: FleetName;
  readonly gateway: GatewayId;
  readonly publisher: () => Publisher;
  readonly offered: (terminal: TerminalId, offer: MessageOf<'delivery.offer'>) => void;
  readonly probed: (terminal: TerminalId, probe: MessageOf<'delivery.probe'>) => void;
  readonly leaveAsked: (terminal: TerminalId, question: MessageOf<'bundle.ask'>) => void;
  /** The terminal stops and wants this attempt to end soon. */
  readonly stopped: (attempt: AttemptId) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

type Answer = MessageOf<'delivery.granted'> | MessageOf<'delivery.denied'>;

/** How soon what was not answered is asked again. */
const askedEvery = seconds(4);

/** A gateway's end of the protocol. */
export class GatewayLine {
  readonly #options: GatewayLineOptions;
  readonly #asked = new Map<MessageId, (answer: Answer) => void>();

  constructor(options: GatewayLineOptions) {
    this.#options = options;
  }

  /** What a connection needs to know of this. */
  get wishes(): Pick<ConnectionWishes, 'topics' | 'message'> {
    const { fleet } = this.#options;
    return {
      topics: (mqttVersion) => gatewayAccess(fleet, { shared: mqttVersion === 5 }).subscribe,
      message: (topic, payload) => this.#receive(topic, payload),
    };
  }

  /** Resolves when the broker has it. Throws `fleet.offline`, `fleet.refused`. */
  async send<Type extends MessageType>(
    terminal: TerminalId,
    type: Type,
    body: BodyOf<Type>,
    wishes: EnvelopeWishes = {},
  ): Promise<void> {
    const { fleet, clock, random, publisher } = this.#options;
    const { text } = writeMessage(type, body, { clock, random }, wishes);
    await publisher().publish({ topic: topicOf({ fleet, terminal }, messages[type].channel), text, retained: false });
  }

  /**
   * Asks the terminal for its leave, again and again while the grant would still be worth something. Throws `gateway.not-granted` when it is
   * denied, or was not granted in time: what was asked for must not be done then.
   */
  async ask<Type extends 'delivery.step' | 'delivery.receipt'>(
    terminal: TerminalId,
    type: Type,
    body: BodyOf<Type>,
  ): Promise<Granted> {
    const { fleet, clock, random, log, publisher } = this.#options;
    const askedAt = clock.monotonic();
    const inTime = (): boolean => clock.monotonic() - askedAt <= grantedWithin;
    const given = new AbortController();
    const asked: MessageId[] = [];
    const answers: Answer[] = [];
    const take = (answer: Answer): void => {
      answers.push(answer);
      given.abort();
    };
    while (inTime() && answers.length === 0) {
      const { id, text } = writeMessage(type, body, { clock, random });
      // The answer may come before the broker's acknowledgement does.
      this.#asked.set(id, take);
      asked.push(id);
      try {
        const topic = topicOf({ fleet, terminal }, messages[type].channel);
        await publisher().publish({ topic, text, retained: false, expiresAfter: grantedWithin });
      } catch (error) {
        log.info({ terminal, type, error: messageOf(error) }, 'a terminal could not be asked');
      }
      if (answers.length === 0) await clock.sleep(askedEvery, given.signal);
    }
    for (const id of asked) this.#asked.delete(id);
    const [answer] = answers;
    if (answer?.type === 'delivery.denied') throw notGranted(answer.body.words);
    // Also one that came, but was looked at too late: a process may be stopped at any moment.
    if (answer === undefined || !inTime()) throw notGranted('The terminal did not answer in time');
    return answer.body;
  }

  /** Takes note only: the broker gets its acknowledgement at once. */
  #receive(topic: string, payload: Uint8Array): void {
    const { log, fleet, gateway, offered, probed, leaveAsked, stopped } = this.#options;
    const parsed = parseTopic(topic);
    if (parsed === null || parsed.address.fleet !== fleet || !('terminal' in parsed.address)) return;
    const { terminal } = parsed.address;
    let message: Message;
    try {
      message = readMessage(payload, parsed.channel);
    } catch (error) {
      log.warn({ topic, error: messageOf(error) }, 'a message can’t be read');
      return;
    }
    switch (message.type) {
      case 'delivery.offer':
        offered(terminal, message);
        return;
      case 'delivery.probe':
        probed(terminal, message);
        return;
      case 'bundle.ask':
        leaveAsked(terminal, message);
        return;
      case 'delivery.granted':
      case 'delivery.denied':
        if (message.body.gateway === gateway && message.replyTo !== null) this.#asked.get(message.replyTo)?.(message);
        return;
      case 'delivery.stop':
        if (message.body.gateway === gateway) stopped(message.body.attempt);
        return;
      default:
        return;
    }
  }
}

const notGranted = (words: string): HoldfastError =>
  new HoldfastError('gateway.not-granted', words, { remedy: 'never' });
