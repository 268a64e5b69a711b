import type { Money } from '../money/money.ts';
import type { PaymentEvent } from '../payments/payment-event.ts';
import { seconds, type Timer } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { type ReceiptNumber, receiptNumber, uuidv7 } from '../platform/ids.ts';
import type { Effect } from '../register/effect.ts';
import { nothingKnown, type RegisterFacts } from '../register/facts.ts';
import type { PersonInput, RegisterInput, WorldInput } from '../register/input.ts';
import type { KioskFace } from '../register/kiosk-face.ts';
import { isAlarming } from '../register/notice.ts';
import type { ShiftReport } from '../register/shift-report.ts';
import type { GuardedTopic } from '../register/staff.ts';
import { initialState, type Mode, type RegisterState, saleInHand } from '../register/state.ts';
import { step } from '../register/step.ts';
import { keyMeaning, type TillKey } from '../screens/key-meaning.ts';
import { noBreak } from '../screens/layout.ts';
import { noticeText } from '../screens/texts.ts';
import { ringRefused } from './bell.ts';
import { CardDesk, type CardOutcome } from './card-desk.ts';
import { findCustomers } from './customers.ts';
import { Effects } from './effects.ts';
import { createGoods } from './goods.ts';
import { HeldDesk } from './held-desk.ts';
import { KioskDesk, type KioskTill } from './kiosk-desk.ts';
import { wishForMail } from './mail-desk.ts';
import type { TillParts } from './ports.ts';
import { priceContents } from './prices.ts';
import { ReceiptDesk } from './receipt-desk.ts';
import { findReceipt, lastSale, looksLikeReceipt } from './receipt-lookup.ts';
import { registerSettings } from './register-settings.ts';
import { Screens } from './screens.ts';

/** How often an unresolved card payment is pursued. */
const cardInterval = seconds(15);
/** How long {@link Till.stop} waits for a card, the journal and the printer. */
const stopTimeout = seconds(10);

/** What happens to a till, one after the other. */
type Event =
  | { readonly kind: 'key'; readonly key: TillKey }
  | { readonly kind: 'input'; readonly input: RegisterInput }
  | { readonly kind: 'scanned'; readonly input: Extract<PersonInput, { kind: 'scan' | 'scan-misread' }> }
  | { readonly kind: 'card-outcome'; readonly outcome: CardOutcome }
  | { readonly kind: 'command'; readonly run: () => Promise<void> };

/** What a till is doing, for status displays and the control socket. */
export interface TillStatus {
  readonly mode: Mode['kind'];
  readonly shiftOpen: boolean;
  /** The sale in hand; null when there is none. */
  readonly sale: { readonly lines: number; readonly total: Money } | null;
  readonly held: number;
  /** A card payment whose outcome nobody knows. */
  readonly unresolvedPayment: { readonly paymentId: string; readonly amount: Money } | null;
}

/**
 * A till at work: takes keys, scans and answers one at a time, lets the register decide, draws the displays and carries out
 * what was decided. Keys never wait for network, paper or card; they wait only for a sale becoming durable, and none is lost.
 */
export class Till {
  readonly #parts: TillParts;
  readonly #cards: CardDesk;
  readonly #receipts: ReceiptDesk;
  readonly #effects: Effects;
  readonly #held: HeldDesk;
  readonly #screens: Screens;
  /** Stands between customers and the register; null: a trader works here. */
  readonly #kiosk: KioskDesk | null;
  readonly #facts: Omit<RegisterFacts, 'freshId' | 'now'>;
  readonly #events: Event[] = [];
  /** Who waits for leave that was asked for at the till. */
  readonly #approvals = new Map<string, (by: string | null) => void>();
  #state: RegisterState;
  #busy = false;
  #working: Promise<void> | null = null;
  #stopped = false;
  #whenCardEnds: (() => void) | null = null;
  #unsubscribe: (() => void)[] = [];
  #cardTimer: Timer | null = null;

  constructor(parts: TillParts) {
    const { catalogue, settings } = parts;
    this.#parts = parts;
    const later = (input: WorldInput): void => this.#take({ kind: 'input', input });
    this.#cards = new CardDesk(parts, (event) =>
      'kind' in event ? later(event) : this.#take({ kind: 'card-outcome', outcome: event }),
    );
    this.#receipts = new ReceiptDesk(parts, later);
    this.#effects = new Effects(parts, this.#cards, this.#receipts, {
      later,
      cashier: () => this.#state.cashier?.name ?? null,
      training: () => this.#state.training !== null,
      approvalAnswered: (approvalId, by) => {
        this.#kiosk?.leaveAnswered(approvalId, by);
        this.#approvals.get(approvalId)?.(by);
        this.#approvals.delete(approvalId);
      },
    });
    this.#held = new HeldDesk(parts, () => this.#cards.salesLeftBehind());
    this.#kiosk = parts.kiosk === undefined ? null : new KioskDesk(parts.kiosk, parts, this.#forKiosk());
    this.#screens = new Screens(parts, this.#kiosk);
    this.#facts = {
      goods: createGoods(catalogue, settings.goods),
      receipt: (text) => findReceipt(parts, text),
      lastSale: () => lastSale(parts),
      isReceipt: (code) => looksLikeReceipt(settings.terminalId, code),
      service: () => parts.service?.facts() ?? nothingKnown,
      badge: (code) => parts.staff?.badge(code) ?? null,
      findCustomers: (text) => findCustomers(catalogue, text, parts.journal.unconfirmed()),
      price: (contents) => priceContents(parts, contents),
      shortage: parts.shortage ?? (() => null),
      storage: parts.storage,
      settings: registerSettings(parts),
    };
    this.#state = initialState(parts.journal.openShift !== null, this.#facts.settings.staff.signIn);
  }

  /** Ready for the first key when it returns; card payments that a stop left behind come first. */
  start(): void {
    const { keypad, scanner } = this.#parts;
    if (keypad) this.#unsubscribe.push(keypad.onKey((key) => this.#take({ kind: 'key', key })));
    if (scanner) {
      this.#unsubscribe.push(
        scanner.onScan((scan) => {
          const input: Extract<Event, { kind: 'scanned' }>['input'] =
            scan.kind === 'code' ? { kind: 'scan', code: scan.text.trim() } : { kind: 'scan-misread' };
          this.#take({ kind: 'scanned', input });
        }),
      );
    }
    this.#screens.draw(this.#state);
    this.#tellOfBrokenExchange();
    this.#cards.lookBack();
    this.#take({ kind: 'command', run: async () => {} });
  }

  /**
   * Takes no more keys, gives up a card that is being asked for, and waits until what was decided is durable and printed, at
   * most ten seconds. An open sale that nobody has paid ends here; held ones are there again after the next start.
   */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#cards.refuseNew('till.stopping');
    const timeout = new AbortController();
    await Promise.race([this.#finish(), this.#parts.clock.sleep(stopTimeout, timeout.signal)]);
    timeout.abort();
    this.#stopped = true;
    for (const answer of this.#approvals.values()) answer(null);
    this.#kiosk?.stop();
    this.#cardTimer?.cancel();
    this.#cardTimer = null;
    const lines = saleInHand(this.#state.mode)?.lines.length ?? 0;
    if (lines > 0) this.#parts.log.warn({ lines }, 'stopped with an open sale');
    this.#screens.drawStopped();
  }

  async #finish(): Promise<void> {
    await this.settled();
    if (this.#state.mode.kind === 'card') {
      const ended = new Promise<void>((resolve) => {
        this.#whenCardEnds = resolve;
      });
      this.#take({ kind: 'input', input: { kind: 'cancel-card' } });
      await ended;
    }
    await this.settled();
    await this.#receipts.settled();
    await this.settled();
  }

  /** Resolves when everything that has happened so far has been dealt with. */
  async settled(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  /** What a kiosk's customer is asked or told; null where there is none. */
  get face(): KioskFace | null {
    return this.#kiosk?.face ?? null;
  }

  get state(): RegisterState {
    return this.#state;
  }

  status(): TillStatus {
    const { mode, shiftOpen, training, held, unresolved } = this.#state;
    const sale = saleInHand(mode);
    return {
      mode: mode.kind,
      shiftOpen: training?.shiftWasOpen ?? shiftOpen,
      sale: sale ? { lines: sale.lines.length, total: sale.totals.grandTotal } : null,
      held: held.length,
      unresolvedPayment: unresolved?.payment ?? (mode.kind === 'card-unknown' ? mode.payment : null),
    };
  }

  /** Draws the displays again, e.g. because the connection to the shop came or went. */
  refresh(): void {
    this.#screens.draw(this.#state);
  }

  /** Throws `till.<notice>` in the words of the display when the register refuses (e.g. `till.shift-already-open`). */
  openShift(wish: { readonly float: Money; readonly cashier: string }): Promise<void> {
    return this.#command({ kind: 'open-shift', ...wish });
  }

  /** The Z report's figures. Throws as {@link openShift}, e.g. `till.shift-busy` while a sale is open. */
  async closeShift(wish: { readonly counted: Money | null }): Promise<ShiftReport> {
    const before = this.shiftReport();
    await this.#command({ kind: 'close-shift', ...wish });
    if (!before) throw new HoldfastError('till.no-shift', 'No shift is open', { remedy: 'operator' });
    return { ...before, kind: 'Z', counted: wish.counted };
  }

  /** Throws as {@link openShift}. */
  moveCash(wish: { readonly direction: 'in' | 'out'; readonly amount: Money; readonly reason: string }): Promise<void> {
    return this.#command({ kind: 'move-cash', ...wish });
  }

  /** The X report's figures, or null when no shift is open. */
  shiftReport(): ShiftReport | null {
    const shift = this.#parts.journal.openShift;
    return shift ? this.#effects.report(shift) : null;
  }

  /** Prints a receipt again (null: the last one). Throws `till.no-receipt`. */
  async reprint(receipt: ReceiptNumber | null, what: 'receipt' | 'gift' = 'receipt'): Promise<void> {
    await this.#inTurn(async () => {
      const answer = what === 'gift' ? this.#receipts.printGift(receipt) : this.#receipts.reprint(receipt);
      if (answer.kind === 'no-receipt') {
        throw new HoldfastError('till.no-receipt', 'There is no such receipt to print', { remedy: 'operator' });
      }
      await this.#apply(answer);
    });
  }

  /**
   * Asks at the till for leave to do something. Resolves with the name of who gave it (empty: it needs none), or null: refused, or
   * the till was asked for something else already. Selling goes on as far as it can.
   */
  approve(topic: GuardedTopic, words: string): Promise<string | null> {
    const { clock, random } = this.#parts;
    const approvalId = uuidv7(clock, random);
    return new Promise((resolve) => {
      this.#approvals.set(approvalId, resolve);
      if (this.#stopped) resolve(null);
      else this.#take({ kind: 'input', input: { kind: 'ask-approval', approvalId, topic, words } });
    });
  }

  /** A person found out what became of a card payment that nobody else can tell of; kept with their name. */
  async resolvePayment(paymentId: string, event: PaymentEvent, by: string): Promise<void> {
    await this.#inTurn(async () => {
      const answer = await this.#cards.decide(paymentId, event, by);
      if (answer) await this.#apply(answer);
    });
  }

  /** Goods brought back are durable before what they were exchanged for; a stop between the two is told of. */
  #tellOfBrokenExchange(): void {
    const { journal, settings, log } = this.#parts;
    try {
      const last = journal.documentByReceipt(
        receiptNumber(settings.terminalId, Math.max(1, journal.nextReceiptCounter - 1)),
      );
      if (last?.kind !== 'return') return;
      const { refunds, receiptNumber: number } = last.return;
      for (const refund of refunds) {
        if (refund.kind !== 'exchange' || journal.sale(refund.saleId) !== undefined) continue;
        this.#take({ kind: 'input', input: { kind: 'exchange-broken', receiptNumber: number, amount: refund.amount } });
      }
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'whether an exchange was broken off can’t be told now');
    }
  }

  /** What stands before the register may do with it. */
  #forKiosk(): KioskTill {
    return {
      state: () => this.#state,
      apply: (input) => this.#apply(input),
      print: async (number, language) => {
        const answer = this.#receipts.print(number, language);
        if (answer) await this.#apply(answer);
      },
      mail: async (number, to) => {
        if (this.#state.training !== null) return false;
        return (await wishForMail(this.#parts, number, to)).kind === 'mail-wished';
      },
      noReceipt: (receiptNumber) => this.#apply({ kind: 'receipt-done', receiptNumber, printed: false }),
      facts: () => this.#facts,
      redraw: () => this.#screens.draw(this.#state),
      later: (run) => this.#take({ kind: 'command', run }),
    };
  }

  #command(input: PersonInput): Promise<void> {
    return this.#inTurn(async () => {
      await this.#apply(input);
      const { notice } = this.#state;
      if (!notice || !isAlarming(notice)) return;
      const { texts, currency } = this.#parts.settings;
      const words = noticeText(notice, texts, currency).replaceAll(noBreak, ' ');
      throw new HoldfastError(`till.${notice.key}`, words, { remedy: 'operator' });
    });
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    if (this.#stopped) {
      return Promise.reject(new HoldfastError('till.stopping', 'The till is stopping', { remedy: 'retry' }));
    }
    return new Promise((resolve, reject) => {
      this.#take({ kind: 'command', run: () => run().then(resolve, reject) });
    });
  }

  #take(event: Event): void {
    if (this.#stopped) return;
    this.#events.push(event);
    if (this.#busy) return;
    this.#busy = true;
    this.#working = this.#work();
  }

  async #work(): Promise<void> {
    try {
      for (let event = this.#events.shift(); event; event = this.#events.shift()) {
        try {
          await this.#handle(event);
        } catch (error) {
          // A mistake of ours in one step must not end the selling; the register is as it was before it.
          this.#parts.log.error({ event: event.kind, error: messageOf(error) }, 'the till failed at one input');
          ringRefused(this.#parts);
        }
        await this.#afterEvent();
      }
    } finally {
      this.#busy = false;
      this.#working = null;
    }
  }

  async #handle(event: Event): Promise<void> {
    switch (event.kind) {
      case 'key': {
        if (this.#kiosk) return this.#kiosk.key(event.key);
        const meaning = keyMeaning(this.#state, event.key);
        if (meaning) await this.#apply(meaning);
        else ringRefused(this.#parts);
        return;
      }
      case 'scanned': {
        const { input } = event;
        if (this.#kiosk === null) return this.#apply(input);
        return input.kind === 'scan' ? this.#kiosk.scan(input.code) : this.#kiosk.misread();
      }
      case 'input':
        return this.#apply(event.input);
      case 'card-outcome':
        return this.#apply(await this.#cards.record(event.outcome));
      case 'command':
        return event.run();
    }
  }

  async #apply(input: RegisterInput): Promise<void> {
    const { clock, random } = this.#parts;
    const { state, effects } = step(this.#state, input, {
      ...this.#facts,
      now: clock.now(),
      freshId: uuidv7(clock, random),
    });
    const { held } = this.#state;
    this.#state = state;
    // Kept before the display says so.
    if (state.held !== held && state.training === null) await this.#held.changed(state.held);
    this.#screens.draw(state);
    for (const effect of effects) {
      const answer = await this.#carryOut(effect);
      if (answer) await this.#apply(answer);
    }
  }

  async #carryOut(effect: Effect): Promise<WorldInput | null> {
    const kiosk = this.#kiosk;
    if (kiosk === null || effect.kind !== 'print-receipt' || this.#state.training !== null) {
      return this.#effects.run(effect);
    }
    return kiosk.holds(effect) ? null : this.#receipts.print(effect.receiptNumber, kiosk.language.code);
  }

  /** What a stop left behind comes up: held sales, and card payments one by one; what is unresolved is pursued from time to time. */
  async #afterEvent(): Promise<void> {
    const held = this.#state.training === null ? this.#held.found() : null;
    if (held) await this.#apply(held);
    while (this.#state.unresolved === null && this.#state.training === null && !isCardMode(this.#state.mode)) {
      const found = this.#cards.nextLeftBehind();
      if (!found) break;
      await this.#apply(found);
    }
    await this.#kiosk?.settle();
    if (this.#state.mode.kind !== 'card') this.#whenCardEnds?.();
    if (this.#state.unresolved === null && this.#state.mode.kind !== 'unsaved') return;
    this.#cardTimer ??= this.#parts.clock.schedule(cardInterval, () => {
      this.#cardTimer = null;
      this.#take({ kind: 'input', input: { kind: 'look-after-card' } });
    });
  }
}

const isCardMode = (mode: Mode): boolean => mode.kind === 'card' || mode.kind === 'card-unknown';

export const createTill = (parts: TillParts): Till => new Till(parts);
