import { one } from '../money/quantity.ts';
import { changeQuantity, putItem, putLabelled } from './adding.ts';
import { guard, signedIn } from './approval.ts';
import { askSelections, putOrAsk } from './asking.ts';
import { overLimit } from './discounts.ts';
import type { Found, RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import type { OpenLine, OpenSale } from './open-sale.ts';
import { lastLine, quantityOrNull, takeBackLast } from './open-sale.ts';
import { returnByReceipt } from './returning.ts';
import type { RegisterState, SellingMode } from './state.ts';
import { idle, saleInHand, settling } from './state.ts';
import type { Step } from './step-tools.ts';
import { couponLost, go, priced, refuse, resell, tell } from './step-tools.ts';
import { amountTyped, quantityTyped, type } from './typing.ts';

/** Goods are put in, changed and taken back. */
export function stepSelling(shown: RegisterState, mode: SellingMode, input: PersonInput, facts: RegisterFacts): Step {
  // The sale just completed stays on the display only until the next key.
  const current: SellingMode = { ...mode, completed: null };
  const state: RegisterState = { ...shown, mode: current };
  switch (input.kind) {
    case 'type':
      return go(state, { ...current, typed: type(current.typed, input.character) });
    case 'erase':
      return go(state, current.typed === '' ? { ...current, multiplier: null } : { ...current, typed: '' });
    case 'scan':
      return putScanned(state, input.code, facts);
    case 'multiply': {
      const multiplier = quantityTyped(current.typed);
      if (multiplier === null) return tell(state, { key: 'bad-quantity' }, { ...current, typed: '' });
      return go(state, { ...current, typed: '', multiplier });
    }
    case 'add-typed': {
      if (current.typed === '') return refuse(state);
      const cleared: SellingMode = { ...current, typed: '' };
      const found = facts.goods.typed(current.typed);
      const next: RegisterState = { ...state, mode: cleared };
      return putAmount(next, found, current.typed, facts) ?? put(next, found, current.typed, facts);
    }
    case 'repeat-last': {
      const line = current.sale && lastLine(current.sale);
      if (!current.sale || !line) return refuse(state);
      return line.price === undefined
        ? putOrAsk(state, line.item, one, facts)
        : onceMore(state, current.sale, line, facts);
    }
    case 'change-last': {
      const line = current.sale && lastLine(current.sale);
      if (current.sale === null || line === null || current.multiplier === null) return refuse(state);
      if (!line.item.decimalQuantity && !Number.isInteger(current.multiplier)) {
        return tell(state, { key: 'whole-only', name: line.item.name });
      }
      return changeQuantity(state, current.sale, line.lineId, current.multiplier, facts);
    }
    case 'take-back': {
      if (current.sale === null) return refuse(state);
      const taken = takeBackLast(current.sale);
      // A return, a customer or a coupon without goods.
      if (!taken) return tell(state, { key: 'sale-voided' }, idle);
      const { item } = taken.line;
      return resell(state, taken.contents, facts, { key: 'taken-back', name: item.name, quantity: taken.quantity });
    }
    case 'show-lines':
      if (!current.sale?.lines.length) return refuse(state);
      return go(state, { kind: 'choosing', choice: { kind: 'line' }, sale: current.sale, cursor: 0 });
    case 'pay': {
      if (current.typed !== '') return tell(state, { key: 'finish-typing' });
      if (!current.sale?.lines.length && !current.sale?.returning) return tell(state, { key: 'no-goods' });
      // The prices of this moment hold from here on, whatever ends or begins while the customer looks for the purse.
      const result = priced(current.sale, facts);
      if (!result.ok || result.sale === null) return tell(state, result.ok ? { key: 'no-goods' } : result.notice);
      if (!facts.storage().payments) return tell(state, { key: 'no-payment' });
      if (overLimit(result.sale, facts)) {
        return guard(state, 'discount', { kind: 'keep-reductions', sale: result.sale }, facts);
      }
      const lost = couponLost(current.sale, result.sale);
      const mode = settling(result.sale, []);
      return lost ? tell(state, lost, mode) : go(state, mode);
    }
    case 'open-menu':
      if (current.typed !== '') return tell(state, { key: 'finish-typing' });
      return go(state, { kind: 'menu', menu: 'main', sale: current.sale, cursor: 0 });
    default:
      return refuse(state);
  }
}

/** An amount without an article is sold as the shop's department for such things. */
function putAmount(state: RegisterState, found: Found, typed: string, facts: RegisterFacts): Step | null {
  const amount = typed.includes('.') && found.kind === 'unknown' ? amountTyped(typed) : null;
  const item = amount === null || amount === 0 ? null : facts.goods.department();
  if (amount === null || item === null) return null;
  const multiplier = state.mode.kind === 'selling' ? state.mode.multiplier : null;
  const price = { amount, kind: 'open', reason: null, approvedBy: null } as const;
  return putItem(state, item, multiplier ?? one, facts, { price });
}

/** One more at the same price: on the same line, or beside a labelled pack. */
function onceMore(state: RegisterState, sale: OpenSale, line: OpenLine, facts: RegisterFacts): Step {
  if (line.price?.kind === 'label') return putItem(state, line.item, line.quantity, facts, { price: line.price });
  const raised = quantityOrNull(line.quantity + 1);
  return raised === null
    ? tell(state, { key: 'bad-quantity' })
    : changeQuantity(state, sale, line.lineId, raised, facts);
}

/** A scan while goods may be put in, whatever list or question is open. */
export function putScanned(state: RegisterState, code: string, facts: RegisterFacts): Step {
  const member = facts.badge(code);
  if (member !== null) return signedIn(state, member, saleInHand(state.mode));
  if (facts.isReceipt(code)) return returnByReceipt(state, saleInHand(state.mode), code, facts);
  return put(state, facts.goods.scanned(code), code, facts);
}

/** Puts what was found into the sale in hand, as often as the multiplier says, or asks which variant is meant. */
export function put(state: RegisterState, found: Found, code: string, facts: RegisterFacts): Step {
  const multiplier = state.mode.kind === 'selling' ? state.mode.multiplier : null;
  const quantity = multiplier ?? one;
  switch (found.kind) {
    case 'item': {
      const { item, labelPrice } = found;
      if (labelPrice !== undefined) return putLabelled(state, item, labelPrice, quantity, facts);
      const many = found.quantity === undefined ? quantity : quantityOrNull(found.quantity * quantity);
      if (many === null) return tell(state, { key: 'bad-quantity' });
      return multiplier === null && found.quantity === undefined
        ? putOrAsk(state, item, one, facts)
        : item.askPrice || item.askSerialNumber
          ? putOrAsk(state, item, many, facts)
          : putItem(state, item, many, facts);
    }
    case 'bundle':
      return askSelections(state, found.item, found.options, quantity, facts);
    case 'variants': {
      const { name, items } = found;
      return go(state, {
        kind: 'choosing',
        choice: { kind: 'variant', name, items, quantity },
        sale: saleInHand(state.mode),
        cursor: 0,
      });
    }
    case 'not-for-sale':
      return tell(state, { key: found.reason === 'set' ? 'sold-by-parts' : 'not-for-sale', name: found.name });
    case 'misread':
      return tell(state, { key: 'misread' });
    case 'unknown':
      return tell(state, { key: 'unknown-code', code });
    case 'no-catalogue':
      return tell(state, { key: 'no-catalogue' });
  }
}
