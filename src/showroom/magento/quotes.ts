import type { Quantity } from '../../money/quantity.ts';
import { sku } from '../../platform/ids.ts';
import { priceCart } from '../../pricing/price-cart.ts';
import type { CartInput, CartTotals, LineTotals } from '../../pricing/totals.ts';
import { noSuchEntity, productNotFound, refused } from './errors.ts';
import { isEnabled, isSalable, salabilityErrors, websiteStock } from './inventory.ts';
import { listOf, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import type { BundleSelection, Quote, QuoteItem } from './ledger.ts';
import { priceBook } from './prices.ts';
import { attributeOf, type Shop } from './shop.ts';

/** A line of a quote with its product and what it comes to. */
export interface CollectedLine {
  readonly item: QuoteItem;
  readonly product: Row;
  readonly totals: LineTotals;
}

export interface CollectedQuote {
  readonly lines: readonly CollectedLine[];
  readonly totals: CartTotals;
}

export function createQuote(shop: Shop, customerId: number | null): Quote {
  const id = shop.next('quote');
  const now = shop.now();
  const quote: Quote = {
    id,
    createdAt: now,
    updatedAt: now,
    active: true,
    customerId,
    items: [],
    coupon: null,
    // A quote has two rows in `quote_address`, billing first.
    billingAddressId: 2 * id - 1,
    billing: null,
    shipping: null,
    shippingMethod: null,
    payment: null,
    reservedOrderId: null,
  };
  shop.ledger.quotes.push(quote);
  return quote;
}

/** The active cart of a customer, as the web shop would find it. */
export function activeQuoteOf(shop: Shop, customerId: number): Quote | undefined {
  return shop.ledger.quotes.find((quote) => quote.active && quote.customerId === customerId);
}

/**
 * Collects totals as Magento does with every save: prices and rules of now; lines whose product was disabled or deleted are
 * not there any more (b46, b50).
 */
export function collect(shop: Shop, quote: Quote): CollectedQuote {
  const present = quote.items.flatMap((item) => {
    const product = shop.findProduct(item.sku);
    return product !== undefined && isEnabled(product) ? [{ item, product }] : [];
  });
  const place = quote.shipping ?? quote.billing;
  const book = priceBook(shop);
  const input: CartInput = {
    lines: present.map(({ item, product }) => ({
      lineId: item.itemId,
      sku: sku(textOf(product['sku'])),
      // Checked when the line was added, by Magento's rules, which are wider than a till's.
      quantity: item.qty as Quantity,
      ...(item.variant === null ? {} : { variant: sku(item.variant) }),
      ...(item.selections === null ? {} : { selections: item.selections.flatMap(selected) }),
    })),
    customerGroupId: groupOf(shop, quote),
    customerId: quote.customerId,
    coupon: quote.coupon,
    at: shop.clock.now(),
    destination:
      place === null
        ? book.settings.origin
        : {
            countryId: textOf(place['country_id']),
            regionId: numberOf(place['region_id']),
            postcode: textOf(place['postcode']),
          },
    ...(quote.shippingMethod === null ? {} : { shippingMethod: quote.shippingMethod }),
  };
  const totals = priceCart(input, book);
  const lines = present.flatMap((line) => {
    const found = totals.lines.find((candidate) => candidate.lineId === line.item.itemId);
    return found === undefined ? [] : [{ ...line, totals: found }];
  });
  return { lines, totals };
}

const selected = ({ optionId, quantity, selectionIds }: BundleSelection) =>
  selectionIds.map((selectionId) => ({ optionId, selectionId: String(selectionId), quantity }));

/** The customer's group; 0 for guests. */
export function groupOf(shop: Shop, quote: Quote): number {
  return quote.customerId === null ? 0 : numberOf(shop.customer(quote.customerId)['group_id']);
}

/** Saves the quote: stamps it, and drops a coupon that has no effect any more. */
export function saved(shop: Shop, quote: Quote): CollectedQuote {
  quote.updatedAt = shop.now();
  const collected = collect(shop, quote);
  if (quote.coupon !== null && collected.totals.couponAccepted === null) quote.coupon = null;
  return collected;
}

/** Adds a product, or more of it when an equal line is there already (b06). A quantity of 0 or less adds one (h28, h29b). */
export function addItem(shop: Shop, quote: Quote, request: Row): QuoteItem {
  const product = shop.findProduct(textOf(request['sku']));
  if (product === undefined) throw productNotFound();
  const stockId = websiteStock(shop);
  if (!isEnabled(product) || !isSalable(shop, product, stockId)) {
    throw refused('Product that you are trying to add is not available.');
  }
  const asked = numberOf(request['qty']);
  const quantity = asked > 0 ? asked : 1;
  const choice = choose(shop, product, rowOf(rowOf(request['product_option'])['extension_attributes']));
  const existing = quote.items.find(
    (item) =>
      item.sku === textOf(product['sku']) &&
      item.variant === choice.variant &&
      JSON.stringify(item.selections) === JSON.stringify(choice.selections),
  );
  checkQuantity(shop, choice.stockSkus, quantity + (existing?.qty ?? 0));
  if (existing !== undefined) {
    existing.qty += quantity;
    return existing;
  }
  const item: QuoteItem = {
    itemId: shop.next('quote-item'),
    sku: textOf(product['sku']),
    qty: quantity,
    variant: choice.variant,
    selections: choice.selections,
    childIds: choice.stockSkus[0]?.child === true ? choice.stockSkus.map(() => shop.next('quote-item')) : [],
  };
  quote.items.push(item);
  return item;
}

export function findItem(quote: Quote, itemId: number): QuoteItem {
  const item = quote.items.find((candidate) => candidate.itemId === itemId);
  if (item === undefined) throw noSuchEntity('itemId', itemId);
  return item;
}

/** Sets a line's quantity. */
export function updateItem(shop: Shop, item: QuoteItem, quantity: number): void {
  const product = shop.product(item.sku);
  const wanted = quantity > 0 ? quantity : 1;
  checkQuantity(shop, stockSkusOf(product, item.variant, item.selections), wanted);
  item.qty = wanted;
}

/** One SKU whose stock a line takes: itself, or the children that stand for it. */
interface StockSku {
  readonly sku: string;
  readonly perUnit: number;
  readonly child: boolean;
}

interface Choice {
  readonly variant: string | null;
  readonly selections: readonly BundleSelection[] | null;
  readonly stockSkus: readonly StockSku[];
}

function choose(shop: Shop, product: Row, options: Row): Choice {
  if (product['type_id'] === 'configurable') {
    const variant = variantOf(shop, product, rowsOf(options['configurable_item_options']));
    return { variant, selections: null, stockSkus: [{ sku: variant, perUnit: 1, child: true }] };
  }
  if (product['type_id'] === 'bundle') {
    const selections = selectionsOf(product, rowsOf(options['bundle_options']));
    return { variant: null, selections, stockSkus: stockSkusOf(product, null, selections) };
  }
  return { variant: null, selections: null, stockSkus: [{ sku: textOf(product['sku']), perUnit: 1, child: false }] };
}

const chooseOptions = () => refused('You need to choose options for your item.');

function variantOf(shop: Shop, product: Row, chosen: readonly Row[]): string {
  const options = rowsOf(rowOf(product['extension_attributes'])['configurable_product_options']);
  const codes = new Map(options.map((option) => [textOf(option['attribute_id']), attributeCode(shop, option)]));
  if (options.length === 0 || chosen.length < options.length) throw chooseOptions();
  const variants = variantsOf(shop, product);
  const found = variants.find((variant) =>
    chosen.every((option) => {
      const code = codes.get(textOf(option['option_id']));
      return code !== undefined && textOf(attributeOf(variant, code)) === textOf(option['option_value']);
    }),
  );
  if (found === undefined) throw chooseOptions();
  return textOf(found['sku']);
}

/** The variants of a configurable. */
export function variantsOf(shop: Shop, product: Row): readonly Row[] {
  const links = rowOf(product['extension_attributes'])['configurable_product_links'];
  return listOf(links).flatMap((id): Row[] => {
    const variant = shop.productById(numberOf(id));
    return variant === undefined ? [] : [variant];
  });
}

/** The code of the attribute that a configurable's option chooses by. */
export function attributeCode(shop: Shop, option: Row): string {
  const attribute = rowOf(shop.recorded('attribute_pos_size'));
  return textOf(attribute['attribute_id']) === textOf(option['attribute_id'])
    ? textOf(attribute['attribute_code'])
    : '';
}

function selectionsOf(product: Row, chosen: readonly Row[]): readonly BundleSelection[] {
  const options = rowsOf(rowOf(product['extension_attributes'])['bundle_product_options']);
  return options.flatMap((option) => {
    const links = rowsOf(option['product_links']);
    const request = chosen.find((candidate) => candidate['option_id'] === option['option_id']);
    const wanted = listOf(request?.['option_selections']).map((id) => numberOf(id));
    const link = links.find((candidate) => wanted.includes(numberOf(candidate['id'])));
    if (link === undefined) {
      if (option['required'] === true) throw chooseOptions();
      return [];
    }
    const quantity = numberOf(request?.['option_qty'], numberOf(link['qty'], 1));
    return [{ optionId: numberOf(option['option_id']), quantity, selectionIds: [numberOf(link['id'])] }];
  });
}

function stockSkusOf(
  product: Row,
  variant: string | null,
  selections: readonly BundleSelection[] | null,
): readonly StockSku[] {
  if (variant !== null) return [{ sku: variant, perUnit: 1, child: true }];
  if (selections === null) return [{ sku: textOf(product['sku']), perUnit: 1, child: false }];
  return selections.flatMap(({ selectionIds, quantity }) =>
    selectionIds.map((id) => ({ sku: textOf(bundleLink(product, id)['sku']), perUnit: quantity, child: true })),
  );
}

/** The selection of a bundle with this id. */
export function bundleLink(product: Row, selectionId: number): Row {
  const options = rowsOf(rowOf(product['extension_attributes'])['bundle_product_options']);
  const links = options.flatMap((option) => rowsOf(option['product_links']));
  return links.find((link) => numberOf(link['id']) === selectionId) ?? {};
}

function checkQuantity(shop: Shop, stockSkus: readonly StockSku[], quantity: number): void {
  for (const { sku: wanted, perUnit } of stockSkus) {
    const needed = quantity * perUnit;
    if (!Number.isInteger(needed) && !shop.stockSettings(wanted).decimalQuantity) {
      throw refused('You cannot use decimal quantity for this product.');
    }
    if (salabilityErrors(shop, wanted, websiteStock(shop), needed).length > 0) {
      throw refused('The requested qty is not available');
    }
  }
}

/** Checks at placement that everything in the quote can still be sold; several lines may need the same SKU. */
export function checkStock(shop: Shop, lines: readonly CollectedLine[]): void {
  const needed = new Map<string, number>();
  for (const { item, product } of lines) {
    for (const { sku: wanted, perUnit } of stockSkusOf(product, item.variant, item.selections)) {
      needed.set(wanted, (needed.get(wanted) ?? 0) + item.qty * perUnit);
    }
  }
  for (const [wanted, quantity] of needed) checkQuantity(shop, [{ sku: wanted, perUnit: 1, child: false }], quantity);
}

/** Whether nothing in the quote has to be shipped. */
export function isVirtual(lines: readonly CollectedLine[]): boolean {
  return (
    lines.length > 0 && lines.every(({ product }) => ['virtual', 'downloadable'].includes(textOf(product['type_id'])))
  );
}

/**
 * Gives the quote to a customer. Their own active web cart is merged in, lines first, and deactivated (b63): a sale may
 * become an order of things the customer never brought to the counter.
 */
export function assignCustomer(shop: Shop, quote: Quote, customerId: number): void {
  shop.customer(customerId);
  if (quote.customerId !== null) {
    throw refused("The customer can't be assigned to the cart because the cart isn't anonymous.");
  }
  const own = activeQuoteOf(shop, customerId);
  if (own !== undefined) {
    for (const item of own.items) {
      const same = quote.items.find((candidate) => candidate.sku === item.sku && candidate.variant === item.variant);
      if (same === undefined)
        quote.items.push({
          ...item,
          itemId: shop.next('quote-item'),
          childIds: item.childIds.map(() => shop.next('quote-item')),
        });
      else same.qty += item.qty;
    }
    own.active = false;
    own.updatedAt = shop.now();
  }
  quote.customerId = customerId;
}
