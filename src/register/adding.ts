import type { Quantity } from '../money/quantity.ts';
import type { RegisterFacts } from './facts.ts';
import type { SaleItem } from './open-sale.ts';
import { addItem, totalsOf } from './open-sale.ts';
import type { RegisterState } from './state.ts';
import { saleInHand } from './state.ts';
import type { Step } from './step-tools.ts';
import { contentsOf, go, priced, tell } from './step-tools.ts';

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
  const typed = state.mode.kind === 'selling' ? state.mode.typed : '';
  return go(state, { kind: 'selling', sale: result.sale, typed, multiplier: null, completed: null });
}
