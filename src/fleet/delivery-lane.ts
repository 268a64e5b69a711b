import type { JsonValue } from '../platform/brand.ts';
import { type Clock, type Duration, seconds } from '../platform/clock.ts';
import { codeOf, isHoldfastError, messageOf } from '../platform/errors.ts';
import { uuidv7 } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { DeliveryOutcome, DeliveryTask, Document, Lane, Reachability } from '../sync/lane.ts';
import { DeliveryAttempt, deny } from './delivery-attempt.ts';
import { withoutSlips } from './delivery-documents.ts';
import { type AttemptId, type DeliveryPlace, longestOffer, type ReturnBeside } from './delivery-messages.ts';
import type { MessageOf } from './envelope.ts';
import type { Messenger } from './messenger.ts';

export interface DeliveryLaneOptions {
  readonly place: DeliveryPlace;
  /** Returns of this terminal that wait and have begun. */
  readonly returnsBegun: () => readonly ReturnBeside[];
  /** Where a document stands by its progress, in words; the same for every lane. */
  readonly describe: (progress: JsonValue) => string;
  /** Awaited before a sale counts as confirmed that was made past Magento's cart. */
  readonly madeDirectly: (sale: Extract<Document, { kind: 'sale' }>['sale']) => Promise<void>;
  /** After a look that found the shop there. */
  readonly onReachable: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What a probe waits for: the gateway asks Magento meanwhile. */
const probedWithin = seconds(20);
/** Another return is with a gateway. */
const waysRetry = seconds(5);
const again = seconds(1);

/**
 * Delivery over MQTT: documents go to a gateway of the fleet, which brings them into Magento with the same code as the terminal's own HTTP
 * lane. The terminal decides which gateway works on a document, and writes every step down before it may be taken
 * (delivery-attempt.ts).
 */
export class DeliveryLane implements Lane {
  readonly name = 'mqtt';
  readonly #options: DeliveryLaneOptions;
  readonly #attempts = new Map<AttemptId, DeliveryAttempt>();
  #messenger: Messenger | null = null;
  #gatewaysRecipe: string | null = null;
  /** Through the terminal's own source go returns one at a time, and two gateways would not know of each other. */
  #returnIsOut = false;

  constructor(options: DeliveryLaneOptions) {
    this.#options = options;
  }

  get recipe(): string {
    return this.#gatewaysRecipe === null ? 'through a gateway' : `through a gateway: ${this.#gatewaysRecipe}`;
  }

  /** The way to the gateways; until then nothing can be delivered. */
  attach(messenger: Messenger): void {
    this.#messenger = messenger;
    messenger.on('delivery.step', (message) => this.#step(messenger, message));
    messenger.on('delivery.working', ({ body }) => this.#attempts.get(body.attempt)?.heard(body.gateway));
    messenger.on('delivery.receipt', (message) => this.#receipt(messenger, message));
  }

  describe(progress: JsonValue): string {
    return this.#options.describe(progress);
  }

  async deliver(document: Document, task: DeliveryTask): Promise<DeliveryOutcome> {
    if (document.kind !== 'return') return this.#offer(document, task);
    if (this.#returnIsOut) {
      return later(task.progress, 'document', 'gateway.one-return', 'Another return is with a gateway', waysRetry);
    }
    this.#returnIsOut = true;
    try {
      return await this.#offer(document, task);
    } finally {
      this.#returnIsOut = false;
    }
  }

  async probe(signal: AbortSignal): Promise<Reachability> {
    const seen = await unlessStopped(this.#ask(), signal);
    if (seen.kind === 'reachable') await this.#options.onReachable(signal);
    return seen;
  }

  async #ask(): Promise<Reachability> {
    const { place } = this.#options;
    if (this.#messenger === null) return { kind: 'unreachable', code: 'gateway.no-fleet', answer: noFleet };
    try {
      const { seen, recipe } = await this.#messenger.askFor(
        'delivery.probe',
        { place },
        'delivery.reachable',
        'request.refused',
        probedWithin,
      );
      this.#gatewaysRecipe = recipe;
      return seen;
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      if (error.code === 'fleet.no-answer') return { kind: 'unreachable', code: 'gateway.none', answer: noGateway };
      return { kind: 'unreachable', code: error.code, answer: error.message };
    }
  }

  async #offer(document: Document, task: DeliveryTask): Promise<DeliveryOutcome> {
    const { clock, random, place, log, returnsBegun } = this.#options;
    const messenger = this.#messenger;
    const { progress, instructions, needed } = task;
    if (messenger === null) return later(progress, 'lane', 'gateway.no-fleet', noFleet);
    if (task.signal.aborted) return later(progress, 'lane', 'delivery.stopped', 'Stopped on request');
    const id = uuidv7(clock, random) as AttemptId;
    const offer = {
      attempt: id,
      place,
      document: withoutSlips(document),
      progress,
      instructions: [...instructions],
      needed: needed.map(withoutSlips),
      beside: document.kind === 'return' ? [...returnsBegun()] : [],
    };
    if (Buffer.byteLength(JSON.stringify(offer)) > longestOffer) {
      const answer = 'It is too large to travel over MQTT; deliver it over HTTP (sync.lane: http), then change back';
      return { kind: 'parked', progress, code: 'gateway.too-large', answer };
    }
    const attempt = new DeliveryAttempt({ id, document, task, messenger, clock, log });
    this.#attempts.set(id, attempt);
    try {
      await messenger.send('delivery.offer', offer);
      const end = await attempt.ended();
      switch (end.kind) {
        case 'receipt': {
          this.#gatewaysRecipe = end.receipt.recipe;
          const { outcome, madeDirectly } = end.receipt;
          if (madeDirectly && document.kind === 'sale') await this.#options.madeDirectly(document.sale);
          return outcome;
        }
        case 'not-taken': {
          const seen = await unlessStopped(this.#ask(), task.signal);
          // They are there, and the offer was lost or met one that had just gone.
          if (seen.kind === 'reachable') return later(progress, 'document', 'gateway.not-taken', notTaken, again);
          return later(progress, 'lane', seen.code, seen.answer);
        }
        case 'silent':
          return later(attempt.progress, 'document', 'gateway.silent', silent, again);
        case 'stopped':
          return later(attempt.progress, 'lane', 'delivery.stopped', 'Stopped on request');
      }
    } catch (error) {
      // The broker, not the journal: that one's failure is the terminal's own and goes on up.
      if (codeOf(error)?.startsWith('fleet.') === true) {
        return later(attempt.progress, 'lane', codeOf(error) ?? 'fleet.offline', messageOf(error));
      }
      throw error;
    } finally {
      this.#attempts.delete(id);
    }
  }

  #step(messenger: Messenger, { id, body }: MessageOf<'delivery.step'>): void {
    const attempt = this.#attempts.get(body.attempt);
    if (attempt !== undefined) attempt.step(id, body);
    else deny(messenger, id, body, 'This attempt is over');
  }

  #receipt(messenger: Messenger, { id, body }: MessageOf<'delivery.receipt'>): void {
    const attempt = this.#attempts.get(body.attempt);
    if (attempt !== undefined) attempt.receipt(id, body);
    else deny(messenger, id, body, 'This attempt is over');
  }
}

/** Whoever stops does not wait for a gateway. */
function unlessStopped(looking: Promise<Reachability>, signal: AbortSignal): Promise<Reachability> {
  const stopped: Reachability = { kind: 'unreachable', code: 'delivery.stopped', answer: 'Stopped on request' };
  if (signal.aborted) return Promise.resolve(stopped);
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(stopped);
    signal.addEventListener('abort', stop, { once: true });
    looking.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function later(
  progress: JsonValue,
  scope: 'document' | 'lane',
  code: string,
  answer: string,
  retryAfter: Duration | null = null,
): DeliveryOutcome {
  return { kind: 'later', scope, progress, code, answer, retryAfter };
}

const noFleet =
  'This terminal has not joined its fleet yet; it delivers through the fleet’s gateways (sync.lane: mqtt)';
const noGateway = 'No gateway of the fleet answers; start one, or look at its log (docs/gateway.md)';
const notTaken = 'No gateway took it; offering it again';
const silent = 'The gateway that worked on it has fallen silent; going on where it stopped';
