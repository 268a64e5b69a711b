import { zero } from '../money/money.ts';
import { unreachable } from '../platform/brand.ts';
import { changeQuantity } from './adding.ts';
import { guard } from './approval.ts';
import { chooseSelection, putOrAsk } from './asking.ts';
import { askReason, giveReason } from './discount-questions.ts';
import type { RegisterFacts } from './facts.ts';
import { hold, recall, recallAny } from './held.ts';
import type { PersonInput } from './input.ts';
import type { MenuItem } from './lists.ts';
import { listLength, menus } from './lists.ts';
import { beginMailing } from './mailing.ts';
import { beginNewCustomer } from './new-customers.ts';
import { changeLine, goodsLines } from './open-sale.ts';
import { askOrSetCustomer, setCoupon, setCustomer } from './particulars.ts';
import { beginReturn, returnByReceipt, returnReasonGiven } from './returning.ts';
import { put, putScanned } from './selling.ts';
import { openServiceItem } from './service.ts';
import type { Mode, RegisterState } from './state.ts';
import { signingIn } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, lookAfterCard, refuse, resell, tell } from './step-tools.ts';
import { amountTyped, edited, nothingTyped, quantityTyped, type } from './typing.ts';

type MenuMode = Extract<Mode, { kind: 'menu' }>;
type ChoosingMode = Extract<Mode, { kind: 'choosing' }>;
type LineMode = Extract<Mode, { kind: 'line' }>;
type TextMode = Extract<Mode, { kind: 'asking-text' }>;
type AmountMode = Extract<Mode, { kind: 'asking-amount' }>;

/** A list is scrolled and one of its entries is chosen, by its number or where the cursor is. */
export function stepList(
  state: RegisterState,
  mode: MenuMode | ChoosingMode,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  const length = listLength(state, mode);
  switch (input.kind) {
    case 'scroll':
      return go(state, { ...mode, cursor: (mode.cursor + input.by + length) % Math.max(1, length) });
    case 'choose':
      return input.number >= 1 && input.number <= length ? choose(state, mode, input.number - 1, facts) : refuse(state);
    case 'choose-shown':
      return choose(state, mode, mode.cursor, facts);
    case 'back':
    case 'open-menu':
      return go(state, atRest(state, mode.sale));
    case 'scan':
      return state.shiftOpen ? putScanned(state, input.code, facts) : tell(state, { key: 'shift-needed' });
    default:
      return refuse(state);
  }
}

function choose(state: RegisterState, mode: MenuMode | ChoosingMode, index: number, facts: RegisterFacts): Step {
  if (mode.kind === 'choosing') return chooseEntry(state, mode, index, facts);
  const item = menus[mode.menu][index];
  return item === undefined ? refuse(state) : openItem(state, mode, item, facts);
}

const worksWithoutShift: ReadonlySet<MenuItem> = new Set<MenuItem>([
  'reprint',
  'gift-receipt',
  'mail-receipt',
  'shift-menu',
  'service-info',
  'resolve-card',
  'synchronise',
  'service-menu',
  'parked',
  'test-device',
  'claim-code',
  'training',
  'shut-down',
  'change-cashier',
]);

function openItem(state: RegisterState, { sale }: MenuMode, item: MenuItem, facts: RegisterFacts): Step {
  const rest = atRest(state, sale);
  if (!state.shiftOpen && !worksWithoutShift.has(item)) return tell(state, { key: 'shift-needed' }, rest);
  const ask = (what: TextMode['what'], letters: boolean): Step =>
    go(state, { kind: 'asking-text', what, sale, text: nothingTyped(letters) });
  const askAmount = (what: AmountMode['what']): Step => go(state, { kind: 'asking-amount', what, sale, typed: '' });
  switch (item) {
    case 'hold':
      return hold(state, sale);
    case 'recall':
      return recallAny(state, sale, facts);
    case 'find':
      return ask('name', true);
    case 'customer':
      return ask('customer', false);
    case 'coupon':
      return ask('coupon', true);
    case 'lines':
      if (!sale?.lines.length) return tell(state, { key: 'no-goods' }, rest);
      return go(state, { kind: 'choosing', choice: { kind: 'line' }, sale, cursor: 0 });
    case 'void-sale':
      return sale ? go(state, { kind: 'confirming-void', sale }) : tell(state, { key: 'no-goods' }, rest);
    case 'reprint':
      return go(state, rest, { kind: 'reprint' });
    case 'gift-receipt': {
      const last = facts.lastSale();
      if (last === null) return tell(state, { key: 'no-receipt' }, rest);
      return go(state, rest, { kind: 'print-gift', receiptNumber: last.receiptNumber });
    }
    case 'mail-receipt':
      return beginMailing(state, sale, facts);
    case 'shift-menu':
      return go(state, { kind: 'menu', menu: 'shift', sale, cursor: 0 });
    case 'x-report':
      return go(state, rest, { kind: 'print-shift-report' });
    case 'close-shift':
      return askAmount('count');
    case 'cash-in':
    case 'cash-out':
      return askAmount(item);
    case 'open-drawer':
      return guard(state, 'open-drawer', { kind: 'open-drawer', sale }, facts);
    case 'discount':
      if (!sale?.lines.length) return tell(state, { key: 'no-goods' }, rest);
      return go(state, { kind: 'discount', sale, lineId: null, unit: 'percent', typed: '' });
    case 'return':
      return beginReturn(state, sale);
    case 'change-cashier':
      if (!facts.settings.staff.known) return tell(state, { key: 'no-staff' }, rest);
      return go({ ...state, cashier: null }, signingIn(sale));
    case 'service-menu':
      return guard(state, 'service', { kind: 'service-menu', sale }, facts);
    case 'service-info':
    case 'parked':
    case 'test-device':
    case 'claim-code':
    case 'training':
    case 'shut-down':
      return openServiceItem(state, item, sale, facts);
    case 'resolve-card':
      if (!state.unresolved) return tell(state, { key: 'nothing-unresolved' }, rest);
      return tell(state, { key: 'card-unresolved' }, rest, ...lookAfterCard(state));
    case 'synchronise':
      return go(state, rest, { kind: 'synchronise' });
  }
}

function chooseEntry(state: RegisterState, mode: ChoosingMode, index: number, facts: RegisterFacts): Step {
  const { choice, sale } = mode;
  switch (choice.kind) {
    case 'product': {
      const entry = choice.entries[index];
      return entry ? put(state, entry.found, entry.name, facts) : refuse(state);
    }
    case 'variant': {
      const item = choice.items[index];
      return item ? putOrAsk(state, item, choice.quantity, facts) : refuse(state);
    }
    case 'customer': {
      const customer = choice.customers[index];
      if (customer) return setCustomer(state, sale, customer, facts);
      return index === choice.customers.length ? beginNewCustomer(state, sale, choice.looked) : refuse(state);
    }
    case 'held': {
      const held = state.held[index];
      return held ? recall(state, sale, held, facts) : refuse(state);
    }
    case 'line': {
      const line = sale && goodsLines(sale)[index];
      return sale && line ? go(state, { kind: 'line', sale, lineId: line.lineId, typed: '' }) : refuse(state);
    }
    case 'return-reason': {
      const reason = choice.reasons[index];
      return reason === undefined ? refuse(state) : returnReasonGiven(state, sale, choice.draft, reason, facts);
    }
    case 'device': {
      const name = choice.names[index];
      if (name === undefined) return refuse(state);
      return tell(state, { key: 'testing-device', device: name }, atRest(state, sale), { kind: 'test-device', name });
    }
    case 'bundle':
      return chooseSelection(state, choice, index, facts);
    case 'reason': {
      const reason = choice.reasons[index];
      return reason === undefined ? refuse(state) : giveReason(state, { ...choice.action, reason }, facts);
    }
  }
}

/** A new quantity for one line; 0 voids it. */
export function stepLine(state: RegisterState, mode: LineMode, input: PersonInput, facts: RegisterFacts): Step {
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'discount':
      return go(state, { kind: 'discount', sale: mode.sale, lineId: mode.lineId, unit: 'percent', typed: '' });
    case 'new-price':
      return go(state, { kind: 'new-price', sale: mode.sale, lineId: mode.lineId, typed: '' });
    case 'scan':
      return putScanned(state, input.code, facts);
    case 'confirm': {
      const line = mode.sale.lines.find((each) => each.lineId === mode.lineId);
      if (!line || mode.typed === '') return go(state, atRest(state, mode.sale));
      const { name, decimalQuantity } = line.item;
      if (Number(mode.typed) === 0) {
        return resell(state, changeLine(mode.sale, mode.lineId, null), facts, { key: 'line-voided', name });
      }
      const changed = quantityTyped(mode.typed);
      if (changed === null) return tell(state, { key: 'bad-quantity' }, { ...mode, typed: '' });
      if (!decimalQuantity && !Number.isInteger(changed)) {
        return tell(state, { key: 'whole-only', name }, { ...mode, typed: '' });
      }
      return changeQuantity(state, mode.sale, mode.lineId, changed, facts);
    }
    default:
      return refuse(state);
  }
}

/** A text is asked for: a name to find, a customer, a coupon. */
export function stepText(state: RegisterState, mode: TextMode, input: PersonInput, facts: RegisterFacts): Step {
  const text = edited(mode.text, input);
  if (text !== null) return go(state, { ...mode, text });
  switch (input.kind) {
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'scan':
      return mode.what === 'name'
        ? putScanned(state, input.code, facts)
        : answerText(state, mode, input.code.trim(), facts);
    case 'confirm':
      return answerText(state, mode, mode.text.text.trim(), facts);
    default:
      return refuse(state);
  }
}

function answerText(state: RegisterState, { what, sale }: TextMode, text: string, facts: RegisterFacts): Step {
  switch (what) {
    case 'coupon':
      return setCoupon(state, sale, text, facts);
    case 'customer':
      return askOrSetCustomer(state, sale, text, facts);
    case 'return-receipt':
      return returnByReceipt(state, sale, text, facts);
    case 'claim-code':
      if (text === '') return go(state, atRest(state, sale));
      return tell(state, { key: 'claiming' }, atRest(state, sale), { kind: 'claim', code: text });
    case 'name': {
      if (text === '') return go(state, atRest(state, sale));
      const entries = facts.goods
        .named(text)
        .filter(({ found }) => found.kind === 'item' || found.kind === 'variants' || found.kind === 'bundle');
      if (entries.length === 0) return tell(state, { key: 'nothing-found', text });
      return go(state, { kind: 'choosing', choice: { kind: 'product', entries }, sale, cursor: 0 });
    }
    default:
      return unreachable(what);
  }
}

/** An amount is asked for: cash put in or taken out, or the count that closes the shift. */
export function stepAmount(state: RegisterState, mode: AmountMode, input: PersonInput, facts: RegisterFacts): Step {
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'confirm': {
      const amount = amountTyped(mode.typed);
      const notCounted = mode.what === 'count' && mode.typed === '';
      if (!notCounted && (amount === null || (mode.what !== 'count' && amount === zero))) {
        return tell(state, { key: 'bad-amount' }, { ...mode, typed: '' });
      }
      const { sale } = mode;
      if (mode.what === 'count') {
        return guard(
          state,
          'close-shift',
          { kind: 'close-shift', counted: amount, denominations: mode.counted ?? [], sale },
          facts,
        );
      }
      const direction = mode.what === 'cash-in' ? 'in' : 'out';
      return askReason(state, { kind: 'move-cash', direction, amount: amount ?? zero, reason: null, sale }, facts);
    }
    case 'count-pieces':
      if (mode.what !== 'count' || facts.settings.denominations.length === 0) return refuse(state);
      return go(state, { kind: 'counting', sale: mode.sale, typed: '', counted: [] });
    default:
      return refuse(state);
  }
}

export function stepVoid(
  state: RegisterState,
  mode: Extract<Mode, { kind: 'confirming-void' }>,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  switch (input.kind) {
    case 'confirm':
      return guard(state, 'void-sale', { kind: 'void-sale', sale: mode.sale }, facts);
    case 'back':
      return go(state, atRest(state, mode.sale));
    default:
      return refuse(state);
  }
}
