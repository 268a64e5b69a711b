import { type Call, cartCalls } from './call.ts';
import type { Verdict } from './verdict.ts';

/** A refusal that Magento 2.4.7 gives in these words: what it means. The first that fits counts. */
export interface Refusal {
  readonly calls: readonly Call[];
  readonly status: number;
  /** Against Magento's text, placeholders unfilled. */
  readonly says: RegExp;
  readonly done: Verdict['done'];
  readonly next: Verdict['next'];
  readonly scope: Verdict['scope'];
  readonly code: string;
  /** What a person must know beyond Magento's own words; null: those say it all. */
  readonly meaning: string | null;
  /** Magento may still be working on an earlier one of this call. */
  readonly unfinished?: true;
}

/** About sales. */
export const refusalsOfSales: readonly Refusal[] = [
  {
    calls: [
      ...cartCalls,
      'place',
      'create',
      'open-cart',
      'amend',
      'invoice',
      'ship',
      'cancel',
      'read-order',
      'search-orders',
    ],
    status: 404,
    says: /^Request does not match any route/,
    done: 'not-done',
    next: 'retry',
    scope: 'lane',
    code: 'magento.no-route',
    meaning: 'the address is not that of a Magento REST API with sales and inventory',
  },
  // The text lies: an earlier placement of the same cart is running and will succeed (recorded: b40, b80).
  {
    calls: ['place'],
    status: 400,
    says: /^A server error stopped your order from being placed/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.placement-running',
    meaning: 'an earlier placement of the same cart is still running',
    unfinished: true,
  },
  {
    calls: ['place', 'apply-coupon'],
    status: 404,
    says: /^The coupon code isn't valid/,
    done: 'not-done',
    next: 'drop-coupon',
    scope: 'document',
    code: 'magento.coupon-refused',
    meaning: null,
  },
  // Already ordered, or never existed: the order list knows (b26).
  {
    calls: ['place'],
    status: 404,
    says: /^No such entity/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.cart-used-up',
    meaning: 'the cart was already ordered or is gone',
  },
  // Made before, or another sale's: the order under the number tells (c03, c10).
  {
    calls: ['create'],
    status: 400,
    says: /^Unique constraint violation found/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.number-taken',
    meaning: 'there is an order under this receipt number already',
  },
  // Not this sale but the terminal's settings (g51).
  {
    calls: ['create'],
    status: 404,
    says: /^The store that was requested wasn't found/,
    done: 'not-done',
    next: 'retry',
    scope: 'lane',
    code: 'magento.unknown-store',
    meaning: 'correct the store id in the terminal’s settings',
  },
  {
    calls: [...cartCalls, 'read-cart'],
    status: 404,
    says: /^No such entity/,
    done: 'not-done',
    next: 'new-cart',
    scope: 'document',
    code: 'magento.cart-gone',
    meaning: 'the cart is gone',
  },
  {
    calls: ['add-item', 'place'],
    status: 400,
    says: /requested qty is not available|product.* out of stock|not enough items for sale|exceeds the maximum qty/i,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.sold-out',
    meaning: 'Magento has less in stock than was sold; correct the stock or allow backorders, then retry this sale',
  },
  {
    calls: ['add-item'],
    status: 400,
    says: /^Product that you are trying to add is not available/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.not-for-sale',
    meaning: 'the article is sold out or disabled in Magento; correct that, then retry this sale',
  },
  {
    calls: ['add-item'],
    status: 404,
    says: /^The product that was requested doesn't exist/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.unknown-sku',
    meaning: 'the article no longer exists in Magento',
  },
  // Magento's text when all products of the cart have vanished (b49, h25); the method itself was offered just before.
  {
    calls: ['place'],
    status: 400,
    says: /^The requested Payment Method is not available/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.articles-gone',
    meaning: 'none of the articles is for sale in Magento any more',
  },
  {
    calls: ['apply-coupon'],
    status: 404,
    says: /Cart doesn't contain products/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.articles-gone',
    meaning: 'none of the articles is for sale in Magento any more',
  },
  {
    calls: ['set-address'],
    status: 400,
    says: /^The shipping method can't be set for an empty cart/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.articles-gone',
    meaning: 'none of the articles is for sale in Magento any more',
  },
  {
    calls: ['set-address', 'place'],
    status: 400,
    says: /addresses can't be used|shipping address|billing address/i,
    done: 'not-done',
    next: 'retry',
    scope: 'lane',
    code: 'magento.address-refused',
    meaning: 'Magento does not accept the shop’s address; correct it in the terminal’s settings',
  },
  {
    calls: ['set-address'],
    status: 400,
    says: /shipping method|carrier/i,
    done: 'not-done',
    next: 'retry',
    scope: 'lane',
    code: 'magento.shipping-method-refused',
    meaning: 'the shipping method is not enabled in Magento; enable it or correct the terminal’s settings',
  },
  {
    calls: ['ship'],
    status: 400,
    says: /^Could not save a shipment/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.source-too-low',
    meaning:
      'the source has less in stock than was sold, or does not exist; correct its quantity, then retry this sale',
  },
  // Done before, cancelled, or on hold: the order itself tells which (d02, d06, d23, d28, d29, d47).
  {
    calls: ['invoice', 'ship'],
    status: 400,
    says: /^(Invoice|Shipment) Document Validation Error/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.document-refused',
    meaning: null,
  },
  {
    calls: ['invoice', 'ship', 'cancel'],
    status: 404,
    says: /./,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.order-gone',
    meaning: null,
  },
  {
    calls: ['read-customer'],
    status: 404,
    says: /^No such entity/,
    done: 'refused',
    next: 'go-on',
    scope: 'document',
    code: 'magento.customer-gone',
    meaning: null,
  },
  {
    calls: ['read-order'],
    status: 404,
    says: /./,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.order-gone',
    meaning: 'the order was deleted in Magento',
  },
];
