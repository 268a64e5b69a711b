import { describe, expect, test } from 'vitest';
import { builtInLanguages, english, type Language } from '../../src/languages/language.ts';
import { hundredths } from '../../src/money/money.ts';
import { one } from '../../src/money/quantity.ts';
import type { ReceiptNumber, SaleId, ShiftId } from '../../src/platform/ids.ts';
import type { RegisterSettings, ServiceFacts } from '../../src/register/facts.ts';
import { type MenuItem, menus } from '../../src/register/lists.ts';
import type { Notice, NoticeKey } from '../../src/register/notice.ts';
import type { SaleItem } from '../../src/register/open-sale.ts';
import {
  initialState,
  type Mode,
  type RegisterState,
  saleInHand,
  type WeighingProblem,
} from '../../src/register/state.ts';
import { nothingTyped } from '../../src/register/typing.ts';
import { customerView } from '../../src/screens/customer-view.ts';
import { layText } from '../../src/screens/layout.ts';
import { noticeText } from '../../src/screens/texts.ts';
import { type ViewContext, view } from '../../src/screens/view.ts';
import { type GoodsSettings, plainGoods } from '../../src/till/goods.ts';
import { RegisterDriver } from '../register/register-driver.ts';

const sizes = {
  '16x2': { columns: 16, rows: 2 },
  '20x2': { columns: 20, rows: 2 },
  '20x4': { columns: 20, rows: 4 },
} as const;
const languages = builtInLanguages.map((language) => [language.code, language] as const);

function context(language: Language, size: keyof typeof sizes, change: Partial<ViewContext> = {}): ViewContext {
  return {
    size: sizes[size],
    texts: language.screens,
    currency: { code: 'EUR', symbol: '€', decimalSeparator: language.code === 'en' ? '.' : ',', symbolFirst: false },
    connection: { online: false, waiting: 12, parked: 1, words: 'no connection to shop.example' },
    storage: { low: false, newSales: true, payments: true },
    cards: true,
    service: () => service,
    denominations: [hundredths(5000), hundredths(50)],
    cashStep: null,
    page: 0,
    ...change,
  };
}

const service: ServiceFacts = {
  lastContact: '23.11. 14:05',
  paperProblem: 'paper is out',
  clockTrusted: false,
  addresses: ['192.168.100.200'],
  version: '0.1.0',
  terminalId: 'MARKET-STALL',
  devices: [{ name: 'customer display', ready: false }],
  parked: [{ receiptNumber: 'K1-00000042', words: 'the source has less in stock than was sold' }],
};
const withService = (keys: string): RegisterState => {
  const register = new RegisterDriver();
  register.service = service;
  return register.press(`menu 9 0 ${keys}`).state;
};

const receiptNumber = 'K1-00000042' as ReceiptNumber;
const at = (keys: string): RegisterState => new RegisterDriver().press(keys).state;
const saleIdOf = (mode: Mode): SaleId => (mode.kind === 'saving' ? mode.sale.saleId : ('' as SaleId));

function completed(keys: string, then: (register: RegisterDriver) => void = () => {}): RegisterState {
  const register = new RegisterDriver().press(keys);
  register.input({ kind: 'sale-saved', saleId: saleIdOf(register.state.mode), receiptNumber });
  then(register);
  return register.state;
}

function card(keys: string, then: (register: RegisterDriver, paymentId: string) => void): RegisterState {
  const register = new RegisterDriver().press(keys);
  const { mode } = register.state;
  then(register, mode.kind === 'card' ? mode.payment.paymentId : '');
  return { ...register.state, notice: null };
}

function unsaved(keys: string): RegisterState {
  const register = new RegisterDriver().press(keys);
  const saleId = saleIdOf(register.state.mode);
  register.input({ kind: 'sale-not-saved', saleId, code: 'journal.disk-full' });
  return { ...register.state, notice: null };
}

function onScale(problem: WeighingProblem | null, then = ''): RegisterState {
  const register = new RegisterDriver(true, true).press('1 enter 2 enter');
  const { mode } = register.state;
  const weighingId = mode.kind === 'weighing' ? mode.weighingId : '';
  if (problem !== null) register.input({ kind: 'not-weighed', weighingId, problem });
  return (then === '' ? register : register.press(then)).state;
}

const closed = (): RegisterState => new RegisterDriver(false).state;

const voucher = { code: 'voucher', name: 'Voucher', givesChange: false, asksReference: true };
const tenders = { tenders: [voucher], foreignCash: [{ currency: 'CHF', rate: '1.05' }] };
const guarded = { known: true, signIn: false, guarded: ['price' as const] };

function soldItem(state: RegisterState): SaleItem {
  const item = saleInHand(state.mode)?.lines[0]?.item;
  if (item === undefined) throw new Error('nothing was sold');
  return item;
}

/** A register of a shop that has more than the plain one. */
function fuller(
  keys: string,
  goods: Partial<GoodsSettings> = {},
  change: Partial<RegisterSettings> = {},
): RegisterState {
  const register = new RegisterDriver();
  register.goods = { ...plainGoods, ...goods };
  register.settings = change;
  return register.press(keys).state;
}

/** Every state that a trader can meet. */
const states: Readonly<Record<string, RegisterState>> = {
  closed: closed(),
  'service menu': withService('total'),
  'service status': withService('1'),
  'service status, further down': withService('1 total total total total'),
  parked: withService('9'),
  devices: withService('8'),
  'asking claim code, typed': withService('0 222'),
  'switching off?': withService('times enter'),
  'training, idle': { ...withService('times times enter'), notice: null },
  'training, selling': withService('times times enter 7 enter'),
  'signing in': initialState(true, true),
  'asking price': fuller('2 times 1 enter', { openPriced: new Set(['APPLE']) }),
  'discount, percent': at('1 enter menu 0'),
  'discount, amount typed': at('7 enter enter 1 times times 12 . 5'),
  'new price': at('7 enter enter 1 total'),
  'new price, typed': at('7 enter enter 1 total 9 . 99'),
  'serial number': {
    ...at('7 enter'),
    mode: { kind: 'serial-number', sale: null, item: soldItem(at('7 enter')), text: nothingTyped(false) },
  },
  reasons: at('1 enter menu 0 10 enter'),
  counting: fuller('menu 9 2 total', {}, { denominations: [hundredths(5000), hundredths(50)] }),
  'counting, second': fuller('menu 9 2 total 3 enter', {}, { denominations: [hundredths(5000), hundredths(50)] }),
  counted: fuller('menu 9 2 total 3 enter 7 enter', {}, { denominations: [hundredths(5000), hundredths(50)] }),
  tenders: fuller('1 enter total menu', {}, tenders),
  'tender number': fuller('1 enter total menu 1 4711', {}, tenders),
  'leave asked for': fuller('7 enter enter 1 total 9 enter 1', {}, { staff: guarded }),
  'leave, PIN typed': fuller('7 enter enter 1 total 9 enter 1 1234', {}, { staff: guarded }),
  'closed, float typed': new RegisterDriver(false).press('100').state,
  'closed, just counted': new RegisterDriver().press('menu 9 2 enter').input({
    kind: 'shift-closed',
    shift: { shiftId: 's' as ShiftId, expected: hundredths(12_345), counted: hundredths(12_000) },
  }).state,
  'closed, not counted': new RegisterDriver()
    .press('menu 9 2 enter')
    .input({ kind: 'shift-closed', shift: { shiftId: 's' as ShiftId, expected: hundredths(12_345), counted: null } })
    .state,
  idle: at('clear'),
  'idle, typing': at('123'),
  'idle, multiplier': at('3 times 12'),
  'selling, one': at('1 enter'),
  'selling, several': at('3 times 1 enter 2 enter'),
  'selling, long name': at('7 enter'),
  'selling, large amounts': at('9000 times 7 enter'),
  'selling, typing': at('1 enter 99'),
  'customer without goods': { ...at('menu 4 7 enter'), notice: null },
  'menu, first page': at('menu'),
  'menu, last entry': at('menu times'),
  'shift menu': at('menu 9'),
  variants: at('3 enter'),
  'found by name': at('menu 3 8 enter'),
  'held sales': at('1 enter menu 1 7 enter menu 1 menu 2'),
  lines: at('1 enter 7 enter 2 enter enter'),
  line: at('7 enter menu 6 1'),
  'line, typing': at('7 enter menu 6 1 12'),
  weighing: onScale(null),
  'weighing, nothing on the scale': onScale('nothing'),
  'weighing, not at rest': onScale('moving'),
  'weighing, overload': onScale('overload'),
  'weighing, under zero': onScale('under-zero'),
  'weighing, no scale': onScale('no-answer'),
  'weighing, typed': onScale('no-answer', '. 25'),
  'asking name': at('menu 3'),
  'asking customer, typed': at('menu 4 1234'),
  'asking coupon, typed': at('menu 5 7777'),
  'asking cash in': at('menu 9 3'),
  'asking cash out, typed': at('menu 9 4 12 . 5'),
  'asking count': at('menu 9 2'),
  'confirming void': at('1 enter menu 7'),
  status: at('menu 9 6'),
  paying: at('7 enter total'),
  'paying, typed': at('7 enter total 20 . 5'),
  'paying, part paid': at('7 enter total 10 enter'),
  card: at('7 enter total times'),
  'card, the terminal speaks': card('7 enter total times', (register, paymentId) =>
    register.input({ kind: 'card-progress', paymentId, words: 'Please present card' }),
  ),
  'card, cancelling': at('7 enter total times clear'),
  'card unknown': card('7 enter total times', (register, paymentId) =>
    register.input({ kind: 'card-answered', paymentId, answer: { kind: 'unknown' } }),
  ),
  'card unknown, asking': card('7 enter total times', (register, paymentId) =>
    register.input({ kind: 'card-answered', paymentId, answer: { kind: 'unknown' } }).press('enter'),
  ),
  saving: at('7 enter total enter'),
  'unsaved, cash': unsaved('7 enter total enter'),
  'completed, printing': completed('7 enter total 20 enter'),
  'completed, printed': completed('7 enter total 20 enter', (register) =>
    register.input({ kind: 'receipt-done', receiptNumber, printed: true }),
  ),
  'completed, exact, no printer': completed('7 enter total enter', (register) =>
    register.input({ kind: 'receipt-done', receiptNumber, printed: false }),
  ),
  'completed, paper out': completed('7 enter total 20 enter', (register) =>
    register.input({ kind: 'receipt-not-printed', receiptNumber, reason: 'paper is out' }),
  ),
  recording: new RegisterDriver(false).press('enter').state,
};

const boxed = (title: string, rows: readonly string[]): string => [title, ...rows.map((row) => `|${row}|`)].join('\n');

describe('what the displays show', () => {
  test.each(languages)('every state at every size, %s', async (code, language) => {
    const pictures = Object.entries(states).flatMap(([name, state]) => [
      `## ${name}`,
      ...(Object.keys(sizes) as (keyof typeof sizes)[]).map((size) => {
        const { rows, pages } = view(state, context(language, size));
        return boxed(pages > 1 ? `${size}, page 1 of ${pages}` : size, rows);
      }),
      boxed('customer 20x2', customerView(state, context(language, '20x2')).rows),
      '',
    ]);
    await expect(pictures.join('\n')).toMatchFileSnapshot(`golden/states-${code}.txt`);
  });

  test.each(languages)('an idle display says that space is short, %s', (_, language) => {
    const idle = at('clear');
    const shown = (change: Partial<ViewContext['storage']>): string => {
      const storage = { low: false, newSales: true, payments: true, ...change };
      return view(idle, context(language, '16x2', { storage })).rows[1]?.trim() ?? '';
    };
    const { addHint, storageLow, storageFull } = language.screens.labels;
    expect(shown({})).toBe(addHint);
    expect(shown({ low: true })).toBe(storageLow);
    expect(shown({ newSales: false })).toBe(storageFull);
  });

  test('every mode is among the states', () => {
    const shown = new Set(Object.values(states).map((state) => state.mode.kind));
    const all: Record<Mode['kind'], true> = {
      closed: true,
      selling: true,
      menu: true,
      choosing: true,
      line: true,
      weighing: true,
      'asking-text': true,
      'asking-amount': true,
      'confirming-void': true,
      'confirming-shut-down': true,
      'service-info': true,
      paying: true,
      card: true,
      'card-unknown': true,
      saving: true,
      unsaved: true,
      recording: true,
      'signing-in': true,
      'asking-price': true,
      discount: true,
      'new-price': true,
      'serial-number': true,
      counting: true,
      'choosing-tender': true,
      'tender-reference': true,
    };
    expect([...shown].sort()).toEqual(Object.keys(all).sort());
  });

  test('without a card terminal no card is offered', () => {
    const { rows } = view(at('7 enter total'), context(english, '20x2', { cards: false }));
    expect(rows[1]?.trim()).toBe('ENT=exact cash');
  });

  test('a tall display keeps its last row under a notice', () => {
    const { rows } = view(at('999 enter'), context(english, '20x4'));
    expect(rows.map((row) => row.trim())).toEqual(['Unknown: 999', '', '', 'PLU + ENT']);
  });
});

describe('texts', () => {
  test.each(languages)('labels fit the smallest display, menus beside their number, %s', (_, language) => {
    const { labels, menu } = language.screens;
    for (const label of Object.values(labels)) expect([...label].length, label).toBeLessThanOrEqual(16);
    for (const item of Object.keys(menu) as MenuItem[]) {
      expect([...menu[item]].length, menu[item]).toBeLessThanOrEqual(13);
    }
    expect([...new Set(Object.values(menus).flat())].sort()).toEqual(Object.keys(menu).sort());
  });

  test.each(languages)('every notice is readable on 16x2 in at most three pages, %s', async (code, language) => {
    const { currency } = context(language, '16x2');
    const pictures = Object.values(notices).map((notice) => {
      const words = noticeText(notice, language.screens, currency);
      const { pages } = layText(words, sizes['16x2'], 0);
      expect(pages, words).toBeLessThanOrEqual(3);
      const shown = Array.from({ length: pages }, (_, page) => layText(words, sizes['16x2'], page).rows);
      return [`## ${notice.key}`, ...shown.map((rows) => boxed('', rows))].join('\n');
    });
    await expect(pictures.join('\n')).toMatchFileSnapshot(`golden/notices-${code}.txt`);
  });
});

const name = 'Mountain cheese';
const amount = hundredths(1234);
const code = 'journal.disk-full';
const notices: { readonly [Key in NoticeKey]: Extract<Notice, { key: Key }> } = {
  'unknown-code': { key: 'unknown-code', code: '4012345678901' },
  misread: { key: 'misread' },
  'not-for-sale': { key: 'not-for-sale', name },
  'sold-by-parts': { key: 'sold-by-parts', name },
  'no-price': { key: 'no-price', name },
  'no-catalogue': { key: 'no-catalogue' },
  'out-of-stock': { key: 'out-of-stock', name, left: 0 },
  'low-stock': { key: 'low-stock', name, left: 2.5 },
  'pricing-failed': { key: 'pricing-failed', reason: 'unknown customer group' },
  'bad-quantity': { key: 'bad-quantity' },
  'whole-only': { key: 'whole-only', name },
  'taken-back': { key: 'taken-back', name, quantity: one },
  'line-voided': { key: 'line-voided', name },
  'sale-voided': { key: 'sale-voided' },
  'nothing-found': { key: 'nothing-found', text: 'MUSTER' },
  'finish-typing': { key: 'finish-typing' },
  held: { key: 'held', count: 2 },
  'nothing-held': { key: 'nothing-held' },
  'no-goods': { key: 'no-goods' },
  'customer-set': { key: 'customer-set', name: 'Erika Muster' },
  'coupon-taken': { key: 'coupon-taken', code: 'SAVE10', discount: amount },
  'coupon-refused': { key: 'coupon-refused', code: 'SAVE10' },
  'bad-amount': { key: 'bad-amount' },
  'too-much-cash': { key: 'too-much-cash' },
  'cash-given-back': { key: 'cash-given-back', amount },
  'finish-payment': { key: 'finish-payment' },
  'card-more-than-due': { key: 'card-more-than-due' },
  'card-unavailable': { key: 'card-unavailable', code: 'till.no-card-terminal' },
  'card-declined': { key: 'card-declined', reason: 'not enough money' },
  'card-cancelled': { key: 'card-cancelled', reason: 'removed too early' },
  'card-part-paid': { key: 'card-part-paid', amount },
  'card-not-charged': { key: 'card-not-charged' },
  'card-still-unknown': { key: 'card-still-unknown' },
  'card-not-returnable': { key: 'card-not-returnable' },
  'card-unresolved': { key: 'card-unresolved' },
  'card-set-aside': { key: 'card-set-aside' },
  'nothing-unresolved': { key: 'nothing-unresolved' },
  'settled-late': { key: 'settled-late', receiptNumber },
  'restored-after-card': { key: 'restored-after-card' },
  'money-back': { key: 'money-back', amount },
  'not-saved': { key: 'not-saved', code },
  'card-not-saved': { key: 'card-not-saved', code },
  'not-recorded': { key: 'not-recorded', code },
  'not-printed': { key: 'not-printed', reason: 'paper is out' },
  reprinting: { key: 'reprinting', receiptNumber },
  'no-receipt': { key: 'no-receipt' },
  'no-new-sale': { key: 'no-new-sale' },
  'no-payment': { key: 'no-payment' },
  'drawer-not-opened': { key: 'drawer-not-opened' },
  'shift-needed': { key: 'shift-needed' },
  'shift-opened': { key: 'shift-opened', float: amount },
  'shift-busy': { key: 'shift-busy', because: 'card' },
  'shift-already-open': { key: 'shift-already-open' },
  'cash-moved': { key: 'cash-moved', direction: 'out', amount },
  busy: { key: 'busy' },
  'nothing-parked': { key: 'nothing-parked' },
  'no-devices': { key: 'no-devices' },
  'testing-device': { key: 'testing-device', device: 'customer display' },
  'device-passed': { key: 'device-passed', reason: 'sent' },
  'device-failed': { key: 'device-failed', reason: 'paper is out' },
  claiming: { key: 'claiming' },
  'claim-taken': { key: 'claim-taken', reason: 'market-1' },
  'claim-refused': { key: 'claim-refused', reason: 'unknown code' },
  'training-begun': { key: 'training-begun' },
  'training-ended': { key: 'training-ended' },
  'shutting-down': { key: 'shutting-down' },
  'one-by-one': { key: 'one-by-one', name },
  'serial-number-twice': { key: 'serial-number-twice', serialNumber: 'SN-4711-0815' },
  'discount-given': { key: 'discount-given', amount },
  'discount-taken-back': { key: 'discount-taken-back' },
  'nothing-to-discount': { key: 'nothing-to-discount' },
  'price-changed': { key: 'price-changed', name, price: amount },
  'price-as-listed': { key: 'price-as-listed' },
  'sign-in-first': { key: 'sign-in-first' },
  'signed-in': { key: 'signed-in', name: 'Erika Muster' },
  'no-staff': { key: 'no-staff' },
  'wrong-pin': { key: 'wrong-pin' },
  'pin-locked': { key: 'pin-locked', seconds: 30 },
  'unknown-badge': { key: 'unknown-badge' },
  'not-allowed': { key: 'not-allowed', name: 'Erika Muster' },
  'not-approved': { key: 'not-approved' },
  'more-than-due': { key: 'more-than-due' },
  'voucher-twice': { key: 'voucher-twice', reference: 'V-4711' },
  'tender-given-back': { key: 'tender-given-back', tender: 'Voucher 12.34' },
  'foreign-amount-first': { key: 'foreign-amount-first', needed: 'CHF 12.34' },
};
