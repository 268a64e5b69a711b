import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/platform/clock.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { Counter, openCounter } from './fakes/counter.ts';
import { kioskParts, kioskStaff } from './fakes/kiosk.ts';

/** The bank wants to be called. */
async function referred(): Promise<Counter> {
  const counter = await openCounter();
  counter.terminal.plan = 'referral';
  await counter.press('1 enter total times');
  return counter;
}

describe('a bank that wants to be called', () => {
  test('is called: whom, by what number of the shop, and its code completes the sale', async () => {
    const counter = await referred();
    expect(counter.screen).toBe('Call 08001234567 /|Code? C=none     123');
    await counter.clock.advance(seconds(4));
    expect(counter.display.history.join()).toContain('ID 4711');
    await counter.press('times 2 times 47 enter');
    expect(counter.sales).toHaveLength(1);
    expect(counter.terminal.charged.size).toBe(1);
  });

  test('gives no code: the card is declined, and the customer pays otherwise', async () => {
    const counter = await referred();
    await counter.press('4 clear clear');
    expect(counter.till.state.notice).toMatchObject({ key: 'card-declined' });
    await counter.press('enter enter');
    expect(counter.sales[0]?.tenders).toMatchObject([{ kind: 'cash' }]);
  });

  test('gives a code of at most six letters and digits', async () => {
    const counter = await referred();
    await counter.press('1234567 enter');
    expect(counter.till.state.notice?.key).toBe('bad-voice-code');
    await counter.press('clear enter');
    expect(counter.sales).toHaveLength(1);
  });

  test('is not called any more when the till stops, and the payment ends', async () => {
    const counter = await referred();
    await counter.till.stop();
    expect(counter.terminal.charged.size).toBe(0);
    expect(counter.sales).toEqual([]);
  });

  test('is called by nobody at a kiosk', async () => {
    const clock = new ManualClock();
    const kiosk = new Counter({ clock, kiosk: kioskParts([]), staff: kioskStaff(clock) });
    await kiosk.till.openShift({ float: 0 as never, cashier: 'Kiosk' });
    kiosk.terminal.plan = 'referral';
    await kiosk.scan('4000000000013');
    await kiosk.press('enter');
    expect(kiosk.screen).toContain('Not paid');
  });
});
