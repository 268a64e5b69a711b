import { stamp } from '../platform/clock.ts';
import { codeOf } from '../platform/errors.ts';
import type { ReceiptNumber, ShiftId } from '../platform/ids.ts';
import { completeReturn, settlementOf } from '../register/complete-return.ts';
import { completeSale, type SaleIdentity } from '../register/complete-sale.ts';
import type { Effect } from '../register/effect.ts';
import type { WorldInput } from '../register/input.ts';
import type { PaidSale } from '../register/open-sale.ts';
import type { TillParts } from './ports.ts';
import type { Paper, ReceiptDesk } from './receipt-desk.ts';

/**
 * What a till in training does instead: nothing reaches the journal, no card is asked for, the drawer stays shut. Receipts have
 * numbers of their own and say what they are.
 */
export class TrainingDesk {
  readonly #parts: Pick<TillParts, 'settings' | 'clock'>;
  readonly #receipts: ReceiptDesk;
  #count = 0;
  #last: ReceiptNumber | null = null;
  readonly #papers = new Map<ReceiptNumber, Paper>();

  constructor(parts: Pick<TillParts, 'settings' | 'clock'>, receipts: ReceiptDesk) {
    this.#parts = parts;
    this.#receipts = receipts;
  }

  /** Undefined: the effect is the same in training. Null: it is done, without an answer. */
  run(effect: Effect): WorldInput | null | undefined {
    switch (effect.kind) {
      case 'save-sale':
        return this.#save(effect);
      case 'print-receipt':
        return this.#print(effect.receiptNumber);
      case 'reprint':
        return this.#last === null ? { kind: 'no-receipt' } : this.#print(this.#last);
      case 'ask-card': {
        const { paymentId } = effect.payment;
        return { kind: 'card-answered', paymentId, answer: { kind: 'approved', card: trainingCard(paymentId) } };
      }
      case 'move-cash':
        return { kind: 'cash-moved', direction: effect.direction, amount: effect.amount };
      case 'save-customer':
      case 'print-gift':
      case 'mail-receipt':
      case 'open-shift':
      case 'close-shift':
        return { kind: 'not-recorded', code: 'till.training' };
      case 'open-drawer':
      case 'cancel-card':
      case 'answer-voice':
      case 'resolve-card':
      case 'print-shift-report':
        return null;
      default:
        return undefined;
    }
  }

  #save(paid: PaidSale): WorldInput {
    const { saleId } = paid.sale;
    this.#papers.clear();
    try {
      const settlement = settlementOf(paid);
      const returned = settlement.kind === 'sale' ? null : this.#number();
      if (returned !== null && settlement.kind !== 'sale') {
        const { returning, refunds } = settlement;
        this.#keep(returned, { kind: 'return', return: completeReturn(returning, refunds, this.#identity(returned)) });
      }
      const sold = settlement.kind === 'return' ? null : this.#number();
      if (sold !== null && settlement.kind !== 'return') {
        this.#keep(sold, { kind: 'sale', sale: completeSale(settlement.sale, this.#identity(sold)) });
      }
      const receiptNumber = sold ?? returned ?? this.#number();
      return { kind: 'sale-saved', saleId, receiptNumber, ...(sold && returned ? { returned } : {}) };
    } catch (error) {
      return { kind: 'sale-not-saved', saleId, code: codeOf(error) ?? 'journal.failed' };
    }
  }

  /** Not of the journal's counter, and no number that a scan would find. */
  #number(): ReceiptNumber {
    this.#count += 1;
    return `TRAINING-${this.#count}` as ReceiptNumber;
  }

  #keep(number: ReceiptNumber, paper: Paper): void {
    this.#papers.set(number, paper);
    this.#last = number;
  }

  #identity(number: ReceiptNumber): SaleIdentity {
    const { settings, clock } = this.#parts;
    return {
      receiptNumber: number,
      terminalId: settings.terminalId,
      shiftId: 'training' as ShiftId,
      cashier: settings.cashier,
      stamp: stamp(clock),
      currency: settings.currency.code,
    };
  }

  #print(receiptNumber: ReceiptNumber): WorldInput | null {
    const paper = this.#papers.get(receiptNumber);
    return paper === undefined ? null : this.#receipts.printTraining(receiptNumber, paper);
  }
}

const trainingCard = (paymentId: string) => ({
  paymentId,
  outcome: 'approved' as const,
  brand: 'TRAINING',
  maskedPan: '******',
  authorizationCode: null,
  terminalReference: null,
  entryMode: 'unknown' as const,
});
