import type { Clock } from '../platform/clock.ts';
import { sku } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import { createPacer } from '../platform/pacer.ts';
import type { ChangeFeed, ShopWrite } from './change-feed.ts';
import type { Change, SingleKind } from './delta.ts';
import { changeTo, gone } from './found-changes.ts';
import type { Generation } from './generation.ts';
import type { ChangeMarks } from './layout.ts';
import type { ShopChanges } from './shop-changes.ts';
import type { ShopRecord } from './shop-source.ts';

export interface FeedFollowerOptions {
  readonly feed: ChangeFeed;
  readonly changes: ShopChanges;
  /** Writes changes and marks; see `createFollower`. */
  readonly apply: (generation: Generation, found: readonly Change[], marks: ChangeMarks) => Promise<void>;
  /** Reads rules, taxes and groups anew. */
  readonly followLists: (generation: Generation, signal: AbortSignal) => Promise<void>;
  /** With more writes than this in one reading, the whole shop is read anew. */
  readonly mostWrites: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** `no-feed`: nothing was followed, it has to be looked for. */
export type FeedRound = 'followed' | 'read-anew' | 'no-feed';

/**
 * Follows what the shop itself tells of its changes. What a write was about is read whole, so that there is one way in which
 * records are read; where the feed is to be read on is written down together with what was found.
 */
export class FeedFollower {
  readonly #options: FeedFollowerOptions;
  /** Seen to already; told again because an earlier write may still become visible. */
  #done: ReadonlySet<number> = new Set();

  constructor(options: FeedFollowerOptions) {
    this.#options = options;
  }

  /** Another generation is in use: what was seen to for the last one does not count for it. */
  restart(): void {
    this.#done = new Set();
  }

  async round(generation: Generation, signal: AbortSignal): Promise<FeedRound> {
    const { apply, followLists, log } = this.#options;
    const cursor = generation.delta.marks.feed;
    if (cursor === undefined) return 'no-feed';
    const told = await this.#readAll(cursor, signal);
    if (typeof told === 'string') return told;
    const writes = told.writes.filter(({ id }) => !this.#done.has(id));
    const products = new Set<string>();
    const stock = new Set<string>();
    const customers = new Set<number>();
    let lists = false;
    for (const write of writes) {
      if (write.of === 'product') for (const sku of withParent(generation, write.sku)) products.add(sku);
      else if (write.of === 'stock') stock.add(write.sku);
      else if (write.of === 'customer') customers.add(write.customerId);
      else if (write.of === 'lists') lists = true;
    }
    if (products.size + stock.size + customers.size > this.#options.mostWrites) return 'read-anew';
    const { changes } = this.#options;
    const write = (found: readonly Change[]): Promise<void> => apply(generation, found, generation.delta.marks);
    for (const skus of piecesOf(products)) {
      await write(await this.#compared(generation, 'product', skus, await changes.productsBySku(skus, signal)));
    }
    for (const skus of piecesOf(stock)) {
      await write(await this.#compared(generation, 'source-stock', skus, await changes.stock(skus, signal)));
    }
    for (const ids of piecesOf(customers)) {
      await write(await this.#compared(generation, 'customer', ids, await changes.customers(ids, signal)));
    }
    if (lists) await followLists(generation, signal);
    await apply(generation, [], { ...generation.delta.marks, feed: told.resumeAt });
    this.#done = new Set(told.writes.flatMap(({ id }) => (id > told.resumeAt ? [id] : [])));
    log.debug({ writes: writes.length, resumeAt: told.resumeAt }, 'followed the shop’s feed of changes');
    return 'followed';
  }

  /** All pages; or what else came of it. */
  async #readAll(
    cursor: number,
    signal: AbortSignal,
  ): Promise<{ readonly writes: readonly ShopWrite[]; readonly resumeAt: number } | FeedRound> {
    const { feed, log, mostWrites } = this.#options;
    const writes: ShopWrite[] = [];
    let resumeAt = Number.POSITIVE_INFINITY;
    let at: number | null = cursor;
    while (at !== null) {
      const read = await feed.read(at, signal);
      if (read.kind === 'absent') return 'no-feed';
      if (read.kind === 'lost') {
        log.info({ cursor, words: read.words }, 'the shop no longer knows what was changed since; it is read anew');
        return 'read-anew';
      }
      writes.push(...read.writes);
      resumeAt = Math.min(resumeAt, read.resumeAt);
      at = read.next;
      // Writes are more than the records they are about, by far; so many that they are of no use are not held in memory.
      if (writes.length > mostWrites * writesOfOneRecord) return 'read-anew';
    }
    return { writes, resumeAt };
  }

  /** What was asked for and did not come is gone; what came and can't be used stays as it was. */
  async #compared<Kind extends SingleKind>(
    generation: Generation,
    kind: Kind,
    asked: readonly (string | number)[],
    told: readonly ShopRecord<Kind>[],
  ): Promise<readonly Change[]> {
    const rest = createPacer(this.#options.clock);
    const found: Change[] = [];
    const came = new Set<string>();
    for (const entry of told) {
      await rest();
      came.add(entry.key.toLowerCase());
      if (entry.ok) found.push(...changeTo(generation, kind, entry.key, entry.record));
      else this.#options.log.warn({ kind, key: entry.key, reason: entry.reason }, 'a change in the shop can’t be used');
    }
    const missing = asked.filter((key) => !came.has(String(key).toLowerCase()));
    return [...found, ...missing.flatMap((key) => gone(generation, kind, key))];
  }
}

/** A product's row, its values and its prices are written one by one. */
const writesOfOneRecord = 10;
const recordsAtOnce = 100;

function piecesOf<Key>(keys: ReadonlySet<Key>): readonly (readonly Key[])[] {
  const all = [...keys];
  const pieces: (readonly Key[])[] = [];
  for (let at = 0; at < all.length; at += recordsAtOnce) pieces.push(all.slice(at, at + recordsAtOnce));
  return pieces;
}

/** A configurable shows what its variants are chosen by. */
function withParent(generation: Generation, code: string): readonly string[] {
  const parent = generation.product(sku(code))?.parent;
  return parent == null ? [code] : [code, parent.sku];
}
