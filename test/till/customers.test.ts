import { describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import { openCounter } from './fakes/counter.ts';

/** `A@B.DE` and `MAX` as they are tapped. */
const email = '2 . 1 1 1 . 2 2 . 1 1 . 3 . 3 3 enter';
const max = '6 . 2 . 9 9 enter';

describe('customers', () => {
  test('one whom nobody knows is made at the till, durable before the sale, and its group’s prices apply at once', async () => {
    const counter = await openCounter();
    await counter.press(`1 enter menu 4 times 6 . 2 . 9 9 enter`);
    expect(counter.screen).toBe('>1 New customer|');
    await counter.press(`1 ${email} ${max} enter`);
    expect(counter.journal.kept.at(-1)?.entry).toMatchObject({
      kind: 'customer',
      customer: { email: 'a@b.de', firstname: 'Max', lastname: 'Max', phone: null, groupId: 1 },
    });
    expect(counter.screen).toBe('Customer: Max Max|');
    await counter.press('total enter');
    const [sale] = counter.sales;
    expect(sale?.totals.grandTotal).toBe(money('0.89'));
    expect(sale?.customer).toMatchObject({ id: null, groupId: 1, email: 'a@b.de' });
  });

  test('is found again before the shop has it: by e-mail, phone and name', async () => {
    const counter = await openCounter();
    await counter.press(`menu 4 030 555 123 enter 1 ${email} ${max} ${max}`);
    await counter.press('enter clear');
    for (const looked of ['030555123', 'a@b.de', 'max']) {
      await counter.press('menu 4');
      await counter.scan(looked);
      expect(counter.screen).toBe('Customer: Max Max|');
      await counter.press('clear clear');
    }
  });

  test('whoever has the e-mail address already is who it is', async () => {
    const counter = await openCounter();
    await counter.press('menu 4 999 enter 1');
    await counter.scan('ERIKA@example.com');
    expect(counter.screen).toBe('Customer: Erika|Muster');
    expect(counter.journal.kept.some(({ entry }) => entry.kind === 'customer')).toBe(false);
    await counter.press('clear clear menu 4 999 enter 1 2 enter');
    expect(counter.screen).toBe('Not an e-mail|address. @ and . are');
  });

  test('is not there when the journal refuses it', async () => {
    const counter = await openCounter();
    counter.journal.fails = () => 'before';
    await counter.press(`1 enter menu 4 999 enter 1 ${email} ${max} ${max} enter`);
    expect(counter.till.state.notice?.key).toBe('not-recorded');
    expect(counter.till.state.mode).toMatchObject({ kind: 'selling', sale: { customer: null } });
  });
});
