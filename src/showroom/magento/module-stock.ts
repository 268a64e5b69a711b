import { stored } from './decimals.ts';
import type { StockBooks } from './documents.ts';
import { reserve, sourceItem, stockQuantities } from './inventory.ts';
import { numberOf, type Row, textOf } from './json.ts';
import type { Shop } from './shop.ts';

/** What the module does with an article (`Model\Sale\Goods`). */
export type GoodsKind = 'stocked' | 'virtual' | 'deleted' | 'text';

export interface Goods {
  readonly sku: string;
  readonly kind: GoodsKind;
  readonly productId: number | null;
  readonly warning: string | null;
}

export function goodsOf(shop: Shop, sku: string): Goods {
  const product = shop.findProduct(sku);
  if (product === undefined) {
    return { sku, kind: 'deleted', productId: null, warning: `product ${sku} does not exist` };
  }
  const type = textOf(product['type_id']);
  const own = { sku: textOf(product['sku']), productId: numberOf(product['id']) };
  if (type === 'simple') return { ...own, kind: 'stocked', warning: null };
  if (type === 'virtual' || type === 'downloadable') return { ...own, kind: 'virtual', warning: null };
  const warning = `line ${own.sku} is a ${type} product, saved as a text line without stock movement`;
  return { ...own, kind: 'text', productId: null, warning };
}

/** Notes what moves while one document of a till is written, and moves it as the module does: below zero too. */
export class ModuleStock {
  readonly #shop: Shop;
  readonly #sourceCode: string;
  readonly #firstReservation: number;
  readonly #deductions: Row[] = [];
  readonly warnings: string[] = [];

  constructor(shop: Shop, sourceCode: string) {
    this.#shop = shop;
    this.#sourceCode = sourceCode;
    this.#firstReservation = shop.ledger.reservations.length;
  }

  /** In place of Magento's own deductions. */
  get books(): StockBooks {
    return {
      invoiced: (shop, order, quantities) => {
        const virtual = order.items.filter((item) => numberOf(item['is_virtual']) === 1 && item['product_id'] !== null);
        const goods = stockQuantities(virtual, (item) => quantities.get(item) ?? 0);
        this.deduct(goods);
        reserve(shop, bySku(goods), 'invoice_created', order);
      },
      shipped: (shop, order, goods) => {
        this.deduct(goods);
        reserve(shop, bySku(goods), 'shipment_created', order);
      },
    };
  }

  /** A row with quantity 0 for goods that the source never had. */
  addMissing(skus: readonly string[]): void {
    for (const sku of skus) {
      if (sourceItem(this.#shop, sku, this.#sourceCode) !== undefined) continue;
      this.#shop.ledger.sourceItems.push({ sku, source_code: this.#sourceCode, quantity: 0, status: 1 });
      this.warnings.push(`source item ${this.#sourceCode}/${sku} created`);
    }
  }

  /** Quantities by SKU; negative: comes back. What the source has no row of stays as it is. */
  deduct(quantities: ReadonlyMap<string, number>): void {
    for (const [sku, quantity] of bySku(quantities)) {
      const item = sourceItem(this.#shop, sku, this.#sourceCode);
      if (item === undefined) continue;
      // A relative update of the quantity alone: the status stays.
      item.quantity = stored(item.quantity - quantity);
      this.#deductions.push({ sku, source_code: this.#sourceCode, quantity: stored(-quantity) });
      if (quantity > 0 && item.quantity < 0) {
        this.warnings.push(`source ${this.#sourceCode}/${sku} goes negative (${item.quantity})`);
      }
    }
  }

  /** The answer's part about stock. */
  answer(): Row {
    const reservations = this.#shop.ledger.reservations.slice(this.#firstReservation).map((reservation): Row => {
      const { event_type: eventType } = JSON.parse(reservation.metadata) as { readonly event_type: string };
      return { sku: reservation.sku, quantity: reservation.quantity, event_type: eventType };
    });
    return { reservations, source_deductions: [...this.#deductions], warnings: [...this.warnings] };
  }
}

/** Sorted as the module sorts what it locks. */
export const bySku = (quantities: ReadonlyMap<string, number>): Map<string, number> =>
  new Map([...quantities].sort(([a], [b]) => (a < b ? -1 : 1)));
