import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Key } from '../../drivers/keypad/keypad.ts';
import type { PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import { type Money, subtract, sum } from '../../src/money/money.ts';
import type { PaymentRecord } from '../../src/payments/payment-record.ts';
import { instant, seconds } from '../../src/platform/clock.ts';
import { type ReceiptNumber, receiptNumber, terminalId } from '../../src/platform/ids.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import type { Mode } from '../../src/register/state.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import type { Failure } from '../tools/memory-journal.ts';
import { Counter, type CounterOptions, countingRandom, settings } from './fakes/counter.ts';
import { type CardPlan, FakePrinter, FakeTerminal } from './fakes/devices.ts';
import { products, sampleCatalogue } from './fakes/shop.ts';

/** Random days that are lived through; 15,000 make about a million keys and scans. */
const runs = Number(process.env['HOLDFAST_TILL_RUNS'] ?? 150);

/**
 * Random days at a counter: keys, scans, cards, paper, a failing journal and power cuts in any order, held against what must
 * always be true. The card terminal and the durable records outlive the cuts, as they do in the world.
 */
type Happening =
  | { readonly kind: 'keys'; readonly keys: readonly Key[] }
  | { readonly kind: 'scan'; readonly code: string }
  | { readonly kind: 'card-plan'; readonly plan: CardPlan; readonly deaf: boolean }
  | { readonly kind: 'release'; readonly approved: boolean }
  | { readonly kind: 'journal'; readonly failure: Failure | null }
  | { readonly kind: 'printer'; readonly outcome: 'printed' | 'sent' | 'not-printed' | 'unknown' }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'power-cut' }
  /** The power goes while keys are still being dealt with. */
  | { readonly kind: 'cut-in-the-middle'; readonly keys: readonly Key[] }
  | { readonly kind: 'close-shift' };

const allKeys: readonly Key[] = [
  ...(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.'] as const),
  ...(['times', 'clear', 'enter', 'total', 'menu'] as const),
];
const key = fc.constantFrom(...allKeys);
/** What people really do, among the random keys. */
const habit = fc.constantFrom<readonly Key[]>(
  ['1', 'enter'],
  ['3', 'times', '1', 'enter'],
  ['2', 'enter', 'total'],
  ['total', 'enter'],
  ['total', 'times'],
  ['total', '5', 'times'],
  ['total', '5', 'enter'],
  ['enter'],
  ['clear'],
  ['times'],
  ['menu', '1'],
  ['menu', '2'],
  ['menu', '9', '7'],
);
const keys = fc.oneof(
  { weight: 3, arbitrary: habit },
  { weight: 1, arbitrary: fc.array(key, { minLength: 1, maxLength: 6 }) },
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('keys' as const), keys }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const),
      code: fc.constantFrom('4000000000013', '4006381333931', '4012345678901', '123', 'SAVE10', 'erika@example.com'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('card-plan' as const),
      plan: fc.constantFrom<CardPlan>('approve', 'decline', 'cancel', 'lost', 'silent', 'slow', 'throw'),
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
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('printer' as const),
      outcome: fc.constantFrom('printed' as const, 'sent' as const, 'not-printed' as const, 'unknown' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('power-cut' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut-in-the-middle' as const), keys }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close-shift' as const) }) },
);

class World {
  counter: Counter;
  readonly terminal = new FakeTerminal();
  readonly clock = new ManualClock();
  readonly #random = countingRandom();
  #outcome: 'printed' | 'sent' | 'not-printed' | 'unknown' = 'printed';
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
      case 'printer':
        this.#outcome = what.outcome;
        this.#arrangePrinter();
        return;
      case 'time':
        await this.clock.advance(seconds(what.seconds));
        return counter.idle();
      case 'power-cut':
        return this.cut();
      case 'cut-in-the-middle':
        for (const each of what.keys) counter.keypad.press(each);
        await Promise.resolve();
        return this.cut();
      case 'close-shift':
        await counter.till.closeShift({ counted: null }).catch(() => {});
        await counter.till.openShift({ float: 0 as Money, cashier: 'Ben' }).catch(() => {});
        return counter.idle();
    }
  }

  /** What the old till still does, it does to records that are not read again, and the terminal hears nothing of it. */
  async cut(): Promise<void> {
    this.#failure = null;
    const kept = [...this.counter.journal.kept];
    // A terminal that was asking for a card goes on by itself: this customer walks away.
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
    const powered = (): boolean => this.counter === counter;
    const terminalLine: PaymentTerminal = {
      name: terminal.name,
      start: () => terminal.start(),
      stop: () => terminal.stop(),
      health: () => terminal.health(),
      onHealth: () => terminal.onHealth(),
      pay: (request, onProgress) => (powered() ? terminal.pay(request, onProgress) : never),
      cancel: (paymentId) => (powered() ? terminal.cancel(paymentId) : never),
      status: (paymentId) => (powered() ? terminal.status(paymentId) : never),
    };
    const counter: Counter = new Counter({
      ...options,
      terminalLine,
      clock: this.clock,
      random: this.#random,
      terminal: this.terminal,
      printer: new FakePrinter(),
    });
    counter.journal.fails = () => (powered() ? this.#failure : null);
    this.counter = counter;
    this.#arrangePrinter();
    return counter;
  }

  #arrangePrinter(): void {
    const { printer, journal } = this.counter;
    if (!printer) return;
    printer.outcome =
      this.#outcome === 'printed' || this.#outcome === 'sent'
        ? { kind: this.#outcome }
        : { kind: this.#outcome, reason: 'paper is out' };
    printer.before = ({ id }) => {
      const onRecord = journal.saleByReceipt(id as ReceiptNumber) !== undefined || !id.startsWith('K1-');
      if (!onRecord) throw new Error(`a receipt for ${id} before it was durable`);
    };
  }
}

function checkSale(sale: CompletedSale): void {
  const again = priceCart(
    {
      lines: sale.lines.map(({ lineId, sku, quantity, variant, openPrice }) => ({
        lineId,
        sku,
        quantity,
        ...(variant === null ? {} : { variant }),
        ...(openPrice === undefined ? {} : { openPrice: openPrice.amount }),
      })),
      reductions: sale.reductions ?? [],
      customerGroupId: sale.customer?.groupId ?? settings.guestGroupId,
      customerId: sale.customer?.id ?? null,
      coupon: sale.coupon,
      at: instant(sale.basis.pricedAt),
      destination: settings.destination,
    },
    sampleCatalogue().prices,
  );
  expect(sale.totals.grandTotal).toBe(again.grandTotal);
  expect(sale.totals.taxes).toEqual(again.taxes);
  expect(sale.lines.map((line) => line.rowTotalInclTax)).toEqual(again.lines.map((line) => line.rowTotalInclTax));
  expect(sum(sale.tenders.map((tender) => tender.amount))).toBe(sale.totals.grandTotal);
  const given = sale.tenders.map((each) =>
    each.kind === 'cash' ? subtract(each.tendered, each.amount) : (0 as Money),
  );
  expect(sum(given)).toBe(sale.change);
  for (const line of sale.lines) {
    const product = products.find((each) => each.sku === (line.variant ?? line.sku));
    expect(product?.enabled).toBe(true);
    expect(product?.decimalQuantity === true || Number.isInteger(line.quantity)).toBe(true);
  }
}

function checkAlways({ counter, terminal }: World): void {
  const { sales } = counter;
  const receipts = sales.map((sale) => sale.receiptNumber);
  expect(receipts).toEqual(sales.map((_, index) => receiptNumber(terminalId('K1'), index + 1)));
  expect(new Set(sales.map((sale) => sale.saleId)).size).toBe(sales.length);
  const { mode } = counter.till.state;
  if (mode.kind === 'selling' && mode.completed) expect(receipts).toContain(mode.completed.receiptNumber);
  const cards = sales.flatMap((sale) => sale.tenders.flatMap((each) => (each.kind === 'card' ? [each] : [])));
  expect(new Set(cards.map((each) => each.card.paymentId)).size).toBe(cards.length);
  for (const each of cards) expect(terminal.charged.get(each.card.paymentId)).toBe(each.amount);
  checkNothingTakenTwice(counter, terminal);
}

/** What the terminal charged for one sale is never more than the sale. */
function checkNothingTakenTwice(counter: Counter, terminal: FakeTerminal): void {
  const taken = new Map<string, { total: number; charged: number }>();
  for (const { entry } of counter.journal.kept) {
    if (entry.kind !== 'payment') continue;
    const { paid } = entry.state as unknown as PaymentRecord;
    if (!paid) continue;
    // A sale may still change after a declined card; once money is taken it can't.
    const before = taken.get(paid.sale.saleId)?.charged ?? 0;
    const charged = before + (terminal.charged.get(entry.paymentId) ?? 0);
    taken.set(paid.sale.saleId, { total: paid.sale.totals.grandTotal, charged });
  }
  for (const { total, charged } of taken.values()) expect(charged).toBeLessThanOrEqual(total);
  const recorded = counter.journal.kept.flatMap(({ entry }) => (entry.kind === 'payment' ? [entry.paymentId] : []));
  for (const paymentId of terminal.charged.keys()) expect(recorded).toContain(paymentId);
}

/** The key that leads out of each state once everything works. */
function wayOut(mode: Mode): Key | null {
  switch (mode.kind) {
    case 'closed':
    case 'paying':
    case 'unsaved':
    case 'card-unknown':
      return 'enter';
    case 'selling':
      return mode.sale === null && mode.typed === '' && mode.multiplier === null ? null : 'clear';
    default:
      return 'clear';
  }
}

async function leadHome(world: World): Promise<void> {
  for (let pressed = 0; pressed < 300; pressed++) {
    await world.counter.press('clear');
    // `clear` may have ended it already; what it can't end, the state's own key does.
    const exit = wayOut(world.counter.till.state.mode);
    if (exit === null) return;
    await world.counter.press(exit);
    await world.heal();
  }
  throw new Error(`stuck in ${world.counter.till.state.mode.kind}`);
}

describe('the till in a random world', () => {
  test('no stuck state, no goods without a durable sale, no money twice, no money lost', async () => {
    const reached = new Set<Mode['kind']>();
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 80, size: 'max' }), async (happenings) => {
        const world = new World();
        await world.counter.press('enter');
        for (const each of happenings) {
          await world.happen(each);
          reached.add(world.counter.till.state.mode.kind);
          checkAlways(world);
        }
        await world.heal();
        await leadHome(world);
        // A last restart finds whatever a cut may have left behind.
        await world.cut();
        await world.heal();
        await world.clock.advance(seconds(60));
        await world.counter.idle();
        checkAlways(world);
        for (const sale of world.counter.sales) checkSale(sale);
        checkNoMoneyLost(world);
      }),
      { numRuns: runs },
    );
    expect([...reached].sort()).toEqual(
      expect.arrayContaining([
        'asking-text',
        'card',
        'card-unknown',
        'choosing',
        'menu',
        'paying',
        'selling',
        'unsaved',
      ]),
    );
  });
});

/** Everything the card terminal charged is in a sale, or in a held sale that still waits for the rest. */
function checkNoMoneyLost({ counter, terminal }: World): void {
  const { held, unresolved } = counter.till.state;
  expect(unresolved).toBeNull();
  const known = [...counter.sales, ...held]
    .flatMap(({ tenders }) => tenders)
    .flatMap((tender) => (tender.kind === 'card' ? [tender.card.paymentId] : []));
  expect(known.sort()).toEqual(expect.arrayContaining([...terminal.charged.keys()]));
}
