import { internalError, PageError, type WebapiError } from './errors.ts';
import type { Json, Row } from './json.ts';
import { runFailure } from './pages.ts';
import type { Shop } from './shop.ts';

/** One call as a handler sees it: route parameters decoded, body checked against its contract. */
export interface Call {
  readonly shop: Shop;
  /** The value of a `{name}` in the route. */
  readonly parameter: (name: string) => string;
  /** A whole number in the route; 0 for anything else, which no table has. */
  readonly id: (name: string) => number;
  readonly query: Row;
  readonly body: Row;
  /** The customer whose token was used, if it was a customer's. */
  readonly customerId: number | null;
  /** Lets the given share of the call's latency pass. Shares left over pass after the handler. */
  readonly spend: (share: number) => Promise<void>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/V1/carts/{cartId}/items`. */
  readonly path: string;
  /** ACL resource as `webapi.xml` names it; `anonymous` for everyone, `self` for a customer's token. */
  readonly resource: string;
  readonly handle: (call: Call) => Json | Promise<Json>;
}

/** 500 with a fresh report id. */
export const reported = (shop: Shop): WebapiError => internalError(shop.hexadecimal(13));

/** 500 as plain text, for what fails before Magento's REST error handling. */
export const unreported = (): PageError => new PageError(500, 'text/plain;charset=UTF-8', runFailure);
