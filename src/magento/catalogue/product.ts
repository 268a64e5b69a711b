import { z } from 'zod';
import { sku } from '../../platform/ids.ts';
import type {
  BundleOptions,
  CatalogueAttribute,
  ConfigurableOptions,
  PricedProduct,
  ProductType,
  SpecialPrice,
  TierPrice,
} from '../../pricing/price-book.ts';
import { day, flag, type Mapped, mapped, number, optionalNumber, text } from './mapped.ts';

const attributeValue = z.union([z.string(), z.number(), z.boolean(), z.array(text), z.null()]);

const tierBody = z.object({
  customer_group_id: number,
  qty: number,
  value: number,
  extension_attributes: z
    .object({ percentage_value: optionalNumber, website_id: number.nullish().transform((id) => id ?? 0) })
    .nullish(),
});

const linkBody = z.object({
  id: text,
  sku: text,
  qty: number.nullish().transform((quantity) => quantity ?? 1),
  is_default: flag,
  price: optionalNumber,
  price_type: optionalNumber,
});

const body = z.object({
  id: number,
  sku: text,
  type_id: z.string(),
  attribute_set_id: number.nullish(),
  name: z.string().nullish(),
  status: number.nullish(),
  visibility: number.nullish(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  price: optionalNumber,
  weight: optionalNumber,
  tier_prices: z.array(tierBody).nullish(),
  custom_attributes: z.array(z.object({ attribute_code: z.string(), value: attributeValue.optional() })).nullish(),
  extension_attributes: z
    .object({
      category_links: z.array(z.object({ category_id: number })).nullish(),
      configurable_product_options: z.array(z.object({ attribute_id: number, label: z.string().nullish() })).nullish(),
      configurable_product_links: z.array(number).nullish(),
      bundle_product_options: z
        .array(
          z.object({
            option_id: number,
            title: text.nullish(),
            required: flag,
            position: number.nullish(),
            product_links: z.array(linkBody).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

type ProductBody = z.infer<typeof body>;

const productTypes: ReadonlySet<string> = new Set<ProductType>([
  'simple',
  'virtual',
  'downloadable',
  'configurable',
  'bundle',
  'grouped',
]);

const isProductType = (type: string): type is ProductType => productTypes.has(type);

/** Magento's id for "all customer groups" in tier prices (`Magento\Customer\Model\GroupManagement::CUST_GROUP_ALL`). */
const allGroups = 32000;

/** A product as the price engine sees it, and the ids of a configurable's variants, which {@link linkVariants} resolves. */
export interface MappedProduct {
  readonly product: PricedProduct;
  readonly variantIds: readonly number[];
}

/**
 * The pricing part of one item of `GET /V1/products`. Catalogue-rule prices are not in it (REST has none); a configurable's
 * variants are still to be linked; {@link PricedProduct.categoryIds} are the direct ones (`withAnchorCategories` adds the rest).
 */
export function mapPricedProduct(item: unknown): Mapped<MappedProduct> {
  return mapped(body, item, (product) => {
    const { type_id: type } = product;
    if (!isProductType(type))
      return { ok: false, reason: `type_id: "${type}" is not a product type the till can sell` };
    const attributes = attributesOf(product);
    return {
      ok: true,
      record: {
        variantIds: product.extension_attributes?.configurable_product_links ?? [],
        product: {
          sku: sku(product.sku),
          id: product.id,
          type,
          attributeSetId: product.attribute_set_id ?? 0,
          taxClassId: Number(attributes['tax_class_id'] ?? 0) || 0,
          weight: type === 'virtual' || type === 'downloadable' ? 0 : (product.weight ?? 0),
          categoryIds: categoriesOf(product, attributes['category_ids']),
          price: product.price ?? 0,
          specialPrice: specialPriceOf(attributes),
          // By quantity, as Magento loads them; which of several tiers wins depends on it.
          tierPrices: (product.tier_prices ?? []).map(tierPriceOf).sort((a, b) => a.quantity - b.quantity),
          cataloguePrices: [],
          attributes,
          configurable: configurableOf(product),
          bundle: bundleOf(product, attributes['price_type']),
        },
      },
    };
  });
}

/**
 * Gives a configurable its variants: `child` finds a product by Magento's id, `attribute` a catalogue attribute by its id (its
 * code is not in the configurable's own body). Other products come back as they are.
 */
export function linkVariants(
  { product, variantIds }: MappedProduct,
  child: (id: number) => PricedProduct | undefined,
  attribute: (id: number) => CatalogueAttribute | undefined,
): PricedProduct {
  if (product.configurable === null) return product;
  const attributes = product.configurable.attributes.map((choice) => ({
    ...choice,
    code: attribute(choice.attributeId)?.code ?? choice.code,
  }));
  const variants = variantIds.flatMap((id) => {
    const variant = child(id);
    if (variant === undefined) return [];
    const values = Object.fromEntries(
      attributes.flatMap(({ attributeId, code }) => {
        const value = Number(variant.attributes[code]);
        return Number.isInteger(value) ? [[String(attributeId), value]] : [];
      }),
    );
    return [{ sku: variant.sku, values }];
  });
  return { ...product, configurable: { attributes, variants } };
}

/** Everything a rule may ask for, as Magento's product model has it: the fields of the entity and its custom attributes. */
function attributesOf(product: ProductBody): Readonly<Record<string, string | readonly string[]>> {
  const attributes: Record<string, string | readonly string[]> = {};
  for (const code of ['sku', 'name', 'type_id', 'status', 'visibility', 'created_at', 'updated_at'] as const) {
    const value = product[code];
    if (value !== null && value !== undefined) attributes[code] = String(value);
  }
  for (const { attribute_code: code, value } of product.custom_attributes ?? []) {
    if (value === null || value === undefined) continue;
    attributes[code] = Array.isArray(value)
      ? value
      : typeof value === 'boolean'
        ? String(Number(value))
        : String(value);
  }
  return attributes;
}

function categoriesOf(product: ProductBody, fromAttribute: string | readonly string[] | undefined): readonly number[] {
  const linked = (product.extension_attributes?.category_links ?? []).map((link) => link.category_id);
  const listed = [fromAttribute ?? []].flat().flatMap((id) => (/^\d+$/.test(id) ? [Number(id)] : []));
  return [...new Set([...linked, ...listed])];
}

/** An empty price was stored as 0 and sells for 0 (measured: exchange f50); no attribute at all means no special price. */
function specialPriceOf(attributes: PricedProduct['attributes']): SpecialPrice | null {
  const price = attributes['special_price'];
  if (typeof price !== 'string' || !Number.isFinite(Number(price))) return null;
  return {
    price: Number(price),
    from: day.parse(attributes['special_from_date']),
    to: day.parse(attributes['special_to_date']),
  };
}

function tierPriceOf(tier: z.infer<typeof tierBody>): TierPrice {
  const percent = tier.extension_attributes?.percentage_value ?? null;
  return {
    customerGroupId: tier.customer_group_id === allGroups ? null : tier.customer_group_id,
    quantity: tier.qty,
    value: percent === null ? { type: 'fixed', price: tier.value } : { type: 'percent', percent },
    websiteId: tier.extension_attributes?.website_id ?? 0,
  };
}

function configurableOf(product: ProductBody): ConfigurableOptions | null {
  if (product.type_id !== 'configurable') return null;
  const options = product.extension_attributes?.configurable_product_options ?? [];
  return {
    attributes: options.map(({ attribute_id, label }) => ({
      attributeId: attribute_id,
      code: String(attribute_id),
      label: label ?? '',
    })),
    variants: [],
  };
}

function bundleOf(product: ProductBody, priceType: string | readonly string[] | undefined): BundleOptions | null {
  if (product.type_id !== 'bundle') return null;
  const options = product.extension_attributes?.bundle_product_options ?? [];
  return {
    // `Magento\Bundle\Model\Product\Price::PRICE_TYPE_DYNAMIC` is 0 and the default.
    dynamicPrice: priceType !== '1',
    options: [...options]
      .sort((a, b) => (a.position ?? 0) - (b.position ?? 0))
      .map((option) => ({
        optionId: option.option_id,
        title: option.title ?? '',
        required: option.required,
        selections: (option.product_links ?? []).map((link) => ({
          selectionId: link.id,
          sku: sku(link.sku),
          quantity: link.qty,
          isDefault: link.is_default,
          price: link.price,
          priceType:
            link.price_type === null ? null : link.price_type === 1 ? ('percent' as const) : ('fixed' as const),
        })),
      })),
  };
}
