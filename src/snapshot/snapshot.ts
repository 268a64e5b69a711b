import { type Clock, type Duration, milliseconds } from '../platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import type { Logger } from '../platform/log.ts';
import { createPacer } from '../platform/pacer.ts';
import type { CatalogueAttribute, PriceBook } from '../pricing/price-book.ts';
import type { Catalogue } from './catalogue.ts';
import { Delta } from './delta.ts';
import { sealJson } from './envelope.ts';
import { takeStock } from './finish.ts';
import { Generation } from './generation.ts';
import { findUsable, type UsableGenerations, usableByPointer } from './generations.ts';
import { damagedKey, type Manifest } from './layout.ts';
import type { ListedKind } from './records.ts';
import { isClosed } from './sealed-reader.ts';
import type { SnapshotRecords } from './shop-source.ts';

export interface SnapshotOptions {
  readonly store: KeyValueStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told once for each generation found damaged: take a new snapshot as soon as may be. */
  readonly onDamage?: (damage: SnapshotDamage) => void;
}

export interface SnapshotDamage {
  readonly generation: number;
  readonly reason: string;
  /** The generation now in use instead; null: there is no other, and the damaged one goes on as far as it can be read. */
  readonly fallback: number | null;
}

export interface ScrubReport {
  readonly generation: number | null;
  readonly damage: string | null;
}

/** The copies of the shop on this terminal, as the till uses them. */
export interface Snapshot {
  readonly catalogue: Catalogue;
  /** The generation that is sold from; changes are written beside it. */
  readonly inUse: Generation | null;
  /** There is none, or it is damaged. */
  readonly refetchNeeded: boolean;
  /** Turns to the generation that an import has made current. */
  reload(): void;
  /** Reads the generation in use through, slowly, to find silent damage. For idle time. */
  scrub(options?: { readonly pause?: Duration; readonly signal?: AbortSignal }): Promise<ScrubReport>;
}

/** Between two stretches of a scrub: it takes a tenth of one core. */
const scrubPause = milliseconds(80);

/**
 * Opens what is there; an empty store is a snapshot without a generation. Reading never throws for damage: it turns to the
 * generation before, reports, and goes on.
 */
export async function openSnapshot({ store, clock, log, onDamage }: SnapshotOptions): Promise<Snapshot> {
  let usable: readonly Generation[] = [];
  let damageFound = false;

  /** `opened`: what is known of a generation already. */
  function use({ manifests, intact }: UsableGenerations, opened: (manifest: Manifest) => Generation | undefined): void {
    usable = manifests.map(
      (manifest) => opened(manifest) ?? new Generation(store, manifest, Delta.empty(store, manifest)),
    );
    damageFound = !intact;
    if (damageFound) log.error({ inUse: manifests[0]?.generation ?? null }, 'snapshot is damaged');
  }

  /** With what has changed since each generation was taken. */
  async function useStored(stored: UsableGenerations): Promise<void> {
    const opened = new Map<number, Generation>();
    const bad: { readonly generation: Generation; readonly error: HoldfastError }[] = [];
    for (const manifest of stored.manifests) {
      try {
        opened.set(manifest.generation, new Generation(store, manifest, await Delta.open(store, manifest)));
      } catch (error) {
        if (!isHoldfastError(error) || isClosed(error)) throw error;
        const generation = new Generation(store, manifest, Delta.empty(store, manifest));
        opened.set(manifest.generation, generation);
        bad.push({ generation, error });
      }
    }
    use(stored, ({ generation }) => opened.get(generation));
    // Nobody is told: whoever opens looks whether it must be fetched.
    for (const { generation, error } of bad) giveUp(generation, error, () => {});
  }

  function giveUp(generation: Generation, error: HoldfastError, tell = onDamage): void {
    const number = generation.info.generation;
    const rest = usable.filter((other) => other !== generation);
    const fallback = rest[0]?.info.generation ?? null;
    const first = !damageFound;
    damageFound = true;
    if (rest.length > 0) usable = rest;
    else if (!first) return;
    log.error({ generation: number, fallback, error: error.message }, 'snapshot is damaged');
    tell?.({ generation: number, reason: error.message, fallback });
    if (fallback === null) return;
    const key = damagedKey(number);
    store
      .write([{ type: 'put', key, value: sealJson(key, error.message) }], { durable: false })
      .catch((cause: unknown) => {
        log.warn({ error: messageOf(cause) }, 'damage could not be noted');
      });
  }

  /** What `look` finds in the generation in use, or after damage in the one before; `otherwise` when there is none. */
  function read<Found>(look: (generation: Generation) => Found, otherwise: Found): Found {
    for (let generation = usable[0]; generation !== undefined; generation = usable[0]) {
      try {
        return look(generation);
      } catch (error) {
        if (isClosed(error)) return otherwise;
        if (!isHoldfastError(error, 'snapshot.damaged')) throw error;
        giveUp(generation, error);
        if (usable[0] === generation) return otherwise;
      }
    }
    return otherwise;
  }

  const list = <Kind extends ListedKind>(kind: Kind): readonly SnapshotRecords[Kind][] =>
    read((generation) => generation.list(kind), []);

  let attributes: {
    readonly of: readonly CatalogueAttribute[];
    readonly byCode: ReadonlyMap<string, CatalogueAttribute>;
  } = {
    of: [],
    byCode: new Map(),
  };

  const prices: PriceBook = {
    get settings() {
      const settings = list('settings')[0];
      if (settings !== undefined) return settings;
      throw new HoldfastError('snapshot.none', 'There is no snapshot of the shop yet.', {
        remedy: 'retry',
        hint: 'Connect the till to the internet and take a snapshot (holdfast snapshot pull).',
      });
    },
    product: (sku) => catalogue.bySku(sku),
    get cartRules() {
      return list('cart-rule');
    },
    get taxRules() {
      return list('tax-rule');
    },
    get taxRates() {
      return list('tax-rate');
    },
    get customerGroups() {
      return list('customer-group');
    },
    get attributes() {
      const of = list('catalogue-attribute');
      if (attributes.of !== of)
        attributes = { of, byCode: new Map(of.map((attribute) => [attribute.code, attribute])) };
      return attributes.byCode;
    },
  };

  const catalogue: Catalogue = {
    get generation() {
      return usable[0]?.info ?? null;
    },
    prices,
    bySku: (sku) => read((generation) => generation.product(sku), undefined),
    byBarcode: (gtin) => read((generation) => generation.productByBarcode(gtin), undefined),
    byPlu: (plu) => read((generation) => generation.productByPlu(plu), undefined),
    search: (text, limit) => read((generation) => generation.searchProducts(text, limit), []),
    customerById: (id) => read((generation) => generation.customer(id), undefined),
    findCustomers: (text, limit) => read((generation) => generation.findCustomers(text, limit), []),
    stock: (sku) => read((generation) => generation.stock(sku), undefined),
  };

  async function scrub(
    options: { readonly pause?: Duration; readonly signal?: AbortSignal } = {},
  ): Promise<ScrubReport> {
    const generation = usable[0];
    if (generation === undefined) return { generation: null, damage: null };
    const { contents: expected, generation: number } = generation.manifest;
    const stop = new HoldfastError('snapshot.cancelled', 'The check of the snapshot was stopped.', { remedy: 'retry' });
    const goOn = (): void => {
      if (options.signal?.aborted === true || !usable.includes(generation)) throw stop;
    };
    try {
      const { contents } = await takeStock(store, clock, number, goOn, options.pause ?? scrubPause);
      await generation.delta.check(createPacer(clock, options.pause ?? scrubPause));
      goOn();
      for (const [kind, { count, checksum }] of Object.entries(expected)) {
        const found = contents[kind];
        if (found?.count === count && found.checksum === checksum) continue;
        throw new HoldfastError(
          'snapshot.damaged',
          `The snapshot should hold ${count} ${kind} entries, but ${found?.count ?? 0} are there or some were exchanged.`,
          { remedy: 'retry' },
        );
      }
      return { generation: number, damage: null };
    } catch (error) {
      if (error === stop || isClosed(error)) return { generation: number, damage: null };
      if (!(error instanceof HoldfastError)) throw error;
      giveUp(generation, error);
      return { generation: number, damage: error.message };
    }
  }

  await useStored(await findUsable(store));
  return {
    catalogue,
    get inUse() {
      return usable[0] ?? null;
    },
    get refetchNeeded() {
      return damageFound || usable.length === 0;
    },
    reload() {
      const known = new Map(usable.map((generation) => [generation.info.generation, generation]));
      use(usableByPointer(store), ({ generation }) => known.get(generation));
    },
    scrub,
  };
}
