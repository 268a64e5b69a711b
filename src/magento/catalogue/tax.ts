import { z } from 'zod';
import type { TaxRate, TaxRule } from '../../pricing/price-book.ts';
import { flag, type Mapped, mapped, number, optionalNumber, text } from './mapped.ts';

const ids = z
  .array(number)
  .nullish()
  .transform((values) => values ?? []);

const ruleBody = z.object({
  id: number,
  code: text,
  priority: number.nullish().transform((value) => value ?? 0),
  position: number.nullish().transform((value) => value ?? 0),
  customer_tax_class_ids: ids,
  product_tax_class_ids: ids,
  tax_rate_ids: ids,
  calculate_subtotal: flag,
});

/** One item of `GET /V1/taxRules/search`. */
export function mapTaxRule(item: unknown): Mapped<TaxRule> {
  return mapped(ruleBody, item, (rule) => ({
    ok: true,
    record: {
      id: rule.id,
      code: rule.code,
      priority: rule.priority,
      position: rule.position,
      customerTaxClassIds: rule.customer_tax_class_ids,
      productTaxClassIds: rule.product_tax_class_ids,
      taxRateIds: rule.tax_rate_ids,
      calculateSubtotal: rule.calculate_subtotal,
    },
  }));
}

const rateBody = z.object({
  id: number,
  code: text,
  tax_country_id: z.string(),
  tax_region_id: number.nullish().transform((value) => value ?? 0),
  tax_postcode: text.nullish().transform((value) => value ?? null),
  zip_is_range: flag,
  zip_from: optionalNumber,
  zip_to: optionalNumber,
  rate: number,
});

/** One item of `GET /V1/taxRates/search`. */
export function mapTaxRate(item: unknown): Mapped<TaxRate> {
  return mapped(rateBody, item, (rate) => {
    const isRange = rate.zip_is_range || (rate.zip_from !== null && rate.zip_to !== null);
    if (isRange && (rate.zip_from === null || rate.zip_to === null)) {
      return { ok: false, reason: `zip_from, zip_to: tax rate ${rate.code} covers a range without both ends` };
    }
    return {
      ok: true,
      record: {
        id: rate.id,
        code: rate.code,
        countryId: rate.tax_country_id,
        regionId: rate.tax_region_id,
        postcode: rate.tax_postcode,
        zipFrom: isRange ? rate.zip_from : null,
        zipTo: isRange ? rate.zip_to : null,
        rate: rate.rate,
      },
    };
  });
}

/** A tax class of customers or of products; rules join the two. */
export interface TaxClass {
  readonly id: number;
  readonly name: string;
  readonly kind: 'customer' | 'product';
}

const classBody = z.object({ class_id: number, class_name: text, class_type: z.enum(['CUSTOMER', 'PRODUCT']) });

/** One item of `GET /V1/taxClasses/search`. */
export function mapTaxClass(item: unknown): Mapped<TaxClass> {
  return mapped(classBody, item, ({ class_id, class_name, class_type }) => ({
    ok: true,
    record: { id: class_id, name: class_name, kind: class_type === 'CUSTOMER' ? 'customer' : 'product' },
  }));
}
