import type { DeliveryShop } from '../../../src/magento/delivery/shop.ts';
import { money } from '../../../src/money/money.ts';
import { quantity } from '../../../src/money/quantity.ts';
import { seconds } from '../../../src/platform/clock.ts';
import { sku } from '../../../src/platform/ids.ts';
import type { CompletedSale, SaleLine } from '../../../src/register/sale.ts';
import { sampleSale } from '../../journal/sample-sale.ts';

/** The shop of the recordings. */
export const berlin: DeliveryShop = {
  storeId: 1,
  websiteId: 1,
  sourceCode: 'store-berlin',
  returnsSourceCode: 'sold-k1',
  address: {
    firstname: 'POS',
    lastname: 'Laden Berlin',
    company: 'Kontor',
    street: 'Ladenstr. 1',
    city: 'Berlin',
    postcode: '10115',
    countryId: 'DE',
    region: 'Berlin',
    regionId: 82,
    regionCode: 'BER',
    telephone: '030 1',
    email: 'pos-berlin@example.com',
  },
  shippingMethod: { carrier: 'freeshipping', method: 'freeshipping' },
  paymentMethods: { cash: 'cashondelivery', card: 'checkmo' },
  settleAfter: seconds(120),
};

export interface LineWish {
  readonly sku: string;
  readonly productId: number;
  readonly quantity?: number;
  /** Of the whole row, e.g. `19.98`. */
  readonly inclTax: string;
  readonly tax: string;
  readonly discount?: string;
  readonly change?: Partial<SaleLine>;
}

/** A line at 19 % sold for `inclTax` in all, `tax` of it tax. */
export function line(wish: LineWish, lineId = 1): SaleLine {
  const [template] = sampleSale({ counter: 1 }).lines;
  if (template === undefined) throw new Error('the sample sale has no line');
  const count = wish.quantity ?? 1;
  const inclTax = money(wish.inclTax);
  const tax = money(wish.tax);
  const net = money(((inclTax - tax) / 100).toFixed(2));
  return {
    ...template,
    lineId,
    sku: sku(wish.sku),
    name: `Article ${wish.sku}`,
    productId: wish.productId,
    quantity: quantity(count),
    price: money((net / 100 / count).toFixed(2)),
    priceInclTax: money((inclTax / 100 / count).toFixed(2)),
    rowTotal: net,
    rowTotalInclTax: inclTax,
    tax,
    discount: money(wish.discount ?? '0'),
    ...wish.change,
  };
}

/** A sale of these lines; without discounts its totals are their sums. */
export function saleOf(lines: readonly SaleLine[], counter = 501, change: Partial<CompletedSale> = {}): CompletedSale {
  const sale = sampleSale({ counter });
  const total = (of: (line: SaleLine) => number) =>
    money((lines.reduce((sum, each) => sum + of(each), 0) / 100).toFixed(2));
  const discount = total((each) => each.discount);
  const grandTotal = money(((total((each) => each.rowTotalInclTax) - discount) / 100).toFixed(2));
  return {
    ...sale,
    lines,
    totals: {
      ...sale.totals,
      subtotal: total((each) => each.rowTotal),
      subtotalInclTax: total((each) => each.rowTotalInclTax),
      discount,
      tax: total((each) => each.tax),
      taxCompensation: total((each) => each.taxCompensation),
      grandTotal,
    },
    tenders: [{ kind: 'cash', amount: grandTotal, tendered: grandTotal }],
    ...change,
  };
}
