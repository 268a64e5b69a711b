import type { Weighing } from '../../drivers/scale/scale.ts';
import type { OpenShift } from '../journal/journal.ts';
import type { Money } from '../money/money.ts';
import { stamp } from '../platform/clock.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import type { ShiftId } from '../platform/ids.ts';
import { uuidv7 } from '../platform/ids.ts';
import type { Effect } from '../register/effect.ts';
import type { WorldInput } from '../register/input.ts';
import type { NewCustomer } from '../register/new-customer.ts';
import { quantityOrNull } from '../register/open-sale.ts';
import type { ShiftReport } from '../register/shift-report.ts';
import type { WeighingProblem } from '../register/state.ts';
import { ringRefused } from './bell.ts';
import type { CardDesk } from './card-desk.ts';
import { customerOf } from './customers.ts';
import { wishForMail } from './mail-desk.ts';
import type { ServiceDesk, TillParts } from './ports.ts';
import type { ReceiptDesk } from './receipt-desk.ts';
import { SettlementDesk } from './settlement-desk.ts';
import { TrainingDesk } from './training-desk.ts';

/** Magento's "General". */
const generalGroupId = 1;

/** What effects need of the till that has them carried out. */
interface TillItself {
  readonly later: (input: WorldInput) => void;
  /** Who is signed in; null: nobody. */
  readonly cashier: () => string | null;
  /** Whether nothing counts. */
  readonly training: () => boolean;
  readonly approvalAnswered: (approvalId: string, by: string | null) => void;
}

/**
 * Carries out what the register decides. What must be durable before anything else happens is awaited and answered at once;
 * paper, drawer and card terminal take their time elsewhere and answer through `later`.
 */
export class Effects {
  readonly #parts: TillParts;
  readonly #cards: CardDesk;
  readonly #receipts: ReceiptDesk;
  readonly #till: TillItself;
  readonly #training: TrainingDesk;
  readonly #settlements: SettlementDesk;

  constructor(parts: TillParts, cards: CardDesk, receipts: ReceiptDesk, till: TillItself) {
    this.#parts = parts;
    this.#cards = cards;
    this.#receipts = receipts;
    this.#till = till;
    this.#training = new TrainingDesk(parts, receipts);
    this.#settlements = new SettlementDesk(parts, till.cashier);
  }

  /** The answer, when there is one at once. Never throws. */
  async run(effect: Effect): Promise<WorldInput | null> {
    const learned = this.#till.training() ? this.#training.run(effect) : undefined;
    if (learned !== undefined) return learned;
    switch (effect.kind) {
      case 'beep':
        ringRefused(this.#parts);
        return null;
      case 'ask-card':
        return this.#cards.ask(effect.payment, effect);
      case 'cancel-card':
        this.#cards.cancel(effect.paymentId);
        return null;
      case 'answer-voice':
        this.#cards.voiceAnswered(effect.paymentId, effect.code);
        return null;
      case 'resolve-card':
        this.#cards.resolve(effect.payment);
        return null;
      case 'save-sale': {
        const saved = await this.#settlements.save(effect);
        if (saved.kind === 'sale-saved') this.#cards.saleSaved(effect.tenders);
        return saved;
      }
      case 'print-receipt':
        return this.#receipts.print(effect.receiptNumber);
      case 'reprint':
        return this.#receipts.reprint(null);
      case 'print-gift':
        return this.#receipts.printGift(effect.receiptNumber);
      case 'mail-receipt':
        return wishForMail(this.#parts, effect.receiptNumber, effect.to);
      case 'print-shift-report': {
        const shift = this.#parts.journal.openShift;
        return shift ? this.#receipts.printShift(this.report(shift)) : null;
      }
      case 'open-drawer':
        return this.#openDrawer(effect.explained, effect.approvedBy ?? null);
      case 'open-shift':
        return this.#openShift(effect.float, effect.cashier ?? this.#cashier());
      case 'close-shift':
        return this.#closeShift(effect);
      case 'move-cash':
        return this.#moveCash(effect);
      case 'weigh':
        void this.#weigh(effect.weighingId);
        return null;
      case 'save-customer':
        return this.#saveCustomer(effect);
      case 'check-pin':
        void this.#checkPin(effect.checkId, effect.pin);
        return null;
      case 'test-device':
        void this.#service('device', (desk) => desk.testDevice(effect.name));
        return null;
      case 'claim':
        void this.#service('claim', (desk) => desk.claim(effect.code));
        return null;
      case 'shut-down':
        this.#parts.service?.shutDown();
        return null;
      case 'approval-answered':
        this.#till.approvalAnswered(effect.approvalId, effect.by);
        return null;
      case 'synchronise':
        this.#parts.synchronise();
        return null;
    }
  }

  /** The figures of the open shift: Z when it was just counted, else X. */
  report(shift: OpenShift, closed?: { readonly counted: Money | null }): ShiftReport {
    return {
      ...shift,
      kind: closed ? 'Z' : 'X',
      terminalId: this.#parts.settings.terminalId,
      at: stamp(this.#parts.clock),
      unconfirmed: this.#parts.journal.unconfirmed().filter((each) => each.receiptNumber !== null).length,
      counted: closed?.counted ?? null,
    };
  }

  async #openDrawer(explained: boolean, approvedBy: string | null): Promise<WorldInput | null> {
    const { drawer, journal, log } = this.#parts;
    if (!drawer) return null;
    if (!explained) {
      const shiftId = journal.openShift?.shiftId ?? null;
      try {
        await journal.append({ kind: 'drawer-opened', shiftId, reason: 'no-sale', ...this.#whoDid(approvedBy) });
      } catch (error) {
        return this.#notRecorded(error);
      }
    }
    void drawer.open().then(
      (opened) => {
        if (!opened) this.#till.later({ kind: 'drawer-not-opened' });
      },
      (error: unknown) => log.error({ error: messageOf(error) }, 'the drawer driver failed'),
    );
    return null;
  }

  /** In the background: goods take their time to come to rest. */
  async #weigh(weighingId: string): Promise<void> {
    const { scale, log } = this.#parts;
    try {
      const weighing: Weighing = (await scale?.weigh()) ?? { kind: 'no-answer', reason: 'there is no scale' };
      const weight = weighing.kind === 'weight' ? quantityOrNull(weighing.weight) : null;
      if (weight !== null) this.#till.later({ kind: 'weighed', weighingId, weight });
      else this.#till.later({ kind: 'not-weighed', weighingId, problem: problemOf(weighing) });
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the scale driver failed');
      this.#till.later({ kind: 'not-weighed', weighingId, problem: 'no-answer' });
    }
  }

  async #openShift(float: Money, cashier: string): Promise<WorldInput> {
    const { journal, clock, random } = this.#parts;
    // A fresh UUIDv7 is what a ShiftId is made of.
    const shiftId = uuidv7(clock, random) as ShiftId;
    try {
      await journal.append({ kind: 'shift-opened', shiftId, cashier, float });
    } catch (error) {
      // Whatever was reported: the journal's own state is what sales will be recorded under.
      if (journal.openShift?.shiftId !== shiftId) return this.#notRecorded(error);
    }
    return { kind: 'shift-opened', float };
  }

  async #service(
    what: 'device' | 'claim',
    ask: (desk: ServiceDesk) => Promise<{ readonly passed: boolean; readonly words: string }>,
  ): Promise<void> {
    const { service, log } = this.#parts;
    const nothing = { passed: false, words: 'not set up' };
    const answer = service
      ? await ask(service).catch((error: unknown) => {
          log.error({ what, error: messageOf(error) }, 'the service menu failed');
          return { passed: false, words: messageOf(error) };
        })
      : nothing;
    this.#till.later({ kind: 'service-answered', what, ...answer });
  }

  async #saveCustomer({ customerKey, draft }: Extract<Effect, { kind: 'save-customer' }>): Promise<WorldInput> {
    const { journal, settings, clock } = this.#parts;
    const { email, firstname, lastname, phone } = draft;
    const groupId = settings.newCustomerGroupId ?? generalGroupId;
    const customer: NewCustomer = {
      version: 1,
      customerKey,
      email,
      firstname,
      lastname,
      phone: phone === '' ? null : phone,
      groupId,
      stamp: stamp(clock),
      terminalId: settings.terminalId,
    };
    try {
      await journal.append({ kind: 'customer', customer });
      return { kind: 'customer-saved', customer: customerOf(customer) };
    } catch (error) {
      return this.#notRecorded(error);
    }
  }

  #whoDid(approvedBy: string | null): { readonly by?: string; readonly approvedBy?: string } {
    const by = this.#till.cashier();
    return { ...(by === null ? {} : { by }), ...(approvedBy === null ? {} : { approvedBy }) };
  }

  #cashier(): string {
    return this.#till.cashier() ?? this.#parts.settings.cashier;
  }

  /** In the background: a PIN takes a moment to check, and a sale in hand must not wait for it. */
  async #checkPin(checkId: string, pin: string): Promise<void> {
    const answer = (await this.#parts.staff?.check(pin)) ?? { kind: 'unknown' as const };
    this.#till.later({ kind: 'staff-checked', checkId, answer });
  }

  async #closeShift({ counted, denominations }: Extract<Effect, { kind: 'close-shift' }>): Promise<WorldInput> {
    const { journal } = this.#parts;
    const shift = journal.openShift;
    if (!shift) return { kind: 'not-recorded', code: 'till.no-shift' };
    const report = this.report(shift, { counted });
    const { shiftId, cashier, expectedCash: expected } = shift;
    try {
      await journal.append({
        kind: 'shift-closed',
        shiftId,
        cashier: this.#till.cashier() ?? cashier,
        counted,
        expected,
        ...(denominations.length === 0 ? {} : { denominations }),
      });
    } catch (error) {
      if (journal.openShift !== null) return this.#notRecorded(error);
    }
    const unprinted = this.#receipts.printShift(report);
    if (unprinted) this.#till.later(unprinted);
    return { kind: 'shift-closed', shift: { shiftId, expected, counted } };
  }

  async #moveCash(wish: Extract<Effect, { kind: 'move-cash' }>): Promise<WorldInput> {
    const { journal, settings } = this.#parts;
    const { direction, amount } = wish;
    const shift = journal.openShift;
    if (!shift) return { kind: 'not-recorded', code: 'till.no-shift' };
    const { labels } = settings.texts;
    const reason = wish.reason ?? (direction === 'in' ? labels.cashIn : labels.cashOut);
    try {
      await journal.append({
        kind: 'cash-moved',
        shiftId: shift.shiftId,
        direction,
        amount,
        reason,
        ...this.#whoDid(wish.approvedBy),
      });
      return { kind: 'cash-moved', direction, amount };
    } catch (error) {
      return this.#notRecorded(error);
    }
  }

  #notRecorded(error: unknown): WorldInput {
    this.#parts.log.error({ error: messageOf(error) }, 'the journal refused a record of the shift');
    return { kind: 'not-recorded', code: codeOf(error) ?? 'journal.failed' };
  }
}

/** A weight that can't be sold (more than a line may hold) is as good as none. */
function problemOf(weighing: Weighing): WeighingProblem {
  return weighing.kind === 'weight' ? 'overload' : weighing.kind;
}
