import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Key } from '../../drivers/keypad/keypad.ts';
import type { PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import { sum } from '../../src/money/money.ts';
import { seconds } from '../../src/platform/clock.ts';
import { receiptNumber, terminalId } from '../../src/platform/ids.ts';
import type { KioskFace } from '../../src/register/kiosk-face.ts';
import { type Mode, saleInHand } from '../../src/register/state.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import type { Failure } from '../tools/memory-journal.ts';
import { Counter, type CounterOptions, countingRandom } from './fakes/counter.ts';
import { type CardPlan, FakePrinter, FakeTerminal } from './fakes/devices.ts';
import { badge, type HelpTold, kioskParts, kioskStaff } from './fakes/kiosk.ts';

/** Random days that are lived through; 12,000 make about a million keys, scans and waits. */
const asked = process.env['HOLDFAST_KIOSK_RUNS'];
const runs = Number(asked ?? 120);
/** The same days every time where nobody asked for more. */
const seed = asked === undefined ? { seed: 20_261_129 } : {};

/** What happens around a kiosk, in any order; the terminal and the durable records outlive the cuts. */
type Happening =
  | { readonly kind: 'keys'; readonly keys: readonly Key[] }
  | { readonly kind: 'scan'; readonly code: string }
  | { readonly kind: 'card-plan'; readonly plan: CardPlan; readonly deaf: boolean }
  | { readonly kind: 'release'; readonly approved: boolean }
  | { readonly kind: 'journal'; readonly failure: Failure | null }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'power-cut' };

const key = fc.constantFrom<Key>('enter', 'clear', 'times', 'menu', 'total', '1', '2', '9', '.');
const weighed = 'CHEESE';
const aged = 'COFFEE';
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('keys' as const),
      keys: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom<readonly Key[]>(['enter'], ['clear'], ['menu'], ['times']) },
        { weight: 1, arbitrary: fc.array(key, { minLength: 1, maxLength: 5 }) },
      ),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const),
      code: fc.constantFrom(
        '4000000000013',
        '4000000000013',
        '4006381333931',
        'TSHIRT',
        weighed,
        aged,
        badge,
        'erika@example.com',
        'stranger@example.com',
        '4012345678901',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('card-plan' as const),
      plan: fc.constantFrom<CardPlan>('approve', 'decline', 'cancel', 'lost', 'silent', 'slow', 'throw', 'referral'),
      deaf: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), approved: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('journal' as const),
      failure: fc.constantFrom<Failure | null>('before', 'after', null, null),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 70 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('power-cut' as const) }) },
);

class World {
  counter: Counter;
  readonly terminal = new FakeTerminal();
  readonly clock = new ManualClock();
  readonly told: HelpTold[] = [];
  readonly #random = countingRandom();
  #failure: Failure | null = null;

  constructor() {
    this.counter = this.#start({});
  }

  async happen(what: Happening): Promise<void> {
    const { counter } = this;
    switch (what.kind) {
      case 'keys':
        return counter.press(what.keys.join(' '));
      case 'scan':
        return counter.scan(what.code);
      case 'card-plan':
        this.terminal.plan = what.plan;
        this.terminal.deaf = what.deaf;
        return;
      case 'release':
        this.terminal.release(what.approved);
        return counter.idle();
      case 'journal':
        this.#failure = what.failure;
        return;
      case 'time':
        return this.wait(what.seconds);
      case 'power-cut':
        return this.cut();
    }
  }

  async wait(time: number): Promise<void> {
    await this.clock.advance(seconds(time));
    await this.counter.idle();
  }

  async cut(): Promise<void> {
    this.#failure = null;
    const kept = [...this.counter.journal.kept];
    this.counter = this.#start({ kept });
    this.terminal.release(false);
    await this.counter.idle();
  }

  /** Everything works again. */
  async heal(): Promise<void> {
    this.#failure = null;
    this.terminal.plan = 'approve';
    this.terminal.deaf = false;
    this.terminal.release(true);
    await this.counter.idle();
  }

  #start(options: CounterOptions): Counter {
    const { terminal } = this;
    const never = new Promise<never>(() => {});
    // What the old till still does, the terminal and the records don't hear of.
    const powered = (): boolean => this.counter === counter;
    const terminalLine: PaymentTerminal = {
      name: terminal.name,
      start: () => terminal.start(),
      stop: () => terminal.stop(),
      health: () => terminal.health(),
      onHealth: () => terminal.onHealth(),
      pay: (request, ...told) => (powered() ? terminal.pay(request, ...told) : never),
      cancel: (paymentId) => (powered() ? terminal.cancel(paymentId) : never),
      status: (paymentId) => (powered() ? terminal.status(paymentId) : never),
    };
    const counter: Counter = new Counter({
      ...options,
      terminalLine,
      clock: this.clock,
      random: this.#random,
      terminal,
      printer: new FakePrinter(),
      kiosk: kioskParts(this.told),
      staff: kioskStaff(this.clock),
    });
    counter.journal.fails = () => (powered() ? this.#failure : null);
    this.counter = counter;
    return counter;
  }
}

/** What a kiosk may never do, seen from outside: a simple model of who may put what into a sale. */
class Model {
  /** Sales that staff was at, by a badge. */
  readonly #seenByStaff = new Set<string>();
  readonly reached = new Set<Mode['kind'] | KioskFace['question'] | HelpTold | 'mail'>();

  async live({ counter }: World, run: () => Promise<void>, scanned: string | null): Promise<void> {
    const before = saleInHand(counter.till.state.mode)?.saleId;
    const staffBefore = counter.till.face?.who === 'staff' || counter.till.state.approval !== null;
    await run();
    const after = saleInHand(counter.till.state.mode)?.saleId;
    for (const saleId of [before, after]) {
      if (saleId !== undefined && (staffBefore || scanned === badge)) this.#seenByStaff.add(saleId);
    }
  }

  check({ counter, terminal, told }: World): void {
    const { sales, till } = counter;
    expect(sales.map((sale) => sale.receiptNumber)).toEqual(
      sales.map((_, index) => receiptNumber(terminalId('K1'), index + 1)),
    );
    for (const sale of sales) {
      expect(sum(sale.tenders.map(({ amount }) => amount))).toBe(sale.totals.grandTotal);
      // Four keys and a scanner take no cash; staff's keypad may.
      if (!this.#seenByStaff.has(sale.saleId)) {
        expect(sale.tenders.map(({ kind }) => kind)).toEqual(['card']);
        for (const line of sale.lines) {
          expect([sale.receiptNumber, line.sku]).not.toEqual([sale.receiptNumber, aged]);
          expect([sale.receiptNumber, line.sku]).not.toEqual([sale.receiptNumber, weighed]);
        }
      }
      for (const tender of sale.tenders)
        if (tender.kind === 'card') expect(terminal.charged.get(tender.card.paymentId)).toBe(tender.amount);
    }
    for (const { entry } of counter.journal.kept) {
      if (entry.kind !== 'receipt-mail') continue;
      expect(sales.map(({ saleId }) => saleId)).toContain(entry.mail.saleId);
      this.reached.add('mail');
    }
    // Nothing that was paid is asked about as if nobody had been there.
    const { mode } = till.state;
    if (till.face?.question === 'still-there') expect('tenders' in mode && mode.tenders.length > 0).toBe(false);
    this.reached.add(mode.kind).add(till.face?.question ?? null);
    for (const each of told) this.reached.add(each);
  }
}

/** Everything the terminal charged is in a sale, or in a held one that still waits for the rest. */
function checkNoMoneyLost({ counter, terminal }: World): void {
  const { held, unresolved } = counter.till.state;
  expect(unresolved).toBeNull();
  const known = [...counter.sales, ...held]
    .flatMap(({ tenders }) => tenders)
    .flatMap((tender) => (tender.kind === 'card' ? [tender.card.paymentId] : []));
  expect(known.sort()).toEqual(expect.arrayContaining([...terminal.charged.keys()]));
}

describe('a kiosk in a random world', () => {
  test('is never stuck, sells nothing it may not, and gives up nothing that is paid', async () => {
    const model = new Model();
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 80, size: 'max' }), async (happenings) => {
        const world = new World();
        await world.counter.till.openShift({ float: 0 as never, cashier: 'Kiosk' });
        for (const each of happenings) {
          await model.live(world, () => world.happen(each), each.kind === 'scan' ? each.code : null);
          model.check(world);
        }
        await world.heal();
        // Left alone, with staff coming once for what only staff can end, it is ready for the next customer.
        for (let round = 0; round < 40 && !isReady(world.counter); round += 1) {
          await world.wait(60);
          if (isReady(world.counter)) break;
          await world.counter.press('enter');
          await world.heal();
          if (round % 4 === 3) await model.live(world, () => world.counter.scan(badge), badge);
          // Staff may have closed the shift: then only they can open it again.
          const closed = world.counter.till.state.mode.kind === 'closed';
          if (world.counter.till.face?.who === 'staff')
            await world.counter.press(closed ? 'enter total' : 'clear clear total');
          model.check(world);
        }
        expect(isReady(world.counter)).toBe(true);
        expect(world.counter.screen).toContain('Scan to begin');
        await world.cut();
        await world.heal();
        await world.wait(60);
        model.check(world);
        checkNoMoneyLost(world);
      }),
      { numRuns: runs, ...seed },
    );
    expect([...model.reached]).toEqual(
      expect.arrayContaining(['selling', 'receipt', 'mail', 'still-there', 'asked', 'age', 'goods', 'ended']),
    );
  });
});

function isReady({ till }: Counter): boolean {
  const { mode, approval } = till.state;
  return (
    mode.kind === 'selling' &&
    mode.sale === null &&
    mode.completed === null &&
    approval === null &&
    till.face?.who === 'customer' &&
    till.face.question === null &&
    till.face.message === null &&
    till.state.notice === null &&
    till.face.language === 0 &&
    till.face.mailTo === null &&
    !till.face.toWeigh
  );
}
