import { describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import { hashPin } from '../../src/platform/pin-hash.ts';
import type { ServiceFacts } from '../../src/register/facts.ts';
import { nothingKnown } from '../../src/register/facts.ts';
import type { ServiceDesk } from '../../src/till/ports.ts';
import { StaffDesk } from '../../src/till/staff-desk.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { Counter, openCounter } from './fakes/counter.ts';

const facts: ServiceFacts = {
  ...nothingKnown,
  terminalId: 'K1',
  version: '1.2.3',
  devices: [
    { name: 'printer', ready: true },
    { name: 'scanner', ready: true },
  ],
  parked: [{ receiptNumber: 'K1-00000007', words: 'sold out' }],
};

class FakeService implements ServiceDesk {
  tested: string[] = [];
  claimed: string[] = [];
  off = 0;
  facts = (): ServiceFacts => facts;
  async testDevice(name: string) {
    this.tested.push(name);
    return { passed: false, words: 'paper is out' };
  }
  async claim(code: string) {
    this.claimed.push(code);
    return { passed: true, words: 'market-1' };
  }
  shutDown(): void {
    this.off += 1;
  }
}

describe('the service menu', () => {
  test('tries out a device and says how it went', async () => {
    const service = new FakeService();
    const counter = await openCounter({ service });
    await counter.press('menu 9 0 8 1');
    expect(service.tested).toEqual(['printer']);
    expect(counter.screen).toBe('Does not work: paper|is out');
  });

  test('takes a claim code, and switches off only when nothing is open', async () => {
    const service = new FakeService();
    const counter = await openCounter({ service });
    await counter.press('menu 9 0 0 2 2 enter');
    expect(service.claimed).toEqual(['B']);
    await counter.press('1 enter menu 9 0 times enter');
    expect(service.off).toBe(0);
    await counter.press('clear clear menu 9 0 times enter enter');
    expect(service.off).toBe(1);
  });

  test('is behind a PIN where staff is known', async () => {
    const clock = new ManualClock();
    const staff = new StaffDesk(
      [{ member: { name: 'Boss', may: 'everything' }, pinHash: await hashPin('4711'), badge: null }],
      { signIn: false, guarded: ['service'] },
      clock,
    );
    const counter = await openCounter({ service: new FakeService(), staff, clock });
    await counter.press('menu 9 0');
    expect(counter.till.state.approval?.topic).toBe('service');
    await counter.press('1111 enter');
    await counter.pinChecked();
    expect(counter.screen).toBe('Wrong PIN|');
    await counter.press('4711 enter');
    await counter.pinChecked();
    expect(counter.till.state.mode).toMatchObject({ kind: 'menu', menu: 'service' });
  });
});

describe('training', () => {
  const training = async (): Promise<Counter> => {
    const counter = await openCounter({ service: new FakeService() });
    await counter.press('menu 9 0 times times enter');
    return counter;
  };

  test('leaves no trace: nothing durable, no card, no drawer, numbers of its own', async () => {
    const counter = await training();
    const before = counter.journal.kept.length;
    await counter.press('1 enter total 5 enter');
    expect(counter.printed.at(-1)).toMatchObject({ sale: { receiptNumber: 'TRAINING-1' }, training: true });
    await counter.press('7 enter total times');
    expect(counter.printed.at(-1)?.sale.tenders[0]).toMatchObject({ kind: 'card', card: { brand: 'TRAINING' } });
    await counter.press('clear menu 9 3 20 enter 1');
    expect(counter.journal.kept.length).toBe(before);
    expect(counter.terminal.charged.size).toBe(0);
    expect(counter.drawer.opened).toBe(0);
    expect(counter.display.rows.every((row) => row.startsWith('T '))).toBe(true);
    expect(counter.customerDisplay.rows.every((row) => row.startsWith('T '))).toBe(true);
  });

  test('ends only with nothing in hand, and then everything counts', async () => {
    const counter = await training();
    await counter.press('1 enter menu 9 0 times times enter');
    expect(counter.till.state.training).not.toBeNull();
    await counter.press('clear clear menu 9 0 times times enter');
    expect(counter.till.state.training).toBeNull();
    await counter.press('clear 1 enter total enter');
    expect(counter.sales.map(({ receiptNumber, totals }) => [receiptNumber, totals.grandTotal])).toEqual([
      ['K1-00000001', money('0.99')],
    ]);
  });

  test('also before the shift is opened, which it does not open', async () => {
    const counter = new Counter({ service: new FakeService() });
    await counter.press('menu 9 0 times times enter clear 1 enter total enter');
    expect(counter.printed).toHaveLength(1);
    await counter.press('clear menu 9 0 times times enter');
    expect(counter.till.state).toMatchObject({ shiftOpen: false, mode: { kind: 'closed' } });
    expect(counter.journal.kept).toEqual([]);
  });

  test('a power cut ends it', async () => {
    const counter = await training();
    await counter.press('1 enter');
    expect(counter.restarted().till.state.training).toBeNull();
  });
});
