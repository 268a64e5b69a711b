import { BrokerConnection, type ConnectionState, type ConnectionWishes } from '../../src/fleet/broker-connection.ts';
import type { OpenBrokerLink } from '../../src/fleet/broker-link.ts';
import type { AttemptId, DeliveryOffer, GatewayId } from '../../src/fleet/delivery-messages.ts';
import type { MessageOf } from '../../src/fleet/envelope.ts';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { defaultReconnectPolicy } from '../../src/fleet/reconnect-policy.ts';
import { type Clock, type Instant, seconds } from '../../src/platform/clock.ts';
import { isHoldfastError, messageOf } from '../../src/platform/errors.ts';
import { type TerminalId, uuidv7 } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import { type Leaves, leaveLasts } from './bundles/leave.ts';
import { deliverForTerminal, type StopReason } from './delivery.ts';
import { GatewayLine } from './gateway-line.ts';
import type { Shops } from './shops.ts';
import { Turns } from './turns.ts';

/** Everything a gateway touches, handed in. */
export interface GatewayWorld {
  readonly fleet: FleetName;
  readonly broker: Pick<ConnectionWishes, 'url' | 'authorities' | 'mqttVersion'> & {
    readonly open: OpenBrokerLink;
    readonly username: string;
    readonly password: string;
  };
  readonly shops: Shops;
  /** Where terminals may read bundles, and their leave to; absent: there are none. */
  readonly bundles?: { readonly url: string; readonly leaves: Leaves };
  /** Documents on their way at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface GatewayStatus {
  readonly gateway: GatewayId;
  readonly connection: ConnectionState;
  /** Documents that terminals have granted to it. */
  readonly working: number;
  /** Since its start, by how they ended. */
  readonly ended: Readonly<Record<'confirmed' | 'parked' | 'later' | 'lost', number>>;
  readonly lastConfirmationAt: Instant | null;
}

/** Many terminals' steps are on their way beside each other. */
const inFlight = 20;
/** SIGTERM leaves ten seconds. */
const stopsWithin = seconds(9);

/**
 * Takes documents from terminals over MQTT and brings them into Magento. It keeps nothing: what is to be remembered of a document, its
 * terminal remembers, so a gateway may end at any moment, and there may be as many as wanted.
 */
export class Gateway {
  readonly #world: GatewayWorld;
  readonly #id: GatewayId;
  readonly #line: GatewayLine;
  readonly #connection: BrokerConnection;
  readonly #turns: Turns;
  readonly #end = new AbortController();
  readonly #working = new Map<AttemptId, { readonly stop: AbortController; readonly done: Promise<void> }>();
  readonly #ended = { confirmed: 0, parked: 0, later: 0, lost: 0 };
  #lastConfirmationAt: Instant | null = null;
  #isStopping = false;

  constructor(world: GatewayWorld) {
    const { clock, random, log, fleet, broker } = world;
    const { open, username, password, ...way } = broker;
    this.#world = world;
    this.#id = uuidv7(clock, random) as GatewayId;
    this.#turns = new Turns(world.concurrency);
    this.#line = new GatewayLine({
      fleet,
      gateway: this.#id,
      publisher: () => this.#connection,
      offered: (terminal, offer) => this.#offered(terminal, offer),
      probed: (terminal, probe) => void this.#probed(terminal, probe),
      leaveAsked: (terminal, question) => void this.#giveLeave(terminal, question),
      stopped: (attempt) => this.#working.get(attempt)?.stop.abort('terminal' satisfies StopReason),
      clock,
      random,
      log,
    });
    const clientId = `holdfast-${fleet}-gateway-${this.#id}`;
    this.#connection = new BrokerConnection({
      open,
      wishes: {
        ...way,
        ...this.#line.wishes,
        identity: () => ({ clientId, username, password, will: null }),
        inFlight,
        // A shared subscription must not go on getting offers for one that is gone.
        sessionExpiry: seconds(0),
      },
      policy: defaultReconnectPolicy,
      clock,
      random,
      log: log.child({ room: 'broker' }),
    });
  }

  start(): void {
    this.#connection.start(this.#end.signal);
  }

  /** Ends what is on its way at the next safe point, tells the terminals, and says goodbye. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const { stop } of this.#working.values()) stop.abort('gateway' satisfies StopReason);
    const all = Promise.all([...this.#working.values()].map(({ done }) => done));
    await Promise.race([all, this.#world.clock.sleep(stopsWithin)]);
    this.#end.abort();
    await this.#connection.ended();
  }

  status(): GatewayStatus {
    return {
      gateway: this.#id,
      connection: this.#connection.state,
      working: this.#working.size,
      ended: { ...this.#ended },
      lastConfirmationAt: this.#lastConfirmationAt,
    };
  }

  #offered(terminal: TerminalId, { body }: MessageOf<'delivery.offer'>): void {
    // The broker may bring an offer twice.
    if (this.#working.has(body.attempt)) return;
    const stop = new AbortController();
    // Taken all the same, and given back at once: the terminal need not wait to offer it to another.
    if (this.#isStopping) stop.abort('gateway' satisfies StopReason);
    const done = this.#deliver(terminal, body, stop.signal).finally(() => this.#working.delete(body.attempt));
    this.#working.set(body.attempt, { stop, done });
  }

  async #deliver(terminal: TerminalId, offer: DeliveryOffer, signal: AbortSignal): Promise<void> {
    const { shops, clock } = this.#world;
    const log = this.#world.log.child({ terminal, attempt: offer.attempt });
    const parts = {
      gateway: this.#id,
      line: this.#line,
      shops,
      turn: (ended: AbortSignal) => this.#turns.take(ended),
      clock,
    };
    try {
      const { kind, answer } = await deliverForTerminal(parts, terminal, offer, signal);
      this.#ended[kind] += 1;
      if (kind === 'confirmed') this.#lastConfirmationAt = clock.now();
      log.info({ outcome: kind, answer }, 'delivery');
    } catch (error) {
      this.#ended.lost += 1;
      // The terminal, which hears nothing more of it, offers it again.
      if (isHoldfastError(error, 'gateway.not-granted')) log.info({ words: error.message }, 'given up');
      else log.error({ error: messageOf(error) }, 'a delivery failed in this gateway');
    }
  }

  async #giveLeave(terminal: TerminalId, { id }: MessageOf<'bundle.ask'>): Promise<void> {
    const { bundles, log } = this.#world;
    const url = bundles?.url ?? null;
    const token = bundles?.leaves.give(terminal) ?? '';
    try {
      const leave = { gateway: this.#id, url, token, lasts: leaveLasts };
      await this.#line.send(terminal, 'bundle.leave', leave, { replyTo: id });
    } catch (error) {
      log.info({ terminal, error: messageOf(error) }, 'a leave could not be given');
    }
  }

  async #probed(terminal: TerminalId, { id, body }: MessageOf<'delivery.probe'>): Promise<void> {
    if (this.#isStopping) return;
    try {
      const look = await this.#world.shops.look(body.place);
      await this.#line.send(terminal, 'delivery.reachable', { gateway: this.#id, ...look }, { replyTo: id });
    } catch (error) {
      this.#world.log.info({ terminal, error: messageOf(error) }, 'a terminal’s look was not answered');
    }
  }
}
