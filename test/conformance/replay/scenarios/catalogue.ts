import type { Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** Brings the number of products to `count`, as while loads were measured. */
const productsUpTo = (count: number) => (world: World) => {
  const { products } = world.magento.shop.data;
  world.products(Array.from({ length: count - products.length }, (_, index) => `PERF-${index}`));
};

export const catalogue: readonly Scenario[] = [
  {
    name: 'reading the catalogue',
    steps: [
      (world) => {
        world.change('HOU-07', { updated_at: '2026-11-23 05:55:44' });
        world.change('TSHIRT-S', { updated_at: '2026-11-23 05:55:57' });
      },
      'f02-products-since',
      (world) => world.change('BOO-06', { updated_at: '2026-11-23 05:47:05' }),
      'f02b-products-since-two-sort',
      'f03-page-beyond-last',
      'f04-last-page',
      'f05-product-full',
      'f06-product-list-item-full',
      'f09-customers-search',
      'f10-tax-rules',
      'f11-tax-rates',
      'f12-tax-classes',
      'f13-sales-rules',
      'f14-coupons',
      'f15-groups',
      'f16-products-render-info',
      // As the shop was then: nothing left of one product, other prices of another.
      (world) => {
        world.change('HOU-07', { price: 9.75 });
        world.magento.shop.ledger.reservations.push({ id: 1, stockId: 2, sku: 'ELE-10', quantity: -4, metadata: '{}' });
      },
      'f16b-products-render-info-admin-unfiltered',
      'f17-products-render-info-wholesale-token',
      'f17b-products-render-info-guest',
      'f18-tier-prices-information',
      'f19-special-price-information',
      'f20-base-prices-information',
      'f21-categories-tree',
      'f22-category-products',
      'f23-store-configs',
      'f24-websites',
      'f25-store-views',
      'f26-modules',
      (world) => world.change('TSHIRT-S', { price: 25 }),
      'f37-configurable-children',
      'f38-configurable-options',
      'f39-sku-with-slash',
      'f40-product-storeview-scope',
      'h42-filter-by-ean',
      'h43-filter-unknown-attribute',
      'h44-filter-condition-typo',
      'h47-searchCriteria-empty',
      'h48-all-scope',
      'h49-unknown-store-code',
    ],
  },
  {
    name: 'special prices emptied and removed',
    steps: [
      'f50-special-price-empty-string-becomes-zero',
      'f50b-read-back',
      'f51-special-price-null-removes',
      'f51b-read-back',
    ],
  },
  {
    name: 'large catalogues',
    steps: ['g12-page-size-over-max', productsUpTo(914), 'h46-currentpage-0', productsUpTo(971), 'h41-sort-by-unknown'],
  },
  {
    name: 'customers',
    steps: [
      'h10-customer-duplicate-email',
      'h11-customer-create',
      'h12-customer-bad-email',
      'h13-customer-email-available',
    ],
  },
];
