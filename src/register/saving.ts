import type { ReturnId, SaleId } from '../platform/ids.ts';
import type { Effect } from './effect.ts';
import type { RegisterFacts } from './facts.ts';
import type { PersonInput, WorldInput } from './input.ts';
import type { OpenSale, PaidSale } from './open-sale.ts';
import { balanceOf, changeOf } from './open-sale.ts';
import type { CompletedSummary, Mode, RegisterState } from './state.ts';
import { idle, selling } from './state.ts';
import type { Step } from './step-tools.ts';
import { go, tell } from './step-tools.ts';
import { cashGiven } from './tendering.ts';

/** The sale is durable: from here on it exists, and display, drawer and printer may say so. */
export function saleSaved(state: RegisterState, saved: Extract<WorldInput, { kind: 'sale-saved' }>): Step {
  const { saleId, receiptNumber } = saved;
  const print: Effect[] = [saved.returned ?? null, receiptNumber].flatMap((number) =>
    number === null ? [] : [{ kind: 'print-receipt', receiptNumber: number } as const],
  );
  const { mode, unresolved } = state;
  if (mode.kind === 'saving' && mode.sale.saleId === saleId) {
    const completed: CompletedSummary = {
      receiptNumber,
      total: balanceOf(mode.sale),
      change: changeOf(mode.tenders),
      provisional: mode.tenders.some((tender) => tender.kind === 'card' && tender.card.outcome !== 'approved'),
      receipt: { kind: 'printing' },
    };
    const drawer = mode.tenders.some(
      (tender) => tender.kind === 'cash' || (tender.kind === 'other' && tender.foreign !== null),
    );
    return go(
      { ...state, notice: null },
      { ...idle, completed },
      ...(drawer ? [{ kind: 'open-drawer', explained: true } as const] : []),
      ...print,
    );
  }
  if (unresolved?.sale.saleId !== saleId) return go(state, mode);
  return tell({ ...state, unresolved: null }, { key: 'settled-late', receiptNumber }, mode, ...print);
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

/** The money was taken, or goods were taken back and perhaps recorded already: then there is no way but forward. */
const mustBeSaved = (paid: PaidSale): boolean =>
  hasCard(paid) || (paid.sale.returning !== undefined && paid.sale.lines.length > 0);

function noticeOf(
  paid: PaidSale,
  code: string,
): { readonly key: 'not-saved' | 'card-not-saved'; readonly code: string } {
  return { key: mustBeSaved(paid) ? 'card-not-saved' : 'not-saved', code };
}

type UnsavedMode = Extract<Mode, { kind: 'unsaved' }>;

export function stepUnsaved(state: RegisterState, mode: UnsavedMode, input: PersonInput, facts: RegisterFacts): Step {
  switch (input.kind) {
    case 'try-again':
      return saveAgain(state, mode);
    case 'give-back':
      if (mustBeSaved(mode)) return tell(state, noticeOf(mode, mode.code));
      // A new identity: should a restart find the refused record after all, it must not be taken for what is sold next.
      return tell(
        state,
        { key: 'money-back', amount: cashGiven(mode.tenders) },
        selling(renewed(mode.sale, facts.freshId)),
      );
    default:
      return tell(state, noticeOf(mode, mode.code));
  }
}

function renewed(sale: OpenSale, freshId: string): OpenSale {
  const { returning } = sale;
  // Fresh UUIDv7s are what these ids are made of; only one of the two is in use at a time.
  return returning === undefined
    ? { ...sale, saleId: freshId as SaleId }
    : { ...sale, returning: { ...returning, returnId: freshId as ReturnId } };
}

/** A sale paid by card is saved again by itself: the money is taken, so the sale must come to be. */
export function saveAgainByItself(state: RegisterState, mode: UnsavedMode): Step {
  return mustBeSaved(mode) ? saveAgain(state, mode) : go(state, mode);
}

function saveAgain(state: RegisterState, { sale, tenders }: UnsavedMode): Step {
  return go(state, { kind: 'saving', sale, tenders }, { kind: 'save-sale', sale, tenders });
}
