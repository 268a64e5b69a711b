import type { Unconfirmed } from '../journal/journal.ts';
import type { Quantity } from '../money/quantity.ts';
import { type DocumentId, type Sku, sku } from '../platform/ids.ts';
import type { Shortage } from '../register/facts.ts';
import type { SaleItem } from '../register/open-sale.ts';
import type { Catalogue, ProductRecord } from '../snapshot/catalogue.ts';

/** What is done when more is sold than the shop has: sell, sell and say so, or don't sell. */
export type OversellPolicy = 'allow' | 'warn' | 'refuse';

const isPolicy = (text: unknown): text is OversellPolicy => text === 'allow' || text === 'warn' || text === 'refuse';

export interface StockDeskOptions {
  readonly catalogue: Pick<Catalogue, 'bySku' | 'stock'>;
  /** What the shop does not know of; the same list until something changes. */
  readonly unconfirmed: () => readonly Unconfirmed[];
  /** For products that don't say. */
  readonly policy: OversellPolicy;
  /** The product attribute that says `allow`, `warn` or `refuse`; null: none does. */
  readonly attribute: string | null;
}

/** How much of an article something sold takes from the shelf; negative: something returned puts it back. */
interface Taken {
  readonly sku: string;
  readonly quantity: number;
}

/**
 * What is left on the shelf: the shop's quantity at this terminal's source, as read last, minus what this terminal has sold (and
 * plus what it has taken back to be sold again) since and the shop had not counted when it was read. What other terminals sell is seen with the next reading.
 */
export class StockDesk {
  readonly #options: StockDeskOptions;
  #seen: readonly Unconfirmed[] | null = null;
  #waiting = new Map<DocumentId, readonly Taken[]>();
  /** Confirmed by the shop, but perhaps only after its stock was read; with the reading during which they were. */
  #confirmed: { readonly taken: readonly Taken[]; readonly reading: number }[] = [];
  readonly #sold = new Map<string, number>();
  #reading = 0;

  constructor(options: StockDeskOptions) {
    this.#options = options;
  }

  /** Whether so much of an article is more than is left; null: it is not, nobody knows, or it does not matter. */
  shortage(item: SaleItem, wanted: Quantity): Shortage | null {
    this.#keepUp();
    for (const { sku: code, quantity } of this.#takenBy(item, wanted)) {
      const policy = this.#policyOf(this.#options.catalogue.bySku(sku(code)));
      const left = this.left(sku(code));
      if (policy !== 'allow' && left !== null && quantity > left) return { policy, left };
    }
    return null;
  }

  /** How much of an article is left, never less than nothing; null: its stock is not kept at this source. */
  left(article: Sku): number | null {
    this.#keepUp();
    const stock = this.#options.catalogue.stock(article);
    if (stock === undefined) return null;
    return stock.inStock ? stockLeft(stock.quantity, this.#sold.get(article.toLowerCase()) ?? 0) : 0;
  }

  /** The shop's stock begins to be read: what was confirmed until now is taken off in it. */
  readingBegins(): void {
    this.#keepUp();
    this.#reading += 1;
  }

  /** All stock has been read since {@link readingBegins}. */
  readingEnded(): void {
    this.#keepUp();
    const settled = this.#confirmed.filter(({ reading }) => reading < this.#reading);
    this.#confirmed = this.#confirmed.filter(({ reading }) => reading >= this.#reading);
    for (const { taken } of settled) this.#add(taken, -1);
  }

  #keepUp(): void {
    const list = this.#options.unconfirmed();
    if (list === this.#seen) return;
    this.#seen = list;
    const before = this.#waiting;
    this.#waiting = new Map();
    for (const queued of list) {
      const { documentId: id } = queued.delivery;
      const known = before.get(id);
      const taken = known ?? queued.goods.flatMap((goods) => this.#takenBy(goods, goods.quantity));
      if (known === undefined) this.#add(taken, 1);
      before.delete(id);
      this.#waiting.set(id, taken);
    }
    for (const taken of before.values()) this.#confirmed.push({ taken, reading: this.#reading });
  }

  #add(taken: readonly Taken[], sign: 1 | -1): void {
    for (const { sku: code, quantity } of taken) {
      const sold = exact((this.#sold.get(code) ?? 0) + sign * quantity);
      if (sold === 0) this.#sold.delete(code);
      else this.#sold.set(code, sold);
    }
  }

  /** A variant for its configurable, the parts for a bundle. */
  #takenBy(item: Pick<SaleItem, 'sku' | 'variant' | 'bundleSelections'>, quantity: number): readonly Taken[] {
    if (item.bundleSelections.length === 0) return [{ sku: (item.variant ?? item.sku).toLowerCase(), quantity }];
    const bundle = this.#options.catalogue.bySku(item.sku)?.bundle;
    const selections = (bundle?.options ?? []).flatMap((option) => option.selections);
    return item.bundleSelections.flatMap(({ selectionId, quantity: each }) => {
      const part = selections.find((selection) => selection.selectionId === selectionId);
      return part === undefined ? [] : [{ sku: part.sku.toLowerCase(), quantity: exact(each * quantity) }];
    });
  }

  #policyOf(product: ProductRecord | undefined): OversellPolicy {
    const { attribute, policy } = this.#options;
    const own = attribute === null ? undefined : product?.attributes[attribute];
    const said = typeof own === 'string' ? own.trim().toLowerCase() : undefined;
    return isPolicy(said) ? said : policy;
  }
}

/** What is left of a source's quantity when so much was sold that it does not know of (negative: came back); never less than nothing. */
export const stockLeft = (quantity: number, sold: number): number => Math.max(0, exact(quantity - sold));

/** Quantities have four places; binary fractions have noise. */
const exact = (quantity: number): number => Math.round(quantity * 10_000) / 10_000;
