import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Quantity, quantity } from '../src/money/quantity.ts';
import { instant } from '../src/platform/clock.ts';
import { type Sku, sku } from '../src/platform/ids.ts';
import type { CartRule, PriceBook, PricedProduct } from '../src/pricing/price-book.ts';
import { priceCart } from '../src/pricing/price-cart.ts';
import type { CartInput } from '../src/pricing/totals.ts';

/**
 * How fast carts are priced: `node dist/bench/pricing.js`. Prints medians after warm-up, and the heap after each tenth of many
 * carts; says what was asked for, and exits with 1 if a figure misses it. `--quick` prices fewer carts.
 */

const berlin = { countryId: 'DE', regionId: 82, postcode: '10115' };

const products = new Map<Sku, PricedProduct>(
  Array.from({ length: 500 }, (_, index) => {
    const code = sku(`P-${index}`);
    return [
      code,
      {
        sku: code,
        id: index + 1,
        type: 'simple',
        attributeSetId: 4,
        taxClassId: index % 3 === 0 ? 4 : 2,
        weight: 1,
        categoryIds: [2, 3 + (index % 12)],
        price: 0.99 + (index % 97) * 1.37,
        specialPrice: index % 5 === 0 ? { price: 0.89, from: '2026-01-01', to: null } : null,
        tierPrices:
          index % 4 === 0
            ? [{ customerGroupId: null, quantity: 3, value: { type: 'percent', percent: 5 }, websiteId: 0 }]
            : [],
        cataloguePrices: [],
        attributes: { name: `Product ${index}`, colour: String(index % 7) },
        configurable: null,
        bundle: null,
      },
    ];
  }),
);

const actions = ['by_percent', 'by_fixed', 'cart_fixed', 'buy_x_get_y'] as const;

const cartRules: readonly CartRule[] = Array.from({ length: 30 }, (_, index) => ({
  id: index + 1,
  name: `Rule ${index + 1}`,
  sortOrder: index,
  websiteIds: [1],
  customerGroupIds: [0, 1],
  active: true,
  from: null,
  to: null,
  coupon: 'none',
  coupons: [],
  usesPerCustomer: 0,
  conditions: {
    kind: 'combine',
    aggregator: 'all',
    value: true,
    conditions: [{ kind: 'address', attribute: 'base_subtotal', operator: '>=', value: String(index) }],
  },
  actionConditions: {
    kind: 'combine',
    ofLine: true,
    aggregator: 'any',
    value: true,
    conditions: [
      { kind: 'product', attribute: 'category_ids', operator: '==', value: String(3 + (index % 12)) },
      { kind: 'product', attribute: 'colour', operator: '()', value: `${index % 7},${(index + 3) % 7}` },
    ],
  },
  action: actions[index % actions.length] ?? 'by_percent',
  discountAmount: 1 + (index % 3),
  discountQuantity: 0,
  discountStep: index % 4 === 3 ? 3 : 0,
  applyToShipping: false,
  stopRulesProcessing: false,
}));

const retail = 3;
const book: PriceBook = {
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
    origin: berlin,
    defaultCustomerTaxClassId: retail,
  },
  product: (wanted) => products.get(wanted),
  cartRules,
  taxRules: [2, 4].map((productClass, index) => ({
    id: index + 1,
    code: `rule ${index}`,
    priority: 0,
    position: 0,
    customerTaxClassIds: [retail],
    productTaxClassIds: [productClass],
    taxRateIds: [index + 1],
    calculateSubtotal: false,
  })),
  taxRates: [19, 7].map((rate, index) => ({
    id: index + 1,
    code: `DE-${rate}`,
    countryId: 'DE',
    regionId: 0,
    postcode: '*',
    zipFrom: null,
    zipTo: null,
    rate,
  })),
  customerGroups: [{ id: 0, code: 'NOT LOGGED IN', taxClassId: retail }],
};

const cartWith = (lines: number, first = 0): CartInput => ({
  lines: Array.from({ length: lines }, (_, index) => ({
    lineId: index + 1,
    sku: sku(`P-${(first + index) % products.size}`),
    quantity: quantity(1 + ((first + index) % 5)) as Quantity,
  })),
  customerGroupId: 0,
  customerId: null,
  coupon: null,
  at: instant('2026-11-23T11:00:00Z'),
  destination: berlin,
});

function median(times: number[]): number {
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

function measure(runs: number, task: (run: number) => void): number {
  for (let run = 0; run < runs; run += 1) task(run);
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = process.hrtime.bigint();
    task(run);
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return median(times);
}

function report(what: string, milliseconds: number, most: number): boolean {
  const isWithin = milliseconds <= most;
  console.log(`${what}: ${milliseconds.toFixed(3)} ms (asked for: at most ${most} ms)${isWithin ? '' : ' MISSED'}`);
  return isWithin;
}

function measureHeap(carts: number): boolean {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const sizes: number[] = [];
  for (let part = 0; part < 10; part += 1) {
    for (let cart = 0; cart < carts / 10; cart += 1) priceCart(cartWith(5, part * 7919 + cart), book);
    collectGarbage();
    sizes.push(process.memoryUsage().heapUsed / 2 ** 20);
  }
  const [first = 0] = sizes;
  const growth = (sizes.at(-1) ?? 0) - first;
  console.log(`heap over ${carts} carts, MiB: ${sizes.map((size) => size.toFixed(1)).join(' ')}`);
  console.log(`garbage growth: ${growth.toFixed(2)} MiB (asked for: none, at most 1 MiB of noise)`);
  return growth <= 1;
}

const isQuick = process.argv.includes('--quick');
const runs = isQuick ? 100 : 1000;
const results = [
  report(
    '20 lines × 30 rules, median',
    measure(runs, (run) => priceCart(cartWith(20, run), book)),
    1,
  ),
  report(
    'one more line in a cart of 100, 30 rules, median',
    measure(runs / 4, (run) => priceCart(cartWith(101, run), book)),
    5,
  ),
  measureHeap(isQuick ? 5_000 : 100_000),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
