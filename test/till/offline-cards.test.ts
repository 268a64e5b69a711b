import { describe, expect, test } from 'vitest';
import type {
  HostState,
  PaymentOutcome,
  PaymentRequest,
  ReversalOutcome,
} from '../../drivers/payment-terminal/payment-terminal.ts';
import { money } from '../../src/money/money.ts';
import type { Approve } from '../../src/payments/offline-desk.ts';
import type { OfflinePolicy } from '../../src/payments/policy.ts';
import { type OfflineSettings, offlinePolicy } from '../../src/payments/presets.ts';
import { resolved } from '../../src/payments/resolve.ts';
import { hours } from '../../src/platform/clock.ts';
import { type Counter, openCounter } from './fakes/counter.ts';
import { card, FakeTerminal } from './fakes/devices.ts';

/** A terminal whose line to the bank can be cut. */
class StoringTerminal extends FakeTerminal {
  hostState: HostState = 'unreachable';
  takes: 'stored' | 'approved-offline' = 'stored';
  /** Takes cards offline also where the till has forbidden it. */
  disobeys = false;
  details = card;
  blob: Uint8Array | null = null;
  reversal: ReversalOutcome = { kind: 'reversed' };
  readonly reversed: string[] = [];
  readonly offline = {
    obeysRequest: true,
    host: () => this.hostState,
    onHostChange: () => () => {},
  };

  override async pay(request: PaymentRequest, onProgress: (words: string) => void): Promise<PaymentOutcome> {
    if (this.hostState === 'reachable') return super.pay(request, onProgress);
    this.asked.push(request);
    if (request.offline === 'forbidden' && !this.disobeys) return { kind: 'declined', reason: 'no line to the bank' };
    this.charged.set(request.paymentId, request.amount);
    const { details, blob, takes } = this;
    return takes === 'stored' && blob !== null
      ? { kind: 'stored', card: details, blob: { bytes: blob } }
      : { kind: takes, card: details };
  }

  async reverse({ paymentId }: { readonly paymentId: string }): Promise<ReversalOutcome> {
    this.reversed.push(paymentId);
    return this.reversal;
  }
}

const policyOf = (settings: Partial<OfflineSettings> = {}): OfflinePolicy =>
  offlinePolicy('simulated', { allowed: true, maximumAmount: money('20'), ...settings }, 'EUR');

async function counterWith(policy: OfflinePolicy): Promise<{ counter: Counter; terminal: StoringTerminal }> {
  const terminal = new StoringTerminal();
  return { counter: await openCounter({ terminal, policy }), terminal };
}

const states = (counter: Counter): readonly string[] =>
  counter.journal.kept.flatMap(({ entry }) =>
    entry.kind === 'payment' ? [(entry.state as { payment: { state: string } }).payment.state] : [],
  );

describe('a card while the bank can’t be asked', () => {
  test('is stored within the policy, and the display says that it is not final', async () => {
    const { counter, terminal } = await counterWith(policyOf());
    await counter.press('7 enter total times');
    expect(counter.screen).toBe('Not final    18.50 €|K1-00000001       ok');
    expect(counter.customerDisplay.rows.join('|')).toBe('Not final    18.50 €|Bank says later     ');
    expect(terminal.asked[0]).toMatchObject({ offline: 'allowed', reference: 'K1-00000001' });
    expect(states(counter)).toEqual(['requested', 'stored']);
    expect(counter.sales[0]?.tenders).toMatchObject([{ kind: 'card', card: { outcome: 'stored' } }]);
    expect(counter.cards.offline.standing().stored).toMatchObject({ count: 1, total: money('18.50') });
  });

  test('whose answer was not recorded is known by its sale at the next start, and a terminal that has forgotten it is not asked', async () => {
    const { counter, terminal } = await counterWith(policyOf());
    counter.journal.fails = (entry) =>
      entry.kind === 'payment' && !JSON.stringify(entry.state).includes('"requested"') ? 'before' : null;
    await counter.press('7 enter total times');
    expect(counter.sales[0]?.tenders).toMatchObject([{ kind: 'card', card: { outcome: 'stored' } }]);
    expect(states(counter)).toEqual(['requested']);
    terminal.charged.clear();
    const asked: string[] = [];
    const status = terminal.status.bind(terminal);
    terminal.status = (paymentId) => {
      asked.push(paymentId);
      return status(paymentId);
    };
    const later = counter.restarted();
    await later.idle();
    expect(states(later)).toEqual(['requested', 'stored']);
    expect(asked).toEqual([]);
    expect(later.journal.openSubjects('case')).toEqual([]);
  });

  test('what the policy forbids is refused before the card is asked for, with the reason', async () => {
    const refused: readonly (readonly [Partial<OfflineSettings>, string])[] = [
      [{ allowed: false }, 'Bank not reachable.|No cards offline.'],
      [{ maximumAmount: money('18') }, 'Bank not reachable.|Card only up to'],
      [{ maximumTotal: money('18.49') }, 'Bank not reachable.|Only 18.49 € of'],
      [{ contactRequired: true }, 'Bank not reachable.|Card needs a'],
    ];
    for (const [settings, words] of refused) {
      const { counter, terminal } = await counterWith(policyOf(settings));
      await counter.press('7 enter total times');
      expect(counter.screen).toBe(words);
      expect([terminal.asked, states(counter)]).toEqual([[], []]);
      // Cash is still possible.
      await counter.press('enter');
      expect(counter.sales).toHaveLength(1);
    }
  });

  test('no more than so many, and none once the window is over', async () => {
    const { counter, terminal } = await counterWith(policyOf({ maximumCount: 2 }));
    for (let sale = 1; sale <= 3; sale++) await counter.press('1 enter total times');
    expect([terminal.asked.length, counter.screen]).toEqual([2, 'Bank not reachable.|2 cards are stored,']);
    await counter.press('clear clear');
    const late = await counterWith(policyOf());
    await late.counter.press('1 enter total times');
    await late.counter.clock.advance(hours(24));
    await late.counter.press('1 enter total times');
    expect([late.terminal.asked.length, late.counter.screen]).toEqual([1, 'Cards stored for 24|h. Connect before']);
  });

  test('warns on the idle display before the window is over', async () => {
    const { counter } = await counterWith(policyOf());
    await counter.press('1 enter total times');
    await counter.press('clear');
    const idleAfter = async (by: number): Promise<string | undefined> => {
      await counter.clock.advance(hours(by));
      counter.till.refresh();
      return counter.screen.split('|')[1];
    };
    expect([await idleAfter(17), await idleAfter(1), await idleAfter(4), await idleAfter(2)]).toEqual([
      'PLU + ENT',
      'Cards: go online',
      'Cards: go online',
      'Cards too late!',
    ]);
  });

  test('with the bank in reach the policy does not matter, and the terminal may not store', async () => {
    const { counter, terminal } = await counterWith(policyOf({ allowed: false }));
    terminal.hostState = 'reachable';
    await counter.press('7 enter total times');
    expect(terminal.asked[0]?.offline).toBe('forbidden');
    expect(counter.screen).toBe('Paid         18.50 €|K1-00000001       ok');
  });

  test('the chip’s yes is another thing than a stored payment', async () => {
    const { counter, terminal } = await counterWith(policyOf());
    terminal.takes = 'approved-offline';
    await counter.press('7 enter total times');
    expect(counter.sales[0]?.tenders).toMatchObject([{ card: { outcome: 'approved-offline' } }]);
    expect(states(counter)).toEqual(['requested', 'approved-offline']);
  });
});

describe('above the limit', () => {
  test('a supervisor agrees, or no card is asked for', async () => {
    const { counter, terminal } = await counterWith(policyOf({ supervisorAbove: money('10') }));
    await counter.press('7 enter total times');
    expect([terminal.asked, counter.screen]).toEqual([[], 'Card not approved by|a supervisor']);
    counter.cards.supervisor = 'Ada';
    await counter.press('times');
    expect(terminal.asked).toHaveLength(1);
    expect(counter.sales).toHaveLength(1);
  });

  test('given up while the supervisor is looked for: no card is asked for', async () => {
    const { counter, terminal } = await counterWith(policyOf({ supervisorAbove: money('10') }));
    let agree: (by: string | null) => void = () => {};
    const approve: Approve = () =>
      new Promise((resolve) => {
        agree = resolve;
      });
    Object.assign(counter.cards, { approve });
    await counter.press('7 enter total times');
    expect(counter.till.status().mode).toBe('card');
    await counter.press('clear');
    agree('Ada');
    await counter.idle();
    expect([terminal.asked, counter.till.status().mode]).toEqual([[], 'paying']);
  });
});

describe('a card that may not be kept', () => {
  test('is given back, and the sale is still to be paid', async () => {
    const { counter, terminal } = await counterWith(policyOf({ brands: ['girocard'] }));
    await counter.press('7 enter total times');
    expect(counter.screen).toBe('Card declined: Visa|is not taken offline');
    expect(states(counter)).toEqual(['requested', 'stored', 'reversed']);
    expect([terminal.reversed.length, counter.cards.kept]).toEqual([1, []]);
    await counter.press('enter');
    expect(counter.sales).toHaveLength(1);
  });

  test('that the terminal took against orders and can’t give back is kept, and somebody is told', async () => {
    const { counter, terminal } = await counterWith(policyOf({ allowed: false }));
    terminal.hostState = 'unknown';
    terminal.disobeys = true;
    terminal.reversal = { kind: 'refused', reason: 'no line' };
    await counter.press('7 enter total times');
    expect(counter.sales[0]?.tenders).toMatchObject([{ card: { outcome: 'stored' } }]);
    expect(counter.cards.kept).toMatchObject([[expect.any(String), 'not taken offline now']]);
  });

  test('what a reader handed out and can’t be sealed was never charged', async () => {
    const { counter, terminal } = await counterWith(policyOf());
    terminal.blob = Uint8Array.from([1, 2, 3]);
    await counter.press('7 enter total times');
    expect(counter.screen).toBe('Card not charged:|could not be stored');
    expect(states(counter)).toEqual(['requested', 'cancelled']);
  });
});

describe('a person decides', () => {
  async function unknown(): Promise<{ counter: Counter; paymentId: string }> {
    const { counter, terminal } = await counterWith(policyOf());
    terminal.hostState = 'reachable';
    terminal.plan = 'silent';
    terminal.deaf = true;
    await counter.press('7 enter total times');
    expect(counter.till.status().mode).toBe('card-unknown');
    return { counter, paymentId: terminal.asked[0]?.paymentId ?? '' };
  }

  async function decide(counter: Counter, paymentId: string, as: 'charged' | 'not-charged'): Promise<void> {
    const recorded = counter.cards.ledger.find(paymentId);
    if (recorded === null) throw new Error('not known');
    const event = resolved(recorded.payment, { as, by: 'Ada' }, counter.clock.now());
    await counter.till.resolvePayment(paymentId, event, 'Ada');
    await counter.idle();
  }

  test('that it was not charged: the sale goes on, and the name stays with it', async () => {
    const { counter, paymentId } = await unknown();
    await decide(counter, paymentId, 'not-charged');
    expect(counter.screen).toBe('Card was not charged|');
    expect(counter.journal.kept.at(-1)?.entry).toMatchObject({ kind: 'payment', open: false, state: { by: 'Ada' } });
    await counter.press('enter');
    expect(counter.sales).toHaveLength(1);
  });

  test('that it was charged: the sale that it was for is made', async () => {
    const { counter, paymentId } = await unknown();
    await decide(counter, paymentId, 'charged');
    expect(counter.sales[0]?.tenders).toMatchObject([{ kind: 'card', card: { paymentId, maskedPan: '****' } }]);
    expect(counter.journal.openSubjects('payment')).toEqual([]);
  });

  test('about one that a stop left behind, before the till has asked again', async () => {
    const { counter, paymentId } = await unknown();
    const again = counter.restarted();
    await again.idle();
    await decide(again, paymentId, 'charged');
    expect(again.sales).toHaveLength(1);
  });

  test('not about one that is decided already', async () => {
    const { counter, paymentId } = await unknown();
    await decide(counter, paymentId, 'charged');
    await expect(decide(counter, paymentId, 'not-charged')).rejects.toMatchObject({ code: 'payments.not-to-resolve' });
  });
});
