import type { KioskFace } from '../register/kiosk-face.ts';
import { whyStaff } from '../register/kiosk-face.ts';
import type { Notice, NoticeKey } from '../register/notice.ts';
import type { OpenSale } from '../register/open-sale.ts';
import { amountDue, lastLine, totalsOf } from '../register/open-sale.ts';
import type { RegisterState } from '../register/state.ts';
import { cardWords } from './card-rows.ts';
import type { Row, View } from './layout.ts';
import { layRows, layText } from './layout.ts';
import { type KioskTextKey, noticeText, withValues } from './texts.ts';
import { amountRow, marked, plain, screenRows, type ViewContext, view } from './view.ts';

/** What a kiosk's views need beside a till's. */
export interface KioskContext extends ViewContext {
  /** What the language that the next press of its key brings calls itself; null: there is only one. */
  readonly nextLanguage: string | null;
  /** Whether receipts are sent by e-mail. */
  readonly mail: boolean;
}

/** What stands on a kiosk's display: the customer's screens, or staff's as at a stall. */
export function kioskView(face: KioskFace, register: RegisterState, context: KioskContext): View {
  if (face.who === 'staff') return view(register, context);
  return marked(register.training !== null, context.size, (size) => {
    const narrowed = { ...context, size };
    const words = wordsOf(face, register, narrowed);
    if (words === null) return layRows(kioskRows(face, register, narrowed), size, context.page);
    const keep = size.rows >= 4 ? kioskRows(face, register, narrowed).slice(-1) : [];
    return layText(words, size, context.page, keep);
  });
}

/** What is said in whole sentences; null: nothing, the rows count. */
function wordsOf(face: KioskFace, register: RegisterState, { texts, currency }: KioskContext): string | null {
  const { kiosk } = texts;
  if (register.approval !== null) return null;
  if (face.question === 'address' && face.message !== null) return kiosk[face.message];
  if (face.question !== null) return null;
  if (face.message !== null) return kiosk[face.message];
  const told = register.notice === null ? null : noticeOf(register.notice, texts, currency);
  if (told !== null) return told;
  const { mode } = register;
  if (mode.kind === 'selling' && mode.completed?.receipt.kind === 'not-printed') return kiosk.noPaper;
  switch (whyStaff(register, face)) {
    case 'payment':
      return kiosk.pleaseWait;
    case 'goods':
      return kiosk.staffComing;
    case 'leave':
    case 'asked':
    case 'age':
    case 'closed':
      return kiosk.helpComing;
    case null:
      return null;
  }
}

/** The rows, before they are fitted to the display. */
export function kioskRows(face: KioskFace, register: RegisterState, context: KioskContext): readonly Row[] {
  const { texts, currency } = context;
  const { labels, kiosk } = texts;
  const { mode } = register;
  if (register.approval !== null) return screenRows(register, context);
  if (face.question === 'still-there') return [{ text: kiosk.stillThere }, { text: kiosk.yesNo }];
  const language: Row =
    context.nextLanguage === null ? {} : { text: kiosk.nextLanguage.replace('{language}', context.nextLanguage) };
  switch (mode.kind) {
    case 'closed':
    case 'signing-in':
      return [{ text: labels.closed }, language];
    case 'selling': {
      const { completed, sale } = mode;
      if (completed !== null) {
        if (face.question === 'address') return addressRows(face, context);
        if (face.question !== 'receipt') return [{ text: labels.thanks }, { text: kiosk.takeGoods }];
        const asked: Row = {
          text: kiosk.receiptQuestion,
          ...(context.mail ? { next: { text: kiosk.mailHint } } : {}),
        };
        return [amountRow(labels.paid, completed.total, currency), asked];
      }
      if (sale === null || lastLine(sale) === null) {
        const begin: Row = { text: sale?.customer ? kiosk.welcomeBack : kiosk.attract };
        return context.storage.newSales ? [begin, language] : [{ text: kiosk.outOfOrder }];
      }
      return goodsRows(sale, context);
    }
    case 'paying':
      return [amountRow(labels.toPay, amountDue(mode), currency), { text: kiosk.payAgain }];
    case 'card':
      return [
        amountRow(labels.toPay, mode.payment.amount, currency),
        {
          text: mode.cancelling ? labels.cancelling : (cardWords(mode.words, texts) ?? kiosk.tapCard),
          next: { text: labels.cancelHint },
        },
      ];
    case 'saving':
    case 'recording':
      return [{ text: labels.pleaseWait }];
    default: {
      const sale = mode.sale;
      return sale === null || lastLine(sale) === null ? [{ text: labels.pleaseWait }] : goodsRows(sale, context);
    }
  }
}

/** Where the receipt goes by e-mail: scanned, or typed as on a telephone. */
function addressRows({ address }: KioskFace, { texts: { labels, kiosk } }: KioskContext): readonly Row[] {
  const { text, letters } = address;
  return [
    { text: labels.emailQuestion, right: letters ? labels.letters : labels.digits },
    text === '' ? { text: kiosk.scanAddress, next: { text: labels.textHint } } : { typed: `${text}_` },
  ];
}

/** What was put in last and the running total; how to go on in the row below, or in turn with it. */
function goodsRows(sale: OpenSale, { texts, currency, size }: KioskContext): readonly Row[] {
  const { labels, kiosk } = texts;
  const line = lastLine(sale);
  const figures = line && totalsOf(sale, line.lineId);
  const total = amountRow(labels.total, sale.totals.grandTotal, currency);
  if (line === null) return [total];
  const goods: Row = {
    prefix: line.quantity === 1 ? '' : `${line.quantity}x `,
    text: line.item.name,
    ...(figures ? { right: plain(figures.rowTotalInclTax, currency) } : {}),
  };
  if (size.rows < 4) return [goods, { ...total, next: { text: kiosk.payHint } }];
  const count = sale.lines.reduce((pieces, { item, quantity }) => pieces + (item.decimalQuantity ? 1 : quantity), 0);
  return [goods, { text: labels.articles, right: String(count) }, total, { text: kiosk.payHint }];
}

/** Whether a customer is told of it at all. */
export const isForCustomers = ({ key }: Notice): boolean =>
  key === 'coupon-taken' || key === 'coupon-refused' || notices[key] !== undefined;

/** What a customer is told of what the register tells its trader; null: nothing, it is not for customers. */
function noticeOf(notice: Notice, texts: KioskContext['texts'], currency: KioskContext['currency']): string | null {
  if (!isForCustomers(notice)) return null;
  const key = notices[notice.key];
  if (key === undefined) return noticeText(notice, texts, currency);
  return withValues(texts.kiosk[key], notice, texts, currency).replace(/ {2,}/g, ' ');
}

const notices: Partial<Readonly<Record<NoticeKey, KioskTextKey>>> = {
  'unknown-code': 'notSold',
  'not-for-sale': 'notSold',
  'sold-by-parts': 'notSold',
  'out-of-stock': 'notSold',
  'no-price': 'notSold',
  'pricing-failed': 'notSold',
  'no-catalogue': 'outOfOrder',
  misread: 'scanAgain',
  'low-stock': 'lowStock',
  'taken-back': 'removed',
  'customer-set': 'welcomeBack',
  'nothing-found': 'cardNotKnown',
  'card-declined': 'notPaid',
  'card-cancelled': 'notCharged',
  'card-not-charged': 'notCharged',
  'card-part-paid': 'partPaid',
  'card-unavailable': 'outOfOrder',
  'card-unresolved': 'outOfOrder',
  'card-refused': 'outOfOrder',
  'no-new-sale': 'outOfOrder',
  'no-payment': 'outOfOrder',
  'money-back': 'outOfOrder',
  'card-still-unknown': 'pleaseWait',
  'not-saved': 'pleaseWait',
  'card-not-saved': 'pleaseWait',
};
