import type { Unconfirmed } from '../journal/journal.ts';
import type { NewCustomer } from '../register/new-customer.ts';
import type { SaleCustomer } from '../register/sale.ts';
import type { Catalogue, CustomerRecord } from '../snapshot/catalogue.ts';
import { phoneEnding } from '../snapshot/records.ts';

/** As many as there are digits to choose with, less the one for a new customer. */
const longestList = 8;

/** Customers by number, e-mail, phone or name: the shop's, and those made here that the shop does not have yet. */
export function findCustomers(
  catalogue: Catalogue,
  text: string,
  unconfirmed: readonly Unconfirmed[] = [],
): readonly SaleCustomer[] {
  const byNumber = /^\d{1,10}$/.test(text) ? catalogue.customerById(Number(text)) : undefined;
  const others = catalogue.findCustomers(text, longestList).filter((each) => each.id !== byNumber?.id);
  const shops = [...(byNumber ? [byNumber] : []), ...others];
  const made = unconfirmed
    .flatMap((queued) => (queued.kind === 'customer' && isMeant(queued.customer, text) ? [queued.customer] : []))
    .filter(({ email }) => !shops.some((each) => each.email.toLowerCase() === email));
  return [...made.map(customerOf), ...shops.map(shopsCustomer)].slice(0, longestList);
}

function isMeant({ email, phone, firstname, lastname }: NewCustomer, text: string): boolean {
  const looked = text.trim().toLowerCase();
  if (looked === '') return false;
  if (email === looked) return true;
  const digits = phoneEnding(looked);
  if (phone !== null && digits.length >= 5 && phoneEnding(phone) === digits) return true;
  const names = `${firstname} ${lastname}`.toLowerCase().split(/\s+/);
  return looked.split(/\s+/).every((word) => names.some((name) => name.startsWith(word)));
}

/** A customer made at the till, until Magento has given a number. */
export const customerOf = ({ customerKey, groupId, email, firstname, lastname }: NewCustomer): SaleCustomer => ({
  id: null,
  customerKey,
  groupId,
  email,
  name: `${firstname} ${lastname}`.trim(),
});

const shopsCustomer = ({ id, groupId, email, firstname, lastname }: CustomerRecord): SaleCustomer => ({
  id,
  groupId,
  email,
  name: `${firstname} ${lastname}`.trim(),
});
