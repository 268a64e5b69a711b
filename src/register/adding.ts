import { hundredths, type Money, toNumber } from '../money/money.ts';
import { one, type Quantity } from '../money/quantity.ts';
import type { RegisterFacts } from './facts.ts';
import type { Notice } from './notice.ts';
import type { OpenLine, OpenSale, Particulars, SaleContents, SaleItem } from './open-sale.ts';
import { addItem, changeLine, depositFor, emptyContents, quantityOrNull, totalsOf } from './open-sale.ts';
import type { LinePrice } from './sale.ts';
import type { Mode, RegisterState } from './state.ts';
import { saleInHand } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, contentsOf, go, priced, resell, tell } from './step-tools.ts';

/** Puts so much of an article into the sale in hand, or says why that can't be. */
export function putItem(
  state: RegisterState,
  item: SaleItem,
  quantity: Quantity,
  facts: RegisterFacts,
  particulars: Particulars = {},
): Step {
  // A sale that was begun is finished; the next one waits until there is space for it.
  if (!saleInHand(state.mode)?.lines.length && !facts.storage().newSales) return tell(state, { key: 'no-new-sale' });
  const added = addItem(contentsOf(saleInHand(state.mode), facts), item, quantity, particulars);
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

/**
 * Puts in a pack whose label says what it costs. Goods by weight are sold as so much as that price buys today, so that stock falls
 * by about what left; the price is the label's to the cent.
 */
export function putLabelled(
  state: RegisterState,
  item: SaleItem,
  labelled: Money,
  packs: Quantity,
  facts: RegisterFacts,
): Step {
  if (!Number.isInteger(packs) || packs > mostPacks) return tell(state, { key: 'bad-quantity' });
  const step = putPack(state, item, labelled, facts);
  const left = quantityOrNull(packs - 1);
  // Each pack is a line of its own; what is refused once is refused altogether.
  const taken = step.state.mode.kind === 'selling' && step.state.mode !== state.mode;
  return left === null || !taken ? step : putLabelled(step.state, item, labelled, left, facts);
}

/** Alike packs at once; more is a slip of the finger. */
const mostPacks = 50;

function putPack(state: RegisterState, item: SaleItem, labelled: Money, facts: RegisterFacts): Step {
  const unit = item.decimalQuantity ? unitPrice(state, item, facts) : null;
  const weight = unit === null ? null : quantityOrNull(Math.round((labelled / unit) * 10_000) / 10_000);
  const exact = unit !== null && weight !== null && Math.round(toNumber(unit) * weight * 100) === labelled;
  const price = (amount: Money): LinePrice => ({ amount, kind: 'label', reason: null, approvedBy: null });
  return exact
    ? putItem(state, item, weight, facts, { price: price(unit) })
    : putItem(state, item, one, facts, { price: price(labelled) });
}

/** What one unit costs this customer now, as the shop lists its prices; null: it has no price. */
function unitPrice(state: RegisterState, item: SaleItem, facts: RegisterFacts): Money | null {
  const contents = contentsOf(saleInHand(state.mode), facts);
  const alone = {
    ...emptyContents(contents.saleId),
    customer: contents.customer,
    lines: [{ lineId: 1, item, quantity: one }],
  };
  const answer = facts.price(alone);
  const [line] = answer.ok ? answer.totals.lines : [];
  if (!answer.ok || line === undefined) return null;
  const listed = answer.basis.settings.pricesIncludeTax ? line.priceInclTax : line.price;
  return listed > 0 ? hundredths(listed) : null;
}

/** What must be said, or is not sold, because a line holds more than the shop has left. */
export function shortageOf(contents: SaleContents, lineId: number, facts: RegisterFacts): StockNotice | null {
  const line = contents.lines.find((each) => each.lineId === lineId);
  const shortage = line ? facts.shortage(line.item, wantedOf(contents, line)) : null;
  if (!line || shortage === null) return null;
  const key = shortage.policy === 'refuse' ? 'out-of-stock' : 'low-stock';
  return { key, name: line.item.name, left: shortage.left };
}

/** An article may stand on several lines: at other prices, with labels or serial numbers of their own. */
function wantedOf({ lines }: SaleContents, { item, quantity: own }: OpenLine): Quantity {
  const same = lines.filter((each) => each.item.sku === item.sku && each.item.variant === item.variant);
  return quantityOrNull(Math.round(same.reduce((sum, each) => sum + each.quantity, 0) * 10_000) / 10_000) ?? own;
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
  const line = sale.lines.find((each) => each.lineId === lineId);
  if (line?.serialNumber !== undefined && changed !== one) {
    return tell(state, { key: 'one-by-one', name: line.item.name }, atRest(state, sale));
  }
  if (line && depositFor(line.item, changed) === 'too-many') {
    return tell(state, { key: 'bad-quantity' }, atRest(state, sale));
  }
  const contents = changeLine(sale, lineId, changed);
  const before = line?.quantity ?? 0;
  const short = changed > before ? shortageOf(contents, lineId, facts) : null;
  if (short?.key === 'out-of-stock') return tell(state, short, atRest(state, sale));
  return resell(state, contents, facts, short ?? undefined);
}
