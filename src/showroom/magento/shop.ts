import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { dayIn, sqlTime } from './dates.ts';
import { entityNotFound, noSuchEntity, productNotFound } from './errors.ts';
import { copyOf, type Json, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import { emptyLedger, type Ledger, type Order, type Quote } from './ledger.ts';
import type { OrderMails } from './order-mails.ts';
import { notOverRest, type RecordedCatalogue, recordedBody } from './recording.ts';

/** Stock settings of one product (`cataloginventory_stock_item`) as far as they were recorded in use. */
export interface StockSettings {
  /** 0 no, 1 allow below zero; null: the shop's configuration (no). */
  backorders: number | null;
  decimalQuantity: boolean;
}

const quarterOfAnHour = 15 * 60_000;

export interface ShopData {
  ledger: Ledger;
  products: Row[];
  stockSettings: Record<string, StockSettings>;
  customers: Row[];
  salesRules: Row[];
  coupons: Row[];
  /** MSI sources; which stocks they are in is the recorded shop's business. */
  sources: Row[];
  orderMails: OrderMails;
}

/**
 * One simulated shop: its catalogue, customers, rules and ledger. Everything that a request changes lives in `data`, which is
 * plain JSON; everything else is the recorded shop's configuration.
 */
export class Shop {
  data: ShopData;
  readonly catalogue: RecordedCatalogue;
  readonly clock: Clock;
  readonly random: Random;
  /** Counts changes of what prices depend on, so that a price book is built once per state. */
  catalogueVersion = 0;
  readonly #configuration: ReadonlyMap<string, string>;
  readonly #cataloguePrices: readonly Row[];
  #day: { readonly quarter: number; readonly day: string } | null = null;

  constructor(catalogue: RecordedCatalogue, clock: Clock, random: Random) {
    this.catalogue = catalogue;
    this.clock = clock;
    this.random = random;
    const items = (call: string): Row[] => copyOf(rowsOf(rowOf(recordedBody(catalogue, call))['items']));
    this.data = {
      ledger: {
        ...emptyLedger(),
        sourceItems: items('source_items').map((row) => ({
          sku: textOf(row['sku']),
          source_code: textOf(row['source_code']),
          quantity: numberOf(row['quantity']),
          status: numberOf(row['status']),
        })),
      },
      products: items('products'),
      stockSettings: {},
      customers: items('customers'),
      salesRules: items('sales_rules'),
      coupons: items('coupons'),
      sources: items('sources'),
      orderMails: 'at-once',
    };
    const hidden = notOverRest(catalogue);
    this.#configuration = new Map(
      rowsOf(hidden['tax_and_other_config']).map((row) => [textOf(row['path']), textOf(row['value'])]),
    );
    this.#cataloguePrices = rowsOf(hidden['catalogrule_product_price']);
  }

  get ledger(): Ledger {
    return this.data.ledger;
  }

  /** A value of `core_config_data`; undefined when it was not recorded. */
  configured(path: string): string | undefined {
    return this.#configuration.get(path);
  }

  get timeZone(): string {
    return this.configured('general/locale/timezone') ?? 'UTC';
  }

  /** The store's calendar day. */
  today(): string {
    const now = this.clock.now();
    const quarter = Math.floor(now / quarterOfAnHour);
    // Days begin on quarters of an hour, in every zone.
    if (this.#day?.quarter !== quarter) this.#day = { quarter, day: dayIn(this.timeZone, now) };
    return this.#day.day;
  }

  /** Now as tables keep it: UTC, whole seconds. */
  now(): string {
    return sqlTime(this.clock.now());
  }

  /** The next id of a table. */
  next(table: string): number {
    const id = (this.ledger.sequences[table] ?? 0) + 1;
    this.ledger.sequences[table] = id;
    return id;
  }

  /** The next nine-digit number of a document's sequence. */
  nextNumber(document: string): string {
    return String(this.next(`${document}-number`)).padStart(9, '0');
  }

  /** `length` random hexadecimal digits. */
  hexadecimal(length: number): string {
    const bytes = this.random.bytes(Math.ceil(length / 2));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .slice(0, length);
  }

  /** A quote that may still be changed; 404 as `QuoteRepository::getActive`. `shown` is how the answer spells the id. */
  activeQuote(id: number, shown: Json = id): Quote {
    const quote = this.ledger.quotes.find((candidate) => candidate.id === id);
    if (quote === undefined || !quote.active) throw noSuchEntity('cartId', shown);
    return quote;
  }

  quote(id: number): Quote {
    const quote = this.ledger.quotes.find((candidate) => candidate.id === id);
    if (quote === undefined) throw noSuchEntity('cartId', id);
    return quote;
  }

  order(id: number): Order {
    const order = this.ledger.orders.find((candidate) => candidate.id === id);
    if (order === undefined) throw entityNotFound();
    return order;
  }

  /** The product's row, or undefined; SKUs are compared without regard to case. */
  findProduct(sku: string): Row | undefined {
    const wanted = sku.toLowerCase();
    return this.data.products.find((row) => textOf(row['sku']).toLowerCase() === wanted);
  }

  product(sku: string): Row {
    const found = this.findProduct(sku);
    if (found === undefined) throw productNotFound();
    return found;
  }

  productById(id: number): Row | undefined {
    return this.data.products.find((row) => row['id'] === id);
  }

  customer(id: number): Row {
    const found = this.data.customers.find((row) => row['id'] === id);
    if (found === undefined) throw noSuchEntity('customerId', id);
    return found;
  }

  stockSettings(sku: string): StockSettings {
    return this.data.stockSettings[sku] ?? { backorders: null, decimalQuantity: false };
  }

  /**
   * Catalogue-rule prices of a SKU by group, for any day: the rules recorded have no date window, and cron recomputes them
   * every night for yesterday, today and tomorrow.
   */
  cataloguePrices(sku: string): readonly { readonly customerGroupId: number; readonly price: number }[] {
    const day = textOf(this.#cataloguePrices[0]?.['rule_date']);
    return this.#cataloguePrices
      .filter((row) => row['sku'] === sku && row['rule_date'] === day)
      .map((row) => ({ customerGroupId: numberOf(row['customer_group_id']), price: numberOf(row['rule_price']) }));
  }

  /** Everything that can change, as JSON text. */
  serialise(): string {
    return JSON.stringify(this.data);
  }

  /** Takes over what {@link serialise} gave. */
  restore(text: string): void {
    const kept = JSON.parse(text) as ShopData;
    this.data = { ...this.data, ...kept, ledger: { ...emptyLedger(), ...kept.ledger } };
    this.catalogueVersion += 1;
  }

  /** A list of the recorded shop that requests cannot change, e.g. `stocks`; shared, not to be changed. */
  recordedItems(call: string): Row[] {
    return rowsOf(rowOf(recordedBody(this.catalogue, call))['items']);
  }

  recorded(call: string): Json {
    return recordedBody(this.catalogue, call);
  }
}

/** A custom attribute of a product; undefined when it has none. */
export function attributeOf(product: Row, code: string): Json | undefined {
  return rowsOf(product['custom_attributes']).find((attribute) => attribute['attribute_code'] === code)?.['value'];
}

/** Sets or, with null, removes a custom attribute. */
export function setAttribute(product: Row, code: string, value: Json): void {
  const attributes = rowsOf(product['custom_attributes']);
  const index = attributes.findIndex((attribute) => attribute['attribute_code'] === code);
  if (value === null) {
    if (index >= 0) attributes.splice(index, 1);
  } else if (index >= 0) attributes[index] = { attribute_code: code, value: copyOf(value) };
  else attributes.splice(placeOf(attributes, code), 0, { attribute_code: code, value: copyOf(value) });
  product['custom_attributes'] = attributes;
}

/** Attributes come in the order of their ids: special prices stand before these. */
const afterSpecialPrice = new Set(['swatch_image', 'options_container']);

function placeOf(attributes: readonly Row[], code: string): number {
  if (!code.startsWith('special_')) return attributes.length;
  const next = attributes.findIndex((attribute) => afterSpecialPrice.has(textOf(attribute['attribute_code'])));
  return next < 0 ? attributes.length : next;
}
