import type { Key } from '../../../drivers/keypad/keypad.ts';
import type { PaymentTerminal } from '../../../drivers/payment-terminal/payment-terminal.ts';
import type { JournalRecord } from '../../../src/journal/journal.ts';
import { hundredths, type Money } from '../../../src/money/money.ts';
import type { PaymentJournal } from '../../../src/payments/payment-journal.ts';
import type { OfflinePolicy } from '../../../src/payments/policy.ts';
import { type Logger, silentLogger } from '../../../src/platform/log.ts';
import type { Random } from '../../../src/platform/random.ts';
import { priceCart } from '../../../src/pricing/price-cart.ts';
import type { StorageFacts } from '../../../src/register/facts.ts';
import type { CompletedReturn } from '../../../src/register/return.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import type { ShiftReport } from '../../../src/register/shift-report.ts';
import type { ConnectionFacts } from '../../../src/screens/view.ts';
import { sampleSettings } from '../../../src/showroom/gallery/sample-register.ts';
import type { Catalogue } from '../../../src/snapshot/catalogue.ts';
import type { HeldStore } from '../../../src/till/held-desk.ts';
import type { KioskParts } from '../../../src/till/kiosk-desk.ts';
import type { ServiceDesk, TillParts, TillSettings } from '../../../src/till/ports.ts';
import { Till } from '../../../src/till/till.ts';
import type { UnprintedReceipts } from '../../../src/till/unprinted.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { MemoryJournal } from '../../tools/memory-journal.ts';
import { type FakeCards, fakeCards } from './cards.ts';
import {
  type FakeBeeper,
  FakeDisplay,
  FakeDrawer,
  FakeKeypad,
  FakePrinter,
  type FakeScale,
  FakeScanner,
  FakeTerminal,
} from './devices.ts';
import { sampleCatalogue } from './shop.ts';

export const settings: TillSettings = sampleSettings;

/** Counts up: ids differ and are the same in every run. */
export function countingRandom(): Random {
  let count = 0;
  return {
    bytes: (length) => {
      count += 1;
      const bytes = new Uint8Array(length);
      new DataView(bytes.buffer).setUint32(length - 4, count);
      return bytes;
    },
    fraction: () => 0.5,
  };
}

export interface CounterOptions {
  readonly clock?: ManualClock;
  readonly random?: Random;
  readonly terminal?: FakeTerminal;
  /** What the till sees of it, if something stands between. */
  readonly terminalLine?: PaymentTerminal;
  /** What a journal kept before a crash. */
  readonly kept?: JournalRecord[];
  readonly catalogue?: Catalogue;
  /** The journal that the till writes, when it is not {@link Counter.journal}. */
  readonly realJournal?: TillParts['journal'] & PaymentJournal;
  readonly log?: Logger;
  /** Cards without network; left out: none. */
  readonly policy?: OfflinePolicy;
  readonly printer?: FakePrinter | null;
  readonly scale?: FakeScale;
  readonly beeper?: FakeBeeper;
  readonly unprinted?: UnprintedReceipts;
  readonly held?: HeldStore;
  readonly service?: ServiceDesk;
  readonly staff?: TillParts['staff'];
  readonly kiosk?: KioskParts;
  readonly change?: Partial<TillSettings>;
}

/** A counter with a till and everything around it. */
export class Counter {
  readonly clock: ManualClock;
  readonly random: Random;
  readonly journal: MemoryJournal;
  readonly keypad = new FakeKeypad();
  readonly scanner = new FakeScanner();
  readonly display = new FakeDisplay();
  readonly customerDisplay = new FakeDisplay();
  readonly printer: FakePrinter | null;
  readonly drawer = new FakeDrawer();
  readonly terminal: FakeTerminal;
  readonly printed: {
    readonly sale: CompletedSale;
    readonly copy: boolean;
    readonly training: boolean;
    readonly mailed?: true;
  }[] = [];
  /** Of what was printed; null: the till's own. */
  readonly languages: (string | null)[] = [];
  readonly gifts: CompletedSale[] = [];
  readonly returnsPrinted: CompletedReturn[] = [];
  readonly reports: ShiftReport[] = [];
  connection: ConnectionFacts = { online: true, waiting: 0, parked: 0, words: 'connected' };
  storage: StorageFacts = { low: false, newSales: true, payments: true };
  synchronised = 0;
  readonly cards: FakeCards;
  readonly till: Till;

  constructor(options: CounterOptions = {}) {
    this.clock = options.clock ?? new ManualClock();
    this.random = options.random ?? countingRandom();
    this.journal = new MemoryJournal(this.clock, options.kept);
    this.terminal = options.terminal ?? new FakeTerminal();
    this.printer = options.printer === undefined ? new FakePrinter() : options.printer;
    const journal = options.realJournal ?? this.journal;
    this.cards = fakeCards(journal, this.clock, this.random, options.policy);
    this.till = new Till({
      catalogue: options.catalogue ?? sampleCatalogue(),
      priceCart,
      journal,
      keypad: this.keypad,
      scanner: this.scanner,
      display: this.display,
      customerDisplay: this.customerDisplay,
      printer: this.printer,
      scale: options.scale ?? null,
      beeper: options.beeper ?? null,
      ...(options.service === undefined ? {} : { service: options.service }),
      ...(options.staff ? { staff: options.staff } : {}),
      ...(options.kiosk === undefined ? {} : { kiosk: options.kiosk }),
      ...(options.held === undefined ? {} : { held: options.held }),
      ...(options.unprinted === undefined ? {} : { unprinted: options.unprinted }),
      drawer: this.drawer,
      paymentTerminal: options.terminalLine ?? this.terminal,
      cards: this.cards,
      receipts: {
        sale: (sale, { copy, training = false, mailed = false, language = null }) => {
          this.printed.push({ sale, copy, training, ...(mailed ? { mailed } : {}) });
          this.languages.push(language);
          return { id: sale.receiptNumber, bytes: new Uint8Array() };
        },
        gift: (sale) => {
          this.gifts.push(sale);
          return { id: sale.receiptNumber, bytes: new Uint8Array() };
        },
        return: (taken) => {
          this.returnsPrinted.push(taken);
          return { id: taken.receiptNumber, bytes: new Uint8Array() };
        },
        shift: (report) => {
          this.reports.push(report);
          return { id: report.shiftId, bytes: new Uint8Array() };
        },
      },
      connection: () => this.connection,
      storage: () => this.storage,
      synchronise: () => {
        this.synchronised += 1;
      },
      clock: this.clock,
      random: this.random,
      log: options.log ?? silentLogger,
      settings: { ...settings, ...options.change },
    });
    this.till.start();
  }

  /** Keys by name with spaces between them; digits may stand together: `"3 times 12 enter"`. */
  async press(keys: string): Promise<void> {
    for (const key of keysOf(keys)) this.keypad.press(key);
    await this.idle();
  }

  async scan(text: string): Promise<void> {
    this.scanner.scan({ kind: 'code', text, symbology: null });
    await this.idle();
  }

  /** Until nothing happens any more without time passing. */
  async idle(): Promise<void> {
    await this.clock.advance(0 as never);
    await this.till.settled();
    await this.clock.advance(0 as never);
    await this.till.settled();
  }

  /** Until a PIN that was typed has been checked: that happens off the main thread, in real time. */
  async pinChecked(): Promise<void> {
    while (this.till.state.approval?.checkId != null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await this.idle();
    }
  }

  /** What stands on the display, without the padding. */
  get screen(): string {
    return this.display.rows.map((row) => row.trimEnd()).join('|');
  }

  get sales(): readonly CompletedSale[] {
    return this.journal.kept.flatMap(({ entry }) => (entry.kind === 'sale' ? [entry.sale] : []));
  }

  get returns(): readonly CompletedReturn[] {
    return this.journal.kept.flatMap(({ entry }) => (entry.kind === 'return' ? [entry.return] : []));
  }

  /** Power goes and comes back: a new till over what is durable. */
  restarted(): Counter {
    return new Counter({
      clock: this.clock,
      random: this.random,
      terminal: this.terminal,
      kept: [...this.journal.kept],
    });
  }
}

/** A counter whose shift is open with a float of 100. */
export async function openCounter(options: CounterOptions = {}): Promise<Counter> {
  const counter = new Counter(options);
  await counter.press('100 enter');
  await counter.press('clear');
  return counter;
}

function keysOf(keys: string): readonly Key[] {
  return keys
    .split(/\s+/)
    .flatMap((word) => (/^[\d.]+$/.test(word) ? [...word] : [word]))
    .map((key) => key as Key);
}

export const cents = (count: number): Money => hundredths(count);
