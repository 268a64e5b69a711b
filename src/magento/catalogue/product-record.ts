import { z } from 'zod';
import type { PricedProduct } from '../../pricing/price-book.ts';
import type { ProductRecord } from '../../snapshot/catalogue.ts';
import { normalBarcode } from '../../snapshot/gtin.ts';
import { flag, type Mapped, mapped, number, text } from './mapped.ts';

/** Which of the shop's own attributes tell what Magento has no field for. */
export interface ProductAttributes {
  /** Holds one barcode, or several with commas, semicolons or spaces between. */
  readonly barcode: string;
  /** null: the product's id is its PLU. */
  readonly plu: string | null;
  /** A yes/no attribute for goods sold by weight; null: what the stock item says, where it is there. */
  readonly decimalQuantity: string | null;
}

const body = z.object({
  id: number,
  name: text,
  status: number,
  visibility: number.nullish().transform((value) => value ?? 4),
  updated_at: z
    .string()
    .nullish()
    .transform((value) => value ?? ''),
  extension_attributes: z
    .object({
      website_ids: z.array(number).nullish(),
      stock_item: z.object({ is_qty_decimal: flag }).nullish(),
    })
    .nullish(),
});

/** What a till must know of one item of `GET /V1/products` beside its price, which is `priced`. */
export function mapProductRecord(
  item: unknown,
  priced: PricedProduct,
  attributes: ProductAttributes,
): Mapped<ProductRecord> {
  return mapped(body, item, (product) => {
    const plu = attributes.plu === null ? String(product.id) : valuesOf(priced, attributes.plu)[0];
    const weighed = attributes.decimalQuantity === null ? undefined : valuesOf(priced, attributes.decimalQuantity)[0];
    return {
      ok: true,
      record: {
        ...priced,
        name: product.name,
        enabled: product.status === 1,
        visibility: product.visibility,
        barcodes: [...new Set(valuesOf(priced, attributes.barcode).map(normalBarcode))],
        plu: plu === undefined ? null : normalBarcode(plu),
        decimalQuantity: weighed === '1' || (product.extension_attributes?.stock_item?.is_qty_decimal ?? false),
        updatedAt: product.updated_at,
        parent: null,
      },
    };
  });
}

function valuesOf(priced: PricedProduct, attribute: string): readonly string[] {
  return [priced.attributes[attribute] ?? []]
    .flat()
    .flatMap((value) => value.split(/[\s,;|]+/).filter((part) => part !== ''));
}

const websiteBody = z.object({ extension_attributes: z.object({ website_ids: z.array(number).nullish() }).nullish() });

/** Whether a product is assigned to the website; where the body does not say, it is. */
export function isInWebsite(item: unknown, websiteId: number): boolean {
  const parsed = websiteBody.safeParse(item);
  const ids = parsed.success ? parsed.data.extension_attributes?.website_ids : undefined;
  return ids === undefined || ids === null || ids.includes(websiteId);
}
