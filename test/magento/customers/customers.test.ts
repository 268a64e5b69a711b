import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CustomerKey } from '../../../src/platform/ids.ts';
import type { NewCustomer } from '../../../src/register/new-customer.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import { Rig } from '../../sweep/rig.ts';
import { sweepSale } from '../../sweep/sales.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

const key = '01900000-0000-7000-b000-000000000001' as CustomerKey;
const stamp = sweepSale('plain', 1).stamp;
const nora: NewCustomer = {
  version: 1,
  customerKey: key,
  email: 'nora@example.com',
  firstname: 'Nora',
  lastname: 'Neu',
  phone: '030 123',
  groupId: 1,
  stamp,
  terminalId: sweepSale('plain', 1).terminalId,
};

const soldTo = (counter: number): CompletedSale => ({
  ...sweepSale('plain', counter),
  customer: { id: null, customerKey: key, groupId: 1, email: nora.email, name: 'Nora Neu' },
});

const noras = () => rig.shop.shop.data.customers.filter((row) => String(row['email']).toLowerCase() === nora.email);
const orderOf = (sale: CompletedSale) =>
  rig.shop.shop.ledger.orders.find(({ row }) =>
    [row['ext_order_id'], row['increment_id']].includes(sale.receiptNumber),
  );
const delivery = () => rig.journal.document(key)?.delivery;

describe.each(['quote', 'direct', 'module'] as const)('a customer made at the till, recipe %s', (recipe) => {
  it('is in Magento before the sale, which is theirs', async () => {
    rig.recipe = recipe;
    await rig.journal.append({ kind: 'customer', customer: nora });
    const sale = soldTo(1);
    expect(await rig.deliver(sale)).toMatchObject({ state: 'confirmed' });
    expect(noras()).toMatchObject([{ firstname: 'Nora', lastname: 'Neu', group_id: 1, website_id: 1 }]);
    const id = noras()[0]?.['id'];
    expect(delivery()).toMatchObject({ state: 'confirmed', made: { kind: 'customer', customerId: id }, order: null });
    expect(orderOf(sale)?.row).toMatchObject({ customer_id: id, customer_is_guest: 0, customer_email: nora.email });
  });
});

it('one who has been there already is taken for this one', async () => {
  rig.shop.shop.data.customers.push({ ...rig.shop.shop.customer(1), id: 77, email: 'Nora@Example.com' });
  expect(await rig.bring({ kind: 'customer', customer: nora })).toMatchObject({
    state: 'confirmed',
    answer: 'Customer 77 (Nora@Example.com) was there already',
  });
  expect(noras()).toHaveLength(1);
});

it('where websites share their customers, one of another website too', async () => {
  rig.shop.shop.data.customers.push({ ...rig.shop.shop.customer(1), id: 77, email: nora.email, website_id: 2 });
  expect(await rig.bring({ kind: 'customer', customer: nora })).toMatchObject({ state: 'confirmed' });
  expect(delivery()?.made).toEqual({ kind: 'customer', customerId: 77 });
});

it('is made once, whatever becomes of the answer', async () => {
  const faults = ['drop-after', 'error-after', 'truncate'] as const;
  for (const kind of faults) {
    rig.forget();
    rig.shop.shop.data.customers = rig.shop.shop.data.customers.filter((row) => row['email'] !== nora.email);
    rig.shop.faults.set([{ action: { kind }, method: 'POST', path: '/customers$', times: 1 }]);
    expect(await rig.bring({ kind: 'customer', customer: nora })).toMatchObject({ state: 'confirmed' });
    expect(noras()).toHaveLength(1);
    expect(delivery()?.made).toEqual({ kind: 'customer', customerId: noras()[0]?.['id'] });
  }
});

it('one whom Magento refuses is for a person, and the sale waits', async () => {
  const bad = { ...nora, email: 'nope' };
  const seen = await rig.bring({ kind: 'customer', customer: bad });
  expect(seen).toMatchObject({ state: 'parked' });
  expect(seen.answer).toContain('"Email" is not a valid email address');
});

it('a sale to one who was withdrawn is a guest’s, under their e-mail address', async () => {
  await rig.journal.append({ kind: 'customer', customer: nora });
  const queued = delivery();
  if (queued === undefined) throw new Error('not queued');
  const withdrawn = { by: 'Ada', why: 'typed wrongly' };
  await rig.journal.append({ kind: 'delivery', delivery: { ...queued, state: 'withdrawn', withdrawn } });
  const sale = soldTo(1);
  expect(await rig.deliver(sale)).toMatchObject({ state: 'confirmed' });
  expect(orderOf(sale)?.row).toMatchObject({ customer_is_guest: 1, customer_email: nora.email });
  expect(noras()).toEqual([]);
});

it('without the permission to make customers, sales to others go on', async () => {
  rig.shop.faults.set([{ action: { kind: 'answer', status: 401 }, method: 'GET', path: '/customers/search' }]);
  await rig.journal.append({ kind: 'customer', customer: nora });
  const other = sweepSale('plain', 1);
  await rig.journal.append({ kind: 'sale', sale: other });
  let confirmed = false;
  await rig.drain(undefined, () => {
    confirmed ||= rig.journal.sale(other.saleId)?.delivery.state === 'confirmed';
    if (confirmed) rig.shop.faults.clear();
  });
  expect(confirmed).toBe(true);
  expect(delivery()?.state).toBe('confirmed');
});
