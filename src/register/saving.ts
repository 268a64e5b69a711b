import type { ReceiptNumber, SaleId } from '../platform/ids.ts';
import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import type { PaidSale } from './open-sale.ts';
import { changeOf } from './open-sale.ts';
import type { CompletedSummary, Mode, RegisterState } from './state.ts';
import { idle, selling } from './state.ts';
import type { Step } from './step-tools.ts';
import { go, tell } from './step-tools.ts';
import { cashGiven } from './tendering.ts';

/** The sale is durable: from here on it exists, and display, drawer and printer may say so. */
export function saleSaved(state: RegisterState, saleId: SaleId, receiptNumber: ReceiptNumber): Step {
  const { mode, unresolved } = state;
  if (mode.kind === 'saving' && mode.sale.saleId === saleId) {
    const completed: CompletedSummary = {
      receiptNumber,
      total: mode.sale.totals.grandTotal,
      change: changeOf(mode.tenders),
      receipt: { kind: 'printing' },
    };
    const drawer = mode.tenders.some(
      (tender) => tender.kind === 'cash' || (tender.kind === 'other' && tender.foreign !== null),
    );
    return go(
      { ...state, notice: null },
      { ...idle, completed },
      ...(drawer ? [{ kind: 'open-drawer', explained: true } as const] : []),
      {
        kind: 'print-receipt',
        receiptNumber,
      },
    );
  }
  if (unresolved?.sale.saleId !== saleId) return go(state, mode);
  return tell({ ...state, unresolved: null }, { key: 'settled-late', receiptNumber }, mode, {
    kind: 'print-receipt',
    receiptNumber,
  });
}

/** The journal refused the sale: no goods may leave, and a card payment taken for it stays on record until it is saved. */
export function saleNotSaved(state: RegisterState, saleId: SaleId, code: string): Step {
  const { mode, unresolved } = state;
  if (mode.kind === 'saving' && mode.sale.saleId === saleId) {
    const { sale, tenders } = mode;
    return tell(state, noticeOf(mode, code), { kind: 'unsaved', sale, tenders, code });
  }
  return unresolved?.sale.saleId === saleId ? tell(state, { key: 'card-not-saved', code }) : go(state, mode);
}

const hasCard = ({ tenders }: PaidSale): boolean => tenders.some((tender) => tender.kind === 'card');

function noticeOf(
  paid: PaidSale,
  code: string,
): { readonly key: 'not-saved' | 'card-not-saved'; readonly code: string } {
  return { key: hasCard(paid) ? 'card-not-saved' : 'not-saved', code };
}

type UnsavedMode = Extract<Mode, { kind: 'unsaved' }>;

export function stepUnsaved(state: RegisterState, mode: UnsavedMode, input: PersonInput, facts: RegisterFacts): Step {
  switch (input.kind) {
    case 'try-again':
      return saveAgain(state, mode);
    case 'give-back':
      if (hasCard(mode)) return tell(state, noticeOf(mode, mode.code));
      // A new identity: should a restart find the refused record after all, it must not be taken for what is sold next.
      return tell(
        state,
        { key: 'money-back', amount: cashGiven(mode.tenders) },
        selling({ ...mode.sale, saleId: facts.freshId as SaleId }),
      );
    default:
      return tell(state, noticeOf(mode, mode.code));
  }
}

/** A sale paid by card is saved again by itself: the money is taken, so the sale must come to be. */
export function saveAgainByItself(state: RegisterState, mode: UnsavedMode): Step {
  return hasCard(mode) ? saveAgain(state, mode) : go(state, mode);
}

function saveAgain(state: RegisterState, { sale, tenders }: UnsavedMode): Step {
  return go(state, { kind: 'saving', sale, tenders }, { kind: 'save-sale', sale, tenders });
}
