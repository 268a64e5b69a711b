import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Quantity, quantity } from '../src/money/quantity.ts';
import { instant } from '../src/platform/clock.ts';
import { type Sku, sku } from '../src/platform/ids.ts';
import type { CartRule, PriceBook, PricedProduct } from '../src/pricing/price-book.ts';
import { priceCart } from '../src/pricing/price-cart.ts';
import type { CartInput } from '../src/pricing/totals.ts';
import { germanPrices } from '../test/tools/german-prices.ts';
import { type BenchContext, bench } from './kit/bench.ts';
import { atMost, row, type Table, times } from './kit/result.ts';

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
  settings: { ...germanPrices, origin: berlin },
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

function measure(runs: number, task: (run: number) => void): number[] {
  for (let run = 0; run < runs; run += 1) task(run);
  const found: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = process.hrtime.bigint();
    task(run);
    found.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return found;
}

/** MiB by which the heap is larger after many carts than after their first tenth. */
function heapGrowth(carts: number): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const sizes: number[] = [];
  for (let part = 0; part < 10; part += 1) {
    for (let cart = 0; cart < carts / 10; cart += 1) priceCart(cartWith(5, part * 7919 + cart), book);
    collectGarbage();
    sizes.push(process.memoryUsage().heapUsed / 2 ** 20);
  }
  return (sizes.at(-1) ?? 0) - (sizes[0] ?? 0);
}

/** How fast carts are priced, after a warm-up, and whether pricing keeps anything. */
async function measurePricing({ quick, progress }: BenchContext): Promise<readonly Table[]> {
  const runs = quick ? 100 : 1000;
  const carts = quick ? 5_000 : 100_000;
  progress('pricing carts');
  const one = row('1 line × 30 rules', times(measure(runs, (run) => priceCart(cartWith(1, run), book))));
  const twenty = measure(runs, (run) => priceCart(cartWith(20, run), book));
  const hundred = measure(Math.ceil(runs / 4), (run) => priceCart(cartWith(101, run), book));
  progress(`pricing ${carts} carts to see whether the heap grows`);
  const growth = heapGrowth(carts);
  return [
    {
      id: 'carts',
      title: 'A cart is priced',
      rows: [
        one,
        row('20 lines × 30 rules', times(twenty), one, atMost('median', 1)),
        row('one more line in a cart of 100', times(hundred), one, atMost('median', 5)),
      ],
      notes: [`The heap grew by ${growth.toFixed(2)} MiB over ${carts} carts; a megabyte is noise.`],
    },
  ];
}

await bench({ name: 'pricing', title: 'Prices, rules and tax as Magento computes them' }, measurePricing);
