import { type Instant, instant } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import type { Random } from '../../../src/platform/random.ts';
import {
  recordedCatalogue,
  type SimulatedMagento,
  startSimulatedMagento,
} from '../../../src/showroom/magento/index.ts';
import { salableQuantity } from '../../../src/showroom/magento/inventory.ts';
import { isRow, type Json, numberOf, type Row, rowOf, rowsOf } from '../../../src/showroom/magento/json.ts';
import { setAttribute } from '../../../src/showroom/magento/shop.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { Bindings, familyOf, type Kind, translated, translatedPath } from './bindings.ts';
import { differences } from './compare.ts';
import { type Exchange, exchange } from './exchange.ts';

/** The evening of the recording. */
export const recordedAt: Instant = instant('2026-11-23T06:10:00Z');

/** The address every recorded sale was sent to. */
export const shopAddress: Row = {
  firstname: 'POS',
  lastname: 'Laden Berlin',
  company: 'Kontor',
  street: ['Ladenstr. 1'],
  city: 'Berlin',
  postcode: '10115',
  country_id: 'DE',
  region: 'Berlin',
  region_id: 82,
  region_code: 'BER',
  telephone: '030 1',
  email: 'pos-berlin@example.com',
};

const catalogue = recordedCatalogue();

/** A pseudo-random source that repeats. */
function seeded(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return { fraction: next, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) };
}

export interface CartLine {
  readonly sku: string;
  readonly qty: number;
  readonly options?: Row;
}

/** One simulated shop that recorded exchanges are replayed against, with what must be there before them. */
export class World {
  readonly magento: SimulatedMagento;
  readonly clock: ManualClock;
  readonly bindings = new Bindings();

  private constructor(magento: SimulatedMagento, clock: ManualClock) {
    this.magento = magento;
    this.clock = clock;
  }

  static async open(): Promise<World> {
    const clock = new ManualClock(recordedAt);
    const magento = await startSimulatedMagento({ port: 0, clock, random: seeded(1), log: silentLogger, catalogue });
    return new World(magento, clock);
  }

  close(): Promise<void> {
    return this.magento.close();
  }

  /** Replays one exchange; returns what differs from the recording. */
  async replay(name: string): Promise<readonly string[]> {
    const recorded = exchange(name);
    const { method, path, headers, body } = recorded.request;
    const family = familyOf(path);
    const sent = typeof body === 'string' ? body : body === null ? null : JSON.stringify(this.#prepared(family, body));
    const answer = await fetch(this.magento.url + translatedPath(this.bindings, path), {
      method,
      headers: {
        accept: headers['accept'] ?? 'application/json',
        ...(sent === null ? {} : { 'content-type': 'application/json' }),
        ...this.#authorization(recorded),
      },
      body: sent,
    });
    const type = answer.headers.get('content-type') ?? '';
    const text = await answer.text();
    const simulated: Json = type.includes('json') ? JSON.parse(text) : text;
    const found: string[] = [];
    if (answer.status !== recorded.response.status) {
      found.push(`status: recorded ${recorded.response.status}, here ${answer.status} ${text.slice(0, 200)}`);
    }
    const expectedType = recorded.response.headers['content-type'] ?? '';
    if (type.split(';')[0] !== expectedType.split(';')[0]) {
      found.push(`content-type: recorded ${expectedType}, here ${type}`);
    }
    if (found.length > 0) return found;
    const kind = recorded.response.status === 200 ? replyKind(recorded) : null;
    if (kind === null) return differences(this.bindings, path, recorded.response.body, simulated);
    const expected = recorded.response.body;
    if (typeof simulated !== typeof expected) return [`body: recorded ${typeof expected}, here ${typeof simulated}`];
    if (kind !== 'token' && !this.bindings.bind(kind, expected, simulated)) {
      return [`${kind} ${String(expected)} is not ${String(simulated)} here`];
    }
    return [];
  }

  #prepared(family: ReturnType<typeof familyOf>, body: Json): Json {
    if (isRow(body) && body['password'] === '<password>') return { ...body, password: 'showroom1' };
    return translated(this.bindings, family, body);
  }

  #authorization({ auth }: Exchange): Record<string, string> {
    const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
    const { authentication, integrationToken } = this.magento;
    switch (auth) {
      case 'none':
        return {};
      case 'garbage token "abc"':
        return bearer('abc');
      case 'JWT with changed payload': {
        const [head = '', , signature = ''] = authentication.adminToken().split('.');
        const forged = Buffer.from(JSON.stringify({ uid: 2, utypid: 2, iat: 0, exp: 4102444800 })).toString(
          'base64url',
        );
        return bearer(`${head}.${forged}.${signature}`);
      }
      case 'customer token':
        return bearer(authentication.customerToken(1));
      case 'customer token (Wholesale)':
        return bearer(authentication.customerToken(5));
      case 'integration access token (32 chars) used as bearer':
        return bearer(integrationToken);
      case 'admin JWT with 60 s life':
        return bearer(authentication.adminToken(1));
      case 'expired admin JWT':
        return bearer(authentication.adminToken(-1));
      default:
        return bearer(authentication.adminToken());
    }
  }

  /** A call that prepares what a recording takes for granted; throws unless it is answered 200. */
  async call(method: string, path: string, body?: Json): Promise<Json> {
    const answer = await fetch(`${this.magento.url}/rest${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: `Bearer ${this.magento.authentication.adminToken()}`,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Json;
  }

  /** A guest's cart that stands for the recorded one, with lines and, unless told otherwise, address and free shipping. */
  async cart(
    recordedId: number,
    lines: readonly CartLine[],
    options: { readonly address?: boolean } = {},
  ): Promise<number> {
    const id = Number(await this.call('POST', '/V1/carts'));
    this.bindings.bind('quote', recordedId, id);
    await this.addTo(id, lines);
    if (options.address !== false && lines.length > 0) await this.address(id);
    return id;
  }

  async addTo(id: number, lines: readonly CartLine[]): Promise<void> {
    for (const { sku, qty, options } of lines) {
      const option = options === undefined ? {} : { product_option: { extension_attributes: options } };
      await this.call('POST', `/V1/carts/${id}/items`, { cartItem: { quote_id: String(id), sku, qty, ...option } });
    }
  }

  async address(id: number): Promise<void> {
    await this.call('POST', `/V1/carts/${id}/shipping-information`, {
      addressInformation: {
        shipping_address: shopAddress,
        billing_address: shopAddress,
        shipping_carrier_code: 'freeshipping',
        shipping_method_code: 'freeshipping',
      },
    });
  }

  /** An order placed through a quote that stands for the recorded one; `items` are the recorded ids of its items. */
  async placed(
    recordedId: number,
    recordedQuote: number,
    lines: readonly CartLine[],
    items: readonly number[],
  ): Promise<number> {
    const quote = await this.cart(recordedQuote, lines);
    const id = numberOf(await this.call('PUT', `/V1/carts/${quote}/order`, { paymentMethod: { method: 'checkmo' } }));
    this.bindOrder(recordedId, id, items);
    return id;
  }

  /** An order as sent that stands for the recorded one. */
  async direct(recordedId: number, entity: Row, items: readonly number[] = []): Promise<number> {
    const created = rowOf(await this.call('POST', '/V1/orders', { entity: directOrder(entity) }));
    const id = numberOf(created['entity_id']);
    this.bindOrder(recordedId, id, items);
    return id;
  }

  bindOrder(recordedId: number, id: number, items: readonly number[]): void {
    this.bindings.bind('order', recordedId, id);
    const rows = this.magento.shop.order(id).items;
    for (const [index, item] of items.entries())
      this.bindings.bind('order-item', item, rows[index]?.['item_id'] ?? null);
  }

  /** `n` orders that were there before. */
  async orders(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await this.call('POST', '/V1/orders', { entity: directOrder({ increment_id: `EARLIER-${index}` }) });
    }
  }

  /** Products that were there for a while: `PERF-…` of the load measurements. */
  products(skus: readonly string[]): void {
    const { shop } = this.magento;
    for (const sku of skus)
      shop.data.products.push({ id: shop.data.products.length + 1, sku, price: 1, status: 1, type_id: 'simple' });
  }

  change(sku: string, fields: Row, attributes: Row = {}): void {
    const { shop } = this.magento;
    const product = shop.product(sku);
    Object.assign(product, fields);
    for (const [code, value] of Object.entries(attributes)) setAttribute(product, code, value);
    shop.catalogueVersion += 1;
  }

  /** `salable` and the quantities per source, as the observations write them. */
  stock(sku: string): { salable: number; src: string } {
    const { shop } = this.magento;
    const rows = shop.ledger.sourceItems
      .filter((item) => item.sku === sku)
      .sort((a, b) => (a.source_code < b.source_code ? -1 : 1))
      .map((item) => `${item.source_code}=${item.quantity}`);
    return { salable: salableQuantity(shop, sku, 2), src: rows.join(' ') };
  }
}

/** What a reply is an id of that consists of nothing else; null for all other replies. */
function replyKind({ request, response }: Exchange): Kind | 'token' | null {
  if (typeof response.body !== 'string' && typeof response.body !== 'number') return null;
  const kinds: readonly (readonly [RegExp, Kind | 'token'])[] = [
    [/^POST .*\/V1\/integration\/admin\/token$/, 'token'],
    [/^POST .*\/V1\/(carts|customers\/\d+\/carts)$/, 'quote'],
    [/^PUT .*\/carts\/\d+\/order$/, 'order'],
    [/\/selected-payment-method$/, 'quote-payment'],
    [/\/billing-address$/, 'quote-address'],
    [/\/invoice$/, 'invoice'],
    [/\/ship$/, 'shipment'],
    [/\/refund$/, 'creditmemo'],
  ];
  return kinds.find(([pattern]) => pattern.test(`${request.method} ${request.path}`))?.[1] ?? null;
}

/** A direct order with the least that Magento wants. */
export function directOrder(entity: Row): Row {
  const items = rowsOf(entity['items']);
  return {
    store_id: 1,
    state: 'new',
    status: 'pending',
    customer_is_guest: 1,
    customer_email: 'pos-berlin@example.com',
    base_currency_code: 'EUR',
    order_currency_code: 'EUR',
    grand_total: 0,
    base_grand_total: 0,
    billing_address: shopAddress,
    payment: { method: 'cashondelivery', additional_information: ['cash'] },
    ...entity,
    items,
  };
}
