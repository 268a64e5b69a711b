import type { CustomerGroup } from '../pricing/price-book.ts';
import type { ProductRecord } from './catalogue.ts';
import { figuresOfProduct, inWords, sameFigures } from './price-figures.ts';
import type { PriceFigures, ShopChanges } from './shop-changes.ts';

/** A product that is not as it was thought to be; null: it is gone. */
export interface SweepFinding {
  readonly sku: string;
  readonly record: ProductRecord | null;
}

/** Products that have no price of their own to be asked for. */
const priceless: ReadonlySet<string> = new Set(['configurable', 'grouped', 'bundle']);
/** Of more than these it is forgotten that they were read. */
const mostSettled = 20_000;

/**
 * Finds price changes and deletions that the shop does not date, by comparing all prices. The figures only say where to look: what
 * differs is read whole, so that there is one way in which products are read.
 */
export class PriceSweep {
  /** Products at a time: `ShopChanges.prices` takes no more. */
  readonly most = 1_000;
  readonly #changes: ShopChanges;
  /** Figures that differ from a product's for good (a website's own price, for instance), by SKU: read once, not every time. */
  readonly #settled = new Map<string, string>();
  #count: number | null = null;
  #lookForPriceless = true;

  constructor(changes: ShopChanges) {
    this.#changes = changes;
  }

  /** A new round through all products. */
  async begin(signal: AbortSignal): Promise<void> {
    const count = await this.#changes.productCount(signal);
    this.#lookForPriceless = count === null || count !== this.#count;
    this.#count = count;
  }

  /** At most {@link most} products. Errors: those of `ShopSource`. */
  async look(
    products: readonly ProductRecord[],
    groups: readonly CustomerGroup[],
    signal: AbortSignal,
  ): Promise<readonly SweepFinding[]> {
    if (products.length === 0) return [];
    const told = await this.#changes.prices(
      products.map(({ sku }) => sku),
      signal,
    );
    const findings: SweepFinding[] = [];
    const unpriced = products.filter(({ type, sku }) => priceless.has(type) && !told.has(sku.toLowerCase()));
    if (this.#lookForPriceless && unpriced.length > 0) {
      const existing = await this.#changes.existing(idsOf(unpriced), signal);
      for (const { id, sku } of unpriced) if (!existing.has(id)) findings.push({ sku, record: null });
    }
    const doubtful = products.filter((product) => {
      const figures = told.get(product.sku.toLowerCase());
      if (figures === undefined) return !priceless.has(product.type);
      return !this.#isSettled(product.sku, figures) && !sameFigures(figures, figuresOfProduct(product, groups));
    });
    if (doubtful.length === 0) return findings;
    const read = await this.#changes.products(idsOf(doubtful), signal);
    const unusable = new Set(read.flatMap((entry) => (entry.ok ? [] : [entry.key.toLowerCase()])));
    const records = new Map(
      read.flatMap((entry) => (entry.ok ? [[entry.record.sku.toLowerCase(), entry.record]] : [])),
    );
    for (const { sku } of doubtful) {
      const key = sku.toLowerCase();
      // One that can't be read stays as it was.
      if (unusable.has(key)) continue;
      const record = records.get(key) ?? null;
      findings.push({ sku, record });
      const figures = told.get(key);
      if (record === null || figures === undefined || sameFigures(figures, figuresOfProduct(record, groups))) {
        this.#settled.delete(key);
      } else {
        if (this.#settled.size >= mostSettled) this.#settled.clear();
        this.#settled.set(key, inWords(figures));
      }
    }
    return findings;
  }

  #isSettled(sku: string, figures: PriceFigures): boolean {
    return this.#settled.get(sku.toLowerCase()) === inWords(figures);
  }
}

const idsOf = (products: readonly ProductRecord[]): readonly number[] => products.map(({ id }) => id);
