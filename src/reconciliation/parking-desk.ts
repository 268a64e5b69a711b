import { nameOf, receiptOf } from '../journal/document.ts';
import type {
  DeliveryInstruction,
  Journal,
  QueuedDocument,
  Reinstatement,
  Unconfirmed,
  Withdrawal,
} from '../journal/journal.ts';
import { unconfirmedOf } from '../journal/unconfirmed.ts';
import { add, decimal, type Money, zero } from '../money/money.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { DocumentId } from '../platform/ids.ts';
import { caseId, type Finding } from './case.ts';
import type { CaseDesk } from './case-desk.ts';
import type { CaseOutcome } from './case-kinds.ts';

/** What the desk needs of delivery; the outbox is it. */
export interface ParkedDeliveries {
  retryParked(id: DocumentId, instructions?: readonly DeliveryInstruction[]): Promise<void>;
  instruct(id: DocumentId, instructions: readonly DeliveryInstruction[]): Promise<void>;
  withdraw(id: DocumentId, withdrawal: Withdrawal): Promise<void>;
  reinstate(id: DocumentId, reinstatement: Reinstatement): Promise<void>;
}

/** An order as Magento has it. */
export interface OrderSeen {
  readonly orderNumber: string;
  readonly total: Money;
  /** The receipt number that delivery wrote into it; null: none, as in an order that a person entered. */
  readonly receiptNumber: string | null;
}

export interface ParkingDeskParts {
  readonly journal: Pick<Journal, 'unconfirmed' | 'returnsOf'>;
  readonly deliveries: ParkedDeliveries;
  readonly cases: CaseDesk;
  /** null: Magento has no such order. Throws `shop.…` when it can't be asked. */
  readonly order: (orderNumber: string) => Promise<OrderSeen | null>;
  /** The orders that delivery has made of a receipt, whatever became of them. Throws as {@link order}. */
  readonly ordersOf: (receiptNumber: string) => Promise<readonly OrderSeen[]>;
  /** Whether the till's copy of the shop has the article. */
  readonly knowsArticle: (sku: string) => boolean;
  /** Whether this person may decide here. */
  readonly may: (by: string) => boolean;
}

/** What a person decides about something that Magento refused. */
export type ParkingDecision = { readonly by: string } & (
  | { readonly kind: 'retry' }
  | { readonly kind: 'map-sku'; readonly from: string; readonly to: string }
  | { readonly kind: 'drop-coupon' }
  | { readonly kind: 'deliver-as-sold'; readonly recipe: 'module' | 'direct' }
  /** `anyway`: although the order's total is another. */
  | { readonly kind: 'entered-by-hand'; readonly orderNumber: string; readonly anyway: boolean }
  | { readonly kind: 'cancel'; readonly why: string }
  | { readonly kind: 'undo'; readonly why: string }
);

/**
 * Where a person decides about what Magento refuses. Each decision is written into the document's case before it takes effect,
 * with the name of who decided, and can be taken back until the document is in Magento.
 */
export class ParkingDesk {
  readonly #parts: ParkingDeskParts;

  constructor(parts: ParkingDeskParts) {
    this.#parts = parts;
  }

  /** Oldest first. */
  list(): readonly Unconfirmed[] {
    return this.#parts.journal.unconfirmed().filter(({ delivery }) => delivery.state === 'parked');
  }

  /**
   * `authority`: `fleet` when its controller has said that this person may. Errors (remedy `operator`): `parked.not-allowed`, `parked.not-parked`, `parked.withdrawn`, `parked.no-such-line`, `parked.unknown-article`, `parked.no-coupon`,
   * `parked.no-such-order`, `parked.order-of-another-sale`, `parked.order-exists`, `parked.total-differs`, `parked.not-taken-back`, `parked.delivered`,
   * `parked.nothing-to-undo`; and those of the outbox.
   */
  async decide(
    document: QueuedDocument,
    decision: ParkingDecision,
    authority: 'staff' | 'fleet' = 'staff',
  ): Promise<void> {
    if (authority === 'staff' && !this.#parts.may(decision.by)) {
      throw refusal(
        'not-allowed',
        `${decision.by} may not decide about parked sales`,
        'Ask somebody who may use the service menu.',
      );
    }
    const { delivery } = document;
    if (delivery.state === 'confirmed') {
      throw refusal('delivered', `${nameOf(document)} is in Magento already`, 'Change the order in Magento.');
    }
    if (delivery.state === 'withdrawn' && decision.kind !== 'undo') {
      throw refusal(
        'withdrawn',
        `${nameOf(document)} is not to be delivered any more`,
        'Take that back first, with "undo".',
      );
    }
    if (delivery.state === 'waiting' && decision.kind !== 'undo') {
      throw refusal('not-parked', `${nameOf(document)} is not parked`, 'What waits is tried by itself.');
    }
    switch (decision.kind) {
      case 'retry':
        return this.#resend(document, decision.by, 'tried again', delivery.instructions);
      case 'map-sku': {
        const { by, from, to } = decision;
        this.#requireLine(document, from);
        this.#requireArticle(to);
        const words = `the goods sold as ${from} go as ${to}`;
        return this.#resend(document, by, words, [
          ...others(delivery.instructions, from),
          { kind: 'map-sku', from, to },
        ]);
      }
      case 'drop-coupon': {
        if (document.kind !== 'sale' || document.sale.coupon === null) {
          throw refusal('no-coupon', `${nameOf(document)} has no coupon`, 'Look at it with "holdfast parked show".');
        }
        const words = 'the coupon is left out, the price stays as sold';
        return this.#resend(
          document,
          decision.by,
          words,
          without(delivery.instructions, 'drop-coupon').concat({ kind: 'drop-coupon' }),
        );
      }
      case 'deliver-as-sold': {
        const { by, recipe } = decision;
        const words = recipe === 'module' ? 'delivered as sold by the module' : 'delivered as sold, past the cart';
        return this.#resend(
          document,
          by,
          words,
          without(delivery.instructions, 'recipe').concat({ kind: 'recipe', recipe }),
        );
      }
      case 'entered-by-hand':
        return this.#enteredByHand(document, decision);
      case 'cancel':
        return this.#cancel(document, decision.by, decision.why);
      case 'undo':
        return this.#undo(document, decision.by, decision.why);
    }
  }

  async #resend(
    document: QueuedDocument,
    by: string,
    words: string,
    instructions: readonly DeliveryInstruction[],
  ): Promise<void> {
    await this.#note(document, by, words);
    await this.#parts.deliveries.retryParked(document.delivery.documentId, instructions);
  }

  async #enteredByHand(
    document: QueuedDocument,
    { by, orderNumber, anyway }: Extract<ParkingDecision, { kind: 'entered-by-hand' }>,
  ): Promise<void> {
    const order = await this.#parts.order(orderNumber);
    if (order === null) {
      throw refusal('no-such-order', `Magento has no order ${orderNumber}`, 'Look the number up in Magento’s admin.');
    }
    const receipt = receiptOf(document);
    if (order.receiptNumber !== null && order.receiptNumber !== receipt?.receiptNumber) {
      const words = `Order ${orderNumber} is that of receipt ${order.receiptNumber}`;
      throw refusal('order-of-another-sale', words, 'Give the number of the order that was entered for this one.');
    }
    await this.#requireNoOther(document, orderNumber);
    const total = receipt?.totals.grandTotal ?? order.total;
    if (order.total !== total && !anyway) {
      const words = `Order ${orderNumber} comes to ${decimal(order.total)}, the receipt to ${decimal(total)}`;
      throw refusal('total-differs', words, 'Correct the order, or accept the difference with --anyway.');
    }
    const why = `entered by hand as order ${orderNumber}`;
    await this.#end(document, { by, why }, 'corrected');
  }

  /** Only what was taken back whole can be left out of Magento without a loss that nobody sees. */
  async #cancel(document: QueuedDocument, by: string, why: string): Promise<void> {
    if (document.kind !== 'sale') return this.#end(document, { by, why: `cancelled: ${why}` }, 'refunded');
    const { saleId, receiptNumber, totals } = document.sale;
    const returns = this.#parts.journal.returnsOf(saleId);
    const back = returns.reduce((sum, each) => add(sum, each.return.totals.grandTotal), zero);
    if (back !== totals.grandTotal) {
      const words = `Of receipt ${receiptNumber} (${decimal(totals.grandTotal)}) ${decimal(back)} was given back`;
      const hint = `Take the goods back at the till first (scan receipt ${receiptNumber} there), then cancel.`;
      throw refusal('not-taken-back', words, hint);
    }
    await this.#requireNoOther(document, null);
    await this.#end(document, { by, why: `cancelled, all of it was given back: ${why}` }, 'refunded');
    for (const each of returns) {
      const { documentId, state } = each.delivery;
      if (state === 'confirmed' || state === 'withdrawn') continue;
      await this.#parts.deliveries.withdraw(documentId, { by, why: `its sale ${receiptNumber} was cancelled` });
    }
  }

  async #end(document: QueuedDocument, withdrawal: Withdrawal, outcome: CaseOutcome): Promise<void> {
    const { by, why } = withdrawal;
    await this.#note(document, by, why);
    await this.#parts.deliveries.withdraw(document.delivery.documentId, withdrawal);
    await this.#parts.cases.act(caseOfDocument(document), { step: 'close', by, outcome, words: why });
  }

  async #undo(document: QueuedDocument, by: string, why: string): Promise<void> {
    const { documentId, state, instructions } = document.delivery;
    if (state === 'withdrawn') {
      await this.#note(document, by, `taken back, it is delivered again: ${why}`);
      const id = caseOfDocument(document);
      if (this.#parts.cases.find(id)?.standing.state === 'closed') {
        await this.#parts.cases.act(id, { step: 'reopen', by, words: why });
      }
      return this.#parts.deliveries.reinstate(documentId, { by, why });
    }
    if (instructions.length === 0) {
      throw refusal(
        'nothing-to-undo',
        `Nobody decided anything about ${nameOf(document)}`,
        'There is nothing to take back.',
      );
    }
    await this.#note(document, by, `decisions taken back: ${why}`);
    await this.#parts.deliveries.instruct(documentId, []);
  }

  async #note(document: QueuedDocument, by: string, words: string): Promise<void> {
    const id = caseOfDocument(document);
    if (this.#parts.cases.find(id) === undefined)
      await this.#parts.cases.report(parkedFinding(unconfirmedOf(document)));
    await this.#parts.cases.act(id, { step: 'note', by, words });
  }

  /** What was parked half way has an order already: entered again or left out, Magento would count it twice or for nothing. */
  async #requireNoOther(document: QueuedDocument, orderNumber: string | null): Promise<void> {
    const receiptNumber = receiptOf(document)?.receiptNumber;
    if (document.kind !== 'sale' || receiptNumber === undefined) return;
    const other = (await this.#parts.ordersOf(receiptNumber)).find((each) => each.orderNumber !== orderNumber);
    if (other === undefined) return;
    const words = `Magento has order ${other.orderNumber} of receipt ${receiptNumber} already`;
    throw refusal('order-exists', words, 'Send it on its way again ("retry"), or cancel that order in Magento first.');
  }

  #requireLine(document: QueuedDocument, sku: string): void {
    const lines =
      document.kind === 'sale' ? document.sale.lines : document.kind === 'return' ? document.return.lines : [];
    if (lines.some((line) => line.sku === sku || line.variant === sku)) return;
    const has = lines.map((line) => line.variant ?? line.sku).join(', ');
    throw refusal('no-such-line', `${nameOf(document)} has no article ${sku}`, `It has ${has || 'no articles'}.`);
  }

  #requireArticle(sku: string): void {
    if (this.#parts.knowsArticle(sku)) return;
    throw refusal(
      'unknown-article',
      `The shop has no article ${sku}`,
      'If it is new, run "holdfast snapshot pull" first.',
    );
  }
}

export const caseOfDocument = ({ delivery }: QueuedDocument): string => caseId('document-parked', delivery.documentId);

/** What is seen of something parked. */
export function parkedFinding(document: Unconfirmed): Finding {
  const { documentId, lastAnswer, code } = document.delivery;
  return {
    kind: 'document-parked',
    subject: documentId,
    words: `${document.name}: ${lastAnswer ?? 'refused without a reason'}`,
    evidence: { code, answer: lastAnswer },
    receiptNumber: document.receiptNumber,
  };
}

function without(
  instructions: readonly DeliveryInstruction[],
  kind: DeliveryInstruction['kind'],
): readonly DeliveryInstruction[] {
  return instructions.filter((each) => each.kind !== kind);
}

const others = (instructions: readonly DeliveryInstruction[], from: string): readonly DeliveryInstruction[] =>
  instructions.filter((each) => each.kind !== 'map-sku' || each.from !== from);

function refusal(code: string, message: string, hint: string): HoldfastError {
  return new HoldfastError(`parked.${code}`, message, { remedy: 'operator', hint });
}
