import { zero } from '../money/money.ts';
import { one, type Quantity } from '../money/quantity.ts';
import { putItem } from './adding.ts';
import type { BundleQuestion, RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import type { SaleItem } from './open-sale.ts';
import type { AskingPriceMode, Choice, Mode, RegisterState } from './state.ts';
import { saleInHand } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';
import { amountTyped, eraseLast, nextLetter, nothingTyped, tap, type } from './typing.ts';
import { putOrWeigh } from './weighing.ts';

/** Puts an article in, after what must be known of it first: its serial number, its price, its weight. */
export function putOrAsk(state: RegisterState, item: SaleItem, quantity: Quantity, facts: RegisterFacts): Step {
  const sale = saleInHand(state.mode);
  if (item.askSerialNumber) {
    if (quantity !== one) return tell(state, { key: 'one-by-one', name: item.name });
    return go(state, { kind: 'serial-number', sale, item, text: nothingTyped(false) });
  }
  if (item.askPrice) return go(state, { kind: 'asking-price', sale, item, quantity, typed: '' });
  return putOrWeigh(state, item, quantity, facts);
}

/** What an article of a department costs. */
export function stepAskingPrice(
  state: RegisterState,
  mode: AskingPriceMode,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'confirm': {
      const amount = amountTyped(mode.typed);
      if (mode.typed === '') return refuse(state);
      if (amount === null || amount === zero) return tell(state, { key: 'bad-amount' }, { ...mode, typed: '' });
      const price = { amount, kind: 'open', reason: null, approvedBy: null } as const;
      const rest: RegisterState = { ...state, mode: atRest(state, mode.sale) };
      return putItem(rest, mode.item, mode.quantity, facts, { price });
    }
    default:
      return refuse(state);
  }
}

/** The number that tells this piece from all others of its kind. */
export function stepSerialNumber(
  state: RegisterState,
  mode: Extract<Mode, { kind: 'serial-number' }>,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  const taken = (text: string): Step => {
    const serialNumber = text.trim();
    if (serialNumber === '') return refuse(state);
    if (mode.sale?.lines.some((line) => line.item.sku === mode.item.sku && line.serialNumber === serialNumber)) {
      return tell(
        state,
        { key: 'serial-number-twice', serialNumber },
        { ...mode, text: nothingTyped(mode.text.letters) },
      );
    }
    return putItem({ ...state, mode: atRest(state, mode.sale) }, mode.item, one, facts, { serialNumber });
  };
  switch (input.kind) {
    case 'tap':
      return go(state, { ...mode, text: tap(mode.text, input.digit) });
    case 'next-letter':
      return go(state, { ...mode, text: nextLetter(mode.text) });
    case 'switch-letters':
      return go(state, { ...mode, text: { ...mode.text, letters: !mode.text.letters, tapped: null } });
    case 'erase':
      return go(state, { ...mode, text: eraseLast(mode.text) });
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'scan':
      return taken(input.code);
    case 'confirm':
      return taken(mode.text.text);
    default:
      return refuse(state);
  }
}

/** Goes through a bundle's options one after the other. */
export function askSelections(
  state: RegisterState,
  item: SaleItem,
  options: readonly BundleQuestion[],
  quantity: Quantity,
  facts: RegisterFacts,
): Step {
  if (options.length === 0) return putOrAsk(state, item, quantity, facts);
  const sale = saleInHand(state.mode);
  return go(state, { kind: 'choosing', choice: { kind: 'bundle', item, options, quantity }, sale, cursor: 0 });
}

export function chooseSelection(
  state: RegisterState,
  { item, options, quantity }: Extract<Choice, { kind: 'bundle' }>,
  index: number,
  facts: RegisterFacts,
): Step {
  const [option, ...others] = options;
  const chosen = option?.selections[index];
  if (!chosen) return refuse(state);
  const bundleSelections = [...item.bundleSelections, chosen.selection].sort((a, b) => a.optionId - b.optionId);
  return askSelections(state, { ...item, bundleSelections }, others, quantity, facts);
}
