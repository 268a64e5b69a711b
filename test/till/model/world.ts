import type { PaymentTerminal } from '../../../drivers/payment-terminal/payment-terminal.ts';
import type { Money } from '../../../src/money/money.ts';
import { seconds } from '../../../src/platform/clock.ts';
import type { ReceiptNumber } from '../../../src/platform/ids.ts';
import type { HeldSale, Mode } from '../../../src/register/state.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import type { Failure } from '../../tools/memory-journal.ts';
import { Counter, type CounterOptions, countingRandom } from '../fakes/counter.ts';
import { FakePrinter, FakeTerminal } from '../fakes/devices.ts';
import { sampleCatalogue } from '../fakes/shop.ts';
import { fullCatalogue, fullSettings, fullStaff } from './full-shop.ts';
import type { Happening } from './happenings.ts';

/** A counter in a world where the card terminal and what is durable outlive the power cuts. */
export class World {
  counter: Counter;
  readonly terminal = new FakeTerminal();
  readonly clock = new ManualClock();
  /** A shop with staff, deposits, serial numbers, tenders of its own and cash rounding. */
  readonly full: boolean;
  readonly catalogue;
  /** Leave that was asked for from outside, and the answers. */
  readonly asked: { answered: string | null | undefined }[] = [];
  /** Every mode that was ever on the display. */
  /**
   * Returns that were refused although they are kept. The real journal takes such out before it writes anything else; the one in
   * memory goes on showing them, so that goods that were then taken back anew seem to have come back twice.
   */
  readonly refusedReturns = new Set<string>();
  readonly reached = new Set<Mode['kind']>();
  readonly #random = countingRandom();
  #outcome: 'printed' | 'sent' | 'not-printed' | 'unknown' = 'printed';
  #failure: Failure | null = null;
  /** What is kept of held sales, as text. */
  #held = '[]';

  constructor(full: boolean) {
    this.full = full;
    this.catalogue = full ? fullCatalogue() : sampleCatalogue();
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
      case 'network':
        counter.connection = { ...counter.connection, online: what.online };
        counter.till.refresh();
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
      case 'ask-leave': {
        const question: World['asked'][number] = { answered: undefined };
        this.asked.push(question);
        void counter.till.approve('offline-card', 'Card').then((by) => {
          question.answered = by;
        });
        return counter.idle();
      }
    }
  }

  /** What the old till still does, it does to records that are not read again, and the terminal hears nothing of it. */
  async cut(): Promise<void> {
    this.#failure = null;
    this.asked.length = 0;
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
      pay: (request, ...told) => (powered() ? terminal.pay(request, ...told) : never),
      cancel: (paymentId) => (powered() ? terminal.cancel(paymentId) : never),
      status: (paymentId) => (powered() ? terminal.status(paymentId) : never),
      refund: (request) => (powered() ? terminal.refund(request) : never),
    };
    const counter: Counter = new Counter({
      ...options,
      ...(this.full ? { staff: fullStaff, change: fullSettings } : {}),
      catalogue: this.catalogue,
      terminalLine,
      clock: this.clock,
      random: this.#random,
      terminal: this.terminal,
      printer: new FakePrinter(),
      held: {
        load: () => JSON.parse(this.#held) as readonly HeldSale[],
        save: async (held) => {
          await Promise.resolve();
          if (powered()) this.#held = JSON.stringify(held);
        },
      },
    });
    const show = counter.display.show.bind(counter.display);
    counter.display.show = (rows) => {
      this.reached.add(counter.till.state.mode.kind);
      show(rows);
    };
    counter.journal.fails = (entry) => {
      const failure = powered() ? this.#failure : null;
      if (failure === 'after' && entry.kind === 'return') this.refusedReturns.add(entry.return.returnId);
      return failure;
    };
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
      const onRecord = journal.documentByReceipt(id as ReceiptNumber) !== undefined || !id.startsWith('K1-');
      if (!onRecord) throw new Error(`a receipt for ${id} before it was durable`);
    };
  }
}
