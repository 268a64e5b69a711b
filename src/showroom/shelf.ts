import { decimal, hundredths } from '../money/money.ts';
import { numberOf, type Row, textOf } from './magento/json.ts';
import { attributeOf, type Shop } from './magento/shop.ts';

/** An article as it lies on the shelf, with what is printed on its label. */
export interface ShelfArticle {
  readonly sku: string;
  readonly name: string;
  /** Decimal text: the price in the catalogue. */
  readonly price: string;
  /** Decimal text: the special price in force today; null: none. */
  readonly offer: string | null;
  readonly barcode: string;
  /** What the till calls PLU: the product's id. */
  readonly plu: string;
}

/** Everything in the shop's catalogue that has a barcode, in the catalogue's order. */
export function shelfOf(shop: Shop): readonly ShelfArticle[] {
  return shop.data.products.flatMap((product) => {
    const barcode = textOf(attributeOf(product, 'ean'));
    if (barcode === '' || numberOf(product['status']) !== 1) return [];
    return [
      {
        sku: textOf(product['sku']),
        name: textOf(product['name']),
        price: label(numberOf(product['price'])),
        offer: offerOf(product, shop.today()),
        barcode,
        plu: textOf(product['id']),
      },
    ];
  });
}

/** Magento's special price with its window of whole days, both ends included. */
function offerOf(product: Row, today: string): string | null {
  const price = attributeOf(product, 'special_price');
  if (price === undefined || price === null) return null;
  const from = textOf(attributeOf(product, 'special_from_date')).slice(0, 10);
  const to = textOf(attributeOf(product, 'special_to_date')).slice(0, 10);
  return (from === '' || from <= today) && (to === '' || to >= today) ? label(numberOf(price)) : null;
}

const label = (price: number): string => decimal(hundredths(Math.round(price * 100)));
