import { decimal, hundredths, type Money, subtract, zero } from '../money/money.ts';
import type { ForeignCash, RegisterFacts, TenderKind } from './facts.ts';
import type { PersonInput } from './input.ts';
import type { PaidSale } from './open-sale.ts';
import { amountDue } from './open-sale.ts';
import type { OtherTender, Tender } from './sale.ts';
import type { Mode, PayingMode, RegisterState, TenderEntry } from './state.ts';
import { paying } from './state.ts';
import type { Step } from './step-tools.ts';
import { go, refuse, tell } from './step-tools.ts';
import { canBeKept, takeTenders } from './taking.ts';
import { changeTenders } from './tendering.ts';
import { amountTyped, eraseLast, nextLetter, nothingTyped, tap } from './typing.ts';

type ListMode = Extract<Mode, { kind: 'choosing-tender' }>;
type ReferenceMode = Extract<Mode, { kind: 'tender-reference' }>;

/** The shop's own tenders and foreign cash; with none of them, or nothing paid yet, the main menu as everywhere. */
export function openTenders(state: RegisterState, mode: PayingMode, facts: RegisterFacts): Step {
  const { tenders, foreignCash } = facts.settings;
  const untouched = mode.tenders.length === 0;
  const entries: TenderEntry[] = [
    ...tenders.map((tender) => ({ kind: 'own', tender }) as const),
    ...foreignCash.map((cash) => ({ kind: 'foreign', cash }) as const),
    ...(untouched ? [{ kind: 'menu' } as const] : []),
  ];
  if (entries.length > (untouched ? 1 : 0)) {
    const { sale, tenders: paid, typed } = mode;
    return go(state, { kind: 'choosing-tender', sale, tenders: paid, typed, entries, cursor: 0 });
  }
  return untouched
    ? go(state, { kind: 'menu', menu: 'main', sale: mode.sale, cursor: 0 })
    : tell(state, { key: 'finish-payment' });
}

export function stepTenders(state: RegisterState, mode: ListMode, input: PersonInput, facts: RegisterFacts): Step {
  const length = mode.entries.length;
  switch (input.kind) {
    case 'scroll':
      return go(state, { ...mode, cursor: (mode.cursor + input.by + length) % length });
    case 'choose':
      return chooseTender(state, mode, input.number - 1, facts);
    case 'choose-shown':
      return chooseTender(state, mode, mode.cursor, facts);
    case 'back':
      return go(state, paying(mode.sale, mode.tenders));
    default:
      return refuse(state);
  }
}

function chooseTender(state: RegisterState, mode: ListMode, index: number, facts: RegisterFacts): Step {
  const entry = mode.entries[index];
  if (entry === undefined) return refuse(state);
  const back = paying(mode.sale, mode.tenders);
  if (entry.kind === 'menu') return go(state, { kind: 'menu', menu: 'main', sale: mode.sale, cursor: 0 });
  if (!canBeKept(mode, facts)) return tell(state, { key: 'no-payment' }, back);
  const typed = amountTyped(mode.typed);
  if (mode.typed !== '' && (typed === null || typed === zero)) return tell(state, { key: 'bad-amount' }, back);
  return entry.kind === 'own'
    ? takeOwn(state, mode, entry.tender, typed, facts)
    : takeForeign(state, mode, entry.cash, typed, facts);
}

function takeOwn(
  state: RegisterState,
  paid: PaidSale,
  tender: TenderKind,
  typed: Money | null,
  facts: RegisterFacts,
): Step {
  const due = amountDue(paid);
  const amount = typed ?? due;
  const back = paying(paid.sale, paid.tenders);
  if (amount > due && !tender.givesChange) return tell(state, { key: 'more-than-due' }, back);
  if (subtract(amount, due) > facts.settings.largestChange) return tell(state, { key: 'too-much-cash' }, back);
  if (!tender.asksReference) return take(state, paid, otherTender(tender, amount, null), facts);
  const { sale, tenders } = paid;
  return go(state, { kind: 'tender-reference', sale, tenders, tender, amount, text: nothingTyped(false) });
}

const otherTender = ({ code, name }: TenderKind, amount: Money, reference: string | null): OtherTender => ({
  kind: 'other',
  code,
  name,
  amount,
  reference,
  foreign: null,
});

/** The voucher's number is typed or scanned. */
export function stepReference(
  state: RegisterState,
  mode: ReferenceMode,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  const taken = (text: string): Step => {
    const reference = text.trim();
    if (reference === '') return refuse(state);
    const twice = mode.tenders.some(
      (each) => each.kind === 'other' && each.code === mode.tender.code && each.reference === reference,
    );
    if (twice) return tell(state, { key: 'voucher-twice', reference }, paying(mode.sale, mode.tenders));
    return take(state, mode, otherTender(mode.tender, mode.amount, reference), facts);
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
      return go(state, paying(mode.sale, mode.tenders));
    case 'scan':
      return taken(input.code);
    case 'confirm':
      return taken(mode.text.text);
    default:
      return refuse(state);
  }
}

/** How much was handed over is typed in its own currency; change is given in the shop's. */
function takeForeign(
  state: RegisterState,
  paid: PaidSale,
  cash: ForeignCash,
  typed: Money | null,
  facts: RegisterFacts,
): Step {
  const back = paying(paid.sale, paid.tenders);
  if (typed === null)
    return tell(
      state,
      { key: 'foreign-amount-first', needed: `${cash.currency} ${decimal(inForeign(amountDue(paid), cash))}` },
      back,
    );
  const worth = inOwn(typed, cash);
  if (worth === zero) return tell(state, { key: 'bad-amount' }, back);
  if (subtract(worth, amountDue(paid)) > facts.settings.largestChange)
    return tell(state, { key: 'too-much-cash' }, back);
  const tender: OtherTender = {
    kind: 'other',
    code: cash.currency,
    name: cash.currency,
    amount: worth,
    reference: null,
    foreign: { amount: typed, rate: cash.rate },
  };
  return take(state, paid, tender, facts);
}

/** In whole hundredths, never to the shop's loss. */
const inOwn = (foreign: Money, { rate }: ForeignCash): Money =>
  hundredths(Math.floor((foreign * scaled(rate)) / rateScale + 1e-9));
const inForeign = (own: Money, { rate }: ForeignCash): Money =>
  hundredths(Math.ceil((own * rateScale) / scaled(rate) - 1e-9));

/** Rates have up to six places. */
const rateScale = 1_000_000;
const scaled = (rate: string): number => Math.round(Number(rate) * rateScale);

function take(state: RegisterState, paid: PaidSale, tender: OtherTender, facts: RegisterFacts): Step {
  const over = subtract(tender.amount, amountDue(paid));
  const change: readonly Tender[] = over > zero ? changeTenders(over, facts.settings.cashStep) : [];
  return takeTenders(state, paid, [tender, ...change]);
}
