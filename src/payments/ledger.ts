import type { Clock } from '../platform/clock.ts';
import { stamp } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { OutcomeId } from '../platform/ids.ts';
import { uuidv7 } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { PaidSale } from '../register/open-sale.ts';
import type { CompletedSale } from '../register/sale.ts';
import type { OpenCase } from './cases.ts';
import { newPayment, noReferences, type Payment, type PaymentFacts, type PaymentIn, takenOf } from './payment.ts';
import type { PaymentEvent } from './payment-event.ts';
import type { PaymentJournal } from './payment-journal.ts';
import { asJson, type ForwardAttempt, type RecordedPayment, readPayment, type Telling } from './payment-record.ts';
import { type Received, receive } from './receive.ts';
import { caseKinds, isLoss, outcomeToTell, outcomeWords } from './telling.ts';

export interface LedgerParts {
  readonly journal: PaymentJournal;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly openCase: OpenCase;
  /** Whether an order that is not paid after all is put on hold. */
  readonly holdOrder: boolean;
}

/** What became of an event. */
export type Taking = Received | { readonly kind: 'not-known' };

/**
 * Every payment that somebody has yet to look after, in memory and in the journal. A step counts once it is durable; what
 * follows from it (Magento's order is told, a case is opened) is written down with it, so that a stop in between loses
 * nothing and tells nothing twice. Steps are taken one after the other.
 */
export class PaymentLedger {
  readonly #parts: LedgerParts;
  #known: Map<string, RecordedPayment> | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<() => void>();

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /** Whether {@link load} has been through; before that nothing is known of earlier payments. */
  get loaded(): boolean {
    return this.#known !== null;
  }

  /** Reads the open payments, and finishes what a stop left half told. Throws what the journal throws; then call it again. */
  async load(): Promise<void> {
    if (this.#known !== null) return;
    const { journal, log } = this.#parts;
    const known = new Map<string, RecordedPayment>();
    for (const { id, records } of journal.openSubjects('payment')) {
      try {
        const recorded = readPayment(records);
        if (recorded !== null) known.set(id, recorded);
      } catch (error) {
        // It stays open in the journal; the others go on.
        log.error({ paymentId: id, error: messageOf(error) }, 'a card payment could not be read');
      }
    }
    this.#known = known;
    await this.#inTurn(async () => {
      for (const [id, recorded] of known) {
        if (await this.#heal(recorded)) continue;
        const isDue = recorded.toTell !== null && this.#isBooked(recorded.payment);
        if (isDue || !this.#isOpen(recorded)) await this.#finish(id, recorded);
      }
    });
    this.#changed();
  }

  /** An answer that could not be recorded is known all the same once the sale carries it. */
  async #heal(recorded: RecordedPayment): Promise<boolean> {
    const { payment } = recorded;
    if ((payment.state !== 'requested' && payment.state !== 'unknown') || payment.for.kind !== 'sale') return false;
    const queued = this.#parts.journal.sale(payment.for.saleId);
    const card = queued?.sale.tenders
      .flatMap((tender) => (tender.kind === 'card' ? [tender.card] : []))
      .find(({ paymentId }) => paymentId === payment.paymentId);
    if (queued === undefined || card === undefined) return false;
    const references = { ...noReferences, tender: card.terminalReference };
    const event: PaymentEvent = { kind: card.outcome, card, references, at: queued.sale.stamp.at, eventId: null };
    const received = receive(payment, event);
    if (received.kind === 'advanced') await this.#append({ ...recorded, payment: received.payment });
    return true;
  }

  /** Those in memory, oldest first. */
  open(): readonly RecordedPayment[] {
    return [...(this.#known?.values() ?? [])];
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes a payment durable with the sale it is for; only then may a card be asked for. Throws what the journal throws. */
  async request(facts: Omit<PaymentFacts, 'taken'>, paid: PaidSale | null): Promise<PaymentIn<'requested'>> {
    return this.#inTurn(async () => {
      const payment = newPayment(facts);
      await this.#append({ payment, paid, attempt: null, toTell: null }, { paid });
      return payment;
    });
  }

  /**
   * Takes an event durably, with what follows from it. `impossible` opens a case. Throws what the journal throws: the event
   * then counts as not taken, and may be brought again.
   */
  async take(paymentId: string, event: PaymentEvent, by?: string): Promise<Taking> {
    return this.#inTurn(async () => {
      const recorded = this.find(paymentId);
      if (recorded === null) return { kind: 'not-known' };
      const received = receive(recorded.payment, event);
      if (received.kind === 'impossible') await this.#contradiction(recorded.payment, event, received.words);
      if (received.kind !== 'advanced') return received;
      const { payment } = received;
      // What was given back before its sale was made is nothing that the sale knows of.
      const isOfSale = payment.state !== 'reversed' || this.#isBooked(payment);
      const kind = isOfSale ? outcomeToTell(recorded.payment, payment) : null;
      const toTell = kind === null ? recorded.toTell : { outcomeId: this.#freshId(), kind };
      const next = { ...recorded, payment, toTell };
      await this.#append(next, by === undefined ? {} : { by });
      if (toTell !== null && this.#isBooked(payment)) await this.#finishLater(paymentId, next);
      return received;
    });
  }

  /** Notes an attempt to forward it, before and after. */
  async attempted(paymentId: string, attempt: ForwardAttempt): Promise<void> {
    await this.#inTurn(async () => {
      const recorded = this.#known?.get(paymentId);
      if (recorded) await this.#append({ ...recorded, attempt });
    });
  }

  /** The sale that these payments are for is durable: those that were approved at once end with it. */
  async saleSaved({ tenders }: Pick<CompletedSale, 'tenders'>): Promise<void> {
    const ids = tenders.flatMap((tender) => (tender.kind === 'card' ? [tender.card.paymentId] : []));
    await this.#inTurn(async () => {
      for (const id of ids) {
        const recorded = this.#known?.get(id);
        if (recorded === undefined || (await this.#heal(recorded))) continue;
        if (recorded.toTell !== null) await this.#finishLater(id, recorded);
        if (recorded.toTell !== null || this.#isOpen(recorded)) continue;
        // The journal itself closes what was approved at once.
        if (takenOf(recorded.payment)?.card.outcome === 'approved') this.#forget(id);
        else await this.#append(recorded);
      }
    });
  }

  /** One payment, also one that is over; null: this till does not know it. */
  find(paymentId: string): RecordedPayment | null {
    return this.#known?.get(paymentId) ?? readPayment(this.#parts.journal.history('payment', paymentId));
  }

  /** The receipt of the sale that it pays; null: not in the journal (yet). */
  receiptOf({ for: purpose }: Payment): string | null {
    return purpose.kind === 'sale' ? (this.#parts.journal.sale(purpose.saleId)?.sale.receiptNumber ?? null) : null;
  }

  /** What Magento and a person must know of a step, once each. Left undone by a stop, {@link load} does it. */
  async #finish(paymentId: string, recorded: RecordedPayment): Promise<void> {
    const { toTell } = recorded;
    if (toTell !== null) await this.#tell(recorded, toTell);
    await this.#append({ ...recorded, toTell: null });
    this.#parts.log.info({ paymentId, state: recorded.payment.state }, 'card payment told');
  }

  /** The step itself is durable: what follows is tried now, and again at the next {@link load}. */
  async #finishLater(paymentId: string, recorded: RecordedPayment): Promise<void> {
    try {
      await this.#finish(paymentId, recorded);
    } catch (error) {
      this.#parts.log.error(
        { paymentId, error: messageOf(error) },
        'what became of a card payment could not be told yet',
      );
    }
  }

  /** Once more tells what an earlier failure left untold. */
  async catchUp(): Promise<void> {
    await this.#inTurn(async () => {
      for (const [id, recorded] of this.#known ?? []) {
        if (recorded.toTell !== null && this.#isBooked(recorded.payment)) await this.#finish(id, recorded);
      }
    });
  }

  async #tell({ payment }: RecordedPayment, { outcomeId, kind }: Telling): Promise<void> {
    const { journal, clock, holdOrder, openCase } = this.#parts;
    if (payment.for.kind !== 'sale') return;
    const { saleId } = payment.for;
    const words = outcomeWords(kind, payment);
    if (isLoss(kind)) {
      await openCase({
        kind: caseKinds[kind],
        subject: payment.paymentId,
        words: words.replace(/\.$/, ''),
        evidence: evidenceOf(payment),
        receiptNumber: this.receiptOf(payment),
      });
    }
    if (journal.document(outcomeId) !== undefined) return;
    await journal.append({
      kind: 'payment-outcome',
      outcome: {
        version: 1,
        outcomeId,
        saleId,
        paymentId: payment.paymentId,
        kind,
        amount: payment.amount,
        words,
        hold: holdOrder && isLoss(kind),
        stamp: stamp(clock),
      },
    });
  }

  async #contradiction(payment: Payment, event: PaymentEvent, words: string): Promise<void> {
    await this.#parts.openCase({
      kind: 'payment-contradiction',
      subject: payment.paymentId,
      words: `The acquirer’s word does not fit: ${words}`,
      evidence: { ...evidenceOf(payment), event: event.kind, eventId: event.eventId },
      receiptNumber: this.receiptOf(payment),
    });
  }

  async #append(
    recorded: RecordedPayment,
    more: { readonly paid?: PaidSale | null; readonly by?: string } = {},
  ): Promise<void> {
    const { payment, attempt, toTell } = recorded;
    const { paymentId, amount } = payment;
    const open = this.#isOpen(recorded);
    await this.#parts.journal.append({
      kind: 'payment',
      paymentId,
      amount,
      open,
      state: asJson({
        version: 2,
        payment,
        ...(attempt === null ? {} : { attempt }),
        ...(toTell === null ? {} : { toTell }),
        ...more,
      }),
    });
    if (open) this.#known?.set(paymentId, recorded);
    else this.#known?.delete(paymentId);
    this.#changed();
  }

  /** Whether anybody has yet to look after it. */
  #isOpen({ payment, toTell }: RecordedPayment): boolean {
    if (toTell !== null) return true;
    switch (payment.state) {
      case 'requested':
      case 'unknown':
      case 'approved-offline':
      case 'stored':
      case 'forwarded':
        return true;
      case 'declined':
      case 'cancelled':
      case 'reversed':
        return false;
      case 'approved-online':
      case 'settled':
      case 'declined-late':
      case 'expired':
      case 'charged-back':
        return !this.#isBooked(payment);
    }
  }

  /** Whether what it pays is in the journal: until then a crash must find it. */
  #isBooked({ for: purpose }: Payment): boolean {
    const { journal } = this.#parts;
    return purpose.kind === 'sale'
      ? journal.document(purpose.saleId) !== undefined
      : journal.document(purpose.returnId) !== undefined;
  }

  #forget(paymentId: string): void {
    this.#known?.delete(paymentId);
    this.#changed();
  }

  #freshId(): OutcomeId {
    // A fresh UUIDv7 is what an OutcomeId is made of.
    return uuidv7(this.#parts.clock, this.#parts.random) as OutcomeId;
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => {});
    return result;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** For a case: what the payment looks like, with nothing of its holder. */
function evidenceOf(payment: Payment): { readonly [key: string]: string | number | null } {
  const taken = takenOf(payment);
  return {
    state: payment.state,
    acquirer: payment.acquirer,
    amount: payment.amount,
    currency: payment.currency,
    brand: taken?.card.brand ?? null,
    maskedPan: taken?.card.maskedPan ?? null,
    tender: taken?.references.tender ?? null,
    merchant: taken?.references.merchant ?? null,
    psp: taken?.references.psp ?? null,
  };
}
