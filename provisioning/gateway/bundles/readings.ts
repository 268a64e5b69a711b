import { createMagentoClient } from '../../../src/magento/client/client.ts';
import type { MagentoAuth } from '../../../src/magento/client/token.ts';
import { createModuleChangeFeed } from '../../../src/magento/module/change-feed.ts';
import { createMagentoShopSource } from '../../../src/magento/reader/shop-source.ts';
import { type Clock, type Duration, type Monotonic, minutes, seconds } from '../../../src/platform/clock.ts';
import { HoldfastError, messageOf } from '../../../src/platform/errors.ts';
import type { HttpTransport } from '../../../src/platform/http-transport.ts';
import type { Logger } from '../../../src/platform/log.ts';
import type { Random } from '../../../src/platform/random.ts';
import type { Reading, ReadingCall } from '../../../src/snapshot/bundle/bundle-format.ts';
import type { ReadShop } from '../../../src/snapshot/bundle/shop-through-gateway.ts';
import { Batches } from './batches.ts';
import { type BuiltBundle, buildBundle } from './bundle-builder.ts';

export interface ReadingsOptions {
  readonly baseUrl: string;
  readonly auth: MagentoAuth;
  readonly transport: HttpTransport;
  readonly requestTimeout: Duration;
  /** A bundle is handed out for so long; then the shop is read anew for the next who asks. */
  readonly freshFor: Duration;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

interface KnownReading {
  readonly shop: ReadShop;
  current: { readonly built: BuiltBundle; readonly at: Monotonic } | null;
  /** Handed out before: whoever is in the middle of it may go on. */
  former: BuiltBundle | null;
  building: Promise<void> | null;
  /** Why the last one failed; told once to whoever waits. */
  failed: string | null;
}

/** More ways to read one shop than stores with settings of their own. */
const mostReadings = 50;
/** How soon the same may be asked of Magento again: what a sale changes soon, the rest seldom. */
const spacings: Readonly<Record<ReadingCall['call'], Duration>> = {
  page: seconds(10),
  latest: seconds(10),
  changed: seconds(10),
  products: seconds(10),
  productsBySku: seconds(10),
  customers: seconds(10),
  stock: seconds(10),
  beginning: seconds(10),
  read: seconds(10),
  existing: minutes(1),
  productCount: minutes(1),
  prices: minutes(1),
};

/** Reads the shop for all terminals that read it alike, so that Magento is asked once, however many they are. */
export class Readings {
  readonly #options: ReadingsOptions;
  readonly #known = new Map<string, KnownReading>();
  readonly #batches: Batches;
  readonly #end = new AbortController();

  constructor(options: ReadingsOptions) {
    this.#options = options;
    this.#batches = new Batches(options.clock);
  }

  /** The bundle of a reading; `building`: it is being made, ask again. Throws `bundle.failed` when that came to nothing. */
  bundle(reading: Reading): BuiltBundle['bundle'] | 'building' {
    const known = this.#of(reading);
    const { clock, freshFor } = this.#options;
    const { current, failed } = known;
    if (current !== null && clock.monotonic() - current.at < freshFor) return current.built.bundle;
    if (failed !== null) {
      known.failed = null;
      throw new HoldfastError('bundle.failed', failed, { remedy: 'retry' });
    }
    known.building ??= this.#build(known);
    return 'building';
  }

  /** A part, compressed with gzip; undefined: it is of no bundle that is kept. */
  part(bundle: string, sha256: string): Uint8Array | undefined {
    for (const { current, former } of this.#known.values()) {
      for (const built of [current?.built, former]) if (built?.bundle.id === bundle) return built.parts.get(sha256);
    }
    return undefined;
  }

  /** What the shop says now, shared by all who ask the same. JSON. Throws what the shop was asked in vain with. */
  async call(reading: Reading, call: ReadingCall): Promise<string> {
    const { shop } = this.#of(reading);
    const key = JSON.stringify([reading, call]);
    return this.#batches.ask(key, spacings[call.call], async () =>
      JSON.stringify(await answer(shop, call, this.#end.signal)),
    );
  }

  stop(): void {
    this.#end.abort();
  }

  #of(reading: Reading): KnownReading {
    const key = JSON.stringify(reading);
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    if (this.#known.size >= mostReadings) {
      throw new HoldfastError('bundle.too-many', `More than ${mostReadings} ways to read the shop are asked for`, {
        remedy: 'operator',
        hint: 'Give terminals of one store the same settings (prices, snapshot), by their group.',
      });
    }
    const { clock, log } = this.#options;
    const client = createMagentoClient({ ...this.#options, storeCode: reading.storeCode });
    const { sourceCode, settings, attributes, pageSize, guestPrices } = reading;
    const source = createMagentoShopSource({ client, clock, settings, sourceCode, attributes, pageSize, guestPrices });
    const feed = createModuleChangeFeed({ client, sourceCode, clock, log });
    const shop: ReadShop = { source, changes: source.changes, feed };
    const known: KnownReading = { shop, current: null, former: null, building: null, failed: null };
    this.#known.set(key, known);
    return known;
  }

  async #build(known: KnownReading): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const built = await buildBundle(known.shop, this.#options, this.#end.signal);
      known.former = known.current?.built ?? null;
      known.current = { built, at: clock.monotonic() };
    } catch (error) {
      known.failed = messageOf(error);
      log.warn({ error: messageOf(error) }, 'the shop could not be read');
    } finally {
      known.building = null;
    }
  }
}

async function answer({ source, changes, feed }: ReadShop, asked: ReadingCall, signal: AbortSignal): Promise<unknown> {
  switch (asked.call) {
    case 'page':
      return source.page(asked.kind, asked.cursor, signal);
    case 'latest':
      return changes.latest(asked.kind, signal);
    case 'changed':
      return changes.changed(asked.kind, asked.since, asked.cursor, signal);
    case 'products':
      return changes.products(asked.ids, signal);
    case 'productsBySku':
      return changes.productsBySku(asked.skus, signal);
    case 'customers':
      return changes.customers(asked.ids, signal);
    case 'stock':
      return changes.stock(asked.skus, signal);
    case 'existing':
      return [...(await changes.existing(asked.ids, signal))];
    case 'productCount':
      return changes.productCount(signal);
    case 'prices':
      return [...(await changes.prices(asked.skus, signal))];
    case 'beginning':
      return feed.beginning(signal);
    case 'read':
      return feed.read(asked.from, signal);
  }
}
