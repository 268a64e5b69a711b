import { documentId } from '../../src/journal/document.ts';
import type { DeliveryInstruction, DeliveryRecord, Document } from '../../src/journal/journal.ts';
import { createMagentoClient } from '../../src/magento/client/client.ts';
import type { MagentoClient } from '../../src/magento/client/outcome.ts';
import type { MagentoAuth } from '../../src/magento/client/token.ts';
import type { DeliveryShop } from '../../src/magento/delivery/shop.ts';
import { createMagentoLane } from '../../src/magento/lane.ts';
import { type Duration, hours, seconds } from '../../src/platform/clock.ts';
import type { HttpTransport } from '../../src/platform/http-transport.ts';
import type { DocumentId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { createNodeTransport } from '../../src/platform/system-http-transport.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../src/showroom/magento/index.ts';
import { createOutbox, type Outbox } from '../../src/sync/outbox.ts';
import { berlin } from '../magento/delivery/sales.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';
import { type Cut, CuttingProxy } from './cutting-proxy.ts';
import { Gateways, type MessageDeath } from './gateways.ts';
import { type Death, MortalProcess } from './mortal-process.ts';

const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const undisturbed: Mishap = { cut: { kind: 'none' } };

/** What befalls a sale on its way: on the wire, in the process, or both. */
export interface Mishap {
  readonly cut: Cut;
  /** The process dies in the moment of the cut; where gateways deliver, the gateway that was at it. */
  readonly deadly?: boolean;
  readonly death?: Death | null;
  /** Where gateways deliver: one dies at so many messages. */
  readonly gatewayDeath?: MessageDeath;
}

export interface Passage {
  readonly state: DeliveryRecord['state'];
  readonly answer: string | null;
  /** The mishap came to pass. */
  readonly struck: boolean;
  readonly appends: number;
  /** Messages of the gateway that had most. */
  readonly messages: number;
}

/**
 * A terminal's delivery, a proxy that cuts, and a shop, all real but for time: the clock moves only while nothing is under way,
 * so that a sweep is as fast as the machine and the same on every machine.
 */
export class Rig {
  readonly clock: ManualClock;
  readonly shop: SimulatedMagento;
  readonly proxy: CuttingProxy;
  journal: MemoryJournal;
  /** How the terminal signs in; null: by the integration's token. */
  auth: MagentoAuth | null = null;
  /** How sales are brought in; by the module, the shop has it. */
  recipe: 'quote' | 'direct' | 'module' | 'quote-then-direct' = 'quote';
  /** The shop as the terminal's configuration knows it. */
  settings: DeliveryShop = berlin;
  /** How many documents may be on their way at once. */
  overlap = 1;
  /** Stands between delivery and the client, to do something in the moment of a call. */
  onTheWay: (client: MagentoClient) => MagentoClient = (client) => client;
  /** What brings documents into the shop instead of the terminal itself; null: nothing does. */
  gateways: Gateways | null = null;
  readonly #transports: HttpTransport[] = [];
  readonly #random: Random;
  #process: MortalProcess | null = null;
  #outbox: Outbox | null = null;

  private constructor(clock: ManualClock, shop: SimulatedMagento, proxy: CuttingProxy, random: Random) {
    this.clock = clock;
    this.shop = shop;
    this.proxy = proxy;
    this.journal = new MemoryJournal(clock);
    this.#random = random;
  }

  static async open(seed = 1): Promise<Rig> {
    const clock = new ManualClock();
    const random = seededRandom(seed);
    const shop = await startSimulatedMagento({ port: 0, clock, random, log: silentLogger });
    // Enough of everything for any number of sales, so that only delivery is under test.
    for (const item of shop.shop.ledger.sourceItems)
      if (item.source_code === berlin.sourceCode) item.quantity = 1_000_000;
    return new Rig(clock, shop, await CuttingProxy.open(shop.port), random);
  }

  /** Completes the sale, lets the mishap come over its delivery, and goes on until it is confirmed or parked. */
  deliver(sale: CompletedSale, mishap: Mishap = undisturbed): Promise<Passage> {
    return this.bring({ kind: 'sale', sale }, mishap);
  }

  /** The same for any document. */
  async bring(document: Document, mishap: Mishap = undisturbed): Promise<Passage> {
    await this.journal.append(document);
    const { struck, appends, messages } = await this.drain(mishap);
    const delivery = this.journal.document(documentId(document))?.delivery;
    return { state: delivery?.state ?? 'waiting', answer: delivery?.lastAnswer ?? null, struck, appends, messages };
  }

  /**
   * Goes on until nothing waits any more, a day of the shop's time at most. `everySecond` may disturb: change the shop, or kill
   * the process.
   */
  async drain(
    mishap: Mishap = undisturbed,
    everySecond: (rig: Rig) => void = () => {},
    atMost: Duration = hours(24),
  ): Promise<{ readonly struck: boolean; readonly appends: number; readonly messages: number }> {
    const first = this.#startProcess(mishap.death ?? null);
    this.proxy.arm(mishap.cut, () => {
      if (mishap.deadly !== true) return;
      if (this.gateways === null) first.kill();
      else this.gateways.killWorking();
    });
    const kills = this.gateways?.kills ?? 0;
    this.gateways?.arm(mishap.gatewayDeath ?? null);
    let messages = 0;
    let appends = 0;
    const end = this.clock.monotonic() + atMost;
    for (;;) {
      await this.#quiet();
      appends = Math.max(appends, this.#process?.appends ?? 0);
      messages = Math.max(messages, this.gateways?.messages ?? 0);
      if (this.#process?.dead === true) this.#startProcess(null);
      if (this.journal.counts.waiting === 0 || this.clock.monotonic() >= end) break;
      await this.#passTime();
      everySecond(this);
    }
    if (this.proxy.holding) await this.proxy.release();
    await this.#outbox?.stop();
    // Its connection to the broker would go on beside the next one's.
    if (this.gateways !== null && this.#process?.dead === false) this.#process.kill();
    const died = mishap.death !== undefined && this.#process !== first;
    const gatewayDied = (this.gateways?.kills ?? 0) > kills;
    return { struck: this.proxy.spent || died || gatewayDied, appends, messages };
  }

  /** A till of the same name that knows nothing of what this one sold: its journal is gone, or there are two. */
  forget(): void {
    this.journal = new MemoryJournal(this.clock);
  }

  /** Receipts up to this counter were given by a till whose journal is gone. */
  async skipReceipts(through: number): Promise<void> {
    if (through < 1) return;
    await this.journal.append({ kind: 'gap', sequences: [], receipts: [{ from: 1, through }], reason: 'skipped' });
  }

  /** The process ends in the middle of what it does; the next one begins at once. */
  kill(): void {
    this.#process?.kill();
  }

  /** Lets time pass while something is under way: what arrives meanwhile gets its turn. */
  async settle(duration: Duration): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await eventLoopTurn();
    await this.clock.advance(duration);
    for (let turn = 0; turn < 50; turn += 1) await eventLoopTurn();
  }

  /** Parks a document that was not tried yet. */
  async park(id: DocumentId, lastAnswer: string): Promise<void> {
    const queued = this.journal.document(id);
    if (queued === undefined) throw new Error(`there is no ${id}`);
    const delivery: DeliveryRecord = { ...queued.delivery, state: 'parked', lastAnswer, code: 'test' };
    await this.journal.append({ kind: 'delivery', delivery });
  }

  /** Sends a parked document on its way again. */
  async send(id: DocumentId, instructions?: readonly DeliveryInstruction[]): Promise<void> {
    const queued = this.journal.document(id);
    if (queued === undefined) throw new Error(`there is no ${id}`);
    const { delivery } = queued;
    const again = { ...delivery, state: 'waiting', instructions: instructions ?? delivery.instructions } as const;
    await this.journal.append({ kind: 'delivery', delivery: again });
  }

  /** The same, and goes on until nothing waits. */
  async retry(id: DocumentId, instructions?: readonly DeliveryInstruction[]): Promise<void> {
    await this.send(id, instructions);
    await this.drain();
  }

  /** From now on gateways deliver, so many at once. */
  async useGateways(count: number): Promise<void> {
    await this.gateways?.close();
    this.gateways = new Gateways({
      clock: this.clock,
      random: this.#random,
      baseUrl: `http://127.0.0.1:${this.proxy.port}`,
      auth: () => this.auth ?? { type: 'token', token: this.shop.integrationToken },
      place: () => ({
        storeCode: 'default',
        recipe: this.recipe === 'quote-then-direct' ? 'auto' : this.recipe,
        shop: this.settings,
      }),
      count,
    });
  }

  async close(): Promise<void> {
    await this.gateways?.close();
    for (const transport of this.#transports) transport.close();
    await this.proxy.close();
    await this.shop.close();
  }

  /** A new life over the same journal. */
  #startProcess(death: Death | null): MortalProcess {
    const { clock } = this;
    const process = new MortalProcess(death, () => this.proxy.cutAll());
    const transport = createNodeTransport();
    this.#transports.push(transport);
    const client = createMagentoClient({
      baseUrl: `http://127.0.0.1:${this.proxy.port}`,
      storeCode: 'default',
      auth: this.auth ?? { type: 'token', token: this.shop.integrationToken },
      transport,
      clock,
      log: silentLogger,
      requestTimeout: seconds(30),
    });
    const mortal = process.client(this.onTheWay(client));
    const { recipe } = this;
    this.shop.holdfastModule = recipe === 'module';
    const ownLane = () =>
      createMagentoLane({
        client: mortal,
        shop: this.settings,
        choice: recipe === 'quote-then-direct' ? 'auto' : recipe,
        unconfirmed: () => this.journal.unconfirmed(),
        madeDirectly: async () => undefined,
        clock,
        log: silentLogger,
      });
    const lane = this.gateways?.lane(this.journal, (task) => process.alsoAtDeath(task)) ?? ownLane();
    const journal = process.journal(this.journal);
    this.#process = process;
    this.#outbox = createOutbox({
      journal,
      lane,
      clock,
      random: this.#random,
      log: silentLogger,
      overlap: this.overlap,
    });
    this.#outbox.start();
    return process;
  }

  /** Until nothing moves by itself any more: waiting for time, stuck on the way, or dead. */
  async #quiet(): Promise<void> {
    for (;;) {
      await eventLoopTurn();
      const process = this.#process;
      if (process === null || process.dead || this.proxy.holding) return;
      if (this.gateways !== null) {
        // What passes between terminal and gateways in memory takes no time; then somebody waits for it to pass.
        for (let turn = 0; turn < 4 && this.gateways.calls === 0; turn += 1) await eventLoopTurn();
        if (this.gateways.calls === 0) return;
        continue;
      }
      if (process.calls === 0 && this.#outbox?.status().state !== 'delivering') return;
    }
  }

  async #passTime(): Promise<void> {
    if (this.proxy.holding) {
      // The client gives up on the request, looks, and only then the request arrives.
      await this.clock.advance(seconds(31));
      await this.#quietBesidesHeld();
      await this.proxy.release();
      return;
    }
    // Between terminal and gateways silence takes half a minute to tell.
    await this.clock.advance(seconds(this.gateways === null ? 1 : 5));
  }

  async #quietBesidesHeld(): Promise<void> {
    if (this.gateways !== null) {
      for (let turn = 0; turn < 20 || this.gateways.calls > 0; turn += 1) await eventLoopTurn();
      return;
    }
    while ((this.#process?.calls ?? 0) > 0 || this.#outbox?.status().state === 'delivering') await eventLoopTurn();
  }
}
