import type { PriceSettings } from '../../src/pricing/price-book.ts';

/** Magento's usual German shop: prices include 19 % tax, tax after discounts, discounts off prices including tax. */
export const germanPrices: PriceSettings = {
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
};
