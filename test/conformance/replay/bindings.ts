import { isRow, type Json, type Row } from '../../../src/showroom/magento/json.ts';

/** What an id is an id of. Ids of the catalogue (products, customers, rules) are the same in recording and simulator. */
export type Kind =
  | 'quote'
  | 'quote-item'
  | 'quote-address'
  | 'quote-payment'
  | 'order'
  | 'order-number'
  | 'order-item'
  | 'order-address'
  | 'order-payment'
  | 'order-history'
  | 'order-tax'
  | 'order-tax-item'
  | 'invoice'
  | 'invoice-number'
  | 'shipment'
  | 'shipment-number'
  | 'creditmemo'
  | 'creditmemo-number'
  | 'creditmemo-item';

/** Which simulated id stands for which recorded one, learned from replies. */
export class Bindings {
  readonly #simulated = new Map<string, string>();
  readonly #recorded = new Map<string, string>();

  /** Binds two ids; false when either is bound to another already. */
  bind(kind: Kind, recorded: Json, simulated: Json): boolean {
    const [left, right] = [`${kind} ${String(recorded)}`, `${kind} ${String(simulated)}`];
    const known = this.#simulated.get(left);
    const back = this.#recorded.get(right);
    if (known === undefined && back === undefined) {
      this.#simulated.set(left, String(simulated));
      this.#recorded.set(right, String(recorded));
      return true;
    }
    return known === String(simulated) && back === String(recorded);
  }

  /** The simulated id for a recorded one, of the same JSON type; one never met stays as it is. */
  translate(kind: Kind, recorded: Json): Json {
    const known = this.#simulated.get(`${kind} ${String(recorded)}`);
    if (known === undefined) return recorded;
    return typeof recorded === 'number' ? Number(known) : known;
  }
}

type Family = 'cart' | 'order' | 'history' | 'invoice' | 'shipment' | 'creditmemo' | 'own creditmemo' | 'none';

/** What the ids of a call's reply belong to. */
export function familyOf(path: string): Family {
  if (/\/V1\/(carts|customers\/\d+\/carts)/.test(path)) return 'cart';
  if (/\/V1\/orders\/\d+\/comments/.test(path)) return 'history';
  if (/\/V1\/orders/.test(path)) return 'order';
  if (/\/V1\/creditmemo\/refund/.test(path)) return 'own creditmemo';
  if (/\/V1\/(invoices|order\/\d+\/invoice)/.test(path)) return 'invoice';
  if (/\/V1\/(shipments|order\/\d+\/ship)/.test(path)) return 'shipment';
  if (/\/V1\/(creditmemos?|order\/\d+\/refund)/.test(path)) return 'creditmemo';
  return 'none';
}

const documentKinds: Readonly<Record<Family, Kind | null>> = {
  cart: null,
  order: 'order',
  history: 'order-history',
  invoice: 'invoice',
  shipment: 'shipment',
  creditmemo: 'creditmemo',
  'own creditmemo': 'creditmemo',
  none: null,
};

const plainKinds: Readonly<Record<string, Kind>> = {
  quote_id: 'quote',
  cartId: 'quote',
  quote_item_id: 'quote-item',
  order_id: 'order',
  order_item_id: 'order-item',
  parent_item_id: 'order-item',
  billing_address_id: 'order-address',
  tax_id: 'order-tax',
  tax_item_id: 'order-tax-item',
};

/** What the value at a path of a body is an id of; null: not an id that differs. `path` is keys from the root, lists as `*`. */
export function kindAt(family: Family, path: readonly string[], value: Json): Kind | null {
  const key = path.at(-1) ?? '';
  const names = path.filter((part) => part !== '*');
  const container = (key === '*' ? names.at(-1) : names.at(-2)) ?? '';
  if (family === 'none') return null;
  const plain = plainKinds[key];
  if (plain !== undefined) return plain;
  if (key === 'item_id') return family === 'cart' ? 'quote-item' : 'order-item';
  if (key === 'id' && family === 'cart') return cartIdKind(container);
  if (key === 'entity_id') return entityKind(family, container);
  if (key === 'parent_id') return family === 'own creditmemo' ? 'creditmemo' : 'order';
  // Which cart was not found.
  if (family === 'cart' && (key === 'fieldValue' || (container === 'parameters' && typeof value === 'number')))
    return 'quote';
  if (key === 'return_to_stock_items' || container === 'return_to_stock_items') return 'order-item';
  if (key === 'increment_id' || key === 'reserved_order_id') return numberKind(family, value);
  return null;
}

const cartIdKind = (container: string): Kind | null => {
  if (container === '' || container === 'items') return 'quote';
  return container === 'billing_address' ? 'quote-address' : null;
};

function entityKind(family: Family, container: string): Kind | null {
  if (container === 'billing_address' || container === 'address') return 'order-address';
  if (container === 'payment') return 'order-payment';
  if (container === 'status_histories') return 'order-history';
  if (container === 'items' && family === 'own creditmemo') return 'creditmemo-item';
  return documentKinds[family];
}

/** Numbers from Magento's own sequences differ; a till's own numbers don't. */
function numberKind(family: Family, value: Json): Kind | null {
  if (typeof value !== 'string' || !/^\d{9}$/.test(value)) return null;
  const document = documentKinds[family] ?? 'order';
  return `${document}-number` as Kind;
}

/** A recorded request's body with simulated ids. */
export function translated(bindings: Bindings, family: Family, body: Json, path: readonly string[] = []): Json {
  if (Array.isArray(body)) return body.map((element) => translated(bindings, family, element, [...path, '*']));
  if (isRow(body)) {
    const result: Row = {};
    for (const [key, value] of Object.entries(body)) result[key] = translated(bindings, family, value, [...path, key]);
    return result;
  }
  // The order or credit memo of a request stands one level below the root.
  const kind = kindAt(
    family,
    path.filter((part) => part !== 'entity' && part !== 'creditmemo' && part !== 'statusHistory'),
    body,
  );
  return kind === null ? body : bindings.translate(kind, body);
}

/** A recorded request's path with simulated ids, those of search filters included. */
export function translatedPath(bindings: Bindings, path: string): string {
  const [bare = '', query] = path.split('?');
  const swapped = bare
    .replace(/(\/V1\/carts\/)(\d+)/, (_, head: string, id: string) => head + String(bindings.translate('quote', id)))
    .replace(/(\/V1\/orders?\/)(\d+)/, (_, head: string, id: string) => head + String(bindings.translate('order', id)));
  if (query === undefined) return swapped;
  const filter =
    /(\[field\]=)(quote_id|entity_id|order_id)(&searchCriteria\[filterGroups\]\[\d+\]\[filters\]\[\d+\]\[value\]=)(\d+)/g;
  return `${swapped}?${query.replace(filter, (_, field: string, name: string, middle: string, id: string) => {
    const kind = name === 'order_id' ? 'order' : 'quote';
    return `${field}${name}${middle}${String(bindings.translate(kind, id))}`;
  })}`;
}
