import { sku } from '../platform/ids.ts';
import type { BundleOptions } from '../pricing/price-book.ts';
import type { Found, Goods } from '../register/facts.ts';
import type { SaleItem } from '../register/open-sale.ts';
import type { SaleCustomer } from '../register/sale.ts';
import type { Catalogue, CustomerRecord, ProductRecord } from '../snapshot/catalogue.ts';
import { expandUpcE, hasCheckDigit } from '../snapshot/gtin.ts';

/** As many as a list on a small display can bear, and as there are digits to choose with. */
const longestList = 9;
/** Magento's visibility "Not Visible Individually": sold only as a variant. */
const notVisible = 1;

/** The catalogue in the register's words. */
export function createGoods(catalogue: Catalogue): Goods {
  const withCatalogue = (find: () => Found): Found =>
    catalogue.generation === null ? { kind: 'no-catalogue' } : find();
  const foundOrUnknown = (product: ProductRecord | undefined): Found =>
    product ? found(product, catalogue) : { kind: 'unknown' };
  return {
    typed: (code) =>
      withCatalogue(() =>
        foundOrUnknown(
          catalogue.byPlu(code) ??
            catalogue.bySku(sku(code)) ??
            (hasCheckDigit(code) ? catalogue.byBarcode(code) : undefined),
        ),
      ),
    scanned: (code) =>
      withCatalogue(() => {
        const product = catalogue.byBarcode(code) ?? catalogue.bySku(sku(code));
        if (product) return found(product, catalogue);
        const looksLikeGtin = /^(\d{8}|\d{12,14})$/.test(code);
        const misread = looksLikeGtin && !hasCheckDigit(code) && expandUpcE(code) === null;
        return misread ? { kind: 'misread' } : { kind: 'unknown' };
      }),
    named: (text) =>
      catalogue.search(text, longestList).map((product) => ({ name: product.name, found: found(product, catalogue) })),
  };
}

function found(product: ProductRecord, catalogue: Catalogue): Found {
  const { name } = product;
  if (!product.enabled) return { kind: 'not-for-sale', name, reason: 'disabled' };
  switch (product.type) {
    case 'grouped':
      return { kind: 'not-for-sale', name, reason: 'set' };
    case 'configurable':
      return variants(product, catalogue);
    case 'bundle':
      return { kind: 'item', item: { ...item(product), bundleSelections: usualSelections(product.bundle) } };
    case 'simple':
    case 'virtual':
    case 'downloadable':
      return single(product, catalogue);
  }
}

/** A scanned variant is sold as a variant of its configurable, unless the shop sells it on its own. */
function single(product: ProductRecord, catalogue: Catalogue): Found {
  if (product.parent === null || product.visibility !== notVisible) return { kind: 'item', item: item(product) };
  const parent = catalogue.bySku(product.parent.sku);
  if (!parent?.enabled) return { kind: 'not-for-sale', name: product.name, reason: 'disabled' };
  return { kind: 'item', item: variant(parent, product) };
}

function variants(parent: ProductRecord, catalogue: Catalogue): Found {
  const items = (parent.configurable?.variants ?? [])
    .map((each) => catalogue.bySku(each.sku))
    .filter((child) => child?.enabled === true && child.parent !== null)
    .flatMap((child) => (child ? [variant(parent, child)] : []));
  const [only, ...others] = items;
  if (!only) return { kind: 'not-for-sale', name: parent.name, reason: 'no-variants' };
  return others.length === 0 ? { kind: 'item', item: only } : { kind: 'variants', name: parent.name, items };
}

function item(product: ProductRecord): SaleItem {
  return {
    sku: product.sku,
    variant: null,
    name: product.name,
    barcode: product.barcodes[0] ?? null,
    configurableOptions: [],
    bundleSelections: [],
    decimalQuantity: product.decimalQuantity,
  };
}

function variant(parent: ProductRecord, child: ProductRecord): SaleItem {
  return {
    ...item(child),
    sku: parent.sku,
    variant: child.sku,
    configurableOptions: child.parent?.options ?? [],
  };
}

/** What a bundle holds when nothing is chosen: the defaults, and the first of a required option without one. */
function usualSelections(bundle: BundleOptions | null): SaleItem['bundleSelections'] {
  return (bundle?.options ?? []).flatMap(({ optionId, required, selections }) => {
    const defaults = selections.filter((selection) => selection.isDefault);
    const chosen = defaults.length === 0 && required ? selections.slice(0, 1) : defaults;
    return chosen.map(({ selectionId, quantity }) => ({ optionId, selectionId, quantity }));
  });
}

/** Customers by number, e-mail, phone or name. */
export function findCustomers(catalogue: Catalogue, text: string): readonly SaleCustomer[] {
  const byNumber = /^\d{1,10}$/.test(text) ? catalogue.customerById(Number(text)) : undefined;
  const others = catalogue.findCustomers(text, longestList).filter((each) => each.id !== byNumber?.id);
  return [...(byNumber ? [byNumber] : []), ...others].slice(0, longestList).map(saleCustomer);
}

function saleCustomer({ id, groupId, email, firstname, lastname }: CustomerRecord): SaleCustomer {
  return { id, groupId, email, name: `${firstname} ${lastname}`.trim() };
}
