import type { RegisterFacts } from './facts.ts';
import type { OpenSale } from './open-sale.ts';
import type { SaleCustomer } from './sale.ts';
import type { RegisterState } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, contentsOf, go, priced, resell, tell } from './step-tools.ts';

/** Whose sale it is, by what was typed or scanned; nothing makes it a guest's again. */
export function askOrSetCustomer(
  state: RegisterState,
  sale: OpenSale | null,
  text: string,
  facts: RegisterFacts,
): Step {
  if (text === '') return resell(state, { ...contentsOf(sale, facts), customer: null }, facts);
  const customers = facts.findCustomers(text);
  const [only, ...others] = customers;
  if (only && others.length === 0) return setCustomer(state, sale, only, facts);
  return go(state, { kind: 'choosing', choice: { kind: 'customer', customers, looked: text }, sale, cursor: 0 });
}

/** The customer's group prices apply at once. */
export function setCustomer(
  state: RegisterState,
  sale: OpenSale | null,
  customer: SaleCustomer,
  facts: RegisterFacts,
): Step {
  const notice = { key: 'customer-set', name: customer.name || customer.email } as const;
  return resell(state, { ...contentsOf(sale, facts), customer }, facts, notice);
}

/** A coupon that Magento would not accept for these goods is refused; nothing typed takes it away again. */
export function setCoupon(state: RegisterState, sale: OpenSale | null, code: string, facts: RegisterFacts): Step {
  if (!sale?.lines.length) return tell(state, { key: 'no-goods' }, atRest(state, sale));
  if (code === '') return resell(state, { ...sale, coupon: null }, facts);
  const result = priced({ ...sale, coupon: code }, facts);
  if (!result.ok) return tell(state, result.notice);
  if (result.sale === null || result.sale.totals.couponAccepted === null) {
    return tell(state, { key: 'coupon-refused', code }, atRest(state, sale));
  }
  const { couponAccepted, discount } = result.sale.totals;
  return tell(state, { key: 'coupon-taken', code: couponAccepted, discount }, atRest(state, result.sale));
}
