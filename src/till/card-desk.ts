import type {
  OriginalPayment,
  PaymentOutcome,
  PaymentRequest,
  PaymentTerminal,
  VoiceReferral,
} from '../../drivers/payment-terminal/payment-terminal.ts';
import { objectionWords } from '../payments/objection.ts';
import { type PaymentIn, type PaymentPurpose, referenceOf, takenOf } from '../payments/payment.ts';
import type { PaymentEvent } from '../payments/payment-event.ts';
import { objectionTo } from '../payments/policy.ts';
import { eventOfAnswer } from '../payments/terminal-answer.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import { type ReceiptNumber, receiptNumber, type SaleId } from '../platform/ids.ts';
import type { CardAnswer, WorldInput } from '../register/input.ts';
import { amountDue, type PaidSale } from '../register/open-sale.ts';
import type { Tender } from '../register/sale.ts';
import type { CardPayment } from '../register/state.ts';
import { type LeftBehind, leftBehind } from './left-behind.ts';
import type { TillParts } from './ports.ts';

/** What became of a payment: made durable step by step before anybody is told. */
export interface CardOutcome {
  readonly payment: CardPayment;
  /** Usually one; what was taken and taken back at once is two. */
  readonly events: readonly PaymentEvent[];
  readonly answer: CardAnswer;
}

type CardParts = Pick<TillParts, 'paymentTerminal' | 'cards' | 'journal' | 'settings' | 'clock' | 'log' | 'kiosk'>;

/**
 * Talks to the card terminal: a payment is durable before the terminal is asked and again before its result is shown, an
 * unknown one is looked up and never repeated, and those that a stop left behind come first. What the policy forbids is refused
 * before a card is asked for.
 */
export class CardDesk {
  readonly #parts: CardParts;
  readonly #tell: (event: WorldInput | CardOutcome) => void;
  /** Those that a stop left behind and that were not given out yet; null: not known yet. */
  #left: string[] | null = null;
  #refusal: string | null = null;
  readonly #resolving = new Set<string>();
  /** Answers that the journal did not take; they are brought again. */
  readonly #unrecorded = new Set<CardOutcome>();
  /** A payment whose bank is being called. */
  #voice: { readonly paymentId: string; readonly answer: (code: string | null) => void } | null = null;
  /** A payment for which a supervisor is being asked: no card has been asked for yet. */
  #preparing: { readonly paymentId: string; cancelled: boolean } | null = null;

  constructor(parts: CardParts, tell: (event: WorldInput | CardOutcome) => void) {
    this.#parts = parts;
    this.#tell = tell;
  }

  /** Finds the payments that a stop left behind; until that is known no card is asked for. */
  lookBack(): void {
    if (this.#left !== null) return;
    const { cards, log } = this.#parts;
    cards.ledger.load().catch((error: unknown) => {
      log.error({ error: messageOf(error) }, 'earlier card payments could not be looked after');
    });
    if (!cards.ledger.loaded) return;
    this.#left = this.#leftBehind().map(({ payment }) => payment.paymentId);
    void this.#endUnused();
  }

  /** The sale that these tenders paid is durable. */
  saleSaved(tenders: readonly Tender[]): void {
    void this.#afterSale(tenders);
  }

  async #afterSale(tenders: readonly Tender[]): Promise<void> {
    try {
      await this.#recordAll();
      if (tenders.some(({ kind }) => kind === 'card')) await this.#parts.cards.ledger.saleSaved({ tenders });
    } catch (error) {
      this.#parts.log.error({ error: messageOf(error) }, 'card payments could not be told of their sale');
    }
  }

  /**
   * A stop has left payments behind whose answer was never recorded, and their sale was paid otherwise. The terminal is asked once
   * a start, and those that took no money are over.
   */
  async #endUnused(): Promise<void> {
    const { paymentTerminal, cards, journal, clock, log } = this.#parts;
    if (!paymentTerminal) return;
    for (const { payment } of cards.ledger.open()) {
      const { paymentId, state, for: purpose } = payment;
      if (purpose.kind !== 'sale' || (state !== 'requested' && state !== 'unknown')) continue;
      const found = journal.document(purpose.saleId);
      // What the sale does carry is approved by that, whatever a terminal has forgotten since.
      if (found?.kind !== 'sale' || carries(found.sale.tenders, paymentId)) continue;
      const status = await this.#guarded(paymentId, () => paymentTerminal.status(paymentId));
      const event = eventOfAnswer(paymentId, status, clock.now());
      log.info({ paymentId, status: status.kind }, 'looked up a card payment that its sale does not carry');
      if (event.kind !== 'declined' && event.kind !== 'cancelled') continue;
      await this.record({ payment, events: [event], answer: answerOf(status, event) });
    }
  }

  /** The next payment left behind, if any, as it stands now; each is given out once. */
  nextLeftBehind(): WorldInput | null {
    while (this.#left !== null && this.#left.length > 0) {
      const next = this.#left.shift();
      const found = this.#leftBehind().find(({ payment }) => payment.paymentId === next);
      if (found) return { kind: 'payment-found', ...found };
    }
    return null;
  }

  /** Sales of payments that are yet to be given out; null: not known yet. */
  salesLeftBehind(): ReadonlySet<SaleId> | null {
    this.lookBack();
    if (this.#left === null) return null;
    return new Set(this.#leftBehind().map(({ sale }) => sale.saleId));
  }

  #leftBehind(): readonly LeftBehind[] {
    const { cards, journal } = this.#parts;
    return leftBehind(cards.ledger.open(), (id) => journal.document(id) !== undefined);
  }

  /** From now on no card is asked for; `code` says why. */
  refuseNew(code: string): void {
    this.#refusal = code;
  }

  /** Answers at once when the terminal was not asked. */
  async ask(payment: CardPayment, paid: PaidSale): Promise<WorldInput | null> {
    const { paymentTerminal, cards } = this.#parts;
    const { paymentId, amount } = payment;
    const notAsked = (code: string): WorldInput => ({ kind: 'card-not-asked', paymentId, code });
    if (!paymentTerminal) return notAsked('till.no-card-terminal');
    if (this.#refusal !== null) return notAsked(this.#refusal);
    if (this.#left === null) {
      this.lookBack();
      return notAsked('till.checking-payments');
    }
    if (this.#left.length > 0) return notAsked('till.checking-payments');
    if (isRefund(paid)) {
      // Money that goes out is never promised without the bank.
      if (!paymentTerminal.refund) return notAsked('till.no-card-refunds');
      return this.#begin(paymentTerminal, payment, paid, 'forbidden');
    }
    const admission = cards.offline.admit(amount, hasContact(paid), paymentTerminal.offline);
    switch (admission.kind) {
      case 'refused':
        return { kind: 'card-refused', paymentId, because: admission.because };
      case 'ask-if-approved':
        void this.#askIfApproved(paymentTerminal, payment, paid, admission.above);
        return null;
      case 'ask':
        return this.#begin(paymentTerminal, payment, paid, admission.offline);
    }
  }

  async #askIfApproved(
    terminal: PaymentTerminal,
    payment: CardPayment,
    paid: PaidSale,
    above: CardPayment['amount'],
  ): Promise<void> {
    const { paymentId, amount } = payment;
    const preparing = { paymentId, cancelled: false };
    this.#preparing = preparing;
    let by: string | null = null;
    try {
      by = (await this.#parts.cards.approve?.({ kind: 'offline-card', amount, above })) ?? null;
    } catch (error) {
      this.#parts.log.error({ paymentId, error: messageOf(error) }, 'nobody could be asked to approve a card payment');
    }
    this.#preparing = null;
    if (preparing.cancelled) this.#tell({ kind: 'card-not-asked', paymentId, code: 'till.given-up' });
    else if (by === null) this.#tell({ kind: 'card-refused', paymentId, because: { code: 'not-approved' } });
    else {
      this.#parts.log.info({ paymentId, by }, 'a card payment above the limit was approved');
      const failed = await this.#begin(terminal, payment, paid, 'allowed');
      if (failed) this.#tell(failed);
    }
  }

  /** Makes the payment durable and asks the terminal. */
  async #begin(
    terminal: PaymentTerminal,
    { paymentId, amount }: CardPayment,
    paid: PaidSale,
    offline: PaymentRequest['offline'],
  ): Promise<WorldInput | null> {
    const { journal, cards, settings, clock, log } = this.#parts;
    const currency = settings.currency.code;
    const receipt = receiptNumber(settings.terminalId, journal.nextReceiptCounter);
    let requested: PaymentIn<'requested'>;
    try {
      await this.#recordAll();
      requested = await cards.ledger.request(
        {
          paymentId,
          for: purposeOf(paid),
          amount,
          currency,
          acquirer: cards.acquirer,
          requestedAt: clock.now(),
          reference: referenceOf(receipt, paymentId),
        },
        paid,
      );
    } catch (error) {
      log.error({ paymentId, error: messageOf(error) }, 'a card payment could not be recorded');
      return { kind: 'card-not-asked', paymentId, code: codeOf(error) ?? 'journal.failed' };
    }
    void this.#pay(terminal, requested, receipt, offline, paid);
    return null;
  }

  async #pay(
    terminal: PaymentTerminal,
    requested: PaymentIn<'requested'>,
    reference: ReceiptNumber,
    offline: PaymentRequest['offline'],
    paid: PaidSale,
  ): Promise<void> {
    const { paymentId, amount, currency } = requested;
    const tell = (words: string): void => this.#tell({ kind: 'card-progress', paymentId, words });
    const outcome = await this.#guarded(paymentId, async () => {
      if (!isRefund(paid)) {
        const wish = { paymentId, amount, currency, reference, offline };
        return terminal.pay(wish, tell, (referral) => this.#askVoice(paymentId, referral));
      }
      const request = { paymentId, amount, currency, reference, original: this.#originalOf(paid) };
      return (await terminal.refund?.(request, tell)) ?? silence;
    });
    // It ended without the answer.
    this.voiceAnswered(paymentId, null);
    this.#tell(await this.#outcomeOf(terminal, { paymentId, amount }, outcome, offline));
  }

  /** The cashier calls the bank; at a kiosk there is nobody who could. */
  #askVoice(paymentId: string, { phones, merchantId }: VoiceReferral): Promise<string | null> {
    if (this.#parts.kiosk !== undefined) return Promise.resolve(null);
    this.#voice?.answer(null);
    return new Promise((answer) => {
      this.#voice = { paymentId, answer };
      this.#tell({ kind: 'voice-asked', paymentId, phones, merchantId });
    });
  }

  /** What came of the call; nothing happens where nobody waits for it any more. */
  voiceAnswered(paymentId: string, code: string | null): void {
    if (this.#voice?.paymentId !== paymentId) return;
    this.#parts.log.info({ paymentId, given: code !== null }, 'the bank was called about a card');
    this.#voice.answer(code);
    this.#voice = null;
  }

  /** The payment that is refunded, by all that others call it. */
  #originalOf({ sale }: PaidSale): OriginalPayment | null {
    const paymentId = sale.returning?.cardPaid?.paymentId;
    const recorded = paymentId === undefined ? null : this.#parts.cards.ledger.find(paymentId);
    const taken = recorded && takenOf(recorded.payment);
    return recorded && taken
      ? { paymentId: recorded.payment.paymentId, amount: recorded.payment.amount, references: taken.references }
      : null;
  }

  cancel(paymentId: string): void {
    if (this.#preparing?.paymentId === paymentId) {
      this.#preparing.cancelled = true;
      return;
    }
    void this.#guarded(paymentId, async () => {
      await this.#parts.paymentTerminal?.cancel(paymentId);
      return silence;
    });
  }

  /** Asks what became of an earlier payment, unless it is being asked already. */
  resolve(payment: CardPayment): void {
    if (this.#resolving.has(payment.paymentId)) return;
    this.#resolving.add(payment.paymentId);
    void this.#resolve(payment);
  }

  async #resolve(payment: CardPayment): Promise<void> {
    const { paymentTerminal } = this.#parts;
    const { paymentId } = payment;
    const status = await this.#guarded(paymentId, async () => (await paymentTerminal?.status(paymentId)) ?? silence);
    const outcome = paymentTerminal
      ? await this.#outcomeOf(paymentTerminal, payment, status, 'allowed')
      : { payment, events: [], answer: silence };
    this.#resolving.delete(paymentId);
    this.#tell(outcome);
  }

  /** What an answer comes to: what may not be kept is taken back, and what a reader handed out is sealed. */
  async #outcomeOf(
    terminal: PaymentTerminal,
    payment: CardPayment,
    outcome: TerminalAnswer,
    offline: PaymentRequest['offline'],
  ): Promise<CardOutcome> {
    const { cards, clock, log } = this.#parts;
    const { paymentId } = payment;
    const event = eventOfAnswer(paymentId, outcome, clock.now());
    const plain: CardOutcome = { payment, events: [event], answer: answerOf(outcome, event) };
    if (outcome.kind !== 'stored' && outcome.kind !== 'approved-offline') return plain;
    const objection =
      objectionTo(cards.offline.policy, outcome.card) ??
      (offline === 'forbidden' ? ({ code: 'not-asked-for' } as const) : null);
    const handedOut = outcome.kind === 'stored' ? outcome.blob : undefined;
    if (handedOut !== undefined) {
      // Nobody but this till could forward it: what is not kept was never charged.
      const reason = objection === null ? await this.#keep(paymentId, handedOut.bytes) : objectionWords(objection);
      return reason === null ? plain : notCharged(payment, reason, clock.now());
    }
    if (objection === null) return plain;
    const reason = objectionWords(objection);
    const references = 'references' in event ? event.references : null;
    const reversal = references && terminal.reverse ? await terminal.reverse({ ...payment, references }) : null;
    if (reversal?.kind === 'reversed') {
      const reversed: PaymentEvent = { kind: 'reversed', reason, at: clock.now(), eventId: null };
      return { payment, events: [event, reversed], answer: { kind: 'declined', reason } };
    }
    log.warn({ paymentId, reason }, 'a card was taken offline against the policy and can’t be given back');
    cards.againstPolicy(paymentId, reason);
    return plain;
  }

  /** null: it is kept; else why not. */
  async #keep(paymentId: string, bytes: Uint8Array): Promise<string | null> {
    try {
      await this.#parts.cards.blobs.keep(paymentId, bytes);
      return null;
    } catch (error) {
      this.#parts.log.error({ paymentId, error: messageOf(error) }, 'what a card reader handed out could not be kept');
      return 'could not be stored';
    }
  }

  /** Makes the outcome durable, as well as can be: unrecorded it is brought again, and asked for at the next start. */
  async record(outcome: CardOutcome): Promise<WorldInput> {
    const { payment, answer } = outcome;
    const { paymentId } = payment;
    this.#unrecorded.add(outcome);
    await this.#recordAll();
    this.#parts.log.info({ paymentId, outcome: answer.kind }, 'card payment answered');
    return { kind: 'card-answered', paymentId, answer };
  }

  async #recordAll(): Promise<void> {
    const { cards, log } = this.#parts;
    for (const outcome of this.#unrecorded) {
      const { paymentId } = outcome.payment;
      try {
        for (const event of outcome.events) await cards.ledger.take(paymentId, event);
        this.#unrecorded.delete(outcome);
      } catch (error) {
        log.error({ paymentId, error: messageOf(error) }, 'a card outcome could not be recorded');
      }
    }
  }

  /** A person's answer in place of the terminal's. Throws what the journal throws: it was not taken then. */
  async decide(paymentId: string, event: PaymentEvent, by: string): Promise<WorldInput | null> {
    const taking = await this.#parts.cards.ledger.take(paymentId, event, by);
    if (taking.kind !== 'advanced') return null;
    if (event.kind === 'approved')
      return { kind: 'card-answered', paymentId, answer: { kind: 'approved', card: event.card } };
    return event.kind === 'cancelled' ? { kind: 'card-answered', paymentId, answer: { kind: 'not-found' } } : null;
  }

  /** A driver that breaks its promise never to throw leaves the outcome unknown. */
  async #guarded(paymentId: string, ask: () => Promise<TerminalAnswer>): Promise<TerminalAnswer> {
    try {
      return await ask();
    } catch (error) {
      this.#parts.log.error({ paymentId, error: messageOf(error) }, 'the card terminal driver failed');
      return { kind: 'unknown', reason: 'the card terminal driver failed' };
    }
  }
}

const carries = (tenders: readonly Tender[], paymentId: string): boolean =>
  tenders.some((tender) => tender.kind === 'card' && tender.card.paymentId === paymentId);

/** Money was due to the customer when the card was asked for. */
const isRefund = (paid: PaidSale): boolean => amountDue(paid) < 0;

function purposeOf(paid: PaidSale): PaymentPurpose {
  const { returning, saleId } = paid.sale;
  return isRefund(paid) && returning ? { kind: 'return', returnId: returning.returnId } : { kind: 'sale', saleId };
}

type TerminalAnswer = PaymentOutcome | { readonly kind: 'not-found' };

const silence = { kind: 'unknown', reason: 'no card terminal' } as const;

const notCharged = (payment: CardPayment, reason: string, at: PaymentEvent['at']): CardOutcome => ({
  payment,
  events: [{ kind: 'cancelled', reason, at, eventId: null }],
  answer: { kind: 'cancelled', reason },
});

function answerOf(outcome: TerminalAnswer, event: PaymentEvent): CardAnswer {
  if ('card' in event) return { kind: 'approved', card: event.card };
  switch (outcome.kind) {
    case 'declined':
    case 'cancelled':
      return { kind: outcome.kind, reason: outcome.reason };
    case 'not-found':
      return { kind: 'not-found' };
    default:
      return { kind: 'unknown' };
  }
}

/** Whether the sale names somebody who can be asked for the money. */
const hasContact = ({ sale: { customer } }: PaidSale): boolean => customer !== null && customer.email !== '';
