import { type CurrencyFormat, type Money, sum, times } from '../money/money.ts';
import type { PendingApproval } from '../register/guarded-action.ts';
import { totalsOf } from '../register/open-sale.ts';
import type { GuardedTopic } from '../register/staff.ts';
import type {
  AskingPriceMode,
  CountingMode,
  DiscountMode,
  MailingMode,
  NewCustomerMode,
  NewPriceMode,
  SerialNumberMode,
  SigningInMode,
  TenderEntry,
  TenderReferenceMode,
} from '../register/state.ts';
import type { Row } from './layout.ts';
import type { Texts } from './texts.ts';

/** What the questions' screens are made with. */
export interface QuestionContext {
  readonly texts: Texts;
  readonly currency: CurrencyFormat;
  /** An amount without the currency's sign. */
  readonly bare: (amount: Money) => string;
}

export type QuestionMode =
  | SigningInMode
  | AskingPriceMode
  | DiscountMode
  | NewPriceMode
  | SerialNumberMode
  | NewCustomerMode
  | MailingMode
  | CountingMode
  | TenderReferenceMode;

/** A question above, what is being typed (or how to answer) below. */
export function questionRows(mode: QuestionMode, context: QuestionContext, counted: Money | null): readonly Row[] {
  const { texts, currency, bare } = context;
  const { labels } = texts;
  const typing = (typed: string, hint: string): Row =>
    typed === '' ? { text: hint } : { typed: `${typed.replace('.', currency.decimalSeparator)}_` };
  switch (mode.kind) {
    case 'signing-in':
      return [{ text: labels.signIn }, pinRow(mode.typed, mode.checkId, texts)];
    case 'asking-price':
      return [
        { prefix: mode.quantity === 1 ? '' : `${mode.quantity}x `, text: mode.item.name },
        typing(mode.typed, labels.priceHint),
      ];
    case 'discount': {
      const line = mode.lineId === null ? null : mode.sale.lines.find(({ lineId }) => lineId === mode.lineId);
      const figures = mode.lineId === null ? null : totalsOf(mode.sale, mode.lineId);
      const right = figures === null ? mode.sale.totals.grandTotal : figures.rowTotalInclTax;
      const hint = mode.unit === 'percent' ? labels.discountPercentHint : labels.discountAmountHint;
      const unit = mode.unit === 'percent' ? '%' : currency.symbol;
      return [
        { text: line?.item.name ?? texts.menu.discount, right: bare(right) },
        mode.typed === '' ? { text: hint } : { ...typing(mode.typed, hint), right: unit },
      ];
    }
    case 'new-price': {
      const figures = totalsOf(mode.sale, mode.lineId);
      const name = mode.sale.lines.find(({ lineId }) => lineId === mode.lineId)?.item.name ?? '';
      return [
        { text: name, ...(figures === null ? {} : { right: bare(figures.priceInclTax) }) },
        typing(mode.typed, labels.newPriceHint),
      ];
    }
    case 'serial-number':
      return [
        { text: mode.item.name, right: mode.text.letters ? labels.letters : labels.digits },
        typing(mode.text.text, labels.serialHint),
      ];
    case 'new-customer': {
      const asked = {
        email: labels.emailQuestion,
        firstname: labels.firstnameQuestion,
        lastname: labels.lastnameQuestion,
        phone: labels.phoneQuestion,
      };
      return [
        { text: asked[mode.question], right: mode.text.letters ? labels.letters : labels.digits },
        mode.text.text === '' ? { text: labels.textHint } : { typed: `${mode.text.text}_` },
      ];
    }
    case 'mailing':
      return [
        { text: labels.emailQuestion, right: mode.text.letters ? labels.letters : labels.digits },
        mode.text.text === '' ? { text: labels.textHint } : { typed: `${mode.text.text}_` },
      ];
    case 'counting': {
      const soFar = sum(mode.counted.map(({ value, count }) => times(value, count)));
      return [
        { text: counted === null ? '' : `${bare(counted)} x`, right: bare(soFar) },
        typing(mode.typed, labels.piecesHint),
      ];
    }
    case 'tender-reference':
      return [{ text: mode.tender.name, right: bare(mode.amount) }, typing(mode.text.text, labels.referenceHint)];
  }
}

/** Leave that is asked for: what for, and the PIN as dots. */
export function approvalRows({ topic, action, typed, checkId }: PendingApproval, texts: Texts): readonly Row[] {
  const what = action.kind === 'outside' && action.words !== '' ? action.words : topicText(topic, texts);
  return [{ text: `${texts.labels.approval} ${what}` }, pinRow(typed, checkId, texts)];
}

function topicText(topic: GuardedTopic, { labels, menu }: Texts): string {
  switch (topic) {
    case 'price':
      return labels.newPrice;
    case 'return-without-receipt':
      return labels.withoutReceipt;
    case 'service':
      return menu['service-menu'];
    case 'offline-card':
      return labels.offlineCard;
    default:
      return menu[topic];
  }
}

/** The digits themselves are nobody's business. */
function pinRow(typed: string, checkId: string | null, { labels }: Texts): Row {
  if (checkId !== null) return { text: labels.checkingPin };
  return typed === '' ? { text: labels.pinHint } : { typed: `${'*'.repeat(typed.length)}_` };
}

/** What can be paid with beside own cash and card. */
export function tenderRows(entries: readonly TenderEntry[], { labels }: Texts): readonly Row[] {
  return entries.map((entry) => {
    if (entry.kind === 'own') return { text: entry.tender.name };
    return { text: entry.kind === 'foreign' ? entry.cash.currency : labels.mainMenu };
  });
}
