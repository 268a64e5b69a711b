import { z } from 'zod';
import { codeOf, messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import type { ChangeFeed } from '../change-feed.ts';
import type { ChangedPage, ChangingKind, ShopChanges } from '../shop-changes.ts';
import type { RecordKind, ShopPage, ShopRecord, ShopSource } from '../shop-source.ts';
import type { BundleClient } from './bundle-client.ts';
import {
  type Bundle,
  changedSchema,
  feedReadingSchema,
  pageSchema,
  pricesSchema,
  type ReadingCall,
  recordsSchema,
} from './bundle-format.ts';

/** A shop as it is read: the whole of it, and what changes. */
export interface ReadShop {
  readonly source: ShopSource;
  readonly changes: ShopChanges;
  readonly feed: ChangeFeed;
}

/** A shop for one import, and what tells it from others: one that is begun goes on only with the same. */
export interface ImportedShop {
  readonly source: ShopSource;
  readonly changes: Pick<ShopChanges, 'latest'>;
  readonly feed: Pick<ChangeFeed, 'beginning'>;
  /** null: read from the shop itself. */
  readonly bundle: string | null;
}

/**
 * A shop that a gateway reads for all its terminals; asked itself wherever the gateway can't be, so that a terminal is never without.
 * Both answer alike: a gateway reads with the same code.
 */
export class ShopThroughGateway implements ReadShop {
  readonly source: ShopSource;
  readonly changes: ShopChanges;
  readonly feed: ChangeFeed;
  readonly #client: BundleClient;
  readonly #shop: ReadShop;
  readonly #log: Logger;

  constructor(client: BundleClient, shop: ReadShop, log: Logger) {
    this.#client = client;
    this.#shop = shop;
    this.#log = log;
    this.source = { page: (kind, cursor, signal) => this.#page(kind, cursor, signal) };
    this.changes = this.#changes();
    this.feed = {
      beginning: (signal) =>
        this.#ask({ call: 'beginning' }, z.int().nullable(), signal, () => shop.feed.beginning(signal)),
      read: (from, signal) =>
        this.#ask({ call: 'read', from }, feedReadingSchema, signal, () => shop.feed.read(from, signal)),
    };
  }

  /** The gateway's bundle if it has one, else the shop itself. Only the stock is always asked for now. */
  async forImport(signal: AbortSignal): Promise<ImportedShop> {
    const { source, changes, feed } = this.#shop;
    let bundle: Bundle;
    try {
      bundle = await this.#client.bundle(signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#insteadOf('bundle', error);
      return { source, changes, feed, bundle: null };
    }
    const { id, marks } = bundle;
    return {
      source: {
        page: (kind, cursor, ended) =>
          kind === 'source-stock' ? this.#page(kind, cursor, ended) : this.#partOf(bundle, kind, cursor, ended),
      },
      changes: { latest: async (kind) => marks[kind] },
      feed: { beginning: async () => marks.feed },
      bundle: id,
    };
  }

  async #partOf<Kind extends RecordKind>(
    bundle: Bundle,
    kind: Kind,
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<ShopPage<Kind>> {
    const first = bundle.parts.findIndex((part) => part.kind === kind);
    const index = cursor === null ? first : Number(cursor);
    const total = bundle.parts[index]?.total ?? null;
    if (first === -1) return { records: [], next: null, total: 0 };
    const records = await this.#client.part(bundle, index, recordsSchema, signal);
    const next = bundle.parts[index + 1]?.kind === kind ? String(index + 1) : null;
    // The part is named as this kind's in the bundle.
    return { records: records as readonly ShopRecord<Kind>[], next, total };
  }

  #page<Kind extends RecordKind>(kind: Kind, cursor: string | null, signal: AbortSignal): Promise<ShopPage<Kind>> {
    // The answer is of the kind that was asked for.
    return this.#ask({ call: 'page', kind, cursor }, pageSchema, signal, () =>
      this.#shop.source.page(kind, cursor, signal),
    ) as Promise<ShopPage<Kind>>;
  }

  #changes(): ShopChanges {
    const { changes } = this.#shop;
    const list = <Kind extends RecordKind>(
      call: ReadingCall,
      signal: AbortSignal,
      direct: () => Promise<readonly ShopRecord<Kind>[]>,
      // As above.
    ) => this.#ask(call, recordsSchema, signal, direct) as Promise<readonly ShopRecord<Kind>[]>;
    return {
      latest: (kind, signal) =>
        this.#ask({ call: 'latest', kind }, z.string().nullable(), signal, () => changes.latest(kind, signal)),
      changed: <Kind extends ChangingKind>(kind: Kind, since: string, cursor: string | null, signal: AbortSignal) =>
        this.#ask({ call: 'changed', kind, since, cursor }, changedSchema, signal, () =>
          changes.changed(kind, since, cursor, signal),
        ) as Promise<ChangedPage<Kind>>,
      products: (ids, signal) =>
        list<'product'>({ call: 'products', ids: [...ids] }, signal, () => changes.products(ids, signal)),
      productsBySku: (skus, signal) =>
        list<'product'>({ call: 'productsBySku', skus: [...skus] }, signal, () => changes.productsBySku(skus, signal)),
      customers: (ids, signal) =>
        list<'customer'>({ call: 'customers', ids: [...ids] }, signal, () => changes.customers(ids, signal)),
      stock: (skus, signal) =>
        list<'source-stock'>({ call: 'stock', skus: [...skus] }, signal, () => changes.stock(skus, signal)),
      existing: (ids, signal) =>
        this.#ask(
          { call: 'existing', ids: [...ids] },
          z.array(z.int()).transform((found) => new Set(found)),
          signal,
          () => changes.existing(ids, signal),
        ),
      productCount: (signal) =>
        this.#ask({ call: 'productCount' }, z.int().nullable(), signal, () => changes.productCount(signal)),
      prices: (skus, signal) =>
        this.#ask(
          { call: 'prices', skus: [...skus] },
          pricesSchema.transform((prices) => new Map(prices)),
          signal,
          () => changes.prices(skus, signal),
        ),
    };
  }

  async #ask<Answer>(
    call: ReadingCall,
    schema: z.ZodType<Answer>,
    signal: AbortSignal,
    direct: () => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await this.#client.call(call, schema, signal);
    } catch (error) {
      if (!signal.aborted) this.#insteadOf(call.call, error);
      return direct();
    }
  }

  #insteadOf(what: string, error: unknown): void {
    this.#log.info({ what, code: codeOf(error), error: messageOf(error) }, 'asking the shop instead of the gateway');
  }
}
