import { type Clock, type Duration, type Monotonic, seconds } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import { createPacer } from '../platform/pacer.ts';
import type { ProductRecord } from './catalogue.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Change } from './delta.ts';
import { FeedFollower, type FeedRound } from './follow-feed.ts';
import { changeTo, gone, isSame } from './found-changes.ts';
import type { Generation } from './generation.ts';
import type { ChangeMarks } from './layout.ts';
import { PriceSweep } from './price-sweep.ts';
import { listedKinds } from './records.ts';
import type { ChangedPage, ChangingKind, ShopChanges } from './shop-changes.ts';
import type { RecordKind, ShopPage, ShopSource } from './shop-source.ts';

export interface FollowOptions {
  readonly source: ShopSource;
  readonly changes: ShopChanges;
  /** The shop's own feed of changes, used where the generation's beginning is known in it; absent: the shop has none. */
  readonly feed?: ChangeFeed;
  /** The generation in use; null: there is none that changes could be written beside. */
  readonly inUse: () => Generation | null;
  /** Told when all stock begins to be read, and when it has been. */
  readonly onStock?: (event: 'begins' | 'ended') => void;
  /** Told after each delta: what is shown may have changed. */
  readonly onChange?: () => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between two looks through all prices, and at rules, taxes and groups. */
  readonly pricesEvery: Duration;
  /** Between two looks at all stock. */
  readonly stockEvery: Duration;
  readonly bounds?: FollowBounds;
}

export interface FollowBounds {
  /** Stretches of a thousand products, or pages of stock, in one round. */
  readonly stretchesInRound: number;
  /** With more changed records than this, looking things up and starting take longer, and memory counts: read the shop anew. */
  readonly changedRecords: number;
}

export interface FollowReport {
  /** Records changed, added or deleted. */
  readonly changed: number;
  /** So much has changed that the whole shop should be read anew. */
  readonly readAnew: boolean;
  readonly way: FollowWay;
}

/** `feed`: the shop tells each write; `looking`: changes are asked for by date, and what has no date is compared. */
export type FollowWay = 'feed' | 'looking';

/** Keeps the generation in use true, one round at a time. */
export interface Follower {
  /**
   * Asks for what is due and writes it beside the generation. What takes long (all prices, all stock) goes on in the next
   * round. Errors: those of {@link ShopSource} and of the store; what was found before is kept.
   */
  round(signal: AbortSignal): Promise<FollowReport>;
}

/** A change that was dated may have become visible later, when its transaction ended. */
const overlap = seconds(60);
const usualBounds: FollowBounds = { stretchesInRound: 20, changedRecords: 20_000 };
/** Records written at once: LevelDB's binding takes a millisecond to pass on a hundred, while nothing else goes on. */
const recordsInDelta = 200;

export function createFollower(options: FollowOptions): Follower {
  const { source, changes, clock, log, bounds = usualBounds } = options;
  const lists = new Due(clock, options.pricesEvery);
  const prices = new Due(clock, options.pricesEvery);
  const stock = new Due(clock, options.stockEvery);
  const sweep = new PriceSweep(changes);
  const dated = { product: new DatedChanges(clock), customer: new DatedChanges(clock) };
  let of: Generation | null = null;
  let changed = 0;
  let nextBlock: number | null = null;
  let nextStock: { readonly cursor: string | null } | null = null;

  async function apply(generation: Generation, found: readonly Change[], marks: ChangeMarks): Promise<void> {
    const rest = createPacer(clock);
    let at = 0;
    for (; found.length - at > recordsInDelta; at += recordsInDelta) {
      await generation.delta.apply(found.slice(at, at + recordsInDelta), generation.delta.marks, rest);
    }
    const last = found.slice(at);
    if (last.length === 0 && sameMarks(marks, generation.delta.marks)) return;
    await generation.delta.apply(last, marks, rest);
    changed += found.length;
    if (found.length > 0) options.onChange?.();
  }

  /** What the shop dates: whatever is as new as the newest seen, or newer. */
  async function followDated(generation: Generation, kind: ChangingKind, signal: AbortSignal): Promise<void> {
    const { marks } = generation.delta;
    const since = dated[kind].since(marks[kind]);
    let found = new Map<string, Change>();
    let latest = marks[kind];
    let cursor: string | null = null;
    const rest = createPacer(clock);
    do {
      const page: ChangedPage<ChangingKind> = await changes.changed(kind, since, cursor, signal);
      for (const entry of page.records) {
        await rest();
        if (!entry.ok) log.warn({ kind, key: entry.key, reason: entry.reason }, 'a change in the shop can’t be used');
        else for (const change of changeTo(generation, kind, entry.key, entry.record)) found.set(entry.key, change);
      }
      for (const sku of page.gone) {
        if (kind === 'product') for (const change of gone(generation, kind, sku)) found.set(sku, change);
      }
      if (page.latest !== null && (latest === null || page.latest > latest)) latest = page.latest;
      cursor = page.next;
      if (found.size >= recordsInDelta || cursor === null) {
        await apply(generation, [...found.values()], { ...generation.delta.marks, [kind]: latest });
        found = new Map();
      }
    } while (cursor !== null);
    dated[kind].done(latest);
  }

  /** Rules, coupons, taxes and groups: small, and never dated. */
  async function followLists(generation: Generation, signal: AbortSignal): Promise<void> {
    const found: Change[] = [];
    for (const kind of listedKinds) {
      const list: unknown[] = [];
      let cursor: string | null = null;
      do {
        const page: ShopPage<RecordKind> = await source.page(kind, cursor, signal);
        list.push(...page.records.flatMap((entry) => (entry.ok ? [entry.record] : [])));
        cursor = page.next;
      } while (cursor !== null);
      if (!isSame(list, generation.list(kind))) found.push({ kind, list });
    }
    await apply(generation, found, generation.delta.marks);
  }

  async function followPrices(generation: Generation, signal: AbortSignal): Promise<void> {
    if (nextBlock === null) {
      if (!prices.due()) return;
      await sweep.begin(signal);
      prices.restart();
      nextBlock = 0;
    }
    for (let stretch = 0; stretch < bounds.stretchesInRound && nextBlock !== null; stretch++) {
      const { products, next } = await generation.productsFrom(nextBlock, sweep.most, createPacer(clock));
      for (let at = 0; at < products.length; at += sweep.most) {
        await followPricesOf(generation, products.slice(at, at + sweep.most), signal);
      }
      nextBlock = next;
    }
  }

  async function followPricesOf(
    generation: Generation,
    products: readonly ProductRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    const found: Change[] = [];
    const rest = createPacer(clock);
    for (const { sku, record } of await sweep.look(products, generation.list('customer-group'), signal)) {
      await rest();
      if (record === null) found.push(...gone(generation, 'product', sku));
      else found.push(...changeTo(generation, 'product', sku, record));
    }
    await apply(generation, found, generation.delta.marks);
  }

  async function followStock(generation: Generation, signal: AbortSignal): Promise<void> {
    if (nextStock === null) {
      if (!stock.due()) return;
      stock.restart();
      nextStock = { cursor: null };
      options.onStock?.('begins');
    }
    for (let pages = 0; pages < bounds.stretchesInRound && nextStock !== null; pages++) {
      const page: ShopPage<'source-stock'> = await source.page('source-stock', nextStock.cursor, signal);
      const rest = createPacer(clock);
      const found: Change[] = [];
      for (const entry of page.records) {
        await rest();
        if (entry.ok) found.push(...changeTo(generation, 'source-stock', entry.record.sku, entry.record));
      }
      await apply(generation, found, generation.delta.marks);
      nextStock = page.next === null ? null : { cursor: page.next };
      if (nextStock === null) options.onStock?.('ended');
    }
  }

  const feed =
    options.feed === undefined
      ? null
      : new FeedFollower({
          feed: options.feed,
          changes,
          apply,
          followLists,
          mostWrites: bounds.changedRecords,
          clock,
          log,
        });

  /** By the feed, which tells of the stock too. */
  async function followFeed(generation: Generation, signal: AbortSignal): Promise<FeedRound> {
    if (feed === null) return 'no-feed';
    options.onStock?.('begins');
    const round = await feed.round(generation, signal);
    if (round !== 'followed') return round;
    options.onStock?.('ended');
    // What was being looked through has been told.
    nextBlock = null;
    nextStock = null;
    return round;
  }

  /** By looking: by date, and what has none by comparing. */
  async function look(generation: Generation, signal: AbortSignal): Promise<void> {
    await followDated(generation, 'product', signal);
    await followDated(generation, 'customer', signal);
    await followStock(generation, signal);
  }

  return {
    async round(signal) {
      const generation = options.inUse();
      if (generation === null) return { changed: 0, readAnew: false, way: 'looking' };
      if (of !== generation) {
        // A new generation has just been read: nothing of it is old yet.
        if (of !== null) for (const due of [lists, prices, stock]) due.restart();
        of = generation;
        nextBlock = null;
        nextStock = null;
        feed?.restart();
      }
      changed = 0;
      const told = await followFeed(generation, signal);
      if (told !== 'followed') await look(generation, signal);
      if (lists.due()) {
        await followLists(generation, signal);
        lists.restart();
      }
      if (told !== 'followed') await followPrices(generation, signal);
      if (changed > 0) log.info({ generation: generation.info.generation, changed }, 'snapshot brought up to date');
      const readAnew = told === 'read-anew' || generation.delta.size > bounds.changedRecords;
      return { changed, readAnew, way: told === 'followed' ? 'feed' : 'looking' };
    },
  };
}

/** Something done every so often, first at once. */
class Due {
  readonly #clock: Clock;
  readonly #every: Duration;
  #last: Monotonic | null = null;

  constructor(clock: Clock, every: Duration) {
    this.#clock = clock;
    this.#every = every;
  }

  due(): boolean {
    return this.#last === null || this.#clock.monotonic() - this.#last >= this.#every;
  }

  restart(): void {
    this.#last = this.#clock.monotonic();
  }
}

const sameMarks = (a: ChangeMarks, b: ChangeMarks): boolean =>
  a.product === b.product && a.customer === b.customer && a.feed === b.feed;

/**
 * From when on changes are asked for. Around the newest one seen again, until it has been looked for once more a while later:
 * afterwards only for newer ones, since thousands may have been changed in one second.
 */
class DatedChanges {
  readonly #clock: Clock;
  #newest: { readonly mark: string; readonly seenAt: Monotonic } | null = null;
  #asked: Monotonic;
  #settled: string | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#asked = clock.monotonic();
  }

  since(mark: string | null): string {
    this.#asked = this.#clock.monotonic();
    if (mark === null) return '1970-01-01 00:00:00';
    return shifted(mark, mark === this.#settled ? seconds(1) : -overlap);
  }

  /** All that was asked for has come; `latest`: the newest of it, or what was the newest before. */
  done(latest: string | null): void {
    if (latest === null) return;
    if (this.#newest?.mark !== latest) this.#newest = { mark: latest, seenAt: this.#asked };
    else if (this.#asked - this.#newest.seenAt >= overlap) this.#settled = latest;
  }
}

/** A shop's date (`YYYY-MM-DD HH:MM:SS`), so many milliseconds later; of a date that can't be read, the date itself. */
function shifted(mark: string, by: number): string {
  const at = Date.parse(`${mark.replace(' ', 'T')}Z`);
  if (Number.isNaN(at)) return mark;
  return new Date(at + by).toISOString().slice(0, 19).replace('T', ' ');
}
