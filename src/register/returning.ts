import type { ReturnId, SaleId } from '../platform/ids.ts';
import { guard } from './approval.ts';
import { saleLine } from './complete-sale.ts';
import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import { cardPaidOf, leftOf, type OpenReturn, returnLines, returnTotals, totalsOfLines } from './open-return.ts';
import type { OpenSale } from './open-sale.ts';
import type { RegisterState, RestockMode, ReturnDraft, ReturningMode, ReturnQuantityMode } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';
import { takeBack } from './taking-back.ts';
import { nothingTyped, quantityTypedOrZero, type } from './typing.ts';

/** Which sale goods are brought back from is asked: its receipt is scanned or its number typed. */
export function beginReturn(state: RegisterState, sale: OpenSale | null): Step {
  if (sale?.returning) return tell(state, { key: 'return-in-hand' }, atRest(state, sale));
  return go(state, { kind: 'asking-text', what: 'return-receipt', sale, text: nothingTyped(false) });
}

/** The receipt's number, or nothing: then the goods in hand are what is brought back. */
export function returnByReceipt(state: RegisterState, sale: OpenSale | null, text: string, facts: RegisterFacts): Step {
  if (text === '') return withoutReceipt(state, sale, facts);
  if (sale?.returning) return tell(state, { key: 'return-in-hand' }, atRest(state, sale));
  const found = facts.receipt(text);
  switch (found.kind) {
    case 'not-found':
      return tell(state, { key: 'no-such-receipt', text });
    case 'unreadable':
      return tell(state, { key: 'receipts-unreadable' });
    case 'sale':
      // What it takes back is not on record yet: a second one could take the same goods back again.
      if (isBeingReturned(state, found.sale.saleId)) {
        return tell(state, { key: 'return-held', receiptNumber: found.sale.receiptNumber }, atRest(state, sale));
      }
      if (leftOf(found).every((left) => left <= 0)) {
        return tell(state, { key: 'all-returned', receiptNumber: found.sale.receiptNumber }, atRest(state, sale));
      }
      return go(state, {
        kind: 'returning',
        sale,
        of: { sale: found.sale, before: found.before },
        taken: [],
        cursor: 0,
      });
  }
}

/** Whether a return of it waits among the held sales, or for its card. */
const isBeingReturned = ({ held, unresolved }: RegisterState, saleId: SaleId): boolean =>
  [...held, ...(unresolved === null ? [] : [unresolved])].some(({ sale }) => sale.returning?.of?.saleId === saleId);

/** The lines of the sale are gone through; `C` ends the choosing, with nothing chosen it leaves. */
export function stepReturning(
  state: RegisterState,
  mode: ReturningMode,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  const length = mode.of.sale.lines.length;
  switch (input.kind) {
    case 'scroll':
      return go(state, { ...mode, cursor: (mode.cursor + input.by + length) % length });
    case 'choose':
      return chooseReturned(state, mode, input.number - 1);
    case 'choose-shown':
      return chooseReturned(state, mode, mode.cursor);
    case 'return-all': {
      const taken = leftOf(mode.of).flatMap((left, index) => (left > 0 ? [{ index, quantity: left }] : []));
      return askReturnReason(state, { ...mode, taken }, facts);
    }
    case 'back':
      return mode.taken.length === 0 ? go(state, atRest(state, mode.sale)) : askReturnReason(state, mode, facts);
    default:
      return refuse(state);
  }
}

function chooseReturned(state: RegisterState, mode: ReturningMode, index: number): Step {
  const left = leftOf(mode.of)[index];
  if (left === undefined) return refuse(state);
  if (left <= 0) return tell(state, { key: 'line-returned' });
  const others = mode.taken.filter((each) => each.index !== index);
  // Chosen once more: it stays with the customer after all.
  if (others.length < mode.taken.length) return go(state, { ...mode, taken: others, cursor: index });
  if (left === 1) return go(state, { ...mode, taken: [...others, { index, quantity: 1 }], cursor: index });
  return go(state, { ...mode, kind: 'return-quantity', index, typed: '' });
}

/** How many of a line are brought back; nothing typed: all that are left. */
export function stepReturnQuantity(state: RegisterState, mode: ReturnQuantityMode, input: PersonInput): Step {
  const { index, typed, ...rest } = mode;
  const list: ReturningMode = { ...rest, kind: 'returning', cursor: index };
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, typed: type(typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'back':
      return go(state, list);
    case 'confirm': {
      const left = leftOf(mode.of)[index] ?? 0;
      const count = typed === '' ? left : quantityTypedOrZero(typed);
      const whole = Number.isInteger(left);
      if (count === null || count > left || (whole && !Number.isInteger(count))) {
        return tell(state, { key: 'only-left', left }, { ...mode, typed: '' });
      }
      if (count === 0) return go(state, list);
      return go(state, { ...list, taken: [...list.taken, { index, quantity: count }] });
    }
    default:
      return refuse(state);
  }
}

function askReturnReason(state: RegisterState, mode: ReturningMode, facts: RegisterFacts): Step {
  const draft = { kind: 'receipt', of: mode.of, taken: mode.taken } as const;
  return askWhy(state, mode.sale, draft, facts);
}

function withoutReceipt(state: RegisterState, sale: OpenSale | null, facts: RegisterFacts): Step {
  if (!sale?.lines.length) return tell(state, { key: 'return-scan-first' }, atRest(state, sale));
  return askWhy(state, sale, { kind: 'no-receipt', goods: sale }, facts);
}

function askWhy(state: RegisterState, sale: OpenSale | null, draft: ReturnDraft, facts: RegisterFacts): Step {
  const reasons = facts.settings.reasons.return;
  if (reasons.length === 0) return returnReasonGiven(state, sale, draft, '', facts);
  return go(state, { kind: 'choosing', choice: { kind: 'return-reason', reasons, draft }, sale, cursor: 0 });
}

/** Whether the goods go back on the shelf is asked of all of them together. */
export function returnReasonGiven(
  state: RegisterState,
  sale: OpenSale | null,
  draft: ReturnDraft,
  reason: string,
  facts: RegisterFacts,
): Step {
  // The sale that it is settled with may get its own id at the next step.
  return go(state, { kind: 'restock', sale, draft, reason, returnId: facts.freshId as ReturnId });
}

export function stepRestock(state: RegisterState, mode: RestockMode, input: PersonInput, facts: RegisterFacts): Step {
  if (input.kind === 'back') return go(state, atRest(state, mode.sale));
  if (input.kind !== 'confirm' && input.kind !== 'not-restocked') return refuse(state);
  const restock = input.kind === 'confirm';
  const { draft, sale, reason, returnId } = mode;
  if (draft.kind === 'no-receipt') {
    const returning = returnOfGoods(draft.goods, returnId, reason, restock);
    return guard(state, 'return-without-receipt', { kind: 'take-back', sale, rest: null, returning }, facts);
  }
  const lines = returnLines(draft.of, draft.taken, restock);
  const { saleId, receiptNumber, customer } = draft.of.sale;
  const returning: OpenReturn = {
    returnId,
    of: { saleId, receiptNumber },
    customer,
    lines,
    totals: returnTotals(draft.of, lines, draft.taken),
    reason,
    approvedBy: null,
    cardPaid: cardPaidOf(draft.of),
  };
  const action = { kind: 'take-back', sale, rest: sale, returning } as const;
  const { largest, days } = facts.settings.returns;
  const late = days !== null && facts.now - draft.of.sale.stamp.at > days * 86_400_000;
  if (returning.totals.grandTotal > largest || late) return guard(state, 'return', action, facts);
  return takeBack({ ...state, mode: atRest(state, sale) }, action, facts, null);
}

/** The sale in hand turned round: nothing of it is sold, all of it is brought back. */
function returnOfGoods(goods: OpenSale, returnId: ReturnId, reason: string, restock: boolean): OpenReturn {
  const lines = goods.lines.map((line) => ({ ...saleLine(goods, line), saleLine: null, restock }));
  const { lines: _, ...totals } = goods.totals;
  return {
    returnId,
    of: null,
    customer: goods.customer,
    lines,
    totals: { ...totalsOfLines(lines), ...totals, couponAccepted: null, appliedRuleIds: [] },
    reason,
    approvedBy: null,
    cardPaid: null,
  };
}
