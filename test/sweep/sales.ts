import { money } from '../../src/money/money.ts';
import { sku } from '../../src/platform/ids.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import { line, saleOf } from '../magento/delivery/sales.ts';

/** Sales of the recorded shop, at other prices than Magento would ask today. */
export type SaleKind = 'plain' | 'rich';

export function sweepSale(kind: SaleKind, counter: number): CompletedSale {
  return kind === 'plain' ? plain(counter) : rich(counter);
}

/** Two articles, one of them scanned twice. */
const plain = (counter: number): CompletedSale =>
  saleOf(
    [
      line({ sku: 'HOU-04', productId: 34, quantity: 2, inclTax: '19.98', tax: '3.19' }, 1),
      line({ sku: 'TEA-01', productId: 11, inclTax: '10.00', tax: '1.60' }, 2),
      line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '1.60' }, 3),
    ],
    counter,
  );

/** A customer with a coupon: a configurable, a bundle, a virtual article, a discount. */
function rich(counter: number): CompletedSale {
  const shirt = {
    type: 'configurable' as const,
    variant: sku('TSHIRT-M'),
    configurableOptions: [{ optionId: '138', optionValue: 5 }],
    children: [line({ sku: 'TSHIRT-M', productId: 63, inclTax: '0', tax: '0' }, 10)],
  };
  const bundle = {
    type: 'bundle' as const,
    bundleSelections: [
      { optionId: 1, selectionId: '1', quantity: 1 },
      { optionId: 2, selectionId: '3', quantity: 2 },
    ],
    children: [
      line({ sku: 'COF-01', productId: 1, inclTax: '30.00', tax: '1.96' }, 11),
      line({ sku: 'TEA-01', productId: 11, quantity: 2, inclTax: '20.00', tax: '1.31' }, 12),
    ],
  };
  const sale = saleOf(
    [
      line({ sku: 'TSHIRT', productId: 66, inclTax: '22.00', tax: '3.51', discount: '2.00', change: shirt }, 1),
      line({ sku: 'BREAKFAST', productId: 67, inclTax: '50.00', tax: '3.27', change: bundle }, 2),
      line({ sku: 'GIFT-WRAP', productId: 61, inclTax: '2.50', tax: '0.40', change: { type: 'virtual' } }, 3),
    ],
    counter,
    {
      coupon: 'TENOFF',
      customer: { id: 5, groupId: 1, email: 'kunde5@example.com', name: 'Kunde Fünf' },
    },
  );
  const amount = money('72.50');
  return {
    ...sale,
    totals: { ...sale.totals, couponAccepted: 'TENOFF' },
    tenders: [{ kind: 'cash', amount, tendered: amount }],
  };
}

/** What leaves the shelf, by SKU. */
export const goods: Readonly<Record<SaleKind, Readonly<Record<string, number>>>> = {
  plain: { 'HOU-04': 3, 'TEA-01': 1 },
  rich: { 'TSHIRT-M': 1, 'COF-01': 1, 'TEA-01': 2, 'GIFT-WRAP': 1 },
};
