import { beforeEach, describe, expect, test } from 'vitest';
import { seconds } from '../../src/platform/clock.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { Counter, type CounterOptions } from './fakes/counter.ts';
import { badge, type HelpTold, kioskParts, kioskStaff } from './fakes/kiosk.ts';

const apple = '4000000000013';
const coffee = 'COFFEE';
const shirt = '4006381333931';

let told: HelpTold[];
let kiosk: Counter;

async function open(options: CounterOptions = {}, change: Parameters<typeof kioskParts>[1] = {}): Promise<void> {
  told = [];
  const clock = new ManualClock();
  kiosk = new Counter({ clock, kiosk: kioskParts(told, change), staff: kioskStaff(clock), ...options });
  await kiosk.till.openShift({ float: 0 as never, cashier: 'Kiosk' });
  await kiosk.press('clear');
}
const wait = async (time: number): Promise<void> => {
  await kiosk.clock.advance(seconds(time));
  await kiosk.idle();
};
const face = () => kiosk.till.face;

beforeEach(() => open());

describe('a customer at a kiosk', () => {
  test('scans, sees the running total, pays by card, and takes a receipt', async () => {
    expect(kiosk.screen).toBe('Scan to begin|x=Deutsch');
    await kiosk.scan(apple);
    expect(kiosk.screen).toBe('Apple           0.99|Total         0.99 €');
    await kiosk.scan(apple);
    expect(kiosk.screen).toBe('2x Apple        1.98|Total         1.98 €');
    await wait(2);
    expect(kiosk.screen).toContain('OK=pay C=undo');
    await kiosk.press('enter');
    expect(kiosk.sales).toHaveLength(1);
    expect(kiosk.terminal.charged.size).toBe(1);
    expect(kiosk.printed).toHaveLength(0);
    expect(kiosk.screen).toBe('Paid          1.98 €|Receipt? OK C=no');
    await kiosk.press('enter');
    expect(kiosk.printed).toEqual([expect.objectContaining({ copy: false, sale: kiosk.sales[0] })]);
    expect(kiosk.screen).toBe('Thank you!|Take your goods');
    await wait(9);
    expect(kiosk.screen).toBe('Scan to begin|x=Deutsch');
  });

  test('needs no receipt, and the next customer does not get it either', async () => {
    for (const answer of ['clear', 'wait', 'scan']) {
      await kiosk.scan(apple);
      await kiosk.press('enter');
      if (answer === 'wait') await wait(21);
      else if (answer === 'scan') await kiosk.scan(apple);
      else await kiosk.press(answer);
    }
    expect(kiosk.sales).toHaveLength(3);
    expect(kiosk.printed).toHaveLength(0);
    expect(kiosk.screen).toBe('Apple           0.99|Total         0.99 €');
  });

  test('gets one without being asked where it is so configured', async () => {
    await open({}, { receipt: 'always' });
    await kiosk.scan(apple);
    await kiosk.press('enter');
    expect(kiosk.printed).toHaveLength(1);
    expect(face()?.question).toBeNull();
  });

  test('chooses a language, for the receipt too; the next one begins in the first', async () => {
    await kiosk.press('times');
    expect(kiosk.screen).toBe('Scan zum Start|x=Français');
    await kiosk.scan(apple);
    await kiosk.press('times times');
    expect(kiosk.screen).toContain('Tổng');
    await kiosk.press('enter');
    await kiosk.press('enter');
    expect(kiosk.languages).toEqual(['vi']);
    await wait(9);
    expect(kiosk.screen).toContain('Scan to begin');
  });

  test('takes the last article back, and only that', async () => {
    await kiosk.scan(apple);
    await kiosk.scan(apple);
    await kiosk.press('clear');
    expect(kiosk.screen).toContain('Taken off: Apple');
    await kiosk.press('clear');
    expect(kiosk.screen).toContain('Only the last');
    expect(kiosk.till.status().sale?.lines).toBe(1);
    await kiosk.scan(apple);
    await kiosk.press('clear');
    expect(kiosk.screen).toContain('Taken off');
  });

  test('is known by a card or an e-mail, at the prices of the group, without a name on the display', async () => {
    await kiosk.scan(apple);
    await kiosk.scan('erika@example.com');
    expect(kiosk.screen).toContain('Welcome back!');
    expect(kiosk.display.history.join()).not.toContain('Erika');
    await kiosk.press('enter');
    expect(kiosk.sales[0]?.customer?.email).toBe('erika@example.com');
    await kiosk.press('clear');
    await kiosk.scan('NOBODY-7');
    expect(kiosk.screen).not.toContain('Welcome back!');
  });

  test('is told what to do after a declined card, and can go back to scanning', async () => {
    kiosk.terminal.plan = 'decline';
    await kiosk.scan(apple);
    await kiosk.press('enter');
    expect(kiosk.screen).toContain('Not paid');
    await kiosk.press('clear');
    await kiosk.scan(apple);
    kiosk.terminal.plan = 'approve';
    await kiosk.press('enter');
    expect(kiosk.sales[0]?.lines[0]?.quantity).toBe(2);
  });

  test('can use no key that only staff has', async () => {
    await kiosk.scan(apple);
    await kiosk.press('1 2 . 9');
    expect(kiosk.screen).toBe('Apple           0.99|Total         0.99 €');
    expect(kiosk.till.state.mode).toMatchObject({ kind: 'selling', typed: '', multiplier: null });
  });
});

describe('somebody who walks away', () => {
  test('is asked first; then the goods stay, and the next one begins anew', async () => {
    await kiosk.press('times');
    await kiosk.scan(apple);
    await wait(46);
    expect(kiosk.screen).toBe('Noch da?|OK=ja C=nein');
    await kiosk.press('enter');
    expect(kiosk.screen).toContain('Apple');
    await wait(46);
    await wait(16);
    expect(kiosk.screen).toBe('Scan to begin|x=Deutsch');
    expect(kiosk.till.status()).toMatchObject({ sale: null, held: 0 });
    expect(kiosk.sales).toHaveLength(0);
  });

  test('loses nothing that is paid: the receipt question ends, the sale stays', async () => {
    await kiosk.scan(apple);
    await kiosk.press('enter');
    await wait(600);
    expect(kiosk.sales).toHaveLength(1);
    expect(kiosk.screen).toContain('Scan to begin');
  });

  test('is not waited for while a card is asked for, and staff comes when nobody knows what became of it', async () => {
    kiosk.terminal.plan = 'slow';
    await kiosk.scan(apple);
    await kiosk.press('enter');
    await wait(300);
    expect(kiosk.till.status().mode).toBe('card');
    kiosk.terminal.release(true);
    await kiosk.idle();
    expect(kiosk.sales).toHaveLength(1);
    await kiosk.press('clear');

    kiosk.terminal.plan = 'lost';
    await kiosk.scan(apple);
    await kiosk.press('enter');
    await wait(300);
    expect(told).toContain('payment');
    expect(kiosk.till.status().sale !== null || kiosk.till.status().unresolvedPayment !== null).toBe(true);
  });

  test('with an empty basket leaves no language behind', async () => {
    await kiosk.press('times');
    await wait(8);
    await wait(46);
    expect(kiosk.screen).toBe('Scan to begin|x=Deutsch');
  });
});

describe('a person is called', () => {
  test('by a key, told once, and ended by whoever comes', async () => {
    await kiosk.scan(apple);
    await kiosk.press('menu');
    expect(told).toEqual(['asked']);
    expect(kiosk.screen).toContain('Somebody is coming');
    await kiosk.scan(badge);
    expect(told).toEqual(['asked', 'ended']);
    expect(face()?.who).toBe('staff');
    await kiosk.press('3 times enter');
    expect(kiosk.till.status().sale?.total).toBe(297);
    await kiosk.scan(badge);
    expect(face()?.who).toBe('customer');
  });

  test('to see the age: scanning goes on, paying waits', async () => {
    await kiosk.scan(coffee);
    expect(told).toEqual(['age']);
    await kiosk.scan(apple);
    await kiosk.press('enter');
    expect(kiosk.till.status().mode).toBe('selling');
    expect(kiosk.screen).toContain('We must see your');
    await kiosk.scan(badge);
    expect(told).toEqual(['age', 'ended']);
    expect(face()?.who).toBe('customer');
    await kiosk.press('enter');
    expect(kiosk.sales).toHaveLength(1);
    await kiosk.press('clear');
    await kiosk.scan(coffee);
    expect(told.at(-1)).toBe('age');
  });

  test('no longer when the article is taken back', async () => {
    await kiosk.scan(coffee);
    await kiosk.press('clear');
    expect(told).toEqual(['age', 'ended']);
  });

  test('for weighed goods, which staff weighs; the customer may leave them out', async () => {
    await kiosk.scan('CHEESE');
    expect(told).toEqual(['goods']);
    expect(kiosk.screen).toContain('Somebody is coming');
    await kiosk.press('clear');
    expect(told).toEqual(['goods', 'ended']);
    expect(kiosk.till.status().sale).toBeNull();
    await kiosk.scan('CHEESE');
    await kiosk.scan(badge);
    await kiosk.press('. 2 5 times');
    await kiosk.scan('CHEESE');
    expect(kiosk.till.status().sale?.total).toBe(323);
  });

  test('for variants', async () => {
    await kiosk.scan(shirt);
    await kiosk.press('clear');
    await kiosk.scan('TSHIRT');
    expect(told.at(-1)).toBe('goods');
  });

  test('the keypad closes by itself, and by TOTAL with nothing in hand', async () => {
    await kiosk.scan(badge);
    expect(face()?.who).toBe('staff');
    await wait(31);
    expect(face()?.who).toBe('customer');
    await kiosk.scan(badge);
    await kiosk.press('total');
    expect(face()?.who).toBe('customer');
  });

  test('what staff began to type does not stop the customer', async () => {
    await kiosk.scan(apple);
    await kiosk.scan(badge);
    await kiosk.press('3 times 1');
    await wait(31);
    await kiosk.press('enter');
    expect(kiosk.sales[0]?.totals.grandTotal).toBe(99);
  });

  test('a second press of help asks for a PIN or badge', async () => {
    await kiosk.press('menu menu');
    expect(kiosk.till.state.approval).not.toBeNull();
    await kiosk.scan(badge);
    expect(face()?.who).toBe('staff');
    expect(kiosk.till.state.approval).toBeNull();
  });

  test('where nobody is known, nobody gets the keypad', async () => {
    await open({ staff: undefined as never });
    await kiosk.press('menu menu');
    expect(kiosk.screen).toContain('For staff only');
    expect(face()?.who).toBe('customer');
  });
});
