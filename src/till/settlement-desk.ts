import { stamp } from '../platform/clock.ts';
import { codeOf, HoldfastError, messageOf } from '../platform/errors.ts';
import { type ReceiptNumber, type ReturnId, receiptNumber, type SaleId } from '../platform/ids.ts';
import { completeReturn, settlementOf } from '../register/complete-return.ts';
import { completeSale, type SaleIdentity } from '../register/complete-sale.ts';
import type { WorldInput } from '../register/input.ts';
import type { PaidSale } from '../register/open-sale.ts';
import type { CompletedReturn } from '../register/return.ts';
import type { CompletedSale } from '../register/sale.ts';
import { ringDone } from './bell.ts';
import type { TillParts } from './ports.ts';

type SettlementParts = Pick<TillParts, 'journal' | 'settings' | 'clock' | 'log' | 'beeper' | 'display'>;
type Record =
  | { readonly kind: 'sale'; readonly sale: CompletedSale }
  | { readonly kind: 'return'; readonly return: CompletedReturn };

/** Makes what was settled durable: a sale, goods brought back, or both, of which the goods brought back come first. */
export class SettlementDesk {
  readonly #parts: SettlementParts;
  /** Who is signed in; null: nobody. */
  readonly #cashier: () => string | null;

  constructor(parts: SettlementParts, cashier: () => string | null) {
    this.#parts = parts;
    this.#cashier = cashier;
  }

  /** Never throws. Asked again with the same sale, it is saved once. */
  async save(paid: PaidSale): Promise<WorldInput> {
    const { log } = this.#parts;
    const { saleId } = paid.sale;
    try {
      const settlement = settlementOf(paid);
      let returned: ReceiptNumber | null = null;
      if (settlement.kind !== 'sale') {
        const { returning, refunds } = settlement;
        returned = await this.#once(returning.returnId, (identity) => ({
          kind: 'return',
          return: completeReturn(returning, refunds, identity),
        }));
      }
      const sold =
        settlement.kind === 'return'
          ? null
          : await this.#once(saleId, (identity) => ({ kind: 'sale', sale: completeSale(settlement.sale, identity) }));
      ringDone(this.#parts);
      const number = sold ?? returned;
      if (number === null) return { kind: 'sale-not-saved', saleId, code: 'journal.failed' };
      return { kind: 'sale-saved', saleId, receiptNumber: number, ...(sold && returned ? { returned } : {}) };
    } catch (error) {
      log.error({ saleId, error: messageOf(error) }, 'a settled sale or return could not be saved');
      return { kind: 'sale-not-saved', saleId, code: codeOf(error) ?? 'journal.failed' };
    }
  }

  /**
   * Appends a record unless it is there. An attempt that was reported as failed may have got through all the same: it is the same
   * record, not a second one. While the journal restores its database it can't tell; then appending waits for that, and refuses
   * what exists.
   */
  async #once(id: SaleId | ReturnId, make: (identity: SaleIdentity) => Record): Promise<ReceiptNumber> {
    const { journal, log } = this.#parts;
    const before = this.#find(id);
    if (before !== null) return before;
    try {
      const record = make(this.#identity());
      await journal.append(record);
      const made = record.kind === 'sale' ? record.sale : record.return;
      log.info({ id, receiptNumber: made.receiptNumber, total: made.totals.grandTotal }, `${record.kind} completed`);
      return made.receiptNumber;
    } catch (error) {
      const saved = codeOf(error) === 'journal.document-exists' ? this.#find(id) : null;
      if (saved !== null) return saved;
      throw error;
    }
  }

  #find(id: SaleId | ReturnId): ReceiptNumber | null {
    try {
      const found = this.#parts.journal.document(id);
      if (found?.kind === 'sale') return found.sale.receiptNumber;
      return found?.kind === 'return' ? found.return.receiptNumber : null;
    } catch (error) {
      this.#parts.log.warn({ id, error: messageOf(error) }, 'whether it is saved already can’t be told yet');
      return null;
    }
  }

  /** Throws what stands in the way: `till.no-shift`. */
  #identity(): SaleIdentity {
    const { journal, settings, clock } = this.#parts;
    const shift = journal.openShift;
    if (!shift) throw new HoldfastError('till.no-shift', 'No shift is open', { remedy: 'operator' });
    return {
      receiptNumber: receiptNumber(settings.terminalId, journal.nextReceiptCounter),
      terminalId: settings.terminalId,
      shiftId: shift.shiftId,
      cashier: this.#cashier() ?? shift.cashier,
      stamp: stamp(clock),
      currency: settings.currency.code,
    };
  }
}
