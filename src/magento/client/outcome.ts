import type { JsonValue } from '../../platform/brand.ts';
import type { Duration } from '../../platform/clock.ts';

/**
 * What one REST call came to, as far as the terminal can know. The kinds answer the only question that matters to who
 * sent it: was it done?
 * - `ok`: done; here is the answer.
 * - `refused`: Magento understood and said no (4xx with Magento's own JSON). Normally not done; the few exceptions
 *   (the placement lock's text, stock transfers) are for the caller, who knows what it asked for.
 * - `unauthorized`: not let in, also with a new token. Not done.
 * - `unavailable`: it did not reach Magento's code (no connection, maintenance, overload, a proxy in between). Not done.
 * - `unknown`: it may have been done, wholly or in part; look before repeating it.
 */
export type MagentoOutcome =
  | { readonly kind: 'ok'; readonly status: number; readonly body: JsonValue }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** With its placeholders filled, for people. */
      readonly message: string;
      /** As Magento sent it, placeholders and all (`No such entity with %fieldName = %fieldValue`), for matching. */
      readonly template: string;
      readonly body: JsonValue;
    }
  | {
      readonly kind: 'unauthorized';
      /** `sign-in`: user name or password refused, or the account is locked. `token`: the token or its permissions. */
      readonly reason: 'sign-in' | 'token';
      readonly message: string;
    }
  | {
      readonly kind: 'unavailable';
      readonly code: UnavailableCode;
      readonly message: string;
      /** From `Retry-After`, where the server named a time. */
      readonly retryAfter: Duration | null;
    }
  | {
      readonly kind: 'unknown';
      readonly code: UnknownCode;
      /** The HTTP status, when an answer began to arrive. */
      readonly status: number | null;
      readonly message: string;
    };

export type UnavailableCode =
  /** No connection: refused, unreachable, reset before anything was sent. */
  | 'no-connection'
  /** The host name could not be resolved. */
  | 'no-such-host'
  /** The server's certificate is not trusted, expired, or for another name. */
  | 'tls'
  /** No connection within the time allowed. */
  | 'connect-timeout'
  /** The caller gave up before anything was sent. */
  | 'cancelled'
  /** No token could be fetched, and so the call itself was not sent. */
  | 'sign-in-failed'
  /** Magento's maintenance page (503). */
  | 'maintenance'
  /** 429, or a 503 that names a time to come back. */
  | 'overloaded'
  /** A redirect, or an error page that is not Magento's: a captive portal, a firewall, a wrong address. */
  | 'not-magento';

export type UnknownCode =
  /** The connection broke after the request was sent. */
  | 'connection-lost'
  /** No whole answer within the time allowed, after the request was sent. */
  | 'timeout'
  /** The caller gave up after the request was sent. */
  | 'cancelled'
  /** 5xx: an exception in Magento, or a proxy that lost patience with it. */
  | 'server-error'
  /** The answer is cut off, or no JSON. */
  | 'bad-answer'
  /** The answer is larger than allowed. */
  | 'answer-too-large';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface MagentoRequestOptions {
  readonly signal?: AbortSignal;
  /** For one exchange, connecting included. */
  readonly timeout?: Duration;
}

/** One shop's REST interface. Never throws for what the network or Magento does: that is an outcome. */
export interface MagentoClient {
  /**
   * `path` begins after the store code: `/V1/products?searchCriteria[pageSize]=300`. A `body` of undefined sends none.
   * A call is sent at most once, except that one answered by 401 (hence not executed) is repeated once with a new token.
   */
  request(method: HttpMethod, path: string, body?: JsonValue, options?: MagentoRequestOptions): Promise<MagentoOutcome>;
}
