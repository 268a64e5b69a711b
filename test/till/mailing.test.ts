import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/platform/clock.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { Counter, type CounterOptions, openCounter } from './fakes/counter.ts';
import { kioskParts, kioskStaff } from './fakes/kiosk.ts';

const apple = '4000000000013';
/** `A@B.DE` as it is tapped. */
const typed = '2 . 1 1 1 . 2 2 . 1 1 . 3 . 3 3';

const mails = ({ journal }: Counter) =>
  journal.kept.flatMap(({ entry }) => (entry.kind === 'receipt-mail' ? [entry.mail] : []));

describe('at a stall', () => {
  test('the last receipt goes to its customer’s address, which stands there already', async () => {
    const counter = await openCounter();
    await counter.press('1 enter menu 4');
    await counter.scan('erika@example.com');
    await counter.press('total enter menu times times enter');
    expect(counter.screen).toContain('erika@example.com_');
    await counter.press('enter');
    expect(counter.screen).toBe('E-mail follows:|K1-00000001');
    const [sale] = counter.sales;
    expect(mails(counter)).toEqual([
      expect.objectContaining({ saleId: sale?.saleId, receiptNumber: 'K1-00000001', to: 'erika@example.com' }),
    ]);
    expect(counter.journal.unconfirmed().map(({ kind }) => kind)).toEqual(['sale', 'receipt-mail']);
    await counter.press('menu 8');
    expect(counter.printed.at(-1)).toMatchObject({ copy: true, mailed: true });
  });

  test('to one that is typed or scanned where nobody is known', async () => {
    const counter = await openCounter();
    await counter.press(`1 enter total enter menu times times enter ${typed} enter`);
    await counter.press('1 enter total enter menu times times enter');
    await counter.scan('Otto@Example.com');
    expect(mails(counter).map(({ to, receiptNumber }) => [to, receiptNumber])).toEqual([
      ['a@b.de', 'K1-00000001'],
      ['otto@example.com', 'K1-00000002'],
    ]);
  });

  test('never by two wishes of which the first is still to come', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total enter');
    for (let time = 0; time < 2; time += 1) await counter.press(`menu times times enter ${typed} enter`);
    expect(mails(counter)).toHaveLength(1);
    expect(counter.till.state.notice?.key).toBe('mail-waits');
  });

  test('not to what is no address, nor without a sale, nor where it is switched off', async () => {
    const counter = await openCounter();
    await counter.press('menu times times enter');
    expect(counter.screen).toBe('No receipt to print|');
    await counter.press('1 enter total enter menu times times enter 2 enter');
    expect(counter.till.state.notice?.key).toBe('bad-email');
    await counter.press('clear clear');
    expect(counter.till.state.mode.kind).toBe('selling');
    const without = await openCounter({ change: { mailReceipts: false } });
    await without.press('1 enter total enter menu times times enter');
    expect(without.till.state.notice?.key).toBe('no-mail-receipts');
    expect([...mails(counter), ...mails(without)]).toEqual([]);
  });

  test('is not promised when the journal refuses it, and the sale in hand stays', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total enter 1 enter menu times times enter');
    counter.journal.fails = (entry) => (entry.kind === 'receipt-mail' ? 'before' : null);
    await counter.press(`${typed} enter`);
    expect(counter.till.state.notice?.key).toBe('not-recorded');
    expect(counter.till.state.mode).toMatchObject({ kind: 'selling', sale: { lines: [{}] } });
  });

  test('a receipt without prices is printed from the menu', async () => {
    const counter = await openCounter();
    await counter.press('menu times times times enter');
    expect(counter.screen).toBe('No receipt to print|');
    await counter.press('1 enter total enter menu times times times enter');
    expect(counter.gifts).toEqual([counter.sales[0]]);
    expect(counter.screen).toBe('Printing K1-00000001|');
  });
});

describe('at a kiosk', () => {
  async function open(options: CounterOptions = {}, change: Parameters<typeof kioskParts>[1] = {}): Promise<Counter> {
    const clock = new ManualClock();
    const kiosk = new Counter({ clock, kiosk: kioskParts([], change), staff: kioskStaff(clock), ...options });
    await kiosk.till.openShift({ float: 0 as never, cashier: 'Kiosk' });
    await kiosk.press('clear');
    return kiosk;
  }
  const wait = async (kiosk: Counter, time: number): Promise<void> => {
    await kiosk.clock.advance(seconds(time));
    await kiosk.idle();
  };

  test('a known customer presses one key, and gets no paper', async () => {
    const kiosk = await open();
    await kiosk.scan('erika@example.com');
    await kiosk.scan(apple);
    await kiosk.press('enter');
    await wait(kiosk, 2);
    expect(kiosk.screen).toContain('x=by e-mail');
    await kiosk.press('times');
    expect(kiosk.screen).toBe('The receipt comes by|e-mail. Thank you!');
    expect(mails(kiosk)).toMatchObject([{ receiptNumber: 'K1-00000001', to: 'erika@example.com' }]);
    expect(kiosk.printed).toEqual([]);
    await wait(kiosk, 9);
    expect(kiosk.screen).toBe('Scan to begin|x=Deutsch');
  });

  test('a stranger’s address is noted when it is scanned, for this sale only', async () => {
    const kiosk = await open();
    await kiosk.scan(apple);
    await kiosk.scan('Stranger@Example.com');
    expect(kiosk.screen).toContain('E-mail noted');
    expect(kiosk.display.history.join().toLowerCase()).not.toContain('stranger');
    await kiosk.press('enter');
    await kiosk.press('times');
    expect(mails(kiosk)).toMatchObject([{ to: 'stranger@example.com' }]);
    expect(kiosk.sales[0]?.customer).toBeNull();
    await kiosk.scan(apple);
    await kiosk.press('enter');
    await kiosk.press('times');
    expect(kiosk.screen).toContain('E-mail?');
    expect(mails(kiosk)).toHaveLength(1);
  });

  test('or is scanned or typed when it is asked for', async () => {
    const kiosk = await open();
    for (const answer of ['scan', 'type', 'at once']) {
      await kiosk.scan(apple);
      await kiosk.press('enter');
      if (answer !== 'at once') await kiosk.press('times');
      if (answer === 'type') await kiosk.press(`2 enter clear clear times 2 clear ${typed} enter`);
      else await kiosk.scan('otto@example.com');
    }
    expect(mails(kiosk).map(({ to }) => to)).toEqual(['otto@example.com', 'a@b.de', 'otto@example.com']);
    expect(mails(kiosk).map(({ receiptNumber }) => receiptNumber)).toEqual(
      kiosk.sales.map(({ receiptNumber }) => receiptNumber),
    );
    expect(kiosk.printed).toEqual([]);
  });

  test('the paper comes where the wish can’t be kept', async () => {
    const kiosk = await open();
    await kiosk.scan(apple);
    await kiosk.press('enter');
    kiosk.journal.fails = (entry) => (entry.kind === 'receipt-mail' ? 'before' : null);
    await kiosk.scan('otto@example.com');
    expect(kiosk.printed).toHaveLength(1);
    expect(kiosk.screen).toBe('Thank you!|Take your goods');
  });

  test('who walks away while typing gets none, and the next customer begins anew', async () => {
    const kiosk = await open();
    await kiosk.scan(apple);
    await kiosk.press('enter');
    await kiosk.press('times 2');
    await wait(kiosk, 46);
    expect(kiosk.screen).toBe('Thank you!|Take your goods');
    expect(mails(kiosk)).toEqual([]);
    await kiosk.scan(apple);
    expect(kiosk.screen).toContain('Apple');
  });

  test('nothing of it is offered where it is switched off', async () => {
    const kiosk = await open({ change: { mailReceipts: false } });
    await kiosk.scan(apple);
    await kiosk.scan('stranger@example.com');
    expect(kiosk.screen).toContain('This card is not');
    await kiosk.press('enter');
    await wait(kiosk, 2);
    expect(kiosk.display.history.join()).not.toContain('by e-mail');
    await kiosk.press('times');
    expect(kiosk.screen).toContain('Bon?');
  });
});
