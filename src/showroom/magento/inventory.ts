import { stored } from './decimals.ts';
import { numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import type { Order, Reservation, SourceItem } from './ledger.ts';
import { elements } from './query.ts';
import type { RecordedCatalogue } from './recording.ts';
import { attributeOf, type Shop } from './shop.ts';

/** What a reservation was made for (`SalesEventInterface`). */
export type SalesEvent =
  | 'order_placed'
  | 'order_canceled'
  | 'shipment_created'
  | 'invoice_created'
  | 'creditmemo_created';

const sources = new WeakMap<RecordedCatalogue, Map<number, readonly string[]>>();

/** Codes of a stock's sources, first the one to take from first. */
function sourcesOf(shop: Shop, stockId: number): readonly string[] {
  const known = sources.get(shop.catalogue) ?? new Map<number, readonly string[]>();
  sources.set(shop.catalogue, known);
  const codes = known.get(stockId) ?? readSources(shop, stockId);
  known.set(stockId, codes);
  return codes;
}

function readSources(shop: Shop, stockId: number): readonly string[] {
  return shop
    .recordedItems('stock_source_links')
    .filter((link) => link['stock_id'] === stockId)
    .sort((a, b) => numberOf(a['priority']) - numberOf(b['priority']))
    .map((link) => textOf(link['source_code']));
}

/** The stock that sells for a website (`StockResolverInterface`); undefined when none does. */
export function stockOf(shop: Shop, type: string, code: string): Row | undefined {
  return shop
    .recordedItems('stocks')
    .find((stock) =>
      rowsOf(rowOf(stock['extension_attributes'])['sales_channels']).some(
        (channel) => channel['type'] === type && channel['code'] === code,
      ),
    );
}

/** The id of the stock that the shop's website sells from. */
export const websiteStock = (shop: Shop): number => numberOf(stockOf(shop, 'website', 'base')?.['stock_id'], 1);

export function sourceItem(shop: Shop, sku: string, sourceCode: string): SourceItem | undefined {
  return shop.ledger.sourceItems.find((item) => item.sku === sku && item.source_code === sourceCode);
}

const inStock = (shop: Shop, sku: string, stockId: number): readonly SourceItem[] => {
  const sources = sourcesOf(shop, stockId);
  return shop.ledger.sourceItems.filter(
    (item) => item.sku === sku && item.status === 1 && sources.includes(item.source_code),
  );
};

/** Σ in-stock source items of the stock + Σ reservations (`GetProductSalableQtyInterface`). */
export function salableQuantity(shop: Shop, sku: string, stockId: number): number {
  const reserved = sumsOf(shop.ledger.reservations).get(sumKey(sku, stockId)) ?? 0;
  return stored(inStock(shop, sku, stockId).reduce((total, item) => total + item.quantity, 0) + reserved);
}

interface Sums {
  /** How many reservations are in {@link totals}. */
  counted: number;
  readonly totals: Map<string, number>;
}

const sums = new WeakMap<readonly Reservation[], Sums>();
const sumKey = (sku: string, stockId: number): string => `${stockId} ${sku}`;

function sumsOf(reservations: readonly Reservation[]): ReadonlyMap<string, number> {
  const before = sums.get(reservations);
  // Magento only ever adds some; whoever takes one away by hand has them counted anew.
  const isStale = before === undefined || before.counted > reservations.length;
  const known = isStale ? { counted: 0, totals: new Map<string, number>() } : before;
  sums.set(reservations, known);
  for (const { sku, stockId, quantity } of reservations.slice(known.counted)) {
    const key = sumKey(sku, stockId);
    known.totals.set(key, (known.totals.get(key) ?? 0) + quantity);
  }
  known.counted = reservations.length;
  return known.totals;
}

/** Why a quantity can't be sold, in Magento's codes; empty when it can. */
export function salabilityErrors(shop: Shop, sku: string, stockId: number, quantity: number): readonly Row[] {
  if (inStock(shop, sku, stockId).length === 0) {
    return [
      {
        code: 'is_any_source_item_in_stock-no_source_items_in_stock',
        message: 'There are no source items with the in stock status',
      },
    ];
  }
  if (backordersAllowed(shop, sku) || salableQuantity(shop, sku, stockId) >= quantity) return [];
  return [
    { code: 'back_order-disabled', message: 'Backorders are disabled' },
    { code: 'manage_stock-enabled', message: 'Manage stock is enabled' },
    { code: 'is_salable_with_reservations-not_enough_qty', message: 'The requested qty is not available' },
  ];
}

const backordersAllowed = (shop: Shop, sku: string): boolean => (shop.stockSettings(sku).backorders ?? 0) > 0;

/** Whether anything of it can be sold at all; a configurable or bundle when one of its children can. */
export function isSalable(shop: Shop, product: Row, stockId: number): boolean {
  const children = childSkus(shop, product);
  const skus = children.length > 0 ? children : [textOf(product['sku'])];
  return skus.some((sku) => salabilityErrors(shop, sku, stockId, 0.0001).length === 0);
}

function childSkus(shop: Shop, product: Row): readonly string[] {
  const extension = rowOf(product['extension_attributes']);
  const variants = elements(extension['configurable_product_links']).map((id) => shop.productById(numberOf(id)));
  const selections = rowsOf(extension['bundle_product_options']).flatMap((option) => rowsOf(option['product_links']));
  return [...variants.flatMap((variant) => (variant === undefined ? [] : [variant])), ...selections].map((row) =>
    textOf(row['sku']),
  );
}

/** Appends reservations, one row a SKU, with the metadata that Magento writes. An order that is being placed has no id yet. */
export function reserve(
  shop: Shop,
  quantities: ReadonlyMap<string, number>,
  event: SalesEvent,
  order: Order,
  objectId = event === 'order_placed' ? '' : String(order.id),
): void {
  const metadata = JSON.stringify({
    event_type: event,
    object_type: 'order',
    object_id: objectId,
    object_increment_id: textOf(order.row['increment_id']),
  });
  for (const [sku, quantity] of quantities) {
    if (quantity === 0) continue;
    shop.ledger.reservations.push({
      id: shop.next('reservation'),
      stockId: websiteStock(shop),
      sku,
      quantity: stored(quantity),
      metadata,
    });
  }
}

/** Moves a source's quantity; a source that has run out goes out of stock unless backorders are allowed. */
export function moveSource(shop: Shop, item: SourceItem, by: number): void {
  item.quantity = stored(item.quantity + by);
  if (item.quantity <= 0 && !backordersAllowed(shop, item.sku)) item.status = 0;
  else if (by > 0) item.status = 1;
}

/** The first source of the website's stock that has enough, else the first that has the SKU at all. */
export function sourceByPriority(shop: Shop, sku: string, quantity: number): SourceItem | undefined {
  const items = sourcesOf(shop, websiteStock(shop)).flatMap((code) => sourceItem(shop, sku, code) ?? []);
  return items.find((item) => item.status === 1 && item.quantity >= quantity) ?? items[0];
}

/** Quantities per SKU of the order lines that stock is kept for: not configurables and bundles, but their children. */
export function stockQuantities(items: readonly Row[], quantityOf: (item: Row) => number): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const item of items) {
    if (['configurable', 'bundle', 'grouped'].includes(textOf(item['product_type']))) continue;
    const sku = textOf(item['sku']);
    const quantity = quantityOf(item);
    if (quantity !== 0) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  }
  return quantities;
}

/** `stock_item` of a product: the default source's quantity, whatever the website sells from. */
export function legacyStockItem(shop: Shop, product: Row): Row {
  const sku = textOf(product['sku']);
  const id = numberOf(product['id']);
  const source = sourceItem(shop, sku, 'default');
  const settings = shop.stockSettings(sku);
  return {
    item_id: 2 * id - 1,
    product_id: id,
    stock_id: 1,
    qty: source?.quantity ?? 0,
    is_in_stock: source === undefined || source.status === 1,
    is_qty_decimal: settings.decimalQuantity,
    show_default_notification_message: false,
    use_config_min_qty: true,
    min_qty: 0,
    use_config_min_sale_qty: 1,
    min_sale_qty: 1,
    use_config_max_sale_qty: true,
    max_sale_qty: 10000,
    use_config_backorders: settings.backorders === null,
    backorders: settings.backorders ?? 0,
    use_config_notify_stock_qty: true,
    notify_stock_qty: 1,
    use_config_qty_increments: true,
    qty_increments: 0,
    use_config_enable_qty_inc: true,
    enable_qty_increments: false,
    use_config_manage_stock: true,
    manage_stock: true,
    low_stock_date: null,
    is_decimal_divided: false,
    stock_status_changed_auto: 0,
  };
}

/** Whether the product is enabled (`status` 1). */
export const isEnabled = (product: Row): boolean => product['status'] === 1;

/** A product's tax class as its attribute has it; 0 for none. */
export const taxClassOf = (product: Row): number => numberOf(attributeOf(product, 'tax_class_id'));
