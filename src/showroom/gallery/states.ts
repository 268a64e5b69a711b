import { hundredths } from '../../money/money.ts';
import { quantity } from '../../money/quantity.ts';
import type { ReceiptNumber, SaleId, ShiftId } from '../../platform/ids.ts';
import { sampleCardSale, sampleSale } from '../../receipts/sample-sales.ts';
import type { RegisterSettings } from '../../register/facts.ts';
import type { SaleItem } from '../../register/open-sale.ts';
import { initialState, type Mode, type RegisterState, saleInHand, type WeighingProblem } from '../../register/state.ts';
import { nothingTyped } from '../../register/typing.ts';
import { type GoodsSettings, plainGoods } from '../../till/goods.ts';
import { sampleService } from './context.ts';
import { SampleRegister } from './sample-register.ts';

// What the page of screens shows, and what test/screens holds to: add a state here when the register learns one.

const receiptNumber = 'K1-00000042' as ReceiptNumber;
const at = (keys: string): RegisterState => new SampleRegister().press(keys).state;
const saleIdOf = (mode: Mode): SaleId => (mode.kind === 'saving' ? mode.sale.saleId : ('' as SaleId));

function completed(keys: string, then: (register: SampleRegister) => void = () => {}): RegisterState {
  const register = new SampleRegister().press(keys);
  register.input({ kind: 'sale-saved', saleId: saleIdOf(register.state.mode), receiptNumber });
  then(register);
  return register.state;
}

function card(keys: string, then: (register: SampleRegister, paymentId: string) => void): RegisterState {
  const register = new SampleRegister().press(keys);
  const { mode } = register.state;
  then(register, mode.kind === 'card' ? mode.payment.paymentId : '');
  return { ...register.state, notice: null };
}

function unsaved(keys: string): RegisterState {
  const register = new SampleRegister().press(keys);
  const saleId = saleIdOf(register.state.mode);
  register.input({ kind: 'sale-not-saved', saleId, code: 'journal.disk-full' });
  return { ...register.state, notice: null };
}

function onScale(problem: WeighingProblem | null, then = ''): RegisterState {
  const register = new SampleRegister(true, true).press('1 enter 2 enter');
  const { mode } = register.state;
  const weighingId = mode.kind === 'weighing' ? mode.weighingId : '';
  if (problem !== null) register.input({ kind: 'not-weighed', weighingId, problem });
  return (then === '' ? register : register.press(then)).state;
}

const withService = (keys: string): RegisterState => {
  const register = new SampleRegister();
  register.service = sampleService;
  return register.press(`menu 9 0 ${keys}`).state;
};

const lastSold = (email: string | null, keys: string): RegisterState => {
  const register = new SampleRegister();
  register.lastSale = { receiptNumber, email };
  return register.press(keys).state;
};

/** Of two articles, the second three times. */
const withReceipt = (keys: string): RegisterState => {
  const register = new SampleRegister();
  const sold = sampleCardSale('approved');
  const [first, second] = [...sold.lines, ...sampleSale().lines];
  if (first === undefined || second === undefined) throw new TypeError('the sample sells too little');
  const lines = [first, { ...second, quantity: quantity(3) }];
  register.receipts.set('42', { kind: 'sale', sale: { ...sold, lines }, before: [] });
  return { ...register.press(`menu times enter ${keys}`).state, notice: null };
};

function notFinal(): RegisterState {
  const register = new SampleRegister().press('7 enter total times');
  const { mode } = register.state;
  if (mode.kind !== 'card') throw new TypeError('no card was asked for');
  const { paymentId } = mode.payment;
  const card = { ...sampleCard, paymentId, outcome: 'stored' as const };
  register.input({ kind: 'card-answered', paymentId, answer: { kind: 'approved', card } });
  register.input({ kind: 'sale-saved', saleId: saleIdOf(register.state.mode), receiptNumber });
  register.input({ kind: 'receipt-done', receiptNumber, printed: true });
  return register.state;
}

function referred(register: SampleRegister, paymentId: string): void {
  register.input({
    kind: 'voice-asked',
    paymentId,
    phones: ['08001234567', '08007654321'],
    merchantId: '123456789012',
  });
}

const sampleCard = {
  brand: 'Visa',
  maskedPan: '541333******4444',
  authorizationCode: null,
  terminalReference: 'T-1',
  entryMode: 'chip' as const,
};

const closed = (): RegisterState => new SampleRegister(false).state;

const voucher = { code: 'voucher', name: 'Voucher', givesChange: false, asksReference: true };
const tenders = { tenders: [voucher], foreignCash: [{ currency: 'CHF', rate: '1.05' }] };
const guarded = { known: true, signIn: false, guarded: ['price' as const] };

function soldItem(state: RegisterState): SaleItem {
  const item = saleInHand(state.mode)?.lines[0]?.item;
  if (item === undefined) throw new TypeError('nothing was sold');
  return item;
}

/** A register of a shop that has more than the plain one. */
function fuller(
  keys: string,
  goods: Partial<GoodsSettings> = {},
  change: Partial<RegisterSettings> = {},
): RegisterState {
  const register = new SampleRegister();
  register.goods = { ...plainGoods, ...goods };
  register.settings = change;
  return register.press(keys).state;
}

/** Every state that a trader can meet, by what it is. */
export const states: Readonly<Record<string, RegisterState>> = {
  closed: closed(),
  'asking the receipt': at('menu times enter'),
  'returning, list': withReceipt('42 enter'),
  'returning, one chosen': withReceipt('42 enter 1 enter'),
  'return quantity': withReceipt('42 enter 2'),
  'return quantity, typed': withReceipt('42 enter 2 1'),
  'on the shelf?': withReceipt('42 enter 0 1'),
  'brought back': withReceipt('42 enter 0 1 enter clear'),
  'brought back and sold': withReceipt('42 enter 1 enter clear 1 enter 7 enter'),
  refunding: withReceipt('42 enter 0 1 enter total'),
  'customer, not found': { ...at('menu 4 999 enter'), notice: null },
  'new customer': at('menu 4 999 enter 1'),
  'new customer, e-mail typed': at('menu 4 999 enter 1 2 . 2 1 1 1'),
  'receipt by e-mail': lastSold(null, 'menu times times enter'),
  'receipt by e-mail, to the customer': lastSold('erika.mustermann@example.com', 'menu times times enter'),
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
  'closed, float typed': new SampleRegister(false).press('100').state,
  'closed, just counted': new SampleRegister().press('menu 9 2 enter').input({
    kind: 'shift-closed',
    shift: { shiftId: 's' as ShiftId, expected: hundredths(12_345), counted: hundredths(12_000) },
  }).state,
  'closed, not counted': new SampleRegister()
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
  'card, the bank is to be called': card('7 enter total times', referred),
  'card, the bank’s code typed': card('7 enter total times', (register, paymentId) => {
    referred(register, paymentId);
    register.press('times 2 times 47');
  }),
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
  'completed, card not final': notFinal(),
  'completed, paper out': completed('7 enter total 20 enter', (register) =>
    register.input({ kind: 'receipt-not-printed', receiptNumber, reason: 'paper is out' }),
  ),
  recording: new SampleRegister(false).press('enter').state,
};
