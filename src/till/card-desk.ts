import type { PaymentOutcome, PaymentRequest } from '../../drivers/payment-terminal/payment-terminal.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import { receiptNumber } from '../platform/ids.ts';
import type { CardAnswer, WorldInput } from '../register/input.ts';
import type { PaidSale } from '../register/open-sale.ts';
import type { CardPayment } from '../register/state.ts';
import { answered, type OpenPayment, paymentsLeftBehind, requested } from './payment-records.ts';
import type { TillParts } from './ports.ts';

/** An outcome that must be made durable before anybody is told. */
export interface CardOutcome {
  readonly payment: CardPayment;
  readonly answer: CardAnswer;
}

type CardParts = Pick<TillParts, 'paymentTerminal' | 'journal' | 'settings' | 'log'>;

/**
 * Talks to the card terminal: a payment is durable before the terminal is asked and again before its result is shown, an
 * unknown one is looked up and never repeated, and those that a stop left behind come first.
 */
export class CardDesk {
  readonly #parts: CardParts;
  readonly #tell: (event: WorldInput | CardOutcome) => void;
  /** What a stop left behind, still to be looked after; null: not known yet. */
  #leftBehind: OpenPayment[] | null = null;
  #refusal: string | null = null;
  readonly #resolving = new Set<string>();

  constructor(parts: CardParts, tell: (event: WorldInput | CardOutcome) => void) {
    this.#parts = parts;
    this.#tell = tell;
  }

  /** Finds the payments that a stop left behind; until that is known no card is asked for. */
  lookBack(): void {
    if (this.#leftBehind !== null) return;
    const { journal, log } = this.#parts;
    try {
      const left = paymentsLeftBehind(journal.openSubjects('payment'), (sale) => journal.sale(sale) !== undefined);
      this.#leftBehind = [...left];
    } catch (error) {
      log.error({ error: messageOf(error) }, 'earlier card payments could not be read');
    }
  }

  /** The next payment left behind, if any; each is given out once. */
  nextLeftBehind(): WorldInput | null {
    const next = this.#leftBehind?.shift();
    return next ? { kind: 'payment-found', ...next } : null;
  }

  /** From now on no card is asked for; `code` says why. */
  refuseNew(code: string): void {
    this.#refusal = code;
  }

  /** Answers at once when the terminal was not asked. */
  async ask(payment: CardPayment, paid: PaidSale): Promise<WorldInput | null> {
    const { paymentTerminal, journal, log } = this.#parts;
    const notAsked = (code: string): WorldInput => ({ kind: 'card-not-asked', paymentId: payment.paymentId, code });
    if (!paymentTerminal) return notAsked('till.no-card-terminal');
    if (this.#refusal !== null) return notAsked(this.#refusal);
    this.lookBack();
    if (this.#leftBehind === null || this.#leftBehind.length > 0) return notAsked('till.checking-payments');
    try {
      await journal.append(requested(payment, paid));
    } catch (error) {
      log.error({ paymentId: payment.paymentId, error: messageOf(error) }, 'a card payment could not be recorded');
      return notAsked(codeOf(error) ?? 'journal.failed');
    }
    void this.#pay(payment);
    return null;
  }

  async #pay(payment: CardPayment): Promise<void> {
    const { paymentTerminal, journal, settings } = this.#parts;
    const { paymentId, amount } = payment;
    const request: PaymentRequest = {
      paymentId,
      amount,
      currency: settings.currency.code,
      reference: receiptNumber(settings.terminalId, journal.nextReceiptCounter),
      offline: 'forbidden',
    };
    const answer = await this.#guarded(paymentId, async () => {
      const outcome = await paymentTerminal?.pay(request, (words) =>
        this.#tell({ kind: 'card-progress', paymentId, words }),
      );
      return outcome ? cardAnswer(outcome, paymentId) : { kind: 'unknown' };
    });
    this.#tell({ payment, answer });
  }

  cancel(paymentId: string): void {
    void this.#guarded(paymentId, async () => {
      await this.#parts.paymentTerminal?.cancel(paymentId);
      return { kind: 'unknown' };
    });
  }

  /** Asks what became of an earlier payment, unless it is being asked already. */
  resolve(payment: CardPayment): void {
    if (this.#resolving.has(payment.paymentId)) return;
    this.#resolving.add(payment.paymentId);
    void this.#resolve(payment);
  }

  async #resolve(payment: CardPayment): Promise<void> {
    const { paymentId } = payment;
    const answer = await this.#guarded(paymentId, async () => {
      const status = await this.#parts.paymentTerminal?.status(paymentId);
      if (status === undefined) return { kind: 'unknown' };
      return status.kind === 'not-found' ? { kind: 'not-found' } : cardAnswer(status, paymentId);
    });
    this.#resolving.delete(paymentId);
    this.#tell({ payment, answer });
  }

  /** Makes the outcome durable, as well as can be: unrecorded it is asked for again at the next start. */
  async record({ payment, answer }: CardOutcome): Promise<WorldInput> {
    const { journal, log } = this.#parts;
    try {
      if (answer.kind !== 'unknown') await journal.append(answered(payment, answer));
    } catch (error) {
      log.error({ paymentId: payment.paymentId, error: messageOf(error) }, 'a card outcome could not be recorded');
    }
    log.info({ paymentId: payment.paymentId, outcome: answer.kind }, 'card payment answered');
    return { kind: 'card-answered', paymentId: payment.paymentId, answer };
  }

  /** A driver that breaks its promise never to throw leaves the outcome unknown. */
  async #guarded(paymentId: string, ask: () => Promise<CardAnswer>): Promise<CardAnswer> {
    try {
      return await ask();
    } catch (error) {
      this.#parts.log.error({ paymentId, error: messageOf(error) }, 'the card terminal driver failed');
      return { kind: 'unknown' };
    }
  }
}

function cardAnswer(outcome: PaymentOutcome, paymentId: string): CardAnswer {
  switch (outcome.kind) {
    case 'approved':
    case 'approved-offline':
    case 'stored': {
      const { brand, maskedPan, authorizationCode, terminalReference, entryMode } = outcome.card;
      const card = { brand, maskedPan, authorizationCode, terminalReference, entryMode };
      return { kind: 'approved', card: { paymentId, outcome: outcome.kind, ...card } };
    }
    case 'declined':
    case 'cancelled':
      return { kind: outcome.kind, reason: outcome.reason };
    case 'unknown':
      return { kind: 'unknown' };
  }
}
