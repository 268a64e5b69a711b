import type { Quantity } from '../money/quantity.ts';
import { sku } from '../platform/ids.ts';
import type { Found, Goods } from '../register/facts.ts';
import type { SaleItem } from '../register/open-sale.ts';
import { quantityOrNull } from '../register/open-sale.ts';
import type { Catalogue, ProductRecord } from '../snapshot/catalogue.ts';
import { expandUpcE, hasCheckDigit } from '../snapshot/gtin.ts';
import { type Embedded, type EmbeddedLayout, readEmbedded } from './embedded-barcode.ts';

/** As many as a list on a small display can bear, and as there are digits to choose with. */
const longestList = 9;
/** Magento's visibility "Not Visible Individually": sold only as a variant. */
const notVisible = 1;

/** What a shop adds to its catalogue for the till. */
export interface GoodsSettings {
  /** What a short number stands for, before any PLU. */
  readonly quickKeys: ReadonlyMap<string, { readonly sku: string; readonly quantity: Quantity | null }>;
  /** Articles whose price is asked each time. */
  readonly openPriced: ReadonlySet<string>;
  /** The one that an amount without an article is sold as. */
  readonly department: string | null;
  readonly embedded: readonly EmbeddedLayout[];
  /** Attributes of a product; null: the shop has none. `deposit` and `pack` hold a SKU, or `6 x SKU` for several. */
  readonly attributes: {
    readonly deposit: string | null;
    readonly pack: string | null;
    readonly serialNumber: string | null;
  };
}

export const plainGoods: GoodsSettings = {
  quickKeys: new Map(),
  openPriced: new Set(),
  department: null,
  embedded: [],
  attributes: { deposit: null, pack: null, serialNumber: null },
};

/** The catalogue in the register's words. */
export function createGoods(catalogue: Catalogue, settings: GoodsSettings = plainGoods): Goods {
  return new CatalogueGoods(catalogue, settings);
}

class CatalogueGoods implements Goods {
  readonly #catalogue: Catalogue;
  readonly #settings: GoodsSettings;

  constructor(catalogue: Catalogue, settings: GoodsSettings) {
    this.#catalogue = catalogue;
    this.#settings = settings;
  }

  typed(code: string): Found {
    const { quickKeys } = this.#settings;
    const quick = quickKeys.get(code);
    if (quick === undefined) return this.#withCatalogue(() => this.#foundOrUnknown(this.#byTyped(code)));
    return this.#withCatalogue(() => withQuantity(this.#foundOrUnknown(this.#bySku(quick.sku)), quick.quantity));
  }

  scanned(code: string): Found {
    return this.#withCatalogue(() => {
      const embedded = readEmbedded(code, this.#settings.embedded);
      if (embedded !== null) return this.#embedded(embedded);
      const product = this.#catalogue.byBarcode(code) ?? this.#bySku(code);
      if (product) return this.#found(product);
      const looksLikeGtin = /^(\d{8}|\d{12,14})$/.test(code);
      const misread = looksLikeGtin && !hasCheckDigit(code) && expandUpcE(code) === null;
      return misread ? { kind: 'misread' } : { kind: 'unknown' };
    });
  }

  named(text: string): readonly { readonly name: string; readonly found: Found }[] {
    return this.#catalogue
      .search(text, longestList)
      .map((product) => ({ name: product.name, found: this.#found(product) }));
  }

  department(): SaleItem | null {
    const { department } = this.#settings;
    const found = department === null ? null : this.#foundOrUnknown(this.#bySku(department));
    return found?.kind === 'item' ? found.item : null;
  }

  #withCatalogue(find: () => Found): Found {
    return this.#catalogue.generation === null ? { kind: 'no-catalogue' } : find();
  }

  #bySku(code: string): ProductRecord | undefined {
    return this.#catalogue.bySku(sku(code));
  }

  #byTyped(code: string): ProductRecord | undefined {
    const barcode = hasCheckDigit(code)
      ? (): ProductRecord | undefined => this.#catalogue.byBarcode(code)
      : () => undefined;
    return this.#catalogue.byPlu(code) ?? this.#bySku(code) ?? barcode();
  }

  /** The article by its number as PLU (with or without leading zeros) or SKU, else by the code without its value. */
  #embedded(embedded: Embedded): Found {
    if (embedded.kind === 'misread') return embedded;
    const { number, withoutValue, price, weight } = embedded;
    const product =
      this.#catalogue.byPlu(number) ??
      this.#catalogue.byPlu(number.replace(/^0+(?=\d)/, '')) ??
      this.#catalogue.byBarcode(withoutValue) ??
      this.#bySku(number);
    const found = this.#foundOrUnknown(product);
    if (found.kind !== 'item' || (price === null && weight === null))
      return found.kind === 'item' ? { kind: 'misread' } : found;
    return price === null ? withQuantity(found, weight) : { ...found, labelPrice: price };
  }

  #foundOrUnknown(product: ProductRecord | undefined): Found {
    return product ? this.#found(product) : { kind: 'unknown' };
  }

  #found(product: ProductRecord): Found {
    const { name } = product;
    if (!product.enabled) return { kind: 'not-for-sale', name, reason: 'disabled' };
    const pack = this.#counted(product, this.#settings.attributes.pack);
    // A pack of several is sold as what is in it; a pack of packs would have no end.
    if (
      pack !== null &&
      pack.product.sku !== product.sku &&
      this.#counted(pack.product, this.#settings.attributes.pack) === null
    ) {
      return withQuantity(this.#found(pack.product), quantityOrNull(pack.count));
    }
    switch (product.type) {
      case 'grouped':
        return { kind: 'not-for-sale', name, reason: 'set' };
      case 'configurable':
        return this.#variants(product);
      case 'bundle':
        return this.#bundle(product);
      case 'simple':
      case 'virtual':
      case 'downloadable':
        return this.#single(product);
    }
  }

  /** A scanned variant is sold as a variant of its configurable, unless the shop sells it on its own. */
  #single(product: ProductRecord): Found {
    if (product.parent === null || product.visibility !== notVisible)
      return { kind: 'item', item: this.#item(product) };
    const parent = this.#catalogue.bySku(product.parent.sku);
    if (!parent?.enabled) return { kind: 'not-for-sale', name: product.name, reason: 'disabled' };
    return { kind: 'item', item: this.#variant(parent, product) };
  }

  #variants(parent: ProductRecord): Found {
    const items = (parent.configurable?.variants ?? [])
      .map((each) => this.#catalogue.bySku(each.sku))
      .filter((child) => child?.enabled === true && child.parent !== null)
      .flatMap((child) => (child ? [this.#variant(parent, child)] : []));
    const [only, ...others] = items;
    if (!only) return { kind: 'not-for-sale', name: parent.name, reason: 'no-variants' };
    return others.length === 0 ? { kind: 'item', item: only } : { kind: 'variants', name: parent.name, items };
  }

  /** The defaults of each option; of a required option without one a person chooses, unless there is only one thing to choose. */
  #bundle(product: ProductRecord): Found {
    const options = product.bundle?.options ?? [];
    const asked = options.filter(
      ({ required, selections }) => required && selections.length > 1 && !selections.some(({ isDefault }) => isDefault),
    );
    const bundleSelections = options
      .filter((option) => !asked.includes(option))
      .flatMap(({ optionId, required, selections }) => {
        const defaults = selections.filter((selection) => selection.isDefault);
        const chosen = defaults.length === 0 && required ? selections.slice(0, 1) : defaults;
        return chosen.map(({ selectionId, quantity }) => ({ optionId, selectionId, quantity }));
      });
    const item: SaleItem = { ...this.#item(product), bundleSelections };
    if (asked.length === 0) return { kind: 'item', item };
    const questions = asked.map(({ optionId, title, selections }) => ({
      title,
      selections: selections.slice(0, longestChoice).map(({ sku: part, selectionId, quantity }) => ({
        name: this.#catalogue.bySku(part)?.name ?? part,
        selection: { optionId, selectionId, quantity },
      })),
    }));
    return { kind: 'bundle', item, options: questions };
  }

  #item(product: ProductRecord): SaleItem {
    const { attributes, openPriced } = this.#settings;
    const deposit = this.#counted(product, attributes.deposit);
    return {
      sku: product.sku,
      variant: null,
      name: product.name,
      barcode: product.barcodes[0] ?? null,
      configurableOptions: [],
      bundleSelections: [],
      decimalQuantity: product.decimalQuantity,
      ...(deposit?.product.enabled && deposit.product.sku !== product.sku
        ? { deposit: { item: plainItem(deposit.product), quantity: deposit.count } }
        : {}),
      ...(openPriced.has(product.sku) ? { askPrice: true } : {}),
      ...(isYes(attributeOf(product, attributes.serialNumber)) ? { askSerialNumber: true } : {}),
    };
  }

  #variant(parent: ProductRecord, child: ProductRecord): SaleItem {
    return {
      ...this.#item(child),
      sku: parent.sku,
      variant: child.sku,
      configurableOptions: child.parent?.options ?? [],
    };
  }

  /** Another article that an attribute names, and how many of it: `COLA` or `6 x COLA`. */
  #counted(
    product: ProductRecord,
    attribute: string | null,
  ): { readonly product: ProductRecord; readonly count: number } | null {
    const match = /^(?:(\d{1,4})\s*[x×*]\s*)?(\S.*)$/i.exec(attributeOf(product, attribute));
    const named = match?.[2] === undefined ? undefined : this.#bySku(match[2].trim());
    return named === undefined ? null : { product: named, count: Number(match?.[1] ?? 1) };
  }
}

/** As many selections as a list can hold. */
const longestChoice = 30;

const attributeOf = (product: ProductRecord, attribute: string | null): string => {
  const value = attribute === null ? undefined : product.attributes[attribute];
  return typeof value === 'string' ? value.trim() : '';
};

/** Magento's yes/no attributes are 1 and 0. */
const isYes = (value: string): boolean => /^(1|yes|true)$/i.test(value);

const withQuantity = (found: Found, quantity: Quantity | null): Found =>
  found.kind === 'item' && quantity !== null ? { ...found, quantity } : found;

/** A deposit is an article of its own, but never asks anything. */
const plainItem = (product: ProductRecord): SaleItem => ({
  sku: product.sku,
  variant: null,
  name: product.name,
  barcode: product.barcodes[0] ?? null,
  configurableOptions: [],
  bundleSelections: [],
  decimalQuantity: product.decimalQuantity,
});
