import { instant } from '../../platform/clock.ts';
import { type Sku, sku } from '../../platform/ids.ts';
import type { PriceBook, PricedProduct } from '../../pricing/price-book.ts';
import type { Catalogue, CustomerRecord, ProductRecord } from '../../snapshot/catalogue.ts';
import { meaningsOf, normalBarcode } from '../../snapshot/gtin.ts';

type Wish = Partial<ProductRecord> & { readonly sku: Sku; readonly id: number; readonly price: number };

function product(wish: Wish): ProductRecord {
  const { barcodes = [], ...rest } = wish;
  return {
    type: 'simple',
    attributeSetId: 4,
    taxClassId: 2,
    weight: 1,
    categoryIds: [],
    specialPrice: null,
    tierPrices: [],
    cataloguePrices: [],
    attributes: {},
    configurable: null,
    bundle: null,
    name: wish.sku,
    enabled: true,
    visibility: 4,
    plu: String(wish.id),
    decimalQuantity: false,
    updatedAt: '2026-11-01 00:00:00',
    parent: null,
    barcodes: barcodes.map(normalBarcode),
    ...rest,
  };
}

const shirt = sku('TSHIRT');
const size = { attributeId: 150, code: 'size', label: 'Size' };
const shirtOf = (id: number, letter: string, value: number): ProductRecord =>
  product({
    sku: sku(`TSHIRT-${letter}`),
    id,
    price: 19.9,
    name: `T-Shirt ${letter}`,
    visibility: 1,
    parent: { sku: shirt, options: [{ optionId: '150', optionValue: value }] },
    barcodes: [letter === 'S' ? '4006381333931' : '4006381333948'],
  });

/** A small shop: prices include 19 % tax. PLUs are the ids. */
export const products: readonly ProductRecord[] = [
  product({
    sku: sku('APPLE'),
    id: 1,
    price: 0.99,
    name: 'Apple',
    barcodes: ['4000000000013'],
    tierPrices: [{ customerGroupId: 1, quantity: 1, value: { type: 'fixed', price: 0.89 }, websiteId: 0 }],
  }),
  product({ sku: sku('CHEESE'), id: 2, price: 12.9, name: 'Mountain cheese', decimalQuantity: true }),
  product({
    sku: shirt,
    id: 3,
    price: 0,
    name: 'T-Shirt',
    type: 'configurable',
    configurable: {
      attributes: [size],
      variants: [
        { sku: sku('TSHIRT-S'), values: { 150: 10 } },
        { sku: sku('TSHIRT-M'), values: { 150: 11 } },
      ],
    },
  }),
  shirtOf(31, 'S', 10),
  shirtOf(32, 'M', 11),
  product({ sku: sku('OLD'), id: 4, price: 5, name: 'Old lamp', enabled: false }),
  product({ sku: sku('NOPRICE'), id: 5, price: 0, name: 'Price to come' }),
  product({ sku: sku('SET'), id: 6, price: 0, name: 'Tea set', type: 'grouped' }),
  product({ sku: sku('COFFEE'), id: 7, price: 18.5, name: 'Kaffeebohnen Arabica Hochland ganze Bohne 1000 g' }),
];

export const customers: readonly CustomerRecord[] = [
  {
    id: 7,
    groupId: 1,
    email: 'erika@example.com',
    firstname: 'Erika',
    lastname: 'Muster',
    phones: ['+4930123'],
    updatedAt: '2026-11-01 00:00:00',
  },
  {
    id: 8,
    groupId: 1,
    email: 'otto@example.com',
    firstname: 'Otto',
    lastname: 'Muster',
    phones: [],
    updatedAt: '2026-11-01 00:00:00',
  },
];

const always = { kind: 'combine', aggregator: 'all', value: true, conditions: [] } as const;

function priceBook(bySku: (wanted: Sku) => PricedProduct | undefined): PriceBook {
  return {
    settings: {
      websiteId: 1,
      storeId: 1,
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      pricesIncludeTax: true,
      taxAlgorithm: 'TOTAL_BASE_CALCULATION',
      taxAfterDiscount: true,
      discountIncludesTax: true,
      crossBorderTrade: false,
      origin: { countryId: 'DE', regionId: 0, postcode: '*' },
      defaultCustomerTaxClassId: 3,
    },
    product: bySku,
    cartRules: [
      {
        id: 1,
        name: 'Ten per cent',
        sortOrder: 0,
        websiteIds: [1],
        customerGroupIds: [0, 1],
        active: true,
        from: null,
        to: null,
        coupon: 'specific',
        coupons: [{ code: 'SAVE10', usageLimit: 0, usagePerCustomer: 0, timesUsed: 0, expires: null }],
        usesPerCustomer: 0,
        conditions: always,
        actionConditions: always,
        action: 'by_percent',
        discountAmount: 10,
        discountQuantity: 0,
        discountStep: 0,
        applyToShipping: false,
        stopRulesProcessing: false,
      },
    ],
    taxRules: [
      {
        id: 1,
        code: 'Standard',
        priority: 0,
        position: 0,
        customerTaxClassIds: [3],
        productTaxClassIds: [2],
        taxRateIds: [1],
        calculateSubtotal: false,
      },
    ],
    taxRates: [
      { id: 1, code: 'DE-19', countryId: 'DE', regionId: 0, postcode: '*', zipFrom: null, zipTo: null, rate: 19 },
    ],
    customerGroups: [
      { id: 0, code: 'NOT LOGGED IN', taxClassId: 3 },
      { id: 1, code: 'General', taxClassId: 3 },
    ],
  };
}

/** The small shop as a catalogue; `empty` is a terminal that has never seen its shop. */
export function sampleCatalogue(options: { readonly empty?: boolean } = {}): Catalogue {
  const known = options.empty ? [] : products;
  const bySku = (wanted: Sku): ProductRecord | undefined => known.find((each) => each.sku === wanted);
  return {
    generation: options.empty
      ? null
      : {
          generation: 3,
          takenAt: instant('2026-11-23T06:00:00Z'),
          counts: { product: known.length },
          rejected: [],
          rejectedCount: 0,
          size: 1000,
        },
    prices: priceBook(bySku),
    bySku,
    byBarcode: (code) => known.find((each) => meaningsOf(code).some((meaning) => each.barcodes.includes(meaning))),
    byPlu: (plu) => known.find((each) => each.plu === plu),
    search: (text, limit) => {
      const words = text.toLowerCase().split(/\s+/);
      const begins = (name: string): boolean =>
        words.every((word) =>
          name
            .toLowerCase()
            .split(/[\s-]+/)
            .some((part) => part.startsWith(word)),
        );
      return known.filter((each) => each.visibility !== 1 && begins(each.name)).slice(0, limit);
    },
    customerById: (id) => customers.find((each) => each.id === id),
    findCustomers: (text, limit) =>
      customers
        .filter((each) => each.email === text || each.phones.includes(text) || each.lastname.toUpperCase() === text)
        .slice(0, limit),
    stock: () => undefined,
  };
}
