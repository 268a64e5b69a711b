import { money } from '../../../src/money/money.ts';
import type { StaffAnswer, StaffMember } from '../../../src/register/staff.ts';
import type { Catalogue, ProductRecord } from '../../../src/snapshot/catalogue.ts';
import { plainGoods } from '../../../src/till/goods.ts';
import type { TillParts, TillSettings } from '../../../src/till/ports.ts';
import { sampleCatalogue } from '../fakes/shop.ts';

/** Percent that a cashier of this shop may give alone. */
export const largestPercent = 20;

const tags: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  APPLE: { deposit: '2 x TSHIRT-S' },
  COFFEE: { numbered: '1' },
};

/** The small shop with deposits and serial numbers. */
export function fullCatalogue(): Catalogue {
  const catalogue = sampleCatalogue();
  const tagged = (product: ProductRecord | undefined): ProductRecord | undefined => {
    const attributes = product && tags[product.sku];
    return product && attributes ? { ...product, attributes } : product;
  };
  return {
    ...catalogue,
    bySku: (sku) => tagged(catalogue.bySku(sku)),
    byBarcode: (code) => tagged(catalogue.byBarcode(code)),
    byPlu: (plu) => tagged(catalogue.byPlu(plu)),
    search: (text, limit) => catalogue.search(text, limit).flatMap((product) => tagged(product) ?? []),
  };
}

/** A counter that has everything. */
export const fullSettings: Partial<TillSettings> = {
  goods: {
    ...plainGoods,
    department: 'NOPRICE',
    openPriced: new Set(['NOPRICE']),
    embedded: [{ layout: '28IIIIIVVVVVC', value: 'price', decimals: 2 }],
    attributes: { deposit: 'deposit', pack: null, serialNumber: 'numbered' },
  },
  counter: {
    cashStep: money('0.05'),
    tenders: [
      { code: 'voucher', name: 'Voucher', givesChange: false, asksReference: true },
      { code: 'meal', name: 'Meal', givesChange: true, asksReference: false },
    ],
    foreignCash: [{ currency: 'CHF', rate: '1.05' }],
    discounts: { largestPercent },
    denominations: [money(50), money(10), money('0.50')],
    returns: { largest: money(10), days: null },
  },
};

const boss: StaffMember = { name: 'Boss', may: 'everything' };
const helper: StaffMember = { name: 'Helper', may: [] };

/** Two people, known by PIN and badge; nothing is sold before one of them has signed in. */
export const fullStaff: TillParts['staff'] & object = {
  settings: {
    known: true,
    signIn: true,
    guarded: [
      'discount',
      'price',
      'void-sale',
      'cash-out',
      'return',
      'return-without-receipt',
      'service',
      'offline-card',
    ],
  },
  badge: (code) => ({ BOSS: boss, HELPER: helper })[code] ?? null,
  check: async (pin): Promise<StaffAnswer> => {
    await Promise.resolve();
    if (pin === '4711') return { kind: 'known', member: boss };
    return pin === '1234' ? { kind: 'known', member: helper } : { kind: 'unknown' };
  },
};
