import type { Beeper } from '../../../drivers/beeper/beeper.ts';
import type { Device, DeviceHealth } from '../../../drivers/device.ts';
import type { Display, DisplaySize } from '../../../drivers/display/display.ts';
import type { Drawer } from '../../../drivers/drawer/drawer.ts';
import type { Key, Keypad } from '../../../drivers/keypad/keypad.ts';
import type {
  AnswerReferral,
  CardDetails,
  PaymentOutcome,
  PaymentRequest,
  PaymentTerminal,
  RefundRequest,
} from '../../../drivers/payment-terminal/payment-terminal.ts';
import type { Printer, PrintJob, PrintOutcome } from '../../../drivers/printer/printer.ts';
import type { Scale, SettingOutcome, Weighing } from '../../../drivers/scale/scale.ts';
import type { Scan, Scanner } from '../../../drivers/scanner/scanner.ts';
import type { Money } from '../../../src/money/money.ts';

class FakeDevice implements Device {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  health(): DeviceHealth {
    return { name: this.name, kind: this.name, driver: 'fake', state: 'ready', condition: 'ready', since: null };
  }
  onHealth(): () => void {
    return () => {};
  }
}

class Listeners<Value> {
  readonly #listeners = new Set<(value: Value) => void>();
  add(listener: (value: Value) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  tell(value: Value): void {
    for (const listener of this.#listeners) listener(value);
  }
}

export class FakeKeypad extends FakeDevice implements Keypad {
  readonly #keys = new Listeners<Key>();
  constructor() {
    super('keypad');
  }
  onKey(listener: (key: Key) => void): () => void {
    return this.#keys.add(listener);
  }
  press(key: Key): void {
    this.#keys.tell(key);
  }
}

export class FakeScanner extends FakeDevice implements Scanner {
  readonly #scans = new Listeners<Scan>();
  constructor() {
    super('scanner');
  }
  onScan(listener: (scan: Scan) => void): () => void {
    return this.#scans.add(listener);
  }
  scan(scan: Scan): void {
    this.#scans.tell(scan);
  }
}

export class FakeDisplay extends FakeDevice implements Display {
  readonly size: DisplaySize;
  rows: readonly string[] = [];
  beeps = 0;
  /** Everything that was ever shown, joined by newlines. */
  readonly history: string[] = [];
  constructor(size: DisplaySize = { columns: 20, rows: 2 }) {
    super('display');
    this.size = size;
  }
  show(rows: readonly string[]): void {
    this.rows = rows;
    this.history.push(rows.join('\n'));
  }
  beep(): void {
    this.beeps += 1;
  }
}

export class FakeBeeper extends FakeDevice implements Beeper {
  readonly heard: string[] = [];
  constructor() {
    super('beeper');
  }
  sound(what: 'refused' | 'done'): void {
    this.heard.push(what);
  }
}

export class FakeScale extends FakeDevice implements Scale {
  /** What it will say; a function lets a test decide when. */
  says: Weighing | (() => Promise<Weighing>) = { kind: 'nothing' };
  asked = 0;
  constructor() {
    super('scale');
  }
  async weigh(): Promise<Weighing> {
    this.asked += 1;
    return typeof this.says === 'function' ? this.says() : this.says;
  }
  async set(): Promise<SettingOutcome> {
    return 'done';
  }
}

export class FakePrinter extends FakeDevice implements Printer {
  readonly columns = 42;
  readonly paper = 'ok';
  readonly jobs: PrintJob[] = [];
  outcome: PrintOutcome = { kind: 'printed' };
  /** Called before anything is on paper. */
  before: (job: PrintJob) => void = () => {};
  constructor() {
    super('printer');
  }
  async print(job: PrintJob): Promise<PrintOutcome> {
    this.before(job);
    await Promise.resolve();
    this.jobs.push(job);
    return this.outcome;
  }
}

export class FakeDrawer extends FakeDevice implements Drawer {
  readonly position = 'unknown';
  opened = 0;
  works = true;
  constructor() {
    super('drawer');
  }
  async open(): Promise<boolean> {
    if (this.works) this.opened += 1;
    return this.works;
  }
}

/** What the next payments come to. `lost`: charged, and the answer never came. `slow`: until {@link FakeTerminal.release}. `referral`: by what the bank says on the telephone. */
export type CardPlan = 'approve' | 'decline' | 'cancel' | 'lost' | 'silent' | 'slow' | 'throw' | 'referral';

export const card: CardDetails = {
  brand: 'Visa',
  maskedPan: '541333******4444',
  authorizationCode: '123456',
  terminalReference: 'T-1',
  entryMode: 'contactless',
};

/** A card terminal with a memory of what it charged, as a real one has; it survives the till's crashes. */
export class FakeTerminal extends FakeDevice implements PaymentTerminal {
  readonly charged = new Map<string, Money>();
  readonly refunded = new Map<string, Money>();
  readonly asked: PaymentRequest[] = [];
  plan: CardPlan = 'approve';
  /** Can't say what became of a payment. */
  deaf = false;
  #slow: { readonly request: PaymentRequest; readonly answer: (outcome: PaymentOutcome) => void } | null = null;
  constructor() {
    super('payment-terminal');
  }

  async pay(
    request: PaymentRequest,
    onProgress: (words: string) => void,
    onReferral?: AnswerReferral,
  ): Promise<PaymentOutcome> {
    this.asked.push(request);
    onProgress('Present card');
    await Promise.resolve();
    switch (this.plan) {
      case 'approve':
        return this.#approve(request);
      case 'decline':
        return { kind: 'declined', reason: 'not enough money' };
      case 'cancel':
        return { kind: 'cancelled', reason: 'not connected' };
      case 'lost':
        this.#approve(request);
        return { kind: 'unknown', reason: 'no answer' };
      case 'silent':
        return { kind: 'unknown', reason: 'no answer' };
      case 'referral': {
        const code = await onReferral?.({ words: 'CALL', phones: ['08001234567', '08007654321'], merchantId: '4711' });
        return code ? this.#approve(request) : { kind: 'declined', reason: 'declined' };
      }
      case 'throw':
        throw new Error('driver bug');
      case 'slow':
        return new Promise((answer) => {
          this.#slow = { request, answer };
        });
    }
  }

  async refund(request: RefundRequest): Promise<PaymentOutcome> {
    await Promise.resolve();
    if (this.plan === 'decline') return { kind: 'declined', reason: 'not possible' };
    if (this.plan === 'silent') return { kind: 'unknown', reason: 'no answer' };
    if (this.refunded.has(request.paymentId)) throw new Error('refunded twice under one key');
    this.refunded.set(request.paymentId, request.amount);
    return this.plan === 'lost' ? { kind: 'unknown', reason: 'no answer' } : { kind: 'approved', card };
  }

  /** The customer presents the card (or walks away). */
  release(approved: boolean): void {
    const slow = this.#slow;
    this.#slow = null;
    slow?.answer(approved ? this.#approve(slow.request) : { kind: 'cancelled', reason: 'cancelled' });
  }

  async cancel(paymentId: string): Promise<void> {
    if (this.#slow?.request.paymentId === paymentId) this.release(false);
  }

  async status(paymentId: string): Promise<PaymentOutcome | { readonly kind: 'not-found' }> {
    if (this.deaf || this.#slow?.request.paymentId === paymentId) return { kind: 'unknown', reason: 'no answer' };
    return this.charged.has(paymentId) || this.refunded.has(paymentId)
      ? { kind: 'approved', card }
      : { kind: 'not-found' };
  }

  #approve({ paymentId, amount }: PaymentRequest): PaymentOutcome {
    if (this.charged.has(paymentId)) throw new Error('charged twice under one key');
    this.charged.set(paymentId, amount);
    return { kind: 'approved', card };
  }
}
