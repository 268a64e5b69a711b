import { describe, expect, it } from 'vitest';
import type { MagentoOutcome } from '../../../src/magento/client/outcome.ts';
import type { Call } from '../../../src/magento/delivery/call.ts';
import { classify } from '../../../src/magento/delivery/outcomes.ts';
import { seconds } from '../../../src/platform/clock.ts';
import { outcomeOf, recorded, recordedCalls } from './recorded.ts';

/** What every recorded error of a call that delivery makes means: done, next, scope, code. */
const expected: Readonly<Record<string, string>> = {
  'a07-customer-token-on-admin-resource': 'not-done retry lane magento.unauthorized',
  'a10-integration-bearer-disabled': 'not-done retry lane magento.unauthorized',
  'a13b-expired-admin-token-put-order': 'not-done retry lane magento.unauthorized',
  'b03-add-item-no-quote-id': 'refused park document magento.refused',
  'b07-add-custom-price': 'refused park document magento.refused',
  'b08-add-too-many': 'refused park document magento.sold-out',
  'b09-add-out-of-stock': 'refused park document magento.not-for-sale',
  'b10-add-unknown-sku': 'refused park document magento.unknown-sku',
  'b14-place-without-address': 'not-done retry lane magento.address-refused',
  'b16-coupon-wrong': 'not-done drop-coupon document magento.coupon-refused',
  'b17-coupon-expired': 'not-done drop-coupon document magento.coupon-refused',
  'b23-place-bad-method': 'refused park document magento.articles-gone',
  'b26-place-repeated': 'unknown look document magento.cart-used-up',
  'b31-add-item-after-order': 'not-done new-cart document magento.cart-gone',
  'b42-repeat-after-abort': 'unknown look document magento.cart-used-up',
  'b45-add-disabled-product': 'refused park document magento.not-for-sale',
  'b49-place-only-deleted-product': 'refused park document magento.articles-gone',
  'b53-place-out-of-stock': 'refused park document magento.sold-out',
  'b66-purchaseorder-no-number': 'refused park document magento.refused',
  'b69-search-order-by-po': 'not-done retry document magento.server-error',
  'b70-free-on-nonzero': 'refused park document magento.articles-gone',
  'c03-post-orders-same-increment-id': 'unknown look document magento.number-taken',
  'c11-post-orders-minimal': 'refused park document magento.refused',
  'c12-post-orders-no-payment': 'refused park document magento.refused',
  'd02-invoice-again': 'unknown look document magento.document-refused',
  'd05b-ship-rest-with-source': 'unknown look document magento.document-refused',
  'd06-ship-again': 'unknown look document magento.document-refused',
  'd22-hold-again': 'unknown look document magento.not-holdable',
  'd23-invoice-held': 'unknown look document magento.document-refused',
  'd28-invoice-cancelled': 'unknown look document magento.document-refused',
  'd29-ship-cancelled': 'unknown look document magento.document-refused',
  'd40b-direct-invoice-again': 'unknown look document magento.document-refused',
  'd47-invoice-on-complete': 'unknown look document magento.document-refused',
  'd50-ship-more-than-source-has': 'refused park document magento.source-too-low',
  'd51-ship-unknown-source': 'refused park document magento.source-too-low',
  'e10-partial-transfer-sku-not-in-destination': 'unknown look document magento.transfer-refused',
  'e13-partial-transfer-too-many': 'unknown look document magento.transfer-refused',
  'e14-partial-transfer-unknown-sku': 'unknown look document magento.transfer-refused',
  'e33-ship-already-shipped': 'unknown look document magento.document-refused',
  'e61-instore-place': 'not-done retry lane magento.address-refused',
  'f08b-source-items-updated-filter': 'not-done retry document magento.server-error',
  'g03-order-404': 'refused park document magento.order-gone',
  'g04-malformed-json': 'refused park document magento.refused',
  'g05-missing-required-param': 'refused park document magento.refused',
  'g06-unknown-field': 'refused park document magento.refused',
  'g07-wrong-type': 'refused park document magento.refused',
  'g08-cart-404': 'refused park document magento.refused',
  'g11-bad-field-filter': 'not-done retry document magento.server-error',
  'g21-place-coupon-expired-since': 'not-done drop-coupon document magento.coupon-refused',
  'g30-creditmemo-refund-own-increment-id': 'refused park document magento.refused',
  'g31-creditmemo-refund-repeat': 'unknown look document magento.number-taken',
  'g42-source-items-unknown-source': 'refused park document magento.unknown-source',
  'g50-direct-unknown-customer': 'unknown look document magento.server-error',
  'g51-direct-wrong-store': 'not-done retry lane magento.unknown-store',
  'h10-customer-duplicate-email': 'unknown look document magento.customer-exists',
  'h12-customer-bad-email': 'refused park document magento.customer-refused',
  'h25-place-empty-cart': 'refused park document magento.articles-gone',
  'h26-empty-shipping': 'refused park document magento.articles-gone',
  'h27-empty-coupon': 'refused park document magento.articles-gone',
  'h29-item-qty-decimal': 'refused park document magento.refused',
  'h29c-configurable-without-option': 'refused park document magento.refused',
  'r02-A-post-order-again-after-lost-reply': 'unknown look document magento.number-taken',
};

const verdictOf = (call: Call, outcome: MagentoOutcome): string => {
  const { done, next, scope, code } = classify(call, outcome, true);
  return `${done} ${next} ${scope} ${code}`;
};

describe('the table of outcomes', () => {
  it('judges every recorded error of every call, and every recorded success as done', () => {
    const errors: Record<string, string> = {};
    let successes = 0;
    for (const { call, exchange } of recordedCalls()) {
      const verdict = verdictOf(call, outcomeOf(exchange));
      if (exchange.response.status >= 400) errors[exchange.name] = verdict;
      else {
        expect(verdict, exchange.name).toBe('done go-on document ok');
        successes += 1;
      }
    }
    expect(errors).toEqual(expected);
    expect(successes).toBeGreaterThan(50);
  });

  it('does not believe the text of the placement lock: an earlier placement is running and must be looked for', () => {
    const message = 'A server error stopped your order from being placed. Please try to place your order again.';
    const refused: MagentoOutcome = { kind: 'refused', status: 400, message, template: message, body: { message } };
    expect(classify('place', refused, true)).toMatchObject({ done: 'unknown', next: 'look', finished: false });
  });

  it('takes maintenance for not done, whatever the call, and stops the lane', () => {
    const maintenance = outcomeOf(recorded('h30-maintenance'));
    for (const call of ['search-orders', 'place', 'amend', 'ship'] as const) {
      expect(verdictOf(call, maintenance)).toBe('not-done retry lane magento.maintenance');
    }
  });

  it('tells a missing route from a missing order', () => {
    const noRoute = outcomeOf(recorded('g01-route-not-found'));
    expect(verdictOf('open-cart', noRoute)).toBe('not-done retry lane magento.no-route');
    expect(verdictOf('ship', noRoute)).toBe('not-done retry lane magento.no-route');
  });

  it('does not park every sale for what is wrong with the terminal’s or the shop’s settings', () => {
    const shipping = 'Carrier with such method not found: %1, %2';
    const refused: MagentoOutcome = { kind: 'refused', status: 400, message: shipping, template: shipping, body: {} };
    expect(verdictOf('set-address', refused)).toBe('not-done retry lane magento.shipping-method-refused');
  });

  it('looks after a lost reply to a changing call, repeats a read, and throws a cart away', () => {
    const lost: MagentoOutcome = { kind: 'unknown', code: 'connection-lost', status: null, message: 'socket hang up' };
    const next = (call: Call): string => classify(call, lost, true).next;
    expect(['place', 'amend', 'invoice', 'ship', 'cancel'].map((call) => next(call as Call))).toEqual(
      Array(5).fill('look'),
    );
    expect(['open-cart', 'add-item', 'apply-coupon', 'set-address'].map((call) => next(call as Call))).toEqual(
      Array(4).fill('new-cart'),
    );
    expect(
      ['search-orders', 'find-order', 'read-order', 'read-cart', 'read-shipments'].map((call) => next(call as Call)),
    ).toEqual(Array(5).fill('retry'));
  });

  it('knows that Magento has ended what it answered with an exception, but not what a proxy gave up on', () => {
    const failed = (status: number | null): MagentoOutcome => ({
      kind: 'unknown',
      code: 'server-error',
      status,
      message: '',
    });
    expect(classify('place', failed(500), true)).toMatchObject({ done: 'unknown', next: 'look', finished: true });
    for (const status of [502, 503, 504]) expect(classify('place', failed(status), true).finished).toBe(false);
  });

  it('honours the time that an overloaded shop names, and asks for less', () => {
    const busy: MagentoOutcome = {
      kind: 'unavailable',
      code: 'overloaded',
      message: 'slow down',
      retryAfter: seconds(90),
    };
    expect(classify('place', busy, true)).toMatchObject({ next: 'retry', scope: 'overload', retryAfter: 90_000 });
  });

  it.each([
    ['certificate is not yet valid', true, 'clock.wrong'],
    ['certificate has expired', false, 'clock.wrong'],
    ['certificate has expired', true, 'magento.tls'],
    ['self-signed certificate', false, 'magento.tls'],
  ])('knows a wrong clock from a wrong certificate: %s, clock trusted: %s', (message, trusted, code) => {
    const outcome: MagentoOutcome = { kind: 'unavailable', code: 'tls', message, retryAfter: null };
    expect(classify('search-orders', outcome, trusted)).toMatchObject({ code, scope: 'lane', done: 'not-done' });
  });

  it('says of a refused sign-in that a person must act', () => {
    const outcome: MagentoOutcome = { kind: 'unauthorized', reason: 'sign-in', message: 'sign-in was incorrect' };
    expect(classify('search-orders', outcome, true)).toMatchObject({ code: 'magento.sign-in-refused', scope: 'lane' });
  });
});
