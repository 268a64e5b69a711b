import type { Duration } from '../../platform/clock.ts';
import type { MagentoOutcome } from '../client/outcome.ts';

/** Every call that recipes B and C make. */
export type Call =
  | 'search-orders'
  | 'open-cart'
  | 'add-item'
  | 'apply-coupon'
  | 'set-address'
  | 'place'
  | 'create'
  | 'find-order'
  | 'read-cart'
  | 'read-order'
  | 'amend'
  | 'read-customer'
  | 'invoice'
  | 'ship'
  | 'cancel'
  | 'read-shipments';

/** What a call's answer means for the sale. */
export interface Verdict {
  /** Whether Magento did it. `refused`: it did not, and won't. */
  readonly done: 'done' | 'not-done' | 'unknown' | 'refused';
  /**
   * - `go-on`: the next step;
   * - `retry`: the same again at the next attempt (`retryAfter`: not before);
   * - `look`: find out what Magento has before anything else;
   * - `new-cart`: throw this cart away, it is of no use any more;
   * - `drop-coupon`: go on without the coupon, with a new cart;
   * - `park`: a person decides.
   */
  readonly next: 'go-on' | 'retry' | 'look' | 'new-cart' | 'drop-coupon' | 'park';
  /** `lane`: no other sale would get through either; `overload`: the shop asks for less. */
  readonly scope: 'document' | 'lane' | 'overload';
  readonly code: string;
  /** For people: Magento's own words, or what they mean. */
  readonly words: string;
  readonly retryAfter: Duration | null;
  /** Magento is certainly not working on the call any more. */
  readonly finished: boolean;
}

/** A refusal that Magento 2.4.7 gives in these words: what it means. The first that fits counts. */
interface Refusal {
  readonly calls: readonly Call[];
  readonly status: number;
  /** Against Magento's text, placeholders unfilled. */
  readonly says: RegExp;
  readonly done: Verdict['done'];
  readonly next: Verdict['next'];
  readonly scope: Verdict['scope'];
  readonly code: string;
  /** What a person must know beyond Magento's own words; null: those say it all. */
  readonly meaning: string | null;
  /** Magento may still be working on an earlier one of this call. */
  readonly unfinished?: true;
}

const cartCalls: readonly Call[] = ['add-item', 'apply-coupon', 'set-address'];
/** Calls whose refusal is about this one sale; the others would refuse every sale. */
const saleCalls: ReadonlySet<Call> = new Set([
  ...cartCalls,
  'place',
  'create',
  'amend',
  'invoice',
  'ship',
  'cancel',
  'read-order',
]);
/** Calls that change nothing: doing them again is always right. */
const reads: ReadonlySet<Call> = new Set([
  'search-orders',
  'find-order',
  'read-cart',
  'read-order',
  'read-customer',
  'read-shipments',
]);
/** Calls that come first for any sale: when they get no answer, no sale will. */
const everySaleCalls: ReadonlySet<Call> = new Set(['search-orders', 'open-cart']);

const refusals: readonly Refusal[] = [
  {
    calls: [
      ...cartCalls,
      'place',
      'create',
      'open-cart',
      'amend',
      'invoice',
      'ship',
      'cancel',
      'read-order',
      'search-orders',
    ],
    status: 404,
    says: /^Request does not match any route/,
    done: 'not-done',
    next: 'retry',
    scope: 'lane',
    code: 'magento.no-route',
    meaning: 'the address is not that of a Magento REST API with sales and inventory',
  },
  // The text lies: an earlier placement of the same cart is running and will succeed (recorded: b40, b80).
  {
    calls: ['place'],
    status: 400,
    says: /^A server error stopped your order from being placed/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.placement-running',
    meaning: 'an earlier placement of the same cart is still running',
    unfinished: true,
  },
  {
    calls: ['place', 'apply-coupon'],
    status: 404,
    says: /^The coupon code isn't valid/,
    done: 'not-done',
    next: 'drop-coupon',
    scope: 'document',
    code: 'magento.coupon-refused',
    meaning: null,
  },
  // Already ordered, or never existed: the order list knows (b26).
  {
    calls: ['place'],
    status: 404,
    says: /^No such entity/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.cart-used-up',
    meaning: 'the cart was already ordered or is gone',
  },
  // Made before, or another sale's: the order under the number tells (c03, c10).
  {
    calls: ['create'],
    status: 400,
    says: /^Unique constraint violation found/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.number-taken',
    meaning: 'there is an order under this receipt number already',
  },
  // Not this sale but the terminal's settings (g51).
  {
    calls: ['create'],
    status: 404,
    says: /^The store that was requested wasn't found/,
    done: 'not-done',
    next: 'retry',
    scope: 'lane',
    code: 'magento.unknown-store',
    meaning: 'correct the store id in the terminal’s settings',
  },
  {
    calls: [...cartCalls, 'read-cart'],
    status: 404,
    says: /^No such entity/,
    done: 'not-done',
    next: 'new-cart',
    scope: 'document',
    code: 'magento.cart-gone',
    meaning: 'the cart is gone',
  },
  {
    calls: ['add-item', 'place'],
    status: 400,
    says: /requested qty is not available|product.* out of stock|not enough items for sale|exceeds the maximum qty/i,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.sold-out',
    meaning: 'Magento has less in stock than was sold; correct the stock or allow backorders, then retry this sale',
  },
  {
    calls: ['add-item'],
    status: 400,
    says: /^Product that you are trying to add is not available/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.not-for-sale',
    meaning: 'the article is sold out or disabled in Magento; correct that, then retry this sale',
  },
  {
    calls: ['add-item'],
    status: 404,
    says: /^The product that was requested doesn't exist/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.unknown-sku',
    meaning: 'the article no longer exists in Magento',
  },
  // Magento's text when all products of the cart have vanished (b49, h25); the method itself was offered just before.
  {
    calls: ['place'],
    status: 400,
    says: /^The requested Payment Method is not available/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.articles-gone',
    meaning: 'none of the articles is for sale in Magento any more',
  },
  {
    calls: ['apply-coupon'],
    status: 404,
    says: /Cart doesn't contain products/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.articles-gone',
    meaning: 'none of the articles is for sale in Magento any more',
  },
  {
    calls: ['set-address'],
    status: 400,
    says: /^The shipping method can't be set for an empty cart/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.articles-gone',
    meaning: 'none of the articles is for sale in Magento any more',
  },
  {
    calls: ['set-address', 'place'],
    status: 400,
    says: /addresses can't be used|shipping address|billing address/i,
    done: 'not-done',
    next: 'retry',
    scope: 'lane',
    code: 'magento.address-refused',
    meaning: 'Magento does not accept the shop’s address; correct it in the terminal’s settings',
  },
  {
    calls: ['set-address'],
    status: 400,
    says: /shipping method|carrier/i,
    done: 'not-done',
    next: 'retry',
    scope: 'lane',
    code: 'magento.shipping-method-refused',
    meaning: 'the shipping method is not enabled in Magento; enable it or correct the terminal’s settings',
  },
  {
    calls: ['ship'],
    status: 400,
    says: /^Could not save a shipment/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.source-too-low',
    meaning:
      'the source has less in stock than was sold, or does not exist; correct its quantity, then retry this sale',
  },
  // Done before, cancelled, or on hold: the order itself tells which (d02, d06, d23, d28, d29, d47).
  {
    calls: ['invoice', 'ship'],
    status: 400,
    says: /^(Invoice|Shipment) Document Validation Error/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.document-refused',
    meaning: null,
  },
  {
    calls: ['invoice', 'ship', 'cancel'],
    status: 404,
    says: /./,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.order-gone',
    meaning: null,
  },
  {
    calls: ['read-customer'],
    status: 404,
    says: /^No such entity/,
    done: 'refused',
    next: 'go-on',
    scope: 'document',
    code: 'magento.customer-gone',
    meaning: null,
  },
  {
    calls: ['read-order'],
    status: 404,
    says: /./,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.order-gone',
    meaning: 'the order was deleted in Magento',
  },
];

/** What the answer to a call means, by Magento's recorded behaviour. `trustClock`: the terminal's date was set by NTP. */
export function classify(call: Call, outcome: MagentoOutcome, trustClock: boolean): Verdict {
  switch (outcome.kind) {
    case 'ok':
      return {
        done: 'done',
        next: 'go-on',
        scope: 'document',
        code: 'ok',
        words: 'done',
        retryAfter: null,
        finished: true,
      };
    case 'refused':
      return refusal(call, outcome);
    case 'unauthorized':
      return lane(
        outcome.reason === 'sign-in' ? 'magento.sign-in-refused' : 'magento.unauthorized',
        outcome.reason === 'sign-in'
          ? `Magento refuses the user name or password, or has locked the account: ${outcome.message}`
          : `Magento does not let this terminal in, or not to this: ${outcome.message}`,
      );
    case 'unavailable':
      return unavailable(outcome, trustClock);
    case 'unknown':
      return unknown(call, outcome);
  }
}

function refusal(call: Call, outcome: Extract<MagentoOutcome, { kind: 'refused' }>): Verdict {
  const known = refusals.find(
    (row) => row.calls.includes(call) && row.status === outcome.status && row.says.test(outcome.template),
  );
  if (known !== undefined) {
    const { done, next, scope, code, meaning } = known;
    const words = meaning === null ? outcome.message : `${outcome.message} (${meaning})`;
    return { done, next, scope, code, words, retryAfter: null, finished: known.unfinished !== true };
  }
  // A refusal in words not yet met: of this sale, a person decides; of a call that every sale needs, it is the shop's set-up.
  const ofSale = saleCalls.has(call) && outcome.status !== 405;
  return {
    done: ofSale ? 'refused' : 'not-done',
    next: ofSale ? 'park' : 'retry',
    scope: ofSale ? 'document' : 'lane',
    code: 'magento.refused',
    words: outcome.message,
    retryAfter: null,
    finished: true,
  };
}

function unavailable(outcome: Extract<MagentoOutcome, { kind: 'unavailable' }>, trustClock: boolean): Verdict {
  if (outcome.code === 'tls' && isDateTrouble(outcome.message, trustClock)) {
    return lane(
      'clock.wrong',
      `The shop's certificate does not fit this terminal's date; set the clock: ${outcome.message}`,
    );
  }
  const verdict = lane(`magento.${outcome.code}`, outcome.message, outcome.retryAfter);
  return outcome.code === 'overloaded' ? { ...verdict, scope: 'overload' } : verdict;
}

/** A certificate "from the future" is a clock that is behind; one that ran out may be the shop's fault where the clock is right. */
const isDateTrouble = (message: string, trustClock: boolean): boolean =>
  /not yet valid/i.test(message) || (/expired/i.test(message) && !trustClock);

function unknown(call: Call, outcome: Extract<MagentoOutcome, { kind: 'unknown' }>): Verdict {
  const read = reads.has(call);
  return {
    done: read ? 'not-done' : 'unknown',
    next: read ? 'retry' : inCart(call) ? 'new-cart' : 'look',
    scope: everySaleCalls.has(call) ? 'lane' : 'document',
    code: `magento.${outcome.code}`,
    words: outcome.message,
    retryAfter: null,
    // An exception's page comes from Magento itself; 502 to 504 come from a proxy that lost patience with it.
    finished: outcome.code === 'server-error' && outcome.status === 500,
  };
}

const inCart = (call: Call): boolean => call === 'open-cart' || cartCalls.includes(call);

function lane(code: string, words: string, retryAfter: Duration | null = null): Verdict {
  return { done: 'not-done', next: 'retry', scope: 'lane', code, words, retryAfter, finished: true };
}
