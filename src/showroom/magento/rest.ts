import { type Clock, type Instant, milliseconds } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { Authentication, authRoutes, type Credentials } from './auth.ts';
import { cartRoutes } from './carts.ts';
import { creditmemoRoutes } from './creditmemos.ts';
import { documentRoutes } from './documents.ts';
import { internalError, notAuthorized, PageError, WebapiError } from './errors.ts';
import { type FaultAction, Faults } from './faults.ts';
import { inventoryRoutes } from './inventory-routes.ts';
import { type Latency, latencyOf } from './latency.ts';
import { noteChanges } from './module-changes.ts';
import { moduleRoutes } from './module-routes.ts';
import { orderMailRoutes } from './order-mails.ts';
import { orderRoutes } from './orders.ts';
import { badGatewayPage, errorPage, maintenancePage } from './pages.ts';
import { productRoutes } from './products.ts';
import { referenceRoutes } from './reference.ts';
import { Router } from './router.ts';
import type { Shop } from './shop.ts';

export interface MagentoRestOptions {
  readonly shop: Shop;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Default: none. */
  readonly latency?: Latency;
  readonly admin?: Credentials;
  /** Default: 32 random characters. */
  readonly integrationToken?: string;
  /** Default: true, as the recorded shop has it; a stock install says false. */
  readonly integrationAsBearer?: boolean;
  /** Life of tokens from sign-in, minutes; default 60. */
  readonly tokenMinutes?: number;
  /** Whether the shop has the Holdfast module; default: no. */
  readonly holdfastModule?: boolean;
}

/** One call as it comes off the wire. */
export interface RestCall {
  readonly method: string;
  /** Path and query, from `/rest` on. */
  readonly url: string;
  readonly accept: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface RestAnswer {
  readonly status: number;
  readonly type: string;
  /** Cut in half where a fault says so, as a proxy that gave up in the middle would pass it on. */
  readonly body: Buffer;
  /** Seconds, for a `Retry-After` header. */
  readonly retryAfter?: number;
}

/** One call, for whoever watches. */
export interface ObservedCall {
  readonly at: Instant;
  readonly method: string;
  readonly path: string;
  /** What was answered; null when the connection was cut. */
  readonly status: number | null;
}

/** Names and passwords of the showroom; nobody else's. */
const showroomAdmin: Credentials = { username: 'admin', password: 'showroom1' };

/** The REST interface of a simulated shop without its socket: calls in, answers out, with the faults it was told to have. */
export class MagentoRest {
  readonly shop: Shop;
  readonly faults: Faults;
  readonly authentication: Authentication;
  /** The integration's access token, for `Authorization: Bearer`. */
  readonly integrationToken: string;
  latency: Latency;
  /** Whether the shop has the Holdfast module. */
  holdfastModule: boolean;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #withoutModule: Router;
  readonly #withModule: Router;
  readonly #calls: ObservedCall[] = [];

  constructor({ shop, clock, random, log, ...options }: MagentoRestOptions) {
    this.shop = shop;
    this.faults = new Faults(random);
    this.integrationToken = options.integrationToken ?? shop.hexadecimal(32);
    this.authentication = new Authentication(
      {
        admin: options.admin ?? showroomAdmin,
        integrationToken: this.integrationToken,
        integrationAsBearer: options.integrationAsBearer ?? true,
        tokenMinutes: options.tokenMinutes ?? 60,
        customerPassword: showroomAdmin.password,
      },
      random,
      () => clock.now(),
    );
    this.latency = options.latency ?? 'none';
    this.#clock = clock;
    this.#log = log;
    this.holdfastModule = options.holdfastModule ?? false;
    const routes = [
      ...authRoutes(this.authentication),
      ...cartRoutes,
      ...orderRoutes,
      ...orderMailRoutes,
      ...documentRoutes,
      ...creditmemoRoutes,
      ...inventoryRoutes,
      ...productRoutes,
      ...referenceRoutes,
    ];
    this.#withoutModule = new Router(routes);
    this.#withModule = new Router([...routes, ...moduleRoutes]);
  }

  get #router(): Router {
    return this.holdfastModule ? this.#withModule : this.#withoutModule;
  }

  /** The latest calls, oldest first, at most 500. */
  get calls(): readonly ObservedCall[] {
    return this.#calls;
  }

  /** Null: the connection is cut, before or after the call was made. */
  async answer(call: RestCall): Promise<RestAnswer | null> {
    const { method } = call;
    const path = call.url.split('?')[0] ?? '/';
    const struck = this.faults.strike(method, path.replace(/^\/rest/, ''));
    const kinds = new Set(struck.map(({ kind }) => kind));
    const answer = kinds.has('drop-before') ? null : await this.#struckAnswer(call, path, struck);
    const seen =
      kinds.has('drop-after') || answer === null ? null : kinds.has('error-after') ? this.#failure() : answer;
    const status = seen?.status ?? null;
    this.#calls.push({ at: this.#clock.now(), method, path, status });
    if (this.#calls.length > 500) this.#calls.shift();
    this.#log.debug({ method, path, status, faults: [...kinds] }, 'simulated Magento call');
    if (seen === null || !kinds.has('truncate')) return seen;
    return { ...seen, body: seen.body.subarray(0, Math.floor(seen.body.length / 2)) };
  }

  async #struckAnswer(call: RestCall, path: string, struck: readonly FaultAction[]): Promise<RestAnswer> {
    for (const fault of struck) if (fault.kind === 'slow') await this.#clock.sleep(milliseconds(fault.milliseconds));
    const instead = struck.find((fault) => fault.kind === 'answer');
    return instead === undefined ? this.#made(call, path) : this.#instead(instead, call.method, path);
  }

  async #made(request: RestCall, path: string): Promise<RestAnswer> {
    const { method, url, body } = request;
    try {
      if (!acceptsJson(request.accept)) throw new PageError(500, htmlType, errorPage(this.shop.hexadecimal(64)));
      const match = this.#router.match(method, path);
      const total = latencyOf(this.latency, `${match.route.method} ${match.route.path}`);
      let spent = 0;
      const spend = async (share: number): Promise<void> => {
        spent += share;
        if (total > 0) await this.#clock.sleep(milliseconds(total * share));
      };
      const consumer = this.authentication.consumer(request.authorization);
      const result = await this.#router.run(match, { method, url, body, consumer }, this.shop, spend);
      if (this.holdfastModule && method !== 'GET') noteChanges(this.shop);
      await spend(1 - spent);
      return textAnswer(200, jsonType, JSON.stringify(result));
    } catch (error) {
      if (error instanceof WebapiError) return jsonAnswer(error);
      if (error instanceof PageError) return textAnswer(error.status, error.contentType, error.page);
      this.#log.error({ error: messageOf(error), method, path }, 'simulated Magento could not answer');
      return this.#failure();
    }
  }

  #instead(fault: Extract<FaultAction, { kind: 'answer' }>, method: string, path: string): RestAnswer {
    const retryAfter = fault.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter };
    switch (fault.status) {
      case 401:
        return { ...jsonAnswer(notAuthorized(this.#router.resourceOf(method, path))), ...retryAfter };
      case 429:
        return { ...textAnswer(429, jsonType, JSON.stringify({ message: 'Too Many Requests' })), ...retryAfter };
      case 500:
        return { ...this.#failure(), ...retryAfter };
      case 502:
        return { ...textAnswer(502, 'text/html', badGatewayPage), ...retryAfter };
      case 503:
        return { ...textAnswer(503, htmlType, maintenancePage), ...retryAfter };
    }
  }

  #failure(): RestAnswer {
    return jsonAnswer(internalError(this.shop.hexadecimal(13)));
  }
}

const jsonType = 'application/json; charset=utf-8';
const htmlType = 'text/html; charset=UTF-8';

const textAnswer = (status: number, type: string, text: string): RestAnswer => ({
  status,
  type,
  body: Buffer.from(text),
});

const jsonAnswer = (error: WebapiError): RestAnswer => textAnswer(error.status, jsonType, JSON.stringify(error.body));

/** Magento's REST API renders JSON and XML; for anything else it fails in HTML (g13). Only JSON is simulated. */
function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || /(application\/(json|\*)|\*\/\*|application\/xml)/.test(accept);
}
