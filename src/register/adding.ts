import type { Quantity } from '../money/quantity.ts';
import type { RegisterFacts } from './facts.ts';
import type { Notice } from './notice.ts';
import type { OpenSale, SaleContents, SaleItem } from './open-sale.ts';
import { addItem, changeLine, totalsOf } from './open-sale.ts';
import type { Mode, RegisterState } from './state.ts';
import { saleInHand } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, contentsOf, go, priced, resell, tell } from './step-tools.ts';

/** Puts so much of an article into the sale in hand, or says why that can't be. */
export function putItem(state: RegisterState, item: SaleItem, quantity: Quantity, facts: RegisterFacts): Step {
  // A sale that was begun is finished; the next one waits until there is space for it.
  if (!saleInHand(state.mode)?.lines.length && !facts.storage().newSales) return tell(state, { key: 'no-new-sale' });
  const added = addItem(contentsOf(saleInHand(state.mode), facts), item, quantity);
  if (!added.ok) {
    return tell(
      state,
      added.reason === 'whole-only' ? { key: 'whole-only', name: item.name } : { key: 'bad-quantity' },
    );
  }
  const result = priced(added.contents, facts);
  if (!result.ok) return tell(state, result.notice);
  // An article without a price in the shop must never leave for nothing.
  if (result.sale && totalsOf(result.sale, added.lineId)?.rowTotalInclTax === 0) {
    return tell(state, { key: 'no-price', name: item.name });
  }
  const short = shortageOf(added.contents, added.lineId, facts);
  if (short?.key === 'out-of-stock') {
    return tell(state, short, state.mode.kind === 'selling' ? { ...state.mode, multiplier: null } : state.mode);
  }
  const typed = state.mode.kind === 'selling' ? state.mode.typed : '';
  const mode: Mode = { kind: 'selling', sale: result.sale, typed, multiplier: null, completed: null };
  return short === null ? go(state, mode) : tell(state, short, mode);
}

/** What must be said, or is not sold, because a line holds more than the shop has left. */
export function shortageOf(contents: SaleContents, lineId: number, facts: RegisterFacts): StockNotice | null {
  const line = contents.lines.find((each) => each.lineId === lineId);
  const shortage = line ? facts.shortage(line.item, line.quantity) : null;
  if (!line || shortage === null) return null;
  const key = shortage.policy === 'refuse' ? 'out-of-stock' : 'low-stock';
  return { key, name: line.item.name, left: shortage.left };
}

type StockNotice = Extract<Notice, { readonly key: 'out-of-stock' | 'low-stock' }>;

/** Gives a line another quantity; more than the shop has left only where that may be sold. */
export function changeQuantity(
  state: RegisterState,
  sale: OpenSale,
  lineId: number,
  changed: Quantity,
  facts: RegisterFacts,
): Step {
  const contents = changeLine(sale, lineId, changed);
  const before = sale.lines.find((each) => each.lineId === lineId)?.quantity ?? 0;
  const short = changed > before ? shortageOf(contents, lineId, facts) : null;
  if (short?.key === 'out-of-stock') return tell(state, short, atRest(state, sale));
  return resell(state, contents, facts, short ?? undefined);
}
