import { hundredths, money } from '../../src/money/money.ts';
import { defaultTemplates } from '../../src/receipts/default-templates.ts';
import { grossLine, saleOf } from '../../src/receipts/sample-sales.ts';
import type { ShopPrint } from '../../src/receipts/shop-print.ts';
import { wordsDe } from '../../src/receipts/words-de.ts';
import { wordsEn } from '../../src/receipts/words-en.ts';
import type { CompletedSale } from '../../src/register/sale.ts';

export const germanShop: ShopPrint = {
  words: wordsDe,
  logo: null,
  templates: defaultTemplates,
  currency: { code: 'EUR', symbol: '€', decimalSeparator: ',', symbolFirst: false },
  header: ['Käse & Söhne', 'Marktplatz 3', '10115 Berlin'],
  taxNumber: 'DE123456789',
  footer: ['Vielen Dank für Ihren Einkauf!', 'Umtausch innerhalb von 14 Tagen'],
};

export const englishShop: ShopPrint = {
  words: wordsEn,
  logo: null,
  templates: defaultTemplates,
  currency: { code: 'GBP', symbol: '£', decimalSeparator: '.', symbolFirst: true },
  header: ['The Corner Shop', '1 High Street, Oxford'],
  taxNumber: null,
  footer: ['Thank you!'],
};

/** The basket of most examples: two rates, a weight, a rule's discount, a long name. */
export function basket(): CompletedSale {
  const lines = [
    grossLine({ name: 'Vollmilch 1 l', unitPrice: '1.29', count: 2, percent: 7 }, 1),
    grossLine(
      { name: 'Bergkäse, 12 Monate gereift, laktosefrei', unitPrice: '24.90', count: 0.345, percent: 7, unit: 'kg' },
      2,
    ),
    grossLine({ name: 'Käsemesser', unitPrice: '18.00', percent: 19, discounts: { Herbstaktion: '1.80' } }, 3),
  ];
  const sale = saleOf(lines);
  return {
    ...sale,
    tenders: [{ kind: 'cash', amount: sale.totals.grandTotal, tendered: money('50.00') }],
    change: hundredths(money('50.00') - sale.totals.grandTotal),
  };
}

export { grossLine, saleOf, stampAt } from '../../src/receipts/sample-sales.ts';
