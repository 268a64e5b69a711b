import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal.ts';
import { seconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { type Counter, cents, openCounter } from './fakes/counter.ts';
import { FakePrinter } from './fakes/devices.ts';

describe('when things break', () => {
  test('a sale that can not be saved is not completed: no drawer, no receipt, no change shown', async () => {
    const counter = await openCounter();
    counter.journal.fails = () => 'before';
    await counter.press('1 enter total 5 enter');
    expect(counter.screen).toBe('Sale NOT saved:|memory full. Keep');
    await counter.clock.advance(seconds(2));
    expect(counter.screen).toBe('the goods|');
    expect(counter.display.history.some((screen) => screen.includes('Change'))).toBe(false);
    expect(counter.drawer.opened).toBe(0);
    expect(counter.printed).toEqual([]);
    counter.journal.fails = () => null;
    await counter.press('enter');
    expect(counter.screen).toBe('Change        4.01 €|K1-00000001       ok');
  });

  test('cash is given back when it stays unsaved', async () => {
    const counter = await openCounter();
    counter.journal.fails = () => 'before';
    await counter.press('1 enter total 5 enter clear');
    expect(counter.screen).toBe('Sale not saved. Give|back 5.00 €');
    expect(counter.till.status()).toMatchObject({ mode: 'selling', sale: { total: cents(99) } });
  });

  test('an attempt reported as failed that got through is one sale, not two', async () => {
    const counter = await openCounter();
    counter.journal.fails = (entry) => (entry.kind === 'sale' ? 'after' : null);
    await counter.press('1 enter total enter');
    expect(counter.till.status().mode).toBe('unsaved');
    await counter.press('enter');
    expect(counter.till.status().mode).toBe('selling');
    expect(counter.sales).toHaveLength(1);
  });

  test('while the journal can not be looked into a sale is kept all the same, as it is while a copy is restored', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total');
    counter.journal.unreadable = true;
    await counter.press('enter');
    expect(counter.sales).toHaveLength(1);
    expect(counter.screen).toContain('Paid          0.99 €');
  });

  test('a sale that got through although nobody could tell is not sold twice', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total');
    counter.journal.fails = () => 'after';
    await counter.press('enter');
    expect(counter.till.status().mode).toBe('unsaved');
    counter.journal.fails = () => null;
    counter.journal.unreadable = true;
    const { append } = counter.journal;
    counter.journal.append = () => {
      counter.journal.unreadable = false;
      return Promise.reject(new HoldfastError('journal.document-exists', 'It is there', { remedy: 'never' }));
    };
    await counter.press('enter');
    counter.journal.append = append;
    expect(counter.screen).toBe('Paid          0.99 €|K1-00000001       ok');
    expect(counter.sales).toHaveLength(1);
  });

  test('while the journal can not be looked into no receipt is printed again, and the till says so', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total enter');
    counter.journal.unreadable = true;
    await counter.press('clear menu 8');
    expect(counter.screen).toContain('No receipt: Not to');
    counter.journal.unreadable = false;
    await counter.press('menu 8');
    expect(counter.screen).toBe('Printing K1-00000001|');
  });

  test('a shift that is closed on record is closed, whatever was reported', async () => {
    const counter = await openCounter();
    counter.journal.fails = () => 'after';
    await counter.press('menu 9 2 enter');
    expect(counter.till.status().shiftOpen).toBe(false);
    await counter.press('enter');
    expect(counter.till.status().shiftOpen).toBe(true);
    expect(counter.journal.openShift).not.toBeNull();
  });

  test('no card is asked for when the request can not be recorded', async () => {
    const counter = await openCounter();
    counter.journal.fails = () => 'before';
    await counter.press('1 enter total times');
    expect(counter.screen).toBe('Card not possible:|memory full');
    expect(counter.terminal.asked).toEqual([]);
  });

  test('card charged, sale not saved: said so, tried again by itself, never dropped', async () => {
    const counter = await openCounter();
    counter.journal.fails = (entry) => (entry.kind === 'sale' ? 'before' : null);
    await counter.press('1 enter total times');
    expect(counter.screen).toBe('Card charged, sale|NOT saved: memory');
    await counter.press('clear');
    expect(counter.till.status().mode).toBe('unsaved');
    counter.journal.fails = () => null;
    await counter.clock.advance(seconds(16));
    await counter.idle();
    expect(counter.screen).toBe('Paid          0.99 €|K1-00000001       ok');
    expect(counter.terminal.charged.size).toBe(1);
  });

  test('card charged, sale not saved, power cut: the sale is completed at the next start', async () => {
    const counter = await openCounter();
    counter.journal.fails = (entry) => (entry.kind === 'sale' ? 'before' : null);
    await counter.press('1 enter total times');
    const again = counter.restarted();
    await again.idle();
    expect(again.screen).toBe('Earlier card payment|ok: K1-00000001');
    expect(again.sales[0]?.tenders).toMatchObject([{ kind: 'card', amount: cents(99) }]);
    expect(again.printed).toHaveLength(1);
  });

  test('power cut while the card is charged: the terminal is asked, not charged again', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'lost';
    counter.terminal.deaf = true;
    await counter.press('1 enter total times');
    const again = counter.restarted();
    await again.idle();
    await again.press('2 enter total times');
    expect(again.screen).toBe('Earlier card payment|unclear. Asking the');
    await again.press('enter');
    expect(again.sales.map(({ totals }) => totals.grandTotal)).toEqual([cents(1290)]);
    again.terminal.deaf = false;
    await again.clock.advance(seconds(16));
    await again.idle();
    expect(again.screen).toBe('Earlier card payment|ok: K1-00000002');
    expect(again.terminal.asked).toHaveLength(1);
    expect(again.till.status().unresolvedPayment).toBeNull();
  });

  test('power cut before the card was charged: the sale comes back to be paid otherwise', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'slow';
    await counter.press('1 enter total 5 clear times');
    const again = counter.restarted();
    again.terminal.release(false);
    await again.idle();
    await again.press('menu 2');
    expect(again.screen).toBe('Apple           0.99|Total         0.99 €');
  });

  test('no answer: asked again; or set aside, and settled by itself later', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'lost';
    counter.terminal.deaf = true;
    await counter.press('1 enter total times');
    expect(counter.screen).toBe('No answer from card|terminal. Do not');
    await counter.press('enter');
    expect(counter.till.status().mode).toBe('card-unknown');
    await counter.press('clear');
    expect(counter.screen).toBe('Set aside. Do not|charge this sale');
    await counter.press('2 enter');
    counter.terminal.deaf = false;
    await counter.clock.advance(seconds(16));
    await counter.idle();
    expect(counter.sales.map(({ totals }) => totals.grandTotal)).toEqual([cents(99)]);
    expect(counter.till.status().sale?.total).toBe(cents(1290));
  });

  test('a payment that was part of a split survives with its tenders', async () => {
    const counter = await openCounter();
    await counter.press('2 enter total 10 times');
    const again = counter.restarted();
    await again.idle();
    expect(again.screen).toBe('Earlier card sale is|held. Recall: MENU 2');
    await again.press('menu 2');
    expect(again.screen).toBe('To pay        2.90 €|ENT=cash x=card');
    await again.press('enter');
    expect(again.sales[0]?.tenders).toHaveLength(2);
    const third = again.restarted();
    await third.idle();
    expect(third.till.status()).toMatchObject({ held: 0, unresolvedPayment: null });
  });

  test('a driver that throws leaves the payment unknown, never retried', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'throw';
    await counter.press('1 enter total times');
    expect(counter.till.status().mode).toBe('card-unknown');
    await counter.press('enter');
    expect(counter.screen).toBe('Card was not charged|');
  });

  test('paper out: the sale stands, the change stays on the display, the receipt is printed later and is no copy', async () => {
    const printer = new FakePrinter();
    printer.outcome = { kind: 'not-printed', reason: 'paper is out' };
    const counter = await openCounter({ printer });
    await counter.press('1 enter total 5 enter');
    expect(counter.screen).toBe('Change        4.01 €|No receipt: paper is');
    await counter.clock.advance(seconds(2));
    expect(counter.screen).toBe('Change        4.01 €|out');
    printer.outcome = { kind: 'printed' };
    await counter.press('menu 8');
    expect(counter.screen).toBe('Printing K1-00000001|');
    await counter.press('menu 8');
    expect(counter.printed.map(({ copy }) => copy)).toEqual([false, false, true]);
  });

  test('a receipt that may be half on paper is repeated as a copy', async () => {
    const printer = new FakePrinter();
    printer.outcome = { kind: 'unknown', reason: 'cable pulled' };
    const counter = await openCounter({ printer });
    await counter.press('1 enter total enter menu 8');
    expect(counter.printed.map(({ copy }) => copy)).toEqual([false, true]);
  });

  test('without a printer it sells just as well', async () => {
    const counter = await openCounter({ printer: null });
    await counter.press('1 enter total enter');
    expect(counter.screen).toBe('Paid          0.99 €|K1-00000001');
  });

  test('a drawer that stays shut is said', async () => {
    const counter = await openCounter();
    counter.drawer.works = false;
    await counter.press('1 enter total enter');
    expect(counter.screen).toBe('Drawer did not open|');
  });
});

describe('stopping', () => {
  test('gives up a card that is asked for, waits for what is under way, then shows that it is off', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'slow';
    await counter.press('1 enter total times');
    await counter.till.stop();
    expect(counter.screen).toBe('Till is off|');
    expect(counter.journal.kept.at(-1)?.entry).toMatchObject({
      kind: 'payment',
      state: { payment: { state: 'cancelled' } },
    });
    counter.keypad.press('1');
    await counter.till.settled();
    expect(counter.screen).toBe('Till is off|');
  });

  test('completes a sale whose card is approved meanwhile', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'slow';
    counter.terminal.cancel = async () => counter.terminal.release(true);
    await counter.press('1 enter total times');
    await counter.till.stop();
    expect(counter.sales).toHaveLength(1);
    expect(counter.printed).toHaveLength(1);
  });

  test('does not wait for ever for a card terminal', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'slow';
    counter.terminal.cancel = async () => {};
    await counter.press('1 enter total times');
    const stopped = counter.till.stop();
    await counter.clock.advance(seconds(10));
    await stopped;
    expect(counter.journal.kept.at(-1)?.entry).toMatchObject({ state: { payment: { state: 'requested' } } });
  });
});

describe('a declined card whose answer the journal did not take', () => {
  const isAnswer = (entry: JournalEntry): boolean => entry.kind === 'payment' && !entry.open;

  async function declined(): Promise<Counter> {
    const counter = await openCounter();
    counter.terminal.plan = 'decline';
    counter.journal.fails = (entry) => (isAnswer(entry) ? 'before' : null);
    await counter.press('1 enter total times');
    expect(counter.screen).toBe('Card declined: not|enough money');
    expect(counter.journal.openSubjects('payment')).toHaveLength(1);
    return counter;
  }

  test('is over as soon as the journal works again', async () => {
    const counter = await declined();
    counter.journal.fails = () => null;
    await counter.press('enter');
    expect(counter.sales.map(({ tenders }) => tenders.map(({ kind }) => kind))).toEqual([['cash']]);
    expect(counter.journal.openSubjects('payment')).toEqual([]);
  });

  test('is over after the next start, also when its sale was paid otherwise', async () => {
    const counter = await declined();
    await counter.press('enter');
    expect(counter.sales).toHaveLength(1);
    expect(counter.journal.openSubjects('payment')).toHaveLength(1);
    const later = counter.restarted();
    await later.idle();
    expect(later.journal.openSubjects('payment')).toEqual([]);
    expect(later.till.status().mode).toBe('selling');
  });
});
